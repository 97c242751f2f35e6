//! The question about an action on users: whom it is done to and who is left out, what there is to choose, the
//! action itself, and what takes it back. It is loaded when it is first asked.

use std::sync::Arc;
use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::job::{BulkAction, NewJob};
use model::user::{Action, Notify, Outcome, Selection, User};
use model::{ErrorCode, Id, Problem};

use super::action::{ActionTarget, OnDone, Undo, Whom, destroys};
use super::action_choices::{Choices, choices};
use super::action_preview::{Preview, preview};
use super::copy::{self, counted, whom};
use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::{Doing, Done, Question, doing, done_and_refused, questions};
use crate::admin::reason::reason_field;
use crate::admin::user_stats::{UserStats, user_stats};
use crate::api::{groups, jobs, user_access, users as api};
use crate::kit::{Erase, TextField, Toaster, toaster};
use crate::routes;
use crate::viewer::{Account, account};

/// How often a job that was started here is asked about.
const EVERY: Duration = Duration::from_secs(2);

/// What a question needs of the screen that asks it.
#[derive(Clone)]
pub(super) struct Asked {
    pub action: Action,
    pub whom: Whom,
    pub on_done: OnDone,
    /// Goes to an address of the portal.
    pub go: Callback<String>,
}

/// Makes the question.
#[lazy]
pub(super) fn action_question(asked: Asked) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || question(asked))
}

fn question(asked: Asked) -> Question {
    let Asked { action, whom, on_done, .. } = asked.clone();
    match action {
        Action::Restore | Action::Purge => of_deleted(action, whom, on_done),
        Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::RequireMfa
        | Action::RemoveMfa
        | Action::AddToGroup
        | Action::Delete => of_users(asked),
    }
}

/// Of those who are not deleted, of whom the server says to whom it can be done.
fn of_users(asked: Asked) -> Question {
    let Asked { action, whom, on_done, go } = asked;
    let chosen = Choices::new(action);
    let known = RwSignal::new(None);
    if let (Action::Activate | Action::ScheduleActivation, Some(one)) = (action, whom.single()) {
        get_to_know(one.id, known);
    }
    let found = Preview::of(whom.selection(), move || chosen.bulk(action));
    Effect::new(move |_| chosen.when.resolved.set(found.time()));
    let (single, selected) = (whom.single().map(|one| one.name.clone()), whom.named());
    let (is_single, needs_job) = (single.is_some(), whom.needs_job());
    let title = Signal::derive(move || {
        let able = found.able().filter(|able| *able > 0).map(copy::many);
        let named = single.clone().or(able).unwrap_or_else(|| selected.clone());
        copy::title(chosen.action(action), &named)
    });
    let (typed, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let fault = questions().fault("reason");
    let confirms = needs_job && matches!(action, Action::Suspend | Action::Delete);
    let unconfirmed = move || {
        let able = found.able().filter(|_| confirms)?;
        let said = typed.with(|typed| typed.replace([',', ' '], "") == able.to_string());
        (!said).then(|| format!("Type {able} to confirm."))
    };
    let body = move || {
        let job = needs_job.then(|| {
            view! { <p class="muted">"This runs as a job, which says for each user what happened."</p> }
        });
        view! {
            <p>{move || copy::effect(chosen.action(action))}</p>
            {choices(action, chosen, is_single, known)}
            {move || chosen.complete(action).then(|| preview(action, found))}
            {job}
            {needs_job.then(|| reason_field(reason, fault))}
            {confirms.then(|| confirm_field(found, typed))}
        }
        .erased()
    };
    let doer = Doer {
        action,
        whom,
        chosen,
        title,
        reason,
        account: account(),
        toaster: toaster(),
        stats: user_stats(),
        go,
    };
    Question {
        title,
        verb: title,
        danger: destroys(action),
        idle: Signal::derive(move || chosen.trouble(action).or_else(|| found.idle()).or_else(unconfirmed)),
        body: body.into(),
        fields: &["email", "days", "date", "time", "zone", "reason"],
        perform: doing(move || doer.clone().perform()),
        counted,
        people: true,
        then: Arc::new(move |any| on_done(action, any)),
    }
}

/// Of deleted ones, to each of whom it can be done.
fn of_deleted(action: Action, whom: Whom, on_done: OnDone) -> Question {
    let account = account();
    let title = Signal::stored(copy::title(action, &whom.named()));
    let targets = whom.targets().to_vec();
    let shown = targets.clone();
    let body = move || {
        let line = |one: ActionTarget| {
            let aside = one.state_label().to_owned();
            Line { face: Some(one.id), name: one.name, aside }
        };
        view! { <p>{copy::effect(action)}</p> {lines(shown.clone().into_iter().map(line))} }.erased()
    };
    let perform = move || {
        let ids: Vec<Id> = targets.iter().map(|one| one.id).collect();
        async move {
            let outcomes = match action {
                Action::Restore => api::restore_users(ids).await?,
                Action::Purge => api::purge_users(ids).await?,
                Action::Activate
                | Action::Suspend
                | Action::ScheduleActivation
                | Action::ScheduleSuspension
                | Action::SetPassword
                | Action::SendActivationEmail
                | Action::SendPasswordReset
                | Action::ForcePasswordChange
                | Action::Unlock
                | Action::ResetTotp
                | Action::RequireMfa
                | Action::RemoveMfa
                | Action::AddToGroup
                | Action::Delete => vec![],
            };
            Ok(done_of(action, outcomes, account, &[]))
        }
    };
    Question {
        title,
        verb: title,
        danger: destroys(action),
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted,
        people: true,
        then: Arc::new(move |any| on_done(action, any)),
    }
}

/// The field for the number that confirms an action on very many users.
fn confirm_field(found: Preview, typed: RwSignal<String>) -> AnyView {
    let field = move || {
        let able = found.able().filter(|able| *able > 0)?;
        Some(view! {
            <TextField
                label=format!("Type {able} to confirm")
                name="confirm"
                value=typed
                on_input=move |text| typed.set(text)
                required=true
            />
        })
    };
    field.erased()
}

/// Which email somebody gets, and where, follows from what the list may not show.
fn get_to_know(id: Id, known: RwSignal<Option<User>>) {
    spawn_local(async move {
        if let Ok(user) = api::read_user(id).await {
            drop(known.try_set(Some(user)));
        }
    });
}

/// What came of it, for those to whom it was done and those to whom it was not.
fn done_of(action: Action, outcomes: Vec<Outcome>, account: Account, before: &[ActionTarget]) -> Done {
    let (done, refused) = done_and_refused(outcomes);
    let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
    let text = if done.is_empty() { String::new() } else { copy::done(action, &whom(&names), account) };
    Done { text, undo: undo(action, before, &done), refused }
}

/// Does what was asked about.
#[derive(Clone)]
struct Doer {
    action: Action,
    whom: Whom,
    chosen: Choices,
    title: Signal<String>,
    reason: RwSignal<String>,
    account: Account,
    toaster: Toaster,
    stats: UserStats,
    go: Callback<String>,
}

impl Doer {
    async fn perform(self) -> Result<Done, Problem> {
        let Some(bulk) = untrack(|| self.chosen.bulk(self.action)) else {
            return Ok(Done::to_all(String::new()));
        };
        let action = untrack(|| self.chosen.action(self.action));
        if self.whom.needs_job() {
            return self.start(bulk).await;
        }
        let notify = self.chosen.mailing.notify();
        let group = bulk.group();
        let outcomes = send(bulk, &self.whom, notify).await?;
        let mut done = done_of(action, outcomes.clone(), self.account, self.whom.targets());
        if let Some(group) = group {
            done.undo = Some(leave_again(group, &outcomes));
        }
        Ok(done)
    }

    async fn start(self, action: BulkAction) -> Result<Done, Problem> {
        let Self { whom, title, reason, toaster, stats, go, .. } = self;
        let started = format!("Started: {}", title.get_untracked());
        let id =
            jobs::start_job(NewJob { action, selection: whom.selection(), reason: reason.get_untracked() })
                .await?;
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
}

/// Lists load again once the job has ended. A page that nobody sees does not ask.
fn follow(job: Id, stats: UserStats) {
    let look = move || {
        if document().hidden() {
            return follow(job, stats);
        }
        spawn_local(async move {
            let found = jobs::job_progress(vec![job]).await.unwrap_or_default();
            if found.iter().any(|job| job.row.state.goes_on()) {
                follow(job, stats);
            } else {
                stats.changed();
            }
        });
    };
    set_timeout(look, EVERY);
}

async fn send(action: BulkAction, whom: &Whom, notify: Notify) -> Result<Vec<Outcome>, Problem> {
    let these = whom.selection();
    match action {
        BulkAction::AddToGroup(add) => {
            groups::add_group_members(add, whom.targets().iter().map(|one| one.id).collect()).await
        }
        BulkAction::Activate { .. } => api::activate_users(these, notify).await,
        BulkAction::Suspend => api::suspend_users(these).await,
        BulkAction::Schedule(schedule) => api::schedule_users(these, schedule).await,
        BulkAction::Delete => api::delete_users(these).await,
        BulkAction::Unlock => user_access::unlock_users(these).await,
        BulkAction::ForcePasswordChange => user_access::force_password_change(these).await,
        BulkAction::ChangeMfa(requirement) => user_access::change_mfa(these, requirement).await,
        BulkAction::ResetTotp => user_access::reset_users_totp(these).await,
        BulkAction::SendActivationEmail => user_access::send_activation_email(these, Notify::Default).await,
        BulkAction::SendPasswordReset => user_access::send_password_reset(these).await,
    }
}

/// Takes those out again who were added to a group.
fn leave_again(group: Id, outcomes: &[Outcome]) -> Doing<String> {
    let added = outcomes.iter().filter(|one| one.refused.is_none());
    let ids: Vec<Id> = added.map(|one| one.id).collect();
    doing(move || {
        let ids = ids.clone();
        async move {
            let removed = groups::remove_group_members(group, ids).await?;
            Ok(format!("Removed {} from the group again", counted(removed.len())))
        }
    })
}

/// What takes it back for those for whom anything does.
fn undo(action: Action, before: &[ActionTarget], done: &[Outcome]) -> Option<Doing<String>> {
    let of = |outcome: &Outcome| {
        let before = before.iter().find(|one| one.id == outcome.id)?;
        Undo::of(action, before.state).map(|undo| (undo, before.id))
    };
    let undone: Vec<_> = done.iter().filter_map(of).collect();
    let (undo, _) = *undone.first()?;
    let ids: Vec<_> = undone.into_iter().map(|(_, id)| id).collect();
    Some(doing(move || take_back(undo, ids.clone())))
}

async fn take_back(undo: Undo, ids: Vec<Id>) -> Result<String, Problem> {
    let outcomes = match undo {
        Undo::Activate => api::activate_users(Selection::These(ids), Notify::Nobody).await?,
        Undo::Suspend => api::suspend_users(Selection::These(ids)).await?,
        Undo::Restore => api::restore_users(ids).await?,
    };
    let refused = outcomes.iter().find_map(|outcome| Some((&outcome.name, outcome.refused.as_ref()?)));
    if let Some((name, why)) = refused {
        return Err(Problem::new(ErrorCode::Conflict, format!("{name}: {why}")));
    }
    let names: Vec<_> = outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    Ok(format!("{}: {}", undo.done(), whom(&names)))
}
