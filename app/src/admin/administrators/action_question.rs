//! The question about an action on administrators, and the action itself. It is loaded when it is first
//! asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::Problem;
use model::administrator::Action;
use model::user::Outcome;

use super::action_target::{ActionTarget, OnDone};
use super::copy::{self, Whom};
use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::{Done, Question, doing, done_and_refused, refusal};
use crate::api::administrators as api;
use crate::kit::Erase;
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

fn question(action: Action, all: Vec<ActionTarget>, on_done: OnDone) -> Question {
    let (account, title, about) = (account(), title(action, &all), all.clone());
    let verb = match action {
        // Whom it goes to the question has said.
        Action::Invite => "Send the invitation".to_owned(),
        Action::SendPasswordReset | Action::SendTotpReset => "Send the email".to_owned(),
        Action::EndSessions | Action::RevokeApiKey | Action::Suspend | Action::Activate | Action::Delete => {
            title.clone()
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored(verb),
        danger: matches!(
            action,
            Action::Delete | Action::Suspend | Action::SendTotpReset | Action::RevokeApiKey
        ),
        idle: Signal::stored(None),
        body: (move || body(action, &about)).into(),
        fields: &[],
        perform: doing(move || perform(action, all.clone(), account)),
        counted: copy::counted,
        people: true,
        then: Arc::new(move |_| on_done(action)),
    }
}

/// The verb and whom: "Delete 3 administrators".
fn title(action: Action, all: &[ActionTarget]) -> String {
    let name = |one: &ActionTarget| match one.subject.whom {
        Whom::You => "yourself".to_owned(),
        Whom::They => one.name.clone(),
    };
    let names: Vec<_> = all.iter().map(name).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    copy::on(action, &copy::whom(&names))
}

/// What will happen, and to whom: all of them.
fn body(action: Action, all: &[ActionTarget]) -> AnyView {
    let subjects: Vec<_> = all.iter().map(|one| one.subject).collect();
    let effects: Vec<_> =
        copy::effects(action, &subjects).into_iter().map(|text| view! { <p>{text}</p> }).collect();
    let line = |one: &ActionTarget| {
        let mut aside = one.email.clone();
        if action == Action::Delete {
            aside.extend(one.subject.from_user.then_some(" · stays a user"));
            aside.extend(one.key.as_ref().map(|hint| format!(" · API key {hint}… stops working at once")));
        }
        Line { face: Some(one.id), name: one.name.clone(), aside }
    };
    view! {
        {effects}
        {lines(all.iter().map(line))}
    }
    .erased()
}

async fn perform(action: Action, all: Vec<ActionTarget>, account: Account) -> Result<Done, Problem> {
    let (done, refused) = done_and_refused(send(action, all).await?);
    let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
    let text = if done.is_empty() { String::new() } else { copy::done(action, &copy::whom(&names), account) };
    Ok(Done { text, undo: None, refused })
}

async fn send(action: Action, all: Vec<ActionTarget>) -> Result<Vec<Outcome>, Problem> {
    if action == Action::Delete {
        let outcomes = api::delete_administrators(all.iter().map(|one| one.id).collect()).await?;
        // Of a single one the question itself tells.
        if all.len() == 1 {
            refusal(&outcomes)?;
        }
        return Ok(outcomes);
    }
    let Some(ActionTarget { id, version, name, .. }) = all.first().cloned() else { return Ok(vec![]) };
    match action {
        Action::Invite => api::invite_administrator(id).await?,
        Action::SendPasswordReset => api::send_administrator_password_reset(id).await?,
        Action::SendTotpReset => api::send_administrator_totp_reset(id).await?,
        Action::EndSessions => api::end_administrator_sessions(id).await?,
        Action::RevokeApiKey => api::revoke_api_key(id).await?,
        Action::Suspend | Action::Activate | Action::Delete => {
            api::suspend_administrator(id, version, action == Action::Suspend).await?;
        }
    }
    Ok(vec![Outcome { id, name, refused: None }])
}
