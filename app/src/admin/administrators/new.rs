//! The form for a new administrator, by themselves or from a user.

use leptos::{prelude::*, task::spawn_local};
use model::administrator::{ADMINISTRATORS, AdministratorForm};
use model::user::{Person, TextAttribute};
use model::{Operation, Problem};

use super::copy::Whom;
use super::fields::{Anyway, Field, section};
use crate::admin::create_panel::{Kind, Sending, added, panel};
use crate::admin::user_stats::find_users;
use crate::kit::{Erase, ListState, PanelState, PersonField, Width};
use crate::viewer::{Account, account};
use crate::{api, routes};

/// What a new administrator is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Nobody,
    User,
}

impl Origin {
    const fn kind(self) -> Kind {
        let (title, says, path) = match self {
            Self::Nobody => (
                "Add administrator",
                "They get an email with a link to choose a password, good for 7 days.",
                routes::NEW_ADMINISTRATOR,
            ),
            Self::User => (
                "Add administrator from a user",
                "They sign in with their password and second factor as a user, at once.",
                routes::ADMINISTRATOR_FROM_USER,
            ),
        };
        let (ids, needs) = (("new-administrator", "new-administrator-form"), Operation::CreateAdministrator);
        Kind { title, says, ids, width: Width::Narrow, path, needs }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Nobody => "Add and invite",
            Self::User => "Add administrator",
        }
    }
}

#[component]
pub(super) fn NewAdministratorPanel(from: Origin) -> impl IntoView {
    let list = ListState::new(routes::ADMINISTRATORS, &ADMINISTRATORS);
    let back_to = Signal::derive(move || list.over(routes::ADMINISTRATORS));
    panel(from.kind(), back_to, Box::new(move |panel| view! { <NewForm from panel/> }.erased()))
}

/// What is typed, and sending it.
#[derive(Clone, Copy)]
struct Creation {
    from: Origin,
    form: RwSignal<AdministratorForm>,
    user: RwSignal<Option<Person>>,
    sending: Sending,
    /// Whoever adds somebody.
    account: Account,
}

impl Creation {
    fn begin(from: Origin, panel: PanelState) -> Self {
        let (form, user) = (RwSignal::new(AdministratorForm::default()), RwSignal::new(None));
        let sending = Sending::begin(from.kind());
        let typed = move || {
            let typed = form.with(|form| *form != AdministratorForm::default());
            user.with(Option::is_some) || typed
        };
        sending.watch(panel, Signal::derive(typed));
        Self { from, form, user, sending, account: account() }
    }

    /// What can be said before it is sent.
    fn check(self, form: &AdministratorForm) -> Result<(), Problem> {
        if self.from == Origin::Nobody {
            return form.parse().map(drop).map_err(Problem::from);
        }
        if self.user.with_untracked(Option::is_some) {
            Ok(())
        } else {
            Err(Problem::at("user", "Choose a user."))
        }
    }

    /// Their names are the user's until something else is typed.
    fn choose(self, person: Option<Person>) {
        self.sending.clear();
        self.user.set(person.clone());
        let Some(person) = person else { return };
        spawn_local(async move {
            let Ok(user) = api::users::read_user(person.id).await else { return };
            let part = |of| user.form.text(of).to_owned();
            let names = (part(TextAttribute::FirstName), part(TextAttribute::LastName));
            if self.user.try_with_untracked(|chosen| chosen.as_ref() == Some(&person)) == Some(true) {
                self.form.update(|form| (form.first_name, form.last_name) = names);
            }
        });
    }

    fn send(self, added: impl Fn(String, String) + 'static) {
        let form = self.form.get_untracked();
        if let Err(problem) = self.check(&form) {
            self.sending.fail(problem);
            return;
        }
        self.sending.busy.set(true);
        spawn_local(async move {
            let user = self.user.with_untracked(|user| user.as_ref().map(|user| user.id));
            let name = format!("{} {}", form.first_name.trim(), form.last_name.trim());
            let answer = api::administrators::create_administrator(form, user).await;
            self.sending.busy.try_set(false);
            match answer {
                Err(problem) => self.sending.fail(problem),
                Ok(id) => {
                    let text = match self.from {
                        Origin::Nobody => self.account.notice("The invitation", &name),
                        Origin::User => format!("{name} is an administrator now"),
                    };
                    added(text, routes::administrator(id));
                }
            }
        });
    }
}

#[component]
fn NewForm(from: Origin, panel: PanelState) -> impl IntoView {
    let (creation, added, of_all) = (Creation::begin(from, panel), added(panel), required_of_all());
    let field = Field { form: creation.form, readonly: Signal::stored(false), whom: Whom::They };
    let who = match from {
        Origin::Nobody => view! { {field.names()} {field.email(None)} }.erased(),
        Origin::User => view! {
            <PersonField
                label="User"
                name="user"
                required=true
                value=creation.user
                search=find_users
                on_change=move |person| creation.choose(person)
            />
            <p class="muted">
                "They must be Active, with a password that is good, and with a second factor. Their email is the user’s."
            </p>
            {field.names()}
        }
        .erased(),
    };
    let mfa = move || field.mfa(Anyway::of(from == Origin::User, of_all.get()));
    let permissions = view! { {field.role(None, None)} {field.api_access(None)} {mfa} };
    let fields = view! {
        {section("Details", who)}
        {section("Permissions", permissions.erased())}
        {section("Emails", field.whats_new())}
    };
    creation.sending.frame(
        panel,
        from.verb(),
        fields.erased(),
        Callback::new(move |()| creation.send(added.clone())),
    )
}

/// Whether MFA is required of every administrator, once that is known.
fn required_of_all() -> RwSignal<bool> {
    let of_all = RwSignal::new(false);
    Effect::new(move |_| {
        spawn_local(async move {
            if let Ok(organization) = api::organization::organization().await {
                of_all.try_set(organization.profile.require_admin_mfa);
            }
        });
    });
    of_all
}
