//! The form for a new custom role: the role that it begins from, and then what it allows.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::role::CustomRoleForm;
use model::{DefaultRole, Operation, Problem};

use super::fields::Field;
use crate::admin::{Refused, adding::foot, people::people};
use crate::kit::{Erase, FormFaults, Panel, PanelState, SelectField, Show, announcer, toaster};
use crate::viewer::account;
use crate::{api, places};

const TITLE: &str = "Add custom role";
const LABEL: &str = "new-role";
const FORM: &str = "new-role-form";

#[component]
pub(super) fn NewCustomRolePanel() -> impl IntoView {
    let announcer = announcer();
    Effect::new(move |_| announcer.say(TITLE));
    let refusal = untrack(|| account().refusal(Operation::CreateRole));
    let head = move || {
        view! {
            <div class="names">
                <h2 id=LABEL>{TITLE}</h2>
                <p>"Begins as a role that you know, and then allows what you choose."</p>
            </div>
        }
    };
    view! {
        <Title text=TITLE/>
        <Panel
            labelled_by=LABEL
            within=places::NEW_CUSTOM_ROLE.to_owned()
            back_to=Signal::stored(places::CUSTOM_ROLES.to_owned())
            head=head.into()
            body=Box::new(move |panel| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => view! { <NewForm panel/> }.erased(),
            })
        />
    }
    .erased()
}

/// What is typed, and sending it.
#[derive(Clone, Copy)]
struct Adding {
    /// The role that it begins from, once one is chosen.
    from: RwSignal<Option<DefaultRole>>,
    form: RwSignal<CustomRoleForm>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
}

impl Adding {
    fn begin(panel: PanelState) -> Self {
        let form = RwSignal::new(CustomRoleForm::from_template(DefaultRole::ReadOnly));
        let (from, problem) = (RwSignal::new(None), RwSignal::new(None::<Problem>));
        Effect::new(move |_| {
            let typed = form.with(|form| !form.name.is_empty() || !form.description.is_empty());
            panel.unsaved.set(typed || from.with(Option::is_some));
            // What was wrong is being mended.
            problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
        });
        Self { from, form, busy: RwSignal::new(false), problem, faults: FormFaults::provide() }
    }

    /// Begins anew from another role; what it is called stays.
    fn choose(self, from: Option<DefaultRole>) {
        self.from.set(from);
        if let Some(template) = from {
            let CustomRoleForm { scopes, .. } = CustomRoleForm::from_template(template);
            self.form.update(|form| (form.template, form.scopes) = (template, scopes));
        }
    }

    fn check(self, form: &CustomRoleForm) -> Result<(), Problem> {
        if self.from.with_untracked(Option::is_none) {
            return Err(Problem::at("template", "Choose the role to begin from."));
        }
        form.parse().map(drop).map_err(Problem::from)
    }

    fn fail(self, problem: Problem) {
        self.faults.show(&problem, FORM);
        self.problem.set(Some(problem));
    }
}

#[component]
fn NewForm(panel: PanelState) -> impl IntoView {
    let (toaster, people, navigate) = (toaster(), people(), use_navigate());
    let adding = Adding::begin(panel);
    let send = move || {
        let form = adding.form.get_untracked();
        if adding.busy.get_untracked() {
            return;
        }
        adding.problem.set(None);
        adding.faults.clear();
        if let Err(problem) = adding.check(&form) {
            adding.fail(problem);
            return;
        }
        adding.busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let name = form.name.trim().to_owned();
            let answer = api::roles::create_role(form).await;
            adding.busy.set(false);
            match answer {
                Err(problem) => adding.fail(problem),
                Ok(id) => {
                    panel.leave();
                    people.changed();
                    toaster.done_with(format!("Added the role {name}"), "Open", move || {
                        navigate(&places::custom_role(id), NavigateOptions::default());
                    });
                }
            }
        });
    };
    let field = Field { form: adding.form, readonly: Signal::stored(false) };
    view! {
        <div class="panel-body">
            <form
                id=FORM
                class="panel-content"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                <div class="role-form">
                    <div class="role-fields">
                        {template(adding)}
                        <Show when=move || adding.from.with(Option::is_some)>
                            {field.names()}
                            {field.areas()}
                        </Show>
                    </div>
                    <div class="role-side">
                        <Show when=move || adding.from.with(Option::is_some)>{field.summary()}</Show>
                    </div>
                </div>
            </form>
        </div>
        {foot(panel, FORM, (adding.busy, adding.problem), "Add custom role")}
    }
    .erased()
}

/// Which role it begins from, with what that one is for.
fn template(adding: Adding) -> AnyView {
    let choices = DefaultRole::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    let options: Vec<_> = [(String::new(), "Choose…".to_owned())].into_iter().chain(choices).collect();
    let says = move || adding.from.get().map(|role| view! { <p class="role-says">{role.description()}</p> });
    let value = move || adding.from.get().map_or_else(String::new, |role| role.to_string());
    view! {
        <div>
            <SelectField
                label="Begin from"
                name="template"
                required=true
                hint="Choosing another one sets every area anew."
                options=Signal::stored(options)
                value=Signal::derive(value)
                on_change=move |name: String| adding.choose(name.parse().ok())
            />
            <div role="status">{says}</div>
        </div>
    }
    .erased()
}
