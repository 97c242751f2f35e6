//! What is done to more users than a page holds: all that match, or many that were chosen. It goes on as a job.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::job::{BulkAction, NewJob};
use model::list::grouped;
use model::user::{Action, Notify, SELECTION_MAX, Selection};
use model::{Count, ListQuery};

use super::action::destroys;
use super::action_dialog::ActionTarget;
use super::copy;
use super::screen::UserList;
use crate::admin::confirmation::Confirmation;
use crate::admin::user_stats::user_stats;
use crate::api::jobs as api;
use crate::kit::{Checkbox, ConfirmDialog, Entry, Erase, Selected, toaster};
use crate::routes;
use crate::viewer::account;

/// All that a list matches, and what is asked about them.
#[derive(Clone, Copy)]
pub(super) struct Many {
    /// The list whose every row is selected.
    all: RwSignal<Option<(ListQuery, Count)>>,
    asked: RwSignal<Option<(Action, NewJob, String)>>,
    email: RwSignal<bool>,
    confirmation: Confirmation,
}

impl Many {
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(None),
            asked: RwSignal::new(None),
            email: RwSignal::new(true),
            confirmation: Confirmation::new(),
        }
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
    pub fn note(self, users: UserList) -> Option<AnyView> {
        let text = format!("All {} that match are selected", self.counted());
        let clear = move |_| {
            self.unselect();
            users.selected.clear();
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
    pub fn entry(self, action: Action, label: &str, users: UserList) -> Entry {
        let press = Callback::new(move |()| self.ask(action, users));
        let alone = BulkAction::of(action, &Notify::Nobody).is_none();
        let refusal = account().refusal(action.operation());
        let refusal = refusal.or_else(|| alone.then(|| format!("At most {SELECTION_MAX} at once.")));
        let entry = Entry::press(copy::icon(action), label, press).unless(refusal);
        if destroys(action) { entry.danger() } else { entry }
    }

    fn ask(self, action: Action, users: UserList) {
        let Some((selection, count)) = untrack(|| self.chosen(users.selected)) else { return };
        let Some(bulk) = BulkAction::of(action, &Notify::Default) else { return };
        self.asked.set(Some((action, NewJob { action: bulk, selection }, count)));
        self.confirmation.begin();
    }

    fn title(self) -> String {
        self.asked.with(|asked| {
            asked.as_ref().map_or_else(String::new, |(action, _, count)| {
                copy::title(*action, &format!("{count} users"))
            })
        })
    }

    fn job(self) -> Option<NewJob> {
        let (_, mut job, _) = self.asked.get_untracked()?;
        if let BulkAction::Activate { email } = &mut job.action {
            *email = self.email.get_untracked();
        }
        Some(job)
    }
}

/// Asks whether to start the job, and tells where it is to be found.
#[component]
pub(super) fn ManyDialog(users: UserList) -> impl IntoView {
    let many = users.many;
    let (toaster, stats, navigate) = (toaster(), user_stats(), use_navigate());
    let open = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let confirm = Callback::new(move |()| {
        let Some(job) = many.job() else { return };
        let title = untrack(|| many.title());
        many.confirmation.go(api::start_job(job), move |id| {
            many.unselect();
            users.selected.clear();
            stats.changed();
            toaster.done_with(format!("Started: {title}"), "Open", move || {
                // One may have left the portal's screens by then.
                if open.try_run(routes::job(id)).is_none() {
                    spawn_local(async move { drop(window().location().assign(&routes::job(id))) });
                }
            });
        });
    });
    let title = Signal::derive(move || many.title());
    let danger =
        move || many.asked.with(|asked| asked.as_ref().is_some_and(|(action, _, _)| destroys(*action)));
    view! {
        <ConfirmDialog
            open=many.confirmation.open
            title
            verb=title
            danger=Signal::derive(danger)
            busy=many.confirmation.busy
            problem=many.confirmation.problem
            on_confirm=confirm
        >
            {move || question(many)}
        </ConfirmDialog>
    }
    .erased()
}

fn question(many: Many) -> AnyView {
    let action = many.asked.with(|asked| asked.as_ref().map(|(action, _, _)| *action));
    let email = (action == Some(Action::Activate)).then(|| {
        view! {
            <Checkbox
                label="Send each the email that fits"
                checked=many.email
                on_change=move |on| many.email.set(on)
            />
        }
    });
    view! {
        <p>{action.map_or("", copy::effect)}</p>
        <p>
            "It goes on by itself as a job, which says for each what happened. Whoever it cannot be done to is left out, and so are \
             those who are administrators, too."
        </p>
        {email}
    }
    .erased()
}
