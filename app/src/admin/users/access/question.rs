//! The question about an action on one user's access: what will happen, what there is to choose, and the
//! action itself. It is loaded when it is first asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::user::{Action, ENROLL_DAYS, ENROLL_DAYS_DEFAULT, MfaRequirement, Outcome, Selection, User};
use model::{Id, Problem};

use super::OnDone;
use crate::admin::questions::{Done, Question, doing, questions, refusal};
use crate::admin::users::copy;
use crate::admin::users::mailing::{Mailing, MailingChoice, activation_address};
use crate::api::user_access as api;
use crate::kit::{Erase, TextField};
use crate::viewer::{Account, account};

/// What is chosen in the question.
#[derive(Clone, Copy)]
struct Choices {
    mailing: Mailing,
    days: RwSignal<String>,
}

/// Makes the question.
#[lazy]
pub(super) fn access_question(action: Action, user: User, on_done: OnDone) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || question(action, user, on_done))
}

fn question(action: Action, user: User, on_done: OnDone) -> Question {
    let days = RwSignal::new(ENROLL_DAYS_DEFAULT.to_string());
    let (choices, account, about) = (Choices { mailing: Mailing::new(), days }, account(), user.clone());
    Question {
        title: Signal::stored(copy::title(action, &user.name())),
        verb: Signal::stored(copy::verb(action).to_owned()),
        danger: action == Action::ResetTotp,
        idle: Signal::stored(None),
        body: (move || body(action, &about, choices)).into(),
        fields: &["email", "days"],
        perform: doing(move || perform(action, user.clone(), choices, account)),
        counted: copy::counted,
        people: true,
        then: Arc::new(move |_| on_done()),
    }
}

/// What will happen, and what there is to choose.
fn body(action: Action, user: &User, choices: Choices) -> AnyView {
    let questions = questions();
    let more = match action {
        Action::SendActivationEmail => {
            let default = format!("To {}", activation_address(user));
            let error = questions.fault("email");
            view! { <MailingChoice mailing=choices.mailing default single=true error/> }.erased()
        }
        Action::SendPasswordReset => {
            view! { <p class="muted">"It goes to " <strong>{user.form.email.clone()}</strong> "."</p> }
                .erased()
        }
        Action::RequireMfa => {
            let hint = format!("From {} to {}.", ENROLL_DAYS.start(), ENROLL_DAYS.end());
            view! {
                <TextField
                    label="Days to enroll"
                    value=choices.days
                    on_input=move |text| choices.days.set(text)
                    required=true
                    hint
                    error=questions.fault("days")
                />
            }
            .erased()
        }
        Action::SetPassword
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::RemoveMfa
        | Action::AddToGroup
        | Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::Delete
        | Action::Restore
        | Action::Purge => ().erased(),
    };
    view! {
        <p>{copy::effect_on(action, user)}</p>
        {more}
    }
    .erased()
}

async fn perform(action: Action, user: User, choices: Choices, account: Account) -> Result<Done, Problem> {
    let id = user.id;
    refusal(&send(action, id, choices).await?)?;
    let mut done = Done::to_all(copy::done(action, &user.name(), account));
    done.undo = undone_by(action, &user).map(|undo| doing(move || take_back(id, undo)));
    Ok(done)
}

async fn send(action: Action, user: Id, choices: Choices) -> Result<Vec<Outcome>, Problem> {
    let these = Selection::These(vec![user]);
    match action {
        Action::SendActivationEmail => api::send_activation_email(these, choices.mailing.notify()).await,
        Action::SendPasswordReset => api::send_password_reset(these).await,
        Action::ForcePasswordChange => api::force_password_change(these).await,
        Action::Unlock => api::unlock_users(these).await,
        Action::ResetTotp => api::reset_users_totp(these).await,
        Action::RequireMfa => {
            // What is no number the server refuses, as one that is too small.
            let days = choices.days.with_untracked(|days| days.trim().parse().unwrap_or(0));
            api::change_mfa(these, MfaRequirement::Require { days }).await
        }
        Action::RemoveMfa => api::change_mfa(these, MfaRequirement::Remove).await,
        // They have questions of their own.
        Action::SetPassword
        | Action::AddToGroup
        | Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::Delete
        | Action::Restore
        | Action::Purge => Ok(vec![]),
    }
}

/// What takes a changed requirement back, if anything brings what was there before.
fn undone_by(action: Action, before: &User) -> Option<MfaRequirement> {
    let (required, chosen) = (before.mfa.required, before.mfa.chosen);
    match action {
        Action::RequireMfa => (!required && !chosen).then_some(MfaRequirement::Remove),
        // What users have switched on for themselves only they can bring back.
        Action::RemoveMfa => {
            (required && !chosen).then_some(MfaRequirement::Require { days: ENROLL_DAYS_DEFAULT })
        }
        Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::AddToGroup
        | Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::Delete
        | Action::Restore
        | Action::Purge => None,
    }
}

async fn take_back(user: Id, undo: MfaRequirement) -> Result<String, Problem> {
    refusal(&api::change_mfa(Selection::These(vec![user]), undo).await?)?;
    Ok("The MFA requirement is as before".to_owned())
}
