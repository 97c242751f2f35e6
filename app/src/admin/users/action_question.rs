//! The question about an action on users: whom it is done to and who is left out, the action itself, and
//! what takes it back. It is loaded when it is first asked.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::list::grouped;
use model::user::{Action, Notify, Outcome, Selection, User, UserState};
use model::{ErrorCode, Id, Problem};

use super::action::{ActionTarget, OnDone, Undo, destroys, refused_for};
use super::copy::{self, counted, whom};
use super::mailing::{FirstEmail, Mailing, MailingChoice};
use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::{Doing, Done, Question, doing, done_and_refused, questions};
use crate::api::users as api;
use crate::kit::{Erase, Notice, Tone};
use crate::viewer::{Account, account};

/// Makes the question.
#[lazy]
pub(super) fn action_question(
    action: Action,
    whom: Vec<ActionTarget>,
    on_done: OnDone,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || question(action, whom, on_done))
}

/// Those whom the action can be done to, and those whom it leaves out, with the reason.
#[derive(Clone)]
struct Split {
    able: Vec<ActionTarget>,
    left: Vec<(ActionTarget, &'static str)>,
}

impl Split {
    fn of(action: Action, all: Vec<ActionTarget>) -> Self {
        let mut split = Self { able: vec![], left: vec![] };
        for one in all {
            match refused_for(action, one.state) {
                None => split.able.push(one),
                Some(why) => split.left.push((one, why)),
            }
        }
        split
    }
}

fn question(action: Action, all: Vec<ActionTarget>, on_done: OnDone) -> Question {
    let (mailing, account) = (Mailing::new(), account());
    let split = Split::of(action, all);
    let names: Vec<_> = split.able.iter().map(|one| one.name.as_str()).collect();
    let title = copy::title(action, &whom(&names));
    let nobody = split.able.is_empty().then(|| "There is nobody to whom this can be done.".to_owned());
    let known = RwSignal::new(None);
    if let (Action::Activate, [one]) = (action, split.able.as_slice()) {
        get_to_know(one.id, known);
    }
    let able = split.able.clone();
    Question {
        verb: title.clone(),
        title,
        danger: destroys(action),
        idle: Signal::stored(nobody),
        body: (move || body(action, &split, mailing, known)).into(),
        fields: &["email"],
        perform: doing(move || perform(action, mailing.notify(), able.clone(), account)),
        counted,
        people: true,
        then: Arc::new(move |any| on_done(action, any)),
    }
}

/// Which email somebody gets, and where, follows from what the list may not show.
fn get_to_know(id: Id, known: RwSignal<Option<User>>) {
    spawn_local(async move {
        if let Ok(user) = api::read_user(id).await {
            drop(known.try_set(Some(user)));
        }
    });
}

/// What suspending costs who is Staged.
const NO_WAY_BACK: &str = " Users who are Staged now cannot become Staged again.";

/// What will happen, to whom, and who is left out.
fn body(action: Action, split: &Split, mailing: Mailing, known: RwSignal<Option<User>>) -> AnyView {
    let Split { able, left } = split.clone();
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
    let single = able.len() == 1;
    let mailing = (action == Action::Activate && !able.is_empty())
        .then_some(move || known.with(|known| first_email(known.as_ref(), single, mailing)));
    let line = |one: ActionTarget| {
        let aside = one.state_label().to_owned();
        Line { face: Some(one.id), name: one.name, aside }
    };
    let staged = able.iter().any(|one| one.state == UserState::Staged);
    let no_way_back = (action == Action::Suspend && staged).then_some(NO_WAY_BACK);
    view! {
        <p>{copy::effect(action)} {no_way_back}</p>
        {lines(able.into_iter().map(line))}
        {left}
        {mailing}
    }
    .erased()
}

/// Which email the first one is, and the choice where it goes.
fn first_email(known: Option<&User>, single: bool, mailing: Mailing) -> AnyView {
    let email = known.map_or_else(|| FirstEmail::unknown(single), FirstEmail::of);
    let error = questions().fault("email");
    let choice = email.default.map(|default| {
        view! { <MailingChoice mailing default single dispensable=true error/> }
    });
    view! { {email.note.map(|note| view! { <p>{note}</p> })} {choice} }.erased()
}

async fn perform(
    action: Action,
    notify: Notify,
    able: Vec<ActionTarget>,
    account: Account,
) -> Result<Done, Problem> {
    let ids = able.iter().map(|one| one.id).collect();
    let (done, refused) = done_and_refused(send(action, notify, ids).await?);
    let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
    let text = if done.is_empty() { String::new() } else { copy::done(action, &whom(&names), account) };
    Ok(Done { text, undo: undo(action, &able, &done), refused })
}

async fn send(action: Action, notify: Notify, ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    match action {
        Action::Activate => api::activate_users(Selection::These(ids), notify).await,
        Action::Suspend => api::suspend_users(Selection::These(ids)).await,
        Action::Delete => api::delete_users(Selection::These(ids)).await,
        Action::Restore => api::restore_users(ids).await,
        Action::Purge => api::purge_users(ids).await,
        // Only a user's panel offers these, with questions of their own.
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
