//! The form for a new user.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::user::{NewUser, USERS, UserForm, UserState};
use model::{Operation, Problem};

use super::form::UserFields;
use crate::admin::{Refused, people::people};
use crate::kit::{
    Button, Erase, FormFaults, ListState, Look, Notice, Panel, PanelState, ProblemText, RadioGroup, Tone,
    announcer, toaster,
};
use crate::viewer::account;
use crate::{api, places};

const TITLE: &str = "Add user";
const LABEL: &str = "new-user";
const FORM: &str = "new-user-form";

/// The value of the choice that leaves the state to the organization's settings.
const BY_DEFAULT: &str = "default";

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
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| panel.unsaved.set(form.with(|form| *form != UserForm::default())));
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
        let user = NewUser { form: typed, state: state.with_untracked(|state| UserState::parse(state)) };
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
    let states = [UserState::Activated, UserState::Staged]
        .map(|state| (state.as_str().to_owned(), state.label().to_owned()));
    let states =
        std::iter::once((BY_DEFAULT.to_owned(), "By the organization’s default".to_owned())).chain(states);
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
                    <RadioGroup
                        legend="State"
                        options=states.collect()
                        value=state
                        on_change=move |chosen| state.set(chosen)
                    />
                    <UserFields form manager/>
                </form>
            </div>
        </div>
        {move || problem.get().map(|problem| view! {
            <div class="panel-notice"><Notice tone=Tone::Bad><ProblemText problem/></Notice></div>
        })}
        <footer class="panel-foot">
            <div class="end">
                <Button on_press=move || panel.close()>"Cancel"</Button>
                <Button
                    look=Look::Primary
                    submit=true
                    form=FORM
                    busy
                    disabled_because=Signal::derive(move || account.refusal(Operation::CreateUser))
                >
                    {TITLE}
                </Button>
            </div>
        </footer>
    }
}
