//! The form about a user, section by section as the model's tables have it.

use leptos::prelude::*;
use model::Id;
use model::user::{Flag, Person, Section, TextAttribute, UserForm};

use crate::admin::user_stats::find_users;
use crate::attributes::{Addresses, CustomAttributes, Field, Phones, attribute};
use crate::kit::{Erase, PersonField, Switch, TextField};

/// Attributes that stand before username and email address.
const FIRST: [TextAttribute; 2] = [TextAttribute::FirstName, TextAttribute::LastName];

/// All fields. `manager` is who the form's manager is.
#[component]
pub(super) fn UserFields(
    form: RwSignal<UserForm>,
    manager: RwSignal<Option<Person>>,
    /// The user, who cannot manage themselves.
    #[prop(optional)]
    itself: Option<Id>,
    #[prop(optional, into)] readonly: Signal<bool>,
) -> impl IntoView {
    let field = Field { form, readonly };
    let rest =
        TextAttribute::ALL.iter().filter(|one| one.section() == Section::Information && !FIRST.contains(one));
    let choose = move |person: Option<Person>| {
        form.update(|form| form.manager = person.as_ref().map(|person| person.id));
        manager.set(person);
    };
    view! {
        {section(
            Section::Information.label(),
            view! {
                <div class="fields">
                    {FIRST.map(|one| attribute(field, one)).into_iter().collect_view()}
                    {required(field, "username", "Username", |form| &mut form.username)}
                    {required(field, "email", "Company email", |form| &mut form.email)}
                    {rest.map(|one| attribute(field, *one)).collect_view()}
                </div>
            }
            .erased(),
        )}
        {section(Section::Security.label(), security(field, itself.is_some()))}
        {section(
            Section::Employment.label(),
            view! {
                <div class="fields">
                    {attributes(field, Section::Employment)}
                    <PersonField label="Manager" name="manager" value=manager on_change=choose search=find_users except=itself readonly/>
                </div>
            }
            .erased(),
        )}
        {section("Addresses", view! { <Addresses field/> }.erased())}
        {section("Phone numbers", view! { <Phones field/> }.erased())}
        {section("Custom attributes", view! { <CustomAttributes field/> }.erased())}
    }
}

fn section(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="form-section" aria-label=title>
            <h3>{title}</h3>
            {body}
        </section>
    }
    .erased()
}

fn attributes(field: Field, section: Section) -> AnyView {
    let these = TextAttribute::ALL.iter().filter(|one| one.section() == section);
    these.map(|one| attribute(field, *one)).collect_view().erased()
}

fn required(
    Field { form, readonly }: Field,
    name: &'static str,
    label: &'static str,
    part: fn(&mut UserForm) -> &mut String,
) -> AnyView {
    let value = Signal::derive(move || form.with(|form| part(&mut form.clone()).clone()));
    let set = move |text| form.update(|form| *part(form) = text);
    view! { <TextField label name value on_input=set required=true readonly/> }.erased()
}

/// `exists` leaves out what somebody who exists has actions of their own for.
fn security(field: Field, exists: bool) -> AnyView {
    let Field { form, readonly } = field;
    let flag = |one: &Flag| {
        let one = *one;
        let checked = Signal::derive(move || form.with(|form| form.flags.contains(&one)));
        let set = move |on| form.update(|form| form.set_flag(one, on));
        view! { <Switch label=one.label() hint=one.description() checked on_change=set disabled=readonly/> }
    };
    let number = |name: &'static str, label: &'static str, part: fn(&mut UserForm) -> &mut String| {
        let value = Signal::derive(move || form.with(|form| part(&mut form.clone()).clone()));
        let set = move |text| form.update(|form| *part(form) = text);
        view! { <TextField label name value on_input=set readonly/> }
    };
    view! {
        <div class="choices">{Flag::ALL.iter().filter(|one| !exists || **one != Flag::RequireMfa).map(flag).collect_view()}</div>
        <div class="fields">
            {number("unix_uid", "UNIX user ID", |form| &mut form.unix_uid)}
            {number("unix_guid", "UNIX group ID", |form| &mut form.unix_gid)}
            {attributes(field, Section::Security)}
        </div>
    }
    .erased()
}
