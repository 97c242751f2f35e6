//! Administrators made from users: the user's email, password and factors are theirs.

use model::administrator::AdministratorDraft;
use model::user::{PasswordStatus, UserState};
use model::{Email, Id, Problem, Role};
use sea_query::{Expr, ExprTrait, Query};

use super::write::{email_taken, search_text};
use super::{Stored, find, rules, write};
use crate::change::Change;
use crate::error::{Error, Result};
use crate::gate::{Actor, Who};
use crate::store::{Arg, Tx, args};
use crate::users::{self, Record};

const OF_USER: &str = "SELECT id FROM administrators WHERE user_id = $1";
const FOLLOW: &str = "UPDATE administrators SET email = $2, search_text = $3, seq = $4 WHERE id = $1";
/// The user that an administrator was made from.
const USER_OF: &str = "SELECT user_id FROM administrators WHERE id = $1 AND user_id IS NOT NULL";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OF_USER, FOLLOW, USER_OF];

/// The email of a user who may become an administrator.
///
/// # Errors
/// `invalid` at `user`.
pub(super) async fn email(change: &mut Change, user: Id) -> Result<String> {
    let record = match users::find(change.tx(), user).await {
        Ok(record) => record,
        Err(Error::Problem(problem)) => return Err(Problem::at("user", problem.message).into()),
        Err(error) => return Err(error),
    };
    if let Some(why) = unfit(&record, change.now) {
        return Err(Problem::at("user", format!("{} {why}.", record.name())).into());
    }
    let there: Option<(Id,)> = change.tx().optional(OF_USER, args![user]).await?;
    if there.is_some() {
        return Err(Problem::at("user", format!("{} is an administrator already.", record.name())).into());
    }
    Ok(record.email)
}

/// Why a user cannot become an administrator, if so; follows the name.
fn unfit(record: &Record, now: model::Timestamp) -> Option<&'static str> {
    let facts = record.facts(now);
    Some(match facts.password {
        _ if facts.state != UserState::Activated => "is not Active",
        PasswordStatus::Pending => "has no password yet",
        PasswordStatus::Locked => "is locked out",
        PasswordStatus::Expired => "has a password that has expired or must be changed",
        PasswordStatus::Active if facts.must_change => "has a password that has expired or must be changed",
        PasswordStatus::Active if !facts.mfa_enrolled => "has not set up a second factor",
        PasswordStatus::Active => return None,
    })
}

/// Makes a user an administrator.
///
/// # Errors
/// `invalid` at `user` when another administrator has their email.
pub(super) async fn insert(
    change: &mut Change,
    user: Id,
    draft: &AdministratorDraft,
    role: &Role,
) -> Result<Id> {
    match write::insert(change, draft, role, Some(user)).await {
        Err(Error::Problem(problem)) if problem.fault("email").is_some() => {
            Err(Problem::at("user", problem.message).into())
        }
        done => done,
    }
}

/// The administrators that were made from these users.
pub(super) async fn of_users(tx: &mut Tx, users: &[Id]) -> Result<Vec<Stored>> {
    let select = Query::select()
        .column("id")
        .from("administrators")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    let mut found = Vec::new();
    for (id,) in tx.select::<(Id,)>(&select).await? {
        found.push(find(tx, id).await?);
    }
    Ok(found)
}

/// Keeps the rule that one who manages administrators remains, after these users have lost their
/// access.
///
/// # Errors
/// `last_administrator`.
pub(crate) async fn keep_one_without(change: &mut Change, users: &[Id]) -> Result<()> {
    if of_users(change.tx(), users).await?.is_empty() {
        return Ok(());
    }
    rules::keep_one_administrator_with_billing(change).await
}

/// Whether nobody could manage administrators as this user stands now, who would.
pub(crate) async fn needs(tx: &mut Tx, user: Id) -> Result<bool> {
    Ok(!of_users(tx, &[user]).await?.is_empty() && !rules::somebody_manages(tx).await?)
}

/// The user that whoever asks was made from.
pub(crate) async fn oneself(tx: &mut Tx, actor: &Actor) -> Result<Option<Id>> {
    let Who::Administrator(me, _) = &actor.who else { return Ok(None) };
    let found: Option<(Id,)> = tx.optional(USER_OF, args![me.id]).await?;
    Ok(found.map(|(user,)| user))
}

/// A user has another email now, and so has the administrator made from them.
///
/// # Errors
/// `invalid` at `email` when another administrator has it.
pub(crate) async fn follow(change: &mut Change, user: Id, email: &Email) -> Result<()> {
    let seq = change.seq;
    for stored in of_users(change.tx(), &[user]).await? {
        let search = search_text(&stored.name(), email);
        let followed = change.run(FOLLOW, args![stored.id, email, search, seq]).await;
        followed.map_err(|error| email_taken(error, email))?;
    }
    Ok(())
}
