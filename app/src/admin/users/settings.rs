//! Users' settings: the states that new users begin in, and who holds their passwords.

use leptos::prelude::*;
use model::settings::{NewUserStates, Organization, OrganizationProfile};
use model::user::UserState;
use model::{Faults, Operation, Problem};

use super::tabs::{ListTab, list_tabs};
use crate::admin::reauthentication::reauthentication;
use crate::admin::settings::{lookers, part};
use crate::api::organization as api;
use crate::kit::{ConfirmDialog, Edited, Editing, Erase, Failed, Leaving, PageHeader, SelectField, Skeleton};
use crate::routes;

pub(super) const TITLE: &str = "User settings";

#[component]
pub(super) fn UserSettingsPage() -> impl IntoView {
    let organization = Resource::new(|| (), |()| api::organization());
    let retry = Callback::new(move |()| organization.refetch());
    view! {
        <div class="page settings">
            <PageHeader title="Users".to_owned() document=TITLE/>
            {list_tabs(ListTab::Settings)}
            <Transition fallback=|| view! { <Skeleton lines=8/> }>
                {move || organization.get().map(|found| match found {
                    Ok(organization) => loaded(UserSettings(organization)),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

/// What of the organization's settings is about its users.
#[derive(Clone)]
struct UserSettings(Organization);

impl Edited for UserSettings {
    type Form = NewUserStates;
    const FORM: &'static str = "user-settings";
    const SAVED: &'static str = "Saved the users’ settings";

    fn form(&self) -> NewUserStates {
        self.0.profile.new_users
    }

    fn check(_: &NewUserStates) -> Result<(), Faults> {
        Ok(())
    }

    async fn read(self) -> Result<Self, Problem> {
        api::organization().await.map(Self)
    }

    async fn save(self, new_users: NewUserStates) -> Result<Self, Problem> {
        let profile = OrganizationProfile { new_users, ..self.0.profile };
        api::save_organization(self.0.version, profile).await.map(Self)
    }
}

fn loaded(settings: UserSettings) -> AnyView {
    let (editing, reauthentication) = (Editing::begin(settings), reauthentication());
    editing.settling(move |problem| reauthentication.asks(&problem, move || editing.save()));
    let (refusal, note) = lookers(Operation::UpdateOrganization);
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let asking = RwSignal::new(false);
    let ask = move || {
        if untrack(|| editing.changed()) {
            asking.set(true);
        }
    };
    let fields = view! {
        {new_users(editing, readonly)}
        {authority()}
        {editing.trouble()}
        {editing.buttons("Save settings", refusal)}
    };
    let confirm = move |()| {
        asking.set(false);
        editing.save();
    };
    view! {
        {note}
        {editing.frame_asking("settings-column", fields.erased(), ask)}
        <ConfirmDialog
            open=asking
            title="Change the states of new users".to_owned()
            verb="Yes, Continue".to_owned()
            cancel="No, Cancel"
            busy=editing.busy
            on_confirm=Callback::new(confirm)
        >
            {move || changes(editing)}
        </ConfirmDialog>
        <Leaving unsaved=editing.unsaved within=routes::USER_SETTINGS/>
    }
    .erased()
}

/// Where new users come from, as the fields and the question say it.
const ORIGINS: [(&str, &str, State); 3] = [
    ("manualEntry", "Added by hand", |states| &mut states.manual_entry),
    ("csvImport", "Imported from a file", |states| &mut states.csv_import),
    ("applicationImport", "Imported from an application", |states| &mut states.application_import),
];

/// A state of new users, by where they come from.
type State = fn(&mut NewUserStates) -> &mut UserState;

/// What is going to be otherwise.
fn changes(editing: Editing<UserSettings>) -> AnyView {
    let (mut before, mut after) = untrack(|| (editing.base.with(Edited::form), editing.form.get()));
    let line = |(_, label, part): (&str, &str, State)| {
        let (from, to) = (*part(&mut before), *part(&mut after));
        (from != to).then(|| format!("{label}: from {} to {}.", from.label(), to.label()))
    };
    let lines: Vec<_> = ORIGINS.into_iter().filter_map(line).map(|line| view! { <li>{line}</li> }).collect();
    view! {
        <p>"This is how users begin who are added from now on. Those who are there stay as they are."</p>
        <ul class="plain">{lines}</ul>
    }
    .erased()
}

fn new_users(editing: Editing<UserSettings>, readonly: Signal<bool>) -> AnyView {
    let states = NewUserStates::CHOICES.map(|state| (state.as_str().to_owned(), state.label().to_owned()));
    let options = Signal::stored(states.to_vec());
    let field = move |(name, label, part): (&'static str, &'static str, State)| {
        let value =
            Signal::derive(move || editing.form.with(|form| part(&mut { *form }).as_str().to_owned()));
        let set = move |key: String| {
            let chosen = NewUserStates::CHOICES.into_iter().find(|state| state.as_str() == key);
            if let Some(state) = chosen {
                editing.form.update(|form| *part(form) = state);
            }
        };
        view! { <SelectField label name options value on_change=set disabled=readonly/> }.erased()
    };
    let body = view! { <div class="fields">{Vec::from(ORIGINS.map(field))}</div> };
    let about = "The state in which new users begin, unless something else is said when they are added.";
    part("New users", about, body.erased())
}

/// Who else could hold passwords: nobody whom this release connects to.
fn authority() -> AnyView {
    const HERE: &str = "here";
    let options = vec![(HERE.to_owned(), "None: this directory holds the passwords".to_owned())];
    let body = view! {
        <SelectField
            label="External password authority"
            name="password-authority"
            options=Signal::stored(options)
            value=Signal::stored(HERE.to_owned())
            on_change=|_| ()
            hint="Active Directory and SCIM integrations can be chosen once one is connected. None is."
        />
    };
    let about =
        "Who holds the passwords of new users. Where it is another directory, nobody can set them here.";
    part("Passwords", about, body.erased())
}
