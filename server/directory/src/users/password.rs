//! A user's password.

use model::event::EventKind;
use model::{Id, Password, Problem};

use super::find;
use crate::change::Change;
use crate::error::Result;
use crate::history::Happening;
use crate::store::args;

const FORGET: &str =
    "DELETE FROM credentials WHERE principal = 'user' AND principal_id = $1 AND kind = 'password'";
const KEEP: &str = "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
    VALUES ($1, 'user', $2, 'password', $3, $4)";
const SET: &str = "UPDATE users SET password_set_at = $2, password_expires_at = NULL,
    password_must_change = FALSE, locked_until = NULL WHERE id = $1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FORGET, KEEP, SET];

/// Sets a user's password, if it keeps the rules.
pub(crate) async fn set(change: &mut Change, user: Id, password: &Password) -> Result<()> {
    let record = find(change.tx(), user).await?;
    let names = [record.first_name.as_str(), record.last_name.as_str(), record.username.as_str()];
    if let Some(fault) = crate::passwords::administrator_password_fault(password, &record.email, &names) {
        return Err(Problem::at("password", fault).into());
    }
    let hash = change.directory().hasher().hash(password).await?;
    let credential = change.directory().env().new_id()?;
    let now = change.now;
    change.run(FORGET, args![user]).await?;
    change.run(KEEP, args![credential, user, hash, now]).await?;
    change.run(SET, args![user, now]).await?;
    crate::attempts::unlock(change, model::Principal::User, &record.email).await?;
    change.record(Happening::new(EventKind::UserPasswordChange).to("user", user, record.name())).await
}
