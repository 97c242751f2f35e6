//! What is done to more users than a page holds: all that match, or many that were chosen. It goes on as a job.

use std::sync::Arc;
use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::job::{BulkAction, NewJob};
use model::list::grouped;
use model::user::{Action, Notify, SELECTION_MAX, Selection};
use model::{Count, Id, ListQuery};

use super::action::{ActionTarget, destroys};
use super::copy;
use crate::admin::questions::{Done, Question, Questions, doing, questions};
use crate::admin::user_stats::{UserStats, user_stats};
use crate::api::jobs as api;
use crate::kit::{Checkbox, Entry, Erase, Selected, toaster};
use crate::routes;
use crate::viewer::account;

/// How often a job that was started here is asked about.
const EVERY: Duration = Duration::from_secs(2);

/// All that a list matches, and what is asked about them.
#[derive(Clone, Copy)]
pub(super) struct Many {
    /// The list whose every row is selected.
    all: RwSignal<Option<(ListQuery, Count)>>,
    questions: Questions,
    /// Goes to an address of the portal.
    go: Callback<String>,
}

impl Many {
    pub fn new() -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
        Self { all: RwSignal::new(None), questions: questions(), go }
    }

    /// Selects all that match, whatever page they stand on.
    pub fn select(self, query: ListQuery, total: Count) {
        self.all.set(Some((query.from_start(), total)));
    }

    pub fn unselect(self) {
        self.all.set(None);
    }

    pub fn is_all(self) -> bool {
        self.all.with(Option::is_some)
    }

    /// How many they are.
    pub fn counted(self) -> String {
        self.all.with(|all| all.as_ref().map(|(_, total)| total.to_string()).unwrap_or_default())
    }

    /// That all are selected, and the way to let them go.
    pub fn note(self, selected: Selected<ActionTarget>) -> Option<AnyView> {
        let text = format!("All {} that match are selected", self.counted());
        let clear = move |_| {
            self.unselect();
            selected.clear();
        };
        self.is_all().then(|| {
            view! {
                <span class="selection">
                    <span role="status">{text}</span>
                    <button r#type="button" class="link" on:click=clear>"Clear"</button>
                </span>
            }
            .erased()
        })
    }

    /// Whom a job would be about, if they are more than a page holds; and how many.
    pub fn chosen(self, selected: Selected<ActionTarget>) -> Option<(Selection, String)> {
        if let Some((query, total)) = self.all.get() {
            return Some((Selection::Matching(query), total.to_string()));
        }
        let count = selected.count();
        (count > SELECTION_MAX).then(|| {
            let ids = selected.all().into_iter().map(|one| one.id).collect();
            (Selection::These(ids), grouped(count as u64))
        })
    }

    /// The action as an entry of a menu.
    pub fn entry(self, action: Action, label: &str, selected: Selected<ActionTarget>) -> Entry {
        let press = Callback::new(move |()| self.ask(action, selected));
        let alone = BulkAction::of(action, &Notify::Nobody).is_none();
        let refusal = account().refusal(action.operation());
        let refusal = refusal.or_else(|| alone.then(|| format!("At most {SELECTION_MAX} at once.")));
        let entry = Entry::press(copy::icon(action), label, press).unless(refusal);
        if destroys(action) { entry.danger() } else { entry }
    }

    fn ask(self, action: Action, selected: Selected<ActionTarget>) {
        let Some((selection, count)) = untrack(|| self.chosen(selected)) else { return };
        let Some(bulk) = BulkAction::of(action, &Notify::Default) else { return };
        let job = NewJob { action: bulk, selection };
        self.questions.ask(move || self.question(action, job, &count, selected));
    }

    /// Asks whether to start the job.
    fn question(
        self,
        action: Action,
        job: NewJob,
        count: &str,
        selected: Selected<ActionTarget>,
    ) -> Question {
        let (email, toaster, stats, go) = (RwSignal::new(true), toaster(), user_stats(), self.go);
        let title = copy::title(action, &format!("{count} users"));
        let started = format!("Started: {title}");
        let start = move || {
            let (mut job, started) = (job.clone(), started.clone());
            if let BulkAction::Activate { email: sends } = &mut job.action {
                *sends = email.get_untracked();
            }
            async move {
                let id = api::start_job(job).await?;
                follow(id, stats);
                // The toast says where it is to be found.
                toaster.done_with(started, "Open", move || {
                    // One may have left the portal's screens by then.
                    if go.try_run(routes::job(id)).is_none() {
                        spawn_local(async move { drop(window().location().assign(&routes::job(id))) });
                    }
                });
                Ok(Done::to_all(String::new()))
            }
        };
        Question {
            verb: title.clone(),
            title,
            danger: destroys(action),
            idle: Signal::stored(None),
            body: (move || body(action, email)).into(),
            fields: &[],
            perform: doing(start),
            counted: copy::counted,
            people: true,
            then: Arc::new(move |_| {
                self.unselect();
                selected.clear();
            }),
        }
    }
}

/// Lists load again once the job has ended. A page that nobody sees does not ask.
fn follow(job: Id, stats: UserStats) {
    let look = move || {
        if document().hidden() {
            return follow(job, stats);
        }
        spawn_local(async move {
            let found = api::job_progress(vec![job]).await.unwrap_or_default();
            if found.iter().any(|job| job.row.state.goes_on()) {
                follow(job, stats);
            } else {
                stats.changed();
            }
        });
    };
    set_timeout(look, EVERY);
}

fn body(action: Action, email: RwSignal<bool>) -> AnyView {
    let email = (action == Action::Activate).then(|| {
        view! {
            <Checkbox
                label="Send each the email that fits"
                checked=email
                on_change=move |on| email.set(on)
            />
        }
    });
    view! {
        <p>{copy::effect(action)}</p>
        <p>
            "This runs as a job, which says for each user what happened. Users to whom it cannot be done are left out, and \
             so are users who are also administrators."
        </p>
        {email}
    }
    .erased()
}
