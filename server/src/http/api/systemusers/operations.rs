//! What is done to one user by a request of its own.

use std::collections::HashMap;

use axum::{
    Json,
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
};
use directory::Users;
use model::user::{ENROLL_DAYS_DEFAULT, PublicKey};
use model::{Id, Operation, Problem, Timestamp};
use serde_json::{Map, Value};
use web::Portal;

use super::super::answer::{Refused, malformed, object};
use super::super::caller::Caller;
use super::super::precondition;
use super::body::{read_email, read_key, read_mfa, read_nothing, read_period, read_recipient};
use super::query::{self, named};
use super::shape;

/// A request to do something to one user. Nothing of it is looked at before [`ask`](Self::ask).
pub struct OnUser {
    caller: Caller,
    path: HashMap<String, String>,
    parts: Parts,
    body: Body,
    now: Timestamp,
}

/// The same once it is known that whoever asks may do it to somebody.
struct Asked {
    caller: Caller,
    id: Id,
    path: HashMap<String, String>,
    body: Map<String, Value>,
    now: Timestamp,
}

impl FromRequest<Portal> for OnUser {
    type Rejection = Refused;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, portal).await?;
        let path = Path::from_request_parts(&mut parts, portal).await;
        let Path(path) = path.map_err(|_| malformed("This address cannot be read.", vec![]))?;
        Ok(Self { caller, path, parts, body, now: portal.clock.now() })
    }
}

impl OnUser {
    /// Reads the request: who may is asked before anything else is looked at, and what is wrong with the request
    /// is told before whether there is such a user.
    async fn ask(self, operation: Operation) -> Result<Asked, Refused> {
        let Self { caller, path, parts, body, now } = self;
        caller.may_any(&[operation])?;
        query::read_nothing(parts.uri.query().unwrap_or_default())?;
        precondition::none(&parts.headers)?;
        let id = named(path.get("id").map(String::as_str).unwrap_or_default())?;
        let body = object(&parts.headers, body).await?;
        Ok(Asked { caller, id, path, body, now })
    }
}

impl Asked {
    fn users(&self) -> Users<'_> {
        self.caller.directory.users()
    }

    fn done(&self, said: directory::Result<()>) -> Done {
        self.caller.answer(said)?;
        Ok(StatusCode::NO_CONTENT)
    }
}

type Done = Result<StatusCode, Refused>;

/// Activates, and sends the email that fits: to `email` if the body has one.
pub async fn activate(on: OnUser) -> Done {
    let asked = on.ask(Operation::ActivateUser).await?;
    let notify = read_email(&asked.body)?;
    asked.done(asked.users().activate_one(&asked.caller.actor, asked.id, &notify).await)
}

pub async fn suspend(on: OnUser) -> Done {
    let asked = on.ask(Operation::SuspendUser).await?;
    read_nothing(&asked.body)?;
    asked.done(asked.users().suspend_one(&asked.caller.actor, asked.id).await)
}

/// Lets the password open nothing but the page that changes it.
pub async fn expire(on: OnUser) -> Done {
    let asked = on.ask(Operation::ForcePasswordChange).await?;
    read_nothing(&asked.body)?;
    asked.done(asked.users().force_password_change_of(&asked.caller.actor, asked.id).await)
}

pub async fn unlock(on: OnUser) -> Done {
    let asked = on.ask(Operation::UnlockUser).await?;
    read_nothing(&asked.body)?;
    asked.done(asked.users().unlock_one(&asked.caller.actor, asked.id).await)
}

/// Requires a second factor, or asks for none any more.
pub async fn enforce_mfa(on: OnUser) -> Done {
    let asked = on.ask(Operation::ChangeMfaRequirement).await?;
    let requirement = read_mfa(&asked.body, asked.now)?;
    asked.done(asked.users().change_mfa_of(&asked.caller.actor, asked.id, requirement).await)
}

/// Takes the authenticator app away, with so many days to enroll anew.
pub async fn reset_mfa(on: OnUser) -> Done {
    let asked = on.ask(Operation::ResetUserTotp).await?;
    let days = read_period("", &asked.body, asked.now)?.unwrap_or(ENROLL_DAYS_DEFAULT);
    asked.done(asked.users().reset_totp_of(&asked.caller.actor, asked.id, days).await)
}

/// Sends the email with the link to the first password, or to a new one.
pub async fn reactivate(on: OnUser) -> Done {
    let asked = on.ask(Operation::SendActivationEmail).await?;
    let to = read_recipient(&asked.body)?;
    asked.done(asked.users().send_activation_email_to(&asked.caller.actor, asked.id, &to).await)
}

pub async fn keys(on: OnUser) -> Result<Json<Value>, Refused> {
    let asked = on.ask(Operation::ReadUser).await?;
    read_nothing(&asked.body)?;
    let keys = keys_of(&asked).await?;
    Ok(Json(keys.iter().map(shape::key).collect()))
}

async fn keys_of(asked: &Asked) -> Result<Vec<PublicKey>, Refused> {
    let entry = asked.users().entry(&asked.caller.actor, asked.id).await;
    Ok(asked.caller.answer(entry)?.ssh_keys)
}

/// Adds a key; answers with it.
pub async fn add_key(on: OnUser) -> Result<Json<Value>, Refused> {
    let asked = on.ask(Operation::AddUserSshKey).await?;
    let (name, key) = read_key(&asked.body)?;
    let added = asked.users().add_ssh_key(&asked.caller.actor, asked.id, &name, &key).await;
    let added = asked.caller.answer(added)?;
    let keys = keys_of(&asked).await?;
    let key = keys.iter().find(|key| key.id == added).ok_or_else(|| Problem::not_found("key"))?;
    Ok(Json(shape::key(key)))
}

pub async fn remove_key(on: OnUser) -> Done {
    let asked = on.ask(Operation::RemoveUserSshKey).await?;
    read_nothing(&asked.body)?;
    let key = asked.path.get("key").and_then(|key| key.parse::<Id>().ok());
    let key = key.ok_or_else(|| Problem::not_found("key"))?;
    asked.done(asked.users().remove_ssh_key(&asked.caller.actor, asked.id, key).await)
}
