//! The form for a new user.

use leptos::{prelude::*, task::spawn_local};
use model::user::{NewUser, Notify, USERS, UserForm, UserState};
use model::{Operation, Problem};

use super::first_password::{FirstPassword, PasswordField};
use super::form::user_fields;
use super::mailing::{Mailing, MailingChoice};
use crate::admin::create_panel::{Kind, Sending, added, panel};
use crate::kit::{Erase, ListState, PanelState, RadioGroup, Width};
use crate::{api, routes};

const KIND: Kind = Kind {
    title: "Add user",
    says: "Username and company email are required; the rest can wait.",
    ids: ("new-user", "new-user-form"),
    width: Width::Wide,
    path: routes::NEW_USER,
    needs: Operation::CreateUser,
};

/// The value of the choice that leaves the state to the organization's settings.
const BY_DEFAULT: &str = "default";

/// When the password is set.
const LATER: &str = "later";
const NOW: &str = "now";

#[component]
pub(super) fn NewUserPanel() -> impl IntoView {
    let list = ListState::new(routes::USERS, &USERS);
    let back_to = Signal::derive(move || list.over(routes::USERS));
    panel(KIND, back_to, Box::new(|panel| view! { <NewUserForm panel/> }.erased()))
}

#[component]
fn NewUserForm(panel: PanelState) -> impl IntoView {
    let (sending, added) = (Sending::begin(KIND), added(panel));
    let form = RwSignal::new(UserForm::default());
    let state = RwSignal::new(BY_DEFAULT.to_owned());
    let manager = RwSignal::new(None);
    let (set_now, first, mailing) = (RwSignal::new(false), FirstPassword::new(), Mailing::new());
    let (problem, default) = (sending.problem, default_state());
    let becomes_staged = Signal::derive(move || {
        state.with(|state| UserState::parse(state)).or_else(|| default.get()) == Some(UserState::Staged)
    });
    Effect::new(move |_| first.begin());
    let typed = move || {
        let typed = form.with(|form| *form != UserForm::default());
        first.typed.with(|typed| !typed.is_empty()) || typed
    };
    sending.watch(panel, Signal::derive(typed));
    let send = move || {
        let typed = form.get_untracked();
        if let Err(wrong) = typed.parse() {
            sending.fail(wrong.into());
            return;
        }
        sending.busy.set(true);
        let (name, added) = (typed.name(), added.clone());
        let user = NewUser {
            form: typed,
            state: state.with_untracked(|state| UserState::parse(state)),
            password: set_now.get_untracked().then(|| first.chosen()),
            notify: if becomes_staged.get_untracked() { Notify::Nobody } else { mailing.notify() },
        };
        spawn_local(async move {
            let answer = api::users::create_user(user).await;
            sending.busy.try_set(false);
            match answer {
                Err(wrong) => sending.fail(wrong),
                Ok(id) => added(format!("Added {name}"), routes::user(id)),
            }
        });
    };
    let fields = view! {
        {move || view! { <State state default=default.get()/> }}
        {user_fields(form, manager, None, Signal::stored(false))}
        <WayIn form staged=becomes_staged set_now first mailing problem/>
    };
    sending.frame(panel, KIND.title, fields.erased(), Callback::new(move |()| send()))
}

/// The state that new users get unless somebody says otherwise, once it is known to the browser.
fn default_state() -> RwSignal<Option<UserState>> {
    let state = RwSignal::new(None);
    Effect::new(move |_| {
        spawn_local(async move {
            // Who may not see the organization's settings goes without.
            if let Ok(organization) = api::organization::organization().await {
                state.try_set(Some(organization.profile.new_users.manual_entry));
            }
        });
    });
    state
}

/// Which state the new user gets.
#[component]
fn State(
    state: RwSignal<String>,
    /// That of the organization's settings, for whoever may see those.
    default: Option<UserState>,
) -> impl IntoView {
    let by_default = match default {
        Some(state) => format!("By the organization’s default: {}", state.label()),
        None => "By the organization’s default".to_owned(),
    };
    let states = [UserState::Activated, UserState::Staged]
        .map(|state| (state.as_str().to_owned(), state.label().to_owned()));
    let options = std::iter::once((BY_DEFAULT.to_owned(), by_default)).chain(states).collect();
    view! { <RadioGroup legend="State" options value=state on_change=move |chosen| state.set(chosen)/> }
}

/// How the new user comes in first: by a password of now, or by the link of an email.
#[component]
fn WayIn(
    form: RwSignal<UserForm>,
    staged: Signal<bool>,
    set_now: RwSignal<bool>,
    first: FirstPassword,
    mailing: Mailing,
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let username = Signal::derive(move || form.with(|form| form.username.clone()));
    let choices = [(LATER, "By the user, with the link of the activation email"), (NOW, "Now, by you")];
    let options = choices.map(|(key, word)| (key.to_owned(), word.to_owned())).to_vec();
    let chosen = Signal::derive(move || if set_now.get() { NOW } else { LATER }.to_owned());
    let error =
        Signal::derive(move || problem.with(|problem| problem.as_ref()?.fault("email").map(str::to_owned)));
    let email = move || {
        if staged.get() {
            let text = "Nobody who is Staged gets an email; activating them asks again.";
            return view! { <p class="muted">{text}</p> }.erased();
        }
        let (legend, default) = if set_now.get() {
            ("Welcome email", "To the company’s address")
        } else {
            ("Activation email", "To the alternate address if there is one, or else the company’s")
        };
        view! { <MailingChoice mailing legend default single=true dispensable=true error/> }.erased()
    };
    view! {
        <section class="form-section" aria-label="First sign-in">
            <h3>"First sign-in"</h3>
            <RadioGroup
                legend="Password is set"
                options
                value=chosen
                on_change=move |chosen: String| set_now.set(chosen == NOW)
            />
            {move || set_now.get().then(|| view! { <PasswordField first username problem/> })}
            {email}
        </section>
    }
}
