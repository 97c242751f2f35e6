//! The dialog of actions on users: the confirmation, the action, and its outcome.

use leptos::{prelude::*, task::spawn_local};
use model::list::grouped;
use model::user::{Action, Notify, Outcome, Selection, User, UserRow, UserState};
use model::{ErrorCode, Id, Problem};

use super::DELETED;
use super::action::{Undo, destroys, refused_for};
use super::copy::{self, counted, whom};
use super::mailing::{FirstEmail, Mailing, MailingChoice};
use crate::admin::confirmation::Confirmation;
use crate::admin::outcomes::{Line, Refusals, RefusalsDialog, lines};
use crate::admin::reauthentication::{Reauthentication, reauthentication};
use crate::admin::user_stats::{UserStats, user_stats};
use crate::api::users as api;
use crate::kit::{ConfirmDialog, Entry, Erase, Notice, Toaster, Tone, lower, toaster};
use crate::viewer::{Account, account};

/// Somebody whom an action may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionTarget {
    pub id: Id,
    pub name: String,
    pub state: UserState,
    pub deleted: bool,
}

impl From<&UserRow> for ActionTarget {
    fn from(row: &UserRow) -> Self {
        Self { id: row.id, name: row.name(), state: row.state, deleted: row.deleted.is_some() }
    }
}

impl From<&User> for ActionTarget {
    fn from(user: &User) -> Self {
        Self { id: user.id, name: user.name(), state: user.state, deleted: user.deleted.is_some() }
    }
}

impl ActionTarget {
    fn state_label(&self) -> &'static str {
        if self.deleted { DELETED } else { self.state.label() }
    }
}

/// The state of the dialog; one for a screen.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    asked: RwSignal<Option<(Action, Vec<ActionTarget>)>>,
    confirmation: Confirmation,
    mailing: Mailing,
    /// The one user whom it is about, once that is known in full.
    single: RwSignal<Option<User>>,
    refusals: Refusals,
}

impl Actions {
    pub fn new() -> Self {
        Self {
            asked: RwSignal::new(None),
            confirmation: Confirmation::new(),
            mailing: Mailing::new(),
            single: RwSignal::new(None),
            refusals: Refusals::new(),
        }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, mut whom: Vec<ActionTarget>) {
        // In whichever order they were selected, they are looked for by name.
        whom.sort_by_cached_key(|one| lower(&one.name));
        self.mailing.reset();
        self.single.set(None);
        self.asked.set(Some((action, whom)));
        self.confirmation.begin();
        let (able, _) = untrack(|| self.split());
        if let (Action::Activate, [one]) = (action, able.as_slice()) {
            self.get_to_know(one.id);
        }
    }

    /// Which email somebody gets, and where, follows from what the list may not show.
    fn get_to_know(self, id: Id) {
        spawn_local(async move {
            if let Ok(user) = api::read_user(id).await {
                drop(self.single.try_set(Some(user)));
            }
        });
    }

    /// The action as an entry of a menu.
    pub fn entry(
        self,
        action: Action,
        label: &str,
        whom: impl Fn() -> Vec<ActionTarget> + Send + Sync + 'static,
    ) -> Entry {
        let press = Callback::new(move |()| self.ask(action, whom()));
        let entry =
            Entry::press(copy::icon(action), label, press).unless(account().refusal(action.operation()));
        if destroys(action) { entry.danger() } else { entry }
    }

    /// Why one's role allows none of these; `None` when it allows any.
    pub fn refusal(actions: &[Action]) -> Option<String> {
        let account = account();
        let refusals: Option<Vec<_>> =
            actions.iter().map(|action| account.refusal(action.operation())).collect();
        refusals?.into_iter().next()
    }

    fn action(self) -> Option<Action> {
        self.asked.with(|asked| asked.as_ref().map(|(action, _)| *action))
    }

    /// Those whom the action can be done to, and those whom it leaves out, with the reason.
    fn split(self) -> (Vec<ActionTarget>, Vec<(ActionTarget, &'static str)>) {
        let mut parts = (vec![], vec![]);
        self.asked.with(|asked| {
            let Some((action, all)) = asked else { return };
            for one in all {
                match refused_for(*action, one.state) {
                    None => parts.0.push(one.clone()),
                    Some(why) => parts.1.push((one.clone(), why)),
                }
            }
        });
        parts
    }

    /// The verb and whom: "Suspend 3 users".
    fn title(self) -> String {
        let (able, _) = self.split();
        let names: Vec<_> = able.iter().map(|one| one.name.as_str()).collect();
        self.action().map_or_else(String::new, |action| copy::title(action, &whom(&names)))
    }
}

/// The dialogs of [`Actions`]. `on_done` hears whom something was done to.
#[component]
pub(super) fn ActionDialog(actions: Actions, on_done: Callback<(Action, Vec<Id>)>) -> impl IntoView {
    let (toaster, stats, reauthentication, account) =
        (toaster(), user_stats(), reauthentication(), account());
    let confirm = Callback::new(move |()| {
        let Some(action) = untrack(|| actions.action()) else { return };
        let (able, _) = untrack(|| actions.split());
        let ids = able.iter().map(|one| one.id).collect();
        actions.confirmation.go(perform(action, actions.mailing.notify(), ids), move |outcomes| {
            let done = tell(actions, action, &able, outcomes, (toaster, stats, reauthentication), account);
            stats.changed();
            on_done.run((action, done));
        });
    });
    // Whoever is an administrator, too, is given back or taken away only by who is it.
    actions.confirmation.settling(move |problem| reauthentication.asks(&problem, move || confirm.run(())));
    let nobody =
        move || actions.split().0.is_empty().then(|| "There is nobody to whom this can be done.".to_owned());
    let title = Signal::derive(move || actions.title());
    // What is told at its field is not told twice.
    let problem = move || actions.confirmation.problem.get().filter(|problem| problem.faults.is_empty());
    view! {
        <ConfirmDialog
            open=actions.confirmation.open
            title
            verb=title
            danger=Signal::derive(move || actions.action().is_some_and(destroys))
            disabled_because=Signal::derive(nobody)
            busy=actions.confirmation.busy
            problem=Signal::derive(problem)
            on_confirm=confirm
        >
            {move || question(actions)}
        </ConfirmDialog>
        <RefusalsDialog refusals=actions.refusals counted faces=true/>
    }
}

async fn perform(action: Action, notify: Notify, ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    match action {
        Action::Activate => api::activate_users(Selection::These(ids), notify).await,
        Action::Suspend => api::suspend_users(Selection::These(ids)).await,
        Action::Delete => api::delete_users(Selection::These(ids)).await,
        Action::Restore => api::restore_users(ids).await,
        Action::Purge => api::purge_users(ids).await,
        // Only a user's panel offers these, with dialogs of their own.
        Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::RequireMfa
        | Action::RemoveMfa => Ok(vec![]),
    }
}

/// What suspending costs who is Staged.
const NO_WAY_BACK: &str = " Whoever is Staged now cannot become Staged again.";

/// What will happen, to whom, and who is left out.
fn question(actions: Actions) -> AnyView {
    let (able, left) = actions.split();
    let effect = actions.action().map_or("", copy::effect);
    let total = able.len() + left.len();
    let (first, others) = (left.first().cloned(), left.len().saturating_sub(1));
    let left = first.map(|(one, why)| {
        let verb = if others == 0 { "is" } else { "are" };
        let who = if others == 0 { one.name } else { format!("{} and {} more", one.name, grouped(others as u64)) };
        view! {
            <Notice tone=Tone::Waiting>
                <strong>{format!("{} of {} selected {verb} left out: ", grouped(others as u64 + 1), grouped(total as u64))}</strong>
                {format!("{who} {verb} {why}.")}
            </Notice>
        }
    });
    let mailing = (actions.action() == Some(Action::Activate) && !able.is_empty()).then(|| {
        let single = able.len() == 1;
        let known = actions.single.get().filter(|user| able.iter().any(|one| one.id == user.id));
        let email = known.map_or_else(|| FirstEmail::unknown(single), |user| FirstEmail::of(&user));
        let choice = email.default.map(|default| {
            view! {
                <MailingChoice mailing=actions.mailing default single dispensable=true problem=actions.confirmation.problem/>
            }
        });
        view! { {email.note.map(|note| view! { <p>{note}</p> })} {choice} }
    });
    let line = |one: ActionTarget| {
        let aside = one.state_label().to_owned();
        Line { face: Some(one.id), name: one.name, aside }
    };
    let staged = able.iter().any(|one| one.state == UserState::Staged);
    let no_way_back = (actions.action() == Some(Action::Suspend) && staged).then_some(NO_WAY_BACK);
    view! {
        <p>{effect} {no_way_back}</p>
        {lines(able.into_iter().map(line))}
        {left}
        {mailing}
    }
    .erased()
}

/// Tells what became of it; answers with whom it was done to.
fn tell(
    actions: Actions,
    action: Action,
    before: &[ActionTarget],
    outcomes: Vec<Outcome>,
    (toaster, stats, reauthentication): (Toaster, UserStats, Reauthentication),
    account: Account,
) -> Vec<Id> {
    let done = actions.refusals.tell(outcomes);
    if !done.is_empty() {
        let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
        let text = copy::done(action, &whom(&names), account);
        let undo = |outcome: &Outcome| {
            let before = before.iter().find(|one| one.id == outcome.id)?;
            Undo::of(action, before.state).map(|undo| (undo, before.id))
        };
        let undone: Vec<_> = done.iter().filter_map(undo).collect();
        if let Some((undo, _)) = undone.first() {
            let (undo, ids) = (*undo, undone.iter().map(|(_, id)| *id).collect::<Vec<_>>());
            let press = move || take_back(undo, ids.clone(), (toaster, stats, reauthentication));
            toaster.done_with(text, "Undo", press);
        } else {
            toaster.done(text);
        }
    }
    done.into_iter().map(|outcome| outcome.id).collect()
}

/// Whoever is an administrator, too, gets their access back only from who proves to be it, here as well.
fn take_back(
    undo: Undo,
    ids: Vec<Id>,
    (toaster, stats, reauthentication): (Toaster, UserStats, Reauthentication),
) {
    let asked = ids.clone();
    let again = move || take_back(undo, asked.clone(), (toaster, stats, reauthentication));
    spawn_local(async move {
        let answer = match undo {
            Undo::Activate => api::activate_users(Selection::These(ids), Notify::Nobody).await,
            Undo::Suspend => api::suspend_users(Selection::These(ids)).await,
            Undo::Restore => api::restore_users(ids).await,
        };
        match answer {
            Err(problem) if reauthentication.asks(&problem, again) => return,
            Err(problem) => toaster.wrong(problem),
            Ok(outcomes) => tell_undone(toaster, undo, &outcomes),
        }
        stats.changed();
    });
}

fn tell_undone(toaster: Toaster, undo: Undo, outcomes: &[Outcome]) {
    let refused = outcomes.iter().find_map(|outcome| Some((&outcome.name, outcome.refused.as_ref()?)));
    if let Some((name, why)) = refused {
        toaster.wrong(Problem::new(ErrorCode::Conflict, format!("{name}: {why}")));
        return;
    }
    let names: Vec<_> = outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    toaster.done(format!("{}: {}", undo.done(), whom(&names)));
}
