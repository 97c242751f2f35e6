//! Setting a user's password: typed, with its rules in sight, or made by the server and shown this once.

use std::sync::Arc;

use leptos::prelude::*;
use model::user::{Action, User};
use model::{Id, Problem};

use super::OnDone;
use crate::admin::questions::{Done, Question, doing, questions};
use crate::admin::users::copy;
use crate::admin::users::first_password::{FirstPassword, PasswordField};
use crate::api::user_access as api;
use crate::viewer::{Account, account};

/// Makes the question; it is loaded when it is first asked.
#[lazy]
pub(super) fn password_question(user: User, on_done: OnDone) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || question(&user, on_done))
}

fn question(user: &User, on_done: OnDone) -> Question {
    let (first, account) = (FirstPassword::new(), account());
    let (id, name, username) = (user.id, user.name(), Signal::stored(user.form.username.clone()));
    let problem = questions().problem;
    first.begin();
    let body = move || {
        view! {
            <p>
                "The new password counts at once: all sessions end, a lock opens, and an expired password is \
                 replaced. Tell it to the user yourself; no email says it."
            </p>
            <PasswordField first username problem/>
        }
    };
    Question {
        title: Signal::stored(format!("Set password for {name}")),
        verb: Signal::stored(copy::verb(Action::SetPassword).to_owned()),
        danger: false,
        idle: first.idle(),
        body: body.into(),
        fields: &["password"],
        perform: doing(move || set(id, name.clone(), first, account)),
        counted: copy::counted,
        people: true,
        then: Arc::new(move |_| on_done()),
    }
}

async fn set(user: Id, name: String, first: FirstPassword, account: Account) -> Result<Done, Problem> {
    api::set_user_password(user, first.chosen()).await?;
    Ok(Done::to_all(copy::done(Action::SetPassword, &name, account)))
}
