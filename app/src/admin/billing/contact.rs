//! Whom invoices go to, and how.

use leptos::prelude::*;
use model::Operation;
use model::billing::{BillingForm, Delivery};

use super::BillingEditing;
use crate::admin::settings::part;
use crate::kit::{Erase, SelectField, TextField};
use crate::viewer::account;

pub(super) fn form(editing: BillingEditing) -> AnyView {
    let account = account();
    let refusal = Signal::derive(move || account.refusal(Operation::UpdateBilling));
    let by_post = Memo::new(move |_| editing.form.with(|form| form.delivery == Delivery::Post));
    // What must be filled in depends on how invoices go.
    let address = move || address(editing, by_post.get());
    let cards = editing.base.with_untracked(|base| base.provider.is_some() || base.card.is_some());
    let hint =
        if cards { "Reminders of a card that expires go there, too." } else { "Invoices by email go there." };
    let body = view! {
        <div class="fields">
            {field(editing, ("Name", "name"), false, |form| &mut form.name)}
            <TextField
                label="Email"
                name="email"
                kind="email"
                required=true
                hint=hint
                value=editing.get(|form| form.email.clone())
                on_input=editing.set(|form, text| form.email = text)
            />
            {delivery(editing)}
        </div>
        <div class="fields">{address}</div>
        {editing.trouble()}
        {editing.buttons("Save contact", refusal)}
    };
    let about = "Who receives invoices for the organization.";
    editing.frame("billing-contact", part("Billing contact", about, body.erased()))
}

/// A part of the contact.
type Of = fn(&mut BillingForm) -> &mut String;

fn field(
    editing: BillingEditing,
    (label, name): (&'static str, &'static str),
    required: bool,
    of: Of,
) -> AnyView {
    let value = Signal::derive(move || editing.form.with(|form| of(&mut form.clone()).clone()));
    let set = move |text: String| editing.form.update(|form| *of(form) = text);
    view! { <TextField label name required value on_input=set/> }.erased()
}

fn address(editing: BillingEditing, by_post: bool) -> AnyView {
    view! {
        {field(editing, ("Street", "street"), by_post, |form| &mut form.street)}
        {field(editing, ("Postal code", "postal_code"), false, |form| &mut form.postal_code)}
        {field(editing, ("City", "city"), by_post, |form| &mut form.city)}
        {field(editing, ("State or region", "region"), false, |form| &mut form.region)}
        {field(editing, ("Country", "country"), by_post, |form| &mut form.country)}
    }
    .erased()
}

fn delivery(editing: BillingEditing) -> AnyView {
    let options: Vec<_> =
        Delivery::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
    let set = move |key: String| {
        if let Some(delivery) = Delivery::parse(&key) {
            editing.form.update(|form| form.delivery = delivery);
        }
    };
    view! {
        <SelectField
            label="Invoices arrive"
            name="delivery"
            options=Signal::stored(options)
            value=editing.get(|form| form.delivery.as_str().to_owned())
            on_change=set
        />
    }
    .erased()
}
