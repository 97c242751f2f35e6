//! Settings: the organization's profile.

use leptos::prelude::*;
use model::settings::{Organization, OrganizationProfile};
use model::{Faults, Operation, Problem};

use super::reauthentication::reauthentication;
use super::settings::{SettingsHead, lookers, part};
use super::{access::guarded, screens::screens};
use crate::api::organization as api;
use crate::kit::{
    CopyButton, Edited, Editing, Erase, Failed, IconButton, Leaving, SelectField, Skeleton, Switch,
    TextField, covered,
};
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

/// What stands in place of the ID, which programs use and nobody should photograph.
const HIDDEN: &str = "••••••••••••";

fn profile(Field { editing, readonly }: Field, id: String) -> AnyView {
    let (seen, whole) = (RwSignal::new(false), id.clone());
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
                value=Signal::derive(move || if seen.get() { whole.clone() } else { HIDDEN.to_owned() })
                on_input=|_| ()
                readonly=Signal::stored(true)
            />
            <IconButton
                icon="eye"
                label=Signal::derive(move || if seen.get() { "Hide the ID" } else { "Show the ID" }.to_owned())
                on_press=move || seen.update(|seen| *seen = !*seen)
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

/// How long sessions of the User Portal may last without use, in minutes, with what each is called.
const LENGTHS: [(u32, &str); 10] = [
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "1 hour"),
    (2 * 60, "2 hours"),
    (4 * 60, "4 hours"),
    (8 * 60, "8 hours"),
    (12 * 60, "12 hours"),
    (24 * 60, "1 day"),
    (7 * 24 * 60, "7 days"),
    (30 * 24 * 60, "30 days"),
];

/// The lengths to choose from, and the one that holds if it is none of them.
fn lengths(now: u32) -> Vec<(String, String)> {
    let own = (!LENGTHS.iter().any(|(minutes, _)| *minutes == now)).then(|| format!("{now} minutes"));
    let known = LENGTHS.iter().map(|(minutes, said)| (minutes.to_string(), (*said).to_owned()));
    known.chain(own.map(|said| (now.to_string(), said))).collect()
}

fn people(Field { editing, readonly }: Field) -> AnyView {
    let minutes = editing.get(|profile| profile.portal_idle_minutes);
    let body = view! {
        <Switch
            label="People may edit their own profile"
            hint="Their names, phone numbers and addresses. Password, second factor and keys are theirs in any case."
            checked=editing.get(|profile| profile.users_can_edit)
            on_change=editing.set(|profile, on| profile.users_can_edit = on)
            disabled=readonly
        />
        <SelectField
            label="A session lasts, without use"
            name="portal_idle_minutes"
            hint="Sessions that have not been used for so long end, and people log in again. It holds for open sessions, too."
            options=Signal::derive(move || lengths(minutes.get()))
            value=Signal::derive(move || minutes.get().to_string())
            on_change=editing.set(|profile, text: String| {
                profile.portal_idle_minutes = text.parse().unwrap_or(profile.portal_idle_minutes);
            })
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

#[cfg(test)]
mod tests {
    use model::settings::{PORTAL_IDLE_DEFAULT, PORTAL_IDLE_MINUTES};

    use super::*;

    #[test]
    fn each_length_can_be_chosen_and_an_unusual_one_is_kept() {
        assert!(LENGTHS.iter().all(|(minutes, _)| PORTAL_IDLE_MINUTES.contains(minutes)));
        assert_eq!(lengths(PORTAL_IDLE_DEFAULT).len(), LENGTHS.len());
        assert_eq!(lengths(7).last(), Some(&("7".to_owned(), "7 minutes".to_owned())));
    }
}
