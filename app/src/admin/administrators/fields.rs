//! The form about an administrator.

use leptos::prelude::*;
use model::administrator::AdministratorForm;
use model::role::CustomRole;
use model::{DefaultRole, Id, Role};

use super::copy::Whom;
use crate::admin::roles::offered;
use crate::kit::{Erase, SelectField, Switch, TextField};

/// A form's parts, and whether anything can be typed.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub form: RwSignal<AdministratorForm>,
    pub readonly: Signal<bool>,
    pub whom: Whom,
}

/// Whether a second factor is required in any case.
#[derive(Clone, Copy)]
pub(super) enum Anyway {
    No,
    OfAll,
    FromUser,
}

impl Anyway {
    pub const fn of(from_user: bool, of_all: bool) -> Self {
        match (from_user, of_all) {
            (true, _) => Self::FromUser,
            (false, true) => Self::OfAll,
            (false, false) => Self::No,
        }
    }
}

type Text = fn(&mut AdministratorForm) -> &mut String;
type Flag = fn(&mut AdministratorForm) -> &mut bool;

impl Field {
    fn text(self, part: Text) -> Signal<String> {
        // A part that can be changed can be read.
        Signal::derive(move || self.form.with(|form| part(&mut form.clone()).clone()))
    }

    fn line(self, name: &'static str, label: &'static str, part: Text) -> AnyView {
        view! {
            <TextField
                label
                name
                required=true
                value=self.text(part)
                on_input=move |typed: String| self.form.update(|form| *part(form) = typed)
                readonly=self.readonly
            />
        }
        .erased()
    }

    fn switch(self, label: &'static str, hint: &'static str, part: Flag) -> AnyView {
        view! {
            <Switch
                label
                hint
                checked=Signal::derive(move || self.form.with(|form| *part(&mut form.clone())))
                on_change=move |on: bool| self.form.update(|form| *part(form) = on)
                disabled=self.readonly
            />
        }
        .erased()
    }

    /// First and last name.
    pub fn names(self) -> AnyView {
        view! {
            <div class="fields">
                {self.line("first_name", "First name", |form| &mut form.first_name)}
                {self.line("last_name", "Last name", |form| &mut form.last_name)}
            </div>
        }
        .erased()
    }

    /// The address to sign in with; `fixed` says why it cannot be changed.
    pub fn email(self, fixed: Option<&'static str>) -> AnyView {
        let readonly = self.readonly;
        let says = match self.whom {
            Whom::You => "You sign in with it, and emails go there.",
            Whom::They => "They sign in with it, and emails go there.",
        };
        view! {
            <TextField
                label="Email"
                name="email"
                kind="email"
                required=true
                hint=fixed.unwrap_or(says)
                value=self.text(|form| &mut form.email)
                on_input=move |typed: String| self.form.update(|form| form.email = typed)
                readonly=Signal::derive(move || readonly.get() || fixed.is_some())
            />
        }
        .erased()
    }

    /// The role, with what it may do; `held` is what they have now, and `fixed` says why it cannot be
    /// changed.
    pub fn role(self, fixed: Option<&'static str>, held: Option<Role>) -> AnyView {
        let (value, readonly, roles) = (self.text(|form| &mut form.role), self.readonly, offered());
        // Nobody is given a role by oversight.
        let choose = value.with_untracked(String::is_empty).then(|| (String::new(), "Choose…".to_owned()));
        let options = move || roles.with(|roles| choices(choose.clone(), roles, held.as_ref()));
        let says = move || {
            let default =
                value.with(|role| role.parse::<DefaultRole>().ok()).map(|role| role.description().to_owned());
            let custom = || {
                let id = value.with(|role| role.parse::<Id>().ok());
                roles.with(|roles| {
                    roles.iter().find(|role| Some(role.id) == id).map(|role| role.description.clone())
                })
            };
            default.or_else(custom).map(|text| view! { <p class="role-says">{text}</p> })
        };
        view! {
            <div>
                <SelectField
                    label="Role"
                    name="role"
                    required=true
                    hint=fixed.unwrap_or("A change of it holds from their next request on.")
                    options=Signal::derive(options)
                    value
                    on_change=move |role: String| self.form.update(|form| form.role = role)
                    disabled=Signal::derive(move || readonly.get() || fixed.is_some())
                />
                <div role="status">{says}</div>
            </div>
        }
        .erased()
    }

    /// Whether they may make an API key; `fixed` says why that cannot be changed.
    pub fn api_access(self, fixed: Option<&'static str>) -> AnyView {
        let hint = "They can make a key of their own, with which programs do what their role allows.";
        let readonly = self.readonly;
        view! {
            <Switch
                label="Enable API access"
                hint=fixed.unwrap_or(hint)
                checked=Signal::derive(move || self.form.with(|form| form.api_access))
                on_change=move |on: bool| self.form.update(|form| form.api_access = on)
                disabled=Signal::derive(move || readonly.get() || fixed.is_some())
            />
        }
        .erased()
    }

    /// Whether a second factor is required of them, which it may be anyway.
    pub fn mfa(self, anyway: Anyway) -> AnyView {
        let hint = match (anyway, self.whom) {
            (Anyway::No, _) => {
                "Without a second factor, one is set up at the next sign-in, before anything else."
            }
            (Anyway::OfAll, Whom::They) => {
                "The organization requires MFA of all administrators: it is required of them even if this is off."
            }
            (Anyway::OfAll, Whom::You) => {
                "The organization requires MFA of all administrators: it is required of you even if this is off."
            }
            (Anyway::FromUser, Whom::They) => {
                "Administrators made from users always need a second factor, even if this is off."
            }
            (Anyway::FromUser, Whom::You) => {
                "You were made from a user, so you always need a second factor, even if this is off."
            }
        };
        self.switch("Require MFA", hint, |form| &mut form.mfa_required)
    }

    pub fn whats_new(self) -> AnyView {
        let hint = match self.whom {
            Whom::You => "An email with what each new version of Bailiwick brings.",
            Whom::They => {
                "An email with what each new version of Bailiwick brings. They can change it themselves."
            }
        };
        self.switch("What’s New messages", hint, |form| &mut form.whats_new)
    }
}

/// The roles that come with the product, and the custom ones; the one that somebody has is among them.
fn choices(
    choose: Option<(String, String)>,
    custom: &[CustomRole],
    held: Option<&Role>,
) -> Vec<(String, String)> {
    let default = DefaultRole::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    let custom = custom.iter().map(|role| (role.id.to_string(), role.name.clone()));
    let mut all: Vec<_> = choose.into_iter().chain(default).chain(custom).collect();
    if let Some(held) = held
        && all.iter().all(|(key, _)| *key != held.key())
    {
        all.push((held.key(), held.name.clone()));
    }
    all
}

/// A part of the form with its heading.
pub(super) fn section(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="form-section" aria-label=title>
            <h3>{title}</h3>
            {body}
        </section>
    }
    .erased()
}
