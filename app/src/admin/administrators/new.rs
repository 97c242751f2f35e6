//! The form for a new administrator, by themselves or from a user.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::administrator::{ADMINISTRATORS, AdministratorForm};
use model::user::{Person, TextAttribute};
use model::{Operation, Problem};

use super::fields::{Field, section};
use crate::admin::Refused;
use crate::admin::adding::foot;
use crate::admin::people::people;
use crate::admin::proof::{Proof, ProofDialog};
use crate::kit::{Erase, FormFaults, ListState, Panel, PanelState, PersonField, Width, announcer, toaster};
use crate::viewer::account;
use crate::{api, places};

const LABEL: &str = "new-administrator";
const FORM: &str = "new-administrator-form";

/// What a new administrator is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Nobody,
    User,
}

impl Origin {
    const fn title(self) -> &'static str {
        match self {
            Self::Nobody => "Add administrator",
            Self::User => "Add administrator from a user",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Nobody => places::NEW_ADMINISTRATOR,
            Self::User => places::ADMINISTRATOR_FROM_USER,
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Nobody => "Add and invite",
            Self::User => "Add administrator",
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::Nobody => "They get an email with a link to choose a password, good for 7 days.",
            Self::User => "They sign in with their password and second factor as a user, at once.",
        }
    }
}

#[component]
pub(super) fn NewAdministratorPanel(from: Origin) -> impl IntoView {
    let list = ListState::new(places::ADMINISTRATORS, ADMINISTRATORS.default_sort);
    let announcer = announcer();
    Effect::new(move |_| announcer.say(from.title()));
    let refusal = untrack(|| account().refusal(Operation::CreateAdministrator));
    let may = refusal.is_none();
    let head = move || {
        view! {
            <div class="names">
                <h2 id=LABEL>{from.title()}</h2>
                {may.then(|| view! { <p>{from.says()}</p> })}
            </div>
        }
    };
    view! {
        <Title text=from.title()/>
        <Panel
            labelled_by=LABEL
            width=Width::Narrow
            within=from.path().to_owned()
            back_to=Signal::derive(move || list.over(places::ADMINISTRATORS))
            head=head.into()
            body=Box::new(move |panel| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => view! { <NewForm from panel/> }.erased(),
            })
        />
    }
    .erased()
}

/// What is typed, and sending it.
#[derive(Clone, Copy)]
struct Adding {
    from: Origin,
    form: RwSignal<AdministratorForm>,
    user: RwSignal<Option<Person>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
    proof: Proof,
}

impl Adding {
    fn begin(from: Origin, panel: PanelState) -> Self {
        let (form, user) = (RwSignal::new(AdministratorForm::default()), RwSignal::new(None));
        let problem = RwSignal::new(None::<Problem>);
        Effect::new(move |_| {
            let typed = form.with(|form| *form != AdministratorForm::default());
            panel.unsaved.set(typed || user.with(Option::is_some));
            // What was wrong is being mended.
            problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
        });
        let faults = FormFaults::provide();
        Self { from, form, user, busy: RwSignal::new(false), problem, faults, proof: Proof::new() }
    }

    fn fail(self, problem: Problem) {
        self.faults.show(&problem, FORM);
        self.problem.set(Some(problem));
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
        self.faults.clear();
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
}

#[component]
fn NewForm(from: Origin, panel: PanelState) -> impl IntoView {
    let (toaster, people) = (toaster(), people());
    let navigate = use_navigate();
    let adding = Adding::begin(from, panel);
    let save = StoredValue::new(None::<Callback<()>>);
    let send = Callback::new(move |()| {
        let form = adding.form.get_untracked();
        if adding.busy.get_untracked() {
            return;
        }
        adding.problem.set(None);
        if let Err(problem) = adding.check(&form) {
            adding.fail(problem);
            return;
        }
        adding.busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let user = adding.user.with_untracked(|user| user.as_ref().map(|user| user.id));
            let name = format!("{} {}", form.first_name.trim(), form.last_name.trim());
            let answer = api::administrators::create_administrator(form, user).await;
            adding.busy.set(false);
            match answer {
                Err(problem) if adding.proof.asks(&problem, move || again(save)) => {}
                Err(problem) => adding.fail(problem),
                Ok(id) => {
                    panel.leave();
                    people.changed();
                    let text = match from {
                        Origin::Nobody => format!("Invited {name}"),
                        Origin::User => format!("{name} is an administrator now"),
                    };
                    toaster.done_with(text, "Open", move || {
                        navigate(&places::administrator(id), NavigateOptions::default());
                    });
                }
            }
        });
    });
    save.set_value(Some(send));
    let field = Field { form: adding.form, readonly: Signal::stored(false) };
    let who = match from {
        Origin::Nobody => view! { {field.names()} {field.email(None)} }.erased(),
        Origin::User => view! {
            <PersonField
                label="User"
                name="user"
                required=true
                value=adding.user
                on_change=move |person| adding.choose(person)
            />
            <p class="muted">
                "They must be Active, with a password that is good, and with a second factor. Their email is the user’s."
            </p>
            {field.names()}
        }
        .erased(),
    };
    view! {
        <div class="panel-body">
            <form
                id=FORM
                class="panel-content"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    send.run(());
                }
            >
                {section("Details", who)}
                {section("Permissions", view! { {field.role(None, None)} {field.api_access(None)} {field.mfa()} }.erased())}
                {section("Emails", field.whats_new())}
            </form>
        </div>
        {foot(panel, FORM, (adding.busy, adding.problem), from.verb())}
        <ProofDialog proof=adding.proof/>
    }
    .erased()
}

/// Sends it once more, now that the password was proven.
fn again(save: StoredValue<Option<Callback<()>>>) {
    if let Some(send) = save.get_value() {
        send.run(());
    }
}
