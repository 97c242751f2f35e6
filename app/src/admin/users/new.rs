//! The form for a new user.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::user::{NewUser, Notify, USERS, UserForm, UserState};
use model::{Operation, Problem};

use super::first_password::{FirstPassword, PasswordField};
use super::form::UserFields;
use super::mailing::{Mailing, MailingChoice};
use crate::admin::{Refused, adding::foot, people::people};
use crate::kit::{Erase, FormFaults, ListState, Panel, PanelState, RadioGroup, announcer, toaster};
use crate::viewer::account;
use crate::{api, places};

const TITLE: &str = "Add user";
const LABEL: &str = "new-user";
const FORM: &str = "new-user-form";

/// The value of the choice that leaves the state to the organization's settings.
const BY_DEFAULT: &str = "default";

/// When the password is set.
const LATER: &str = "later";
const NOW: &str = "now";

#[component]
pub(super) fn NewUserPanel() -> impl IntoView {
    let list = ListState::new(places::USERS, USERS.default_sort);
    let announcer = announcer();
    Effect::new(move |_| announcer.say(TITLE));
    let refusal = untrack(|| account().refusal(Operation::CreateUser));
    let may = refusal.is_none();
    let head = move || {
        view! {
            <div class="names">
                <h2 id=LABEL>{TITLE}</h2>
                {may.then(|| view! { <p>"Username and company email are required; the rest can wait."</p> })}
            </div>
        }
    };
    view! {
        <Title text=TITLE/>
        <Panel
            labelled_by=LABEL
            within=places::NEW_USER.to_owned()
            back_to=Signal::derive(move || list.over(places::USERS))
            head=head.into()
            body=Box::new(move |panel| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => view! { <NewUserForm panel/> }.erased(),
            })
        />
    }
}

#[component]
fn NewUserForm(panel: PanelState) -> impl IntoView {
    let (toaster, people, account) = (toaster(), people(), account());
    let navigate = use_navigate();
    let faults = FormFaults::provide();
    let form = RwSignal::new(UserForm::default());
    let state = RwSignal::new(BY_DEFAULT.to_owned());
    let manager = RwSignal::new(None);
    let (set_now, first, mailing) = (RwSignal::new(false), FirstPassword::new(), Mailing::new());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let default = default_state();
    let becomes_staged = Signal::derive(move || {
        state.with(|state| UserState::parse(state)).or_else(|| default.get()) == Some(UserState::Staged)
    });
    Effect::new(move |_| first.begin());
    // What was wrong is being mended.
    Effect::new(move |_| {
        form.track();
        problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
    });
    Effect::new(move |_| {
        let typed = form.with(|form| *form != UserForm::default());
        panel.unsaved.set(typed || first.typed.with(|typed| !typed.is_empty()));
    });
    let fail = move |wrong: Problem| {
        faults.show(&wrong, FORM);
        problem.set(Some(wrong));
    };
    let save = move || {
        let typed = form.get_untracked();
        if busy.get_untracked() || account.refusal(Operation::CreateUser).is_some() {
            return;
        }
        problem.set(None);
        if let Err(wrong) = typed.parse() {
            fail(wrong.into());
            return;
        }
        busy.set(true);
        let (name, navigate) = (typed.name(), navigate.clone());
        let user = NewUser {
            form: typed,
            state: state.with_untracked(|state| UserState::parse(state)),
            password: set_now.get_untracked().then(|| first.chosen()),
            notify: if becomes_staged.get_untracked() { Notify::Nobody } else { mailing.notify() },
        };
        spawn_local(async move {
            let answer = api::users::create_user(user).await;
            busy.set(false);
            match answer {
                Err(wrong) => fail(wrong),
                Ok(id) => {
                    panel.leave();
                    people.changed();
                    toaster.done_with(format!("Added {name}"), "Open", move || {
                        navigate(&places::user(id), NavigateOptions::default());
                    });
                }
            }
        });
    };
    view! {
        <div class="panel-main">
            <div class="panel-body">
                <form
                    id=FORM
                    class="panel-content"
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        save();
                    }
                >
                    {move || view! { <State state default=default.get()/> }}
                    <UserFields form manager/>
                    <WayIn form staged=becomes_staged set_now first mailing problem/>
                </form>
            </div>
        </div>
        {foot(panel, FORM, (busy, problem), TITLE)}
    }
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
        view! { <MailingChoice mailing legend default single=true dispensable=true problem/> }.erased()
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
