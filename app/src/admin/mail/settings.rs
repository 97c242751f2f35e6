//! The screen that sets outgoing mail up.

use leptos::prelude::*;
use model::Operation;
use model::mail::MailSettings;

use super::OUTGOING_MAIL;
use super::editing::MailEditing;
use super::server::ServerFields;
use super::status::{Status, Trial};
use crate::admin::reauthentication::reauthentication;
use crate::admin::settings::{SettingsHead, lookers};
use crate::api::mail as api;
use crate::kit::{Editing, Erase, Failed, Leaving, Skeleton, TextField, covered};
use crate::routes;
use crate::viewer::account;

#[component]
pub(super) fn OutgoingMailPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::mail_settings());
    let covered = covered();
    let retry = Callback::new(move |()| settings.refetch());
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=OUTGOING_MAIL current=routes::OUTGOING_MAIL/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || settings.get().map(|settings| match settings {
                    Ok(settings) => view! { <Loaded settings/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

#[component]
fn Loaded(settings: MailSettings) -> impl IntoView {
    let editing = Editing::begin(settings);
    let reauthentication = reauthentication();
    editing.settling(move |problem| reauthentication.asks(&problem, move || editing.save()));
    know_anew(editing);
    let (refusal, note) = lookers(Operation::UpdateMailServer);
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let fields = view! {
        <ServerFields editing readonly/>
        <Sender editing readonly/>
        {editing.trouble()}
        {editing.buttons("Save settings", refusal)}
    };
    view! {
        {note}
        <div class="mail-settings">
            {editing.frame("parts", fields.erased())}
            <aside class="parts" aria-label="How it stands">
                <Status editing/>
                <Trial editing/>
            </aside>
        </div>
        <Leaving unsaved=editing.unsaved within=routes::OUTGOING_MAIL/>
    }
    .erased()
}

/// What other screens say of emails goes by the server that was saved.
fn know_anew(editing: MailEditing) {
    let me = account().0;
    Effect::new(move |_| {
        let server = editing.base.with(|base| base.server.is_some());
        if me.with_untracked(|me| me.as_ref().is_some_and(|me| me.mail != server)) {
            me.update(|me| me.iter_mut().for_each(|me| me.mail = server));
        }
    });
}

/// The sender of emails, beside the address.
#[component]
fn Sender(editing: MailEditing, readonly: Signal<bool>) -> impl IntoView {
    let contact = view! {
        "Whom messages name for questions is set under "
        <a href=routes::ORGANIZATION>"Organization"</a> "."
    };
    view! {
        <section class="card" aria-label="What messages say">
            <header><h2>"What messages say"</h2></header>
            <div class="body">
                <TextField
                    label="Sender’s name"
                    name="from_name"
                    value=editing.get(|form| form.from_name.clone())
                    on_input=editing.set(|form, text| form.from_name = text)
                    hint="The organization’s name when empty."
                    readonly
                />
                <p class="hint">{contact}</p>
            </div>
        </section>
    }
    .erased()
}
