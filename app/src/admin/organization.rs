//! Settings: the organization's profile.

use leptos::prelude::*;
use model::settings::{Organization, OrganizationProfile};
use model::{Faults, Operation, Problem};

use super::reauthentication::reauthentication;
use super::settings::{SettingsHead, lookers, part};
use super::{access::guarded, screens::screens};
use crate::api::organization as api;
use crate::kit::{CopyButton, Edited, Editing, Erase, Failed, Leaving, Skeleton, Switch, TextField, covered};
use crate::{routes, viewer::account};

const TITLE: &str = "Organization";

screens! { organization:
    /// The organization's profile.
    OrganizationRoute, organization_screen =>
        guarded(TITLE, Operation::ReadOrganization, || view! { <OrganizationPage/> }.erased());
}

#[component]
fn OrganizationPage() -> impl IntoView {
    let organization = Resource::new(|| (), |()| api::organization());
    let covered = covered();
    let retry = Callback::new(move |()| organization.refetch());
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=TITLE current=routes::ORGANIZATION/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || organization.get().map(|found| match found {
                    Ok(organization) => view! { <Loaded organization/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

impl Edited for Organization {
    type Form = OrganizationProfile;
    const FORM: &'static str = "organization";
    const SAVED: &'static str = "Saved the organization’s settings";

    fn form(&self) -> OrganizationProfile {
        self.profile.clone()
    }

    fn check(form: &OrganizationProfile) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::organization()
    }

    fn save(self, form: OrganizationProfile) -> impl Future<Output = Result<Self, Problem>> {
        api::save_organization(self.version, form)
    }
}

/// What the parts of the form need.
#[derive(Clone, Copy)]
struct Field {
    editing: Editing<Organization>,
    readonly: Signal<bool>,
}

#[component]
fn Loaded(organization: Organization) -> impl IntoView {
    let id = organization.id.to_string();
    let (editing, reauthentication) = (Editing::begin(organization), reauthentication());
    editing.settling(move |problem| reauthentication.asks(&problem, move || editing.save()));
    let (refusal, note) = lookers(Operation::UpdateOrganization);
    let field = Field { editing, readonly: Signal::derive(move || refusal.with(Option::is_some)) };
    call_anew(editing.base);
    let fields = view! {
        {profile(field, id)}
        {contact(field)}
        {people(field)}
        {administrators(field)}
        {editing.trouble()}
        {editing.buttons("Save settings", refusal)}
    };
    view! {
        {note}
        {editing.frame("settings-column", fields.erased())}
        <Leaving unsaved=editing.unsaved within=routes::ORGANIZATION/>
    }
    .erased()
}

/// Other screens call the organization by the name that was saved.
fn call_anew(base: RwSignal<Organization>) {
    let me = account().0;
    Effect::new(move |_| {
        let name = base.with(|base| base.profile.name.clone());
        if me.with_untracked(|me| me.as_ref().is_some_and(|me| me.organization != name)) {
            me.update(|me| {
                if let Some(me) = me {
                    me.organization = name;
                }
            });
        }
    });
}

fn profile(Field { editing, readonly }: Field, id: String) -> AnyView {
    let body = view! {
        <TextField
            label="Name"
            name="name"
            required=true
            hint="Pages and messages call the organization by it."
            value=editing.get(|profile| profile.name.clone())
            on_input=editing.set(|profile, text| profile.name = text)
            readonly
        />
        <div class="beside">
            <TextField
                label="Organization ID"
                name="organization-id"
                value=Signal::stored(id.clone())
                on_input=|_| ()
                readonly=Signal::stored(true)
            />
            <CopyButton text=Signal::stored(id)/>
        </div>
    };
    part("Profile", "What the organization is called.", body.erased())
}

fn contact(Field { editing, readonly }: Field) -> AnyView {
    let body = view! {
        <TextField
            label="Contact"
            name="contact_name"
            hint="Such as “The help desk”."
            value=editing.get(|profile| profile.contact.name.clone())
            on_input=editing.set(|profile, text| profile.contact.name = text)
            readonly
        />
        <TextField
            label="Contact’s email"
            name="contact_email"
            kind="email"
            hint="Answers to messages go there, too."
            value=editing.get(|profile| profile.contact.email.clone())
            on_input=editing.set(|profile, text| profile.contact.email = text)
            readonly
        />
    };
    let about = "The person or team named in messages and wherever people need help.";
    part("Contact", about, body.erased())
}

fn people(Field { editing, readonly }: Field) -> AnyView {
    let body = view! {
        <Switch
            label="People may edit their own profile"
            hint="Their names, phone numbers and addresses. Password, second factor and keys are theirs in any case."
            checked=editing.get(|profile| profile.users_can_edit)
            on_change=editing.set(|profile, on| profile.users_can_edit = on)
            disabled=readonly
        />
    };
    part("User Portal", "What people do for themselves.", body.erased())
}

fn administrators(Field { editing, readonly }: Field) -> AnyView {
    let account = account();
    let refusal = Signal::derive(move || account.refusal(Operation::RequireAdministratorsMfa));
    let why = move || {
        let why = refusal.get().filter(|_| !readonly.get());
        why.map(|why| view! { <p class="muted">{why}</p> })
    };
    let body = view! {
        <Switch
            label="Require MFA of all administrators"
            hint="Administrators without a second factor set one up at their next sign-in, before anything else."
            checked=editing.get(|profile| profile.require_admin_mfa)
            on_change=editing.set(|profile, on| profile.require_admin_mfa = on)
            disabled=Signal::derive(move || readonly.get() || refusal.with(Option::is_some))
        />
        {why}
    };
    part("Administrators", "How administrators sign in.", body.erased())
}
