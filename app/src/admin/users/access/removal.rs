//! Removing one of a user's passkeys or SSH keys, which is asked about first.

use std::sync::Arc;

use leptos::prelude::*;
use model::account::PasskeyRow;
use model::portal::SshKey;
use model::user::User;
use model::{Id, Problem};

use super::OnDone;
use crate::admin::questions::{Done, Question, doing};
use crate::admin::users::copy;
use crate::api::user_access as api;

/// What is to be removed.
#[derive(Clone, Debug)]
pub(in crate::admin::users) enum Key {
    Passkey(PasskeyRow),
    Ssh(SshKey),
}

impl Key {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Passkey(_) => "passkey",
            Self::Ssh(_) => "SSH key",
        }
    }

    /// With its article.
    const fn one(&self) -> &'static str {
        match self {
            Self::Passkey(_) => "a passkey",
            Self::Ssh(_) => "an SSH key",
        }
    }

    async fn remove(self, user: Id) -> Result<(), Problem> {
        match self {
            Self::Passkey(key) => api::remove_user_passkey(user, key.id).await,
            Self::Ssh(key) => api::remove_user_ssh_key(user, key.id).await,
        }
    }
}

/// Makes the question; it is loaded when it is first asked.
#[lazy]
pub(super) fn removal_question(key: Key, user: User, on_done: OnDone) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || question(key, &user, on_done))
}

fn question(key: Key, user: &User, on_done: OnDone) -> Question {
    let (id, name, follows) = (user.id, user.name(), what_follows(user, &key));
    Question {
        title: Signal::stored(format!("Remove {} of {name}", key.one())),
        verb: Signal::stored(format!("Remove {}", key.kind())),
        danger: true,
        idle: Signal::stored(None),
        body: (move || view! { <p>{follows.clone()}</p> }).into(),
        fields: &[],
        perform: doing(move || remove(key.clone(), id, name.clone())),
        counted: copy::counted,
        people: true,
        then: Arc::new(move |_| on_done()),
    }
}

async fn remove(key: Key, user: Id, name: String) -> Result<Done, Problem> {
    let text = format!("Removed {} of {name}", key.one());
    key.remove(user).await?;
    Ok(Done::to_all(text))
}

fn what_follows(user: &User, key: &Key) -> String {
    let passkey = match key {
        Key::Passkey(passkey) => &passkey.name,
        Key::Ssh(key) => {
            return format!(
                "“{}” ({}) is theirs no more and opens none of their devices. They can add it again. They get no email.",
                key.name, key.fingerprint
            );
        }
    };
    let last = !user.mfa.totp && user.passkeys.len() == 1;
    let left = match (last, user.mfa.required) {
        (false, _) => "",
        (true, false) => " It is the last second factor, so the recovery codes are deleted too.",
        (true, true) => {
            " It is the last second factor, so the recovery codes are deleted too. They have 7 days to enroll another."
        }
    };
    format!(
        "“{passkey}” opens nothing any more, and all sessions of {} end. This cannot be undone. They get no email.{left}",
        user.name()
    )
}
