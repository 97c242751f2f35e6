//! The rules that must never break, whoever asks and however many ask at once.

use model::administrator::{Action, full_name};
use model::{ErrorCode, Id, Principal, Problem, Timestamp};

use super::{Stored, WITH_BILLING, find};
use crate::roles::holds;
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// Those who can sign in and manage administrators, which no custom role lets anybody: invited and
/// suspended ones do not count, by themselves or with their user, nor who is locked until somebody else
/// opens the lock. `$1` is the role, `$2` the end of time.
macro_rules! able_to_manage {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM administrator_accounts WHERE role = $1 AND role_id IS NULL AND active
                AND password_set_at IS NOT NULL AND COALESCE(locked_until, 0) < $2",
            $rest
        )
    };
}

const ABLE: Sql = sql!(able_to_manage!("COUNT(*)", ""));
/// Those who could do something for somebody else: a few to ask.
const GRANTORS: Sql =
    sql!(able_to_manage!("first_name, last_name, email", " AND id <> $3 ORDER BY name_key, pk LIMIT 5"));

/// How many could sign in and manage administrators as things stand.
pub(crate) async fn how_many_manage(tx: &mut Tx) -> Result<i64> {
    let (able,): (i64,) = tx.one(ABLE, args![WITH_BILLING.as_str(), Timestamp::END]).await?;
    Ok(able)
}

/// Whether anybody could.
pub(crate) async fn somebody_manages(tx: &mut Tx) -> Result<bool> {
    Ok(how_many_manage(tx).await? > 0)
}

/// Somebody who manages administrators, to be asked.
#[derive(sqlx::FromRow)]
pub(crate) struct Grantor {
    first_name: String,
    last_name: String,
    pub email: String,
}

impl Grantor {
    pub(crate) fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

/// Whom somebody can ask for what only those who manage administrators do.
pub(crate) async fn grantors(tx: &mut Tx, of: Id) -> Result<Vec<Grantor>> {
    Ok(tx.all(GRANTORS, args![WITH_BILLING.as_str(), Timestamp::END, of]).await?)
}

/// Refuses a change after which nobody could manage administrators. Changes run one after another,
/// so two of them cannot both count the other's.
pub(crate) async fn keep_one_administrator_with_billing(change: &mut Change) -> Result<()> {
    if somebody_manages(change.tx()).await? {
        return Ok(());
    }
    let message = "Nobody could manage administrators any more: at least one Administrator With Billing who can \
        sign in must remain. Give another administrator that role first.";
    Err(Problem::new(ErrorCode::LastAdministrator, message).into())
}

pub(crate) fn is_oneself(actor: &Actor, id: Id) -> bool {
    let Ok(me) = actor.auth() else { return false };
    me.principal == Principal::Administrator && me.id == id
}

/// The administrator that something is to be done to, who may not be mightier than whoever asks.
///
/// # Errors
/// `not_found`, `forbidden`.
pub(crate) async fn target(change: &mut Change, id: Id) -> Result<Stored> {
    let stored = find(change.tx(), id).await?;
    let role = stored.assigned_role.role()?;
    if holds(change.permit().actor(), role.scopes) {
        return Ok(stored);
    }
    let message = format!("{} may do more than you ({}).", stored.name(), role.name);
    Err(Problem::new(ErrorCode::Forbidden, message).into())
}

/// Why something cannot be done to an administrator, if so; follows the name.
pub(crate) fn why_not(actor: &Actor, stored: &Stored, action: Action) -> Result<Option<&'static str>> {
    if holds(actor, stored.assigned_role.role()?.scopes) {
        return Ok(action.refusal(stored.facts(actor)));
    }
    Ok(Some("may do more than you"))
}

/// The administrator that something is to be done to, if it can be as they stand.
///
/// # Errors
/// `not_found`, `forbidden`; `conflict` with the reason.
pub(crate) async fn able(change: &mut Change, id: Id, action: Action) -> Result<Stored> {
    let stored = target(change, id).await?;
    match action.refusal(stored.facts(change.permit().actor())) {
        None => Ok(stored),
        Some(why) => Err(Problem::new(ErrorCode::Conflict, format!("{} {why}.", stored.name())).into()),
    }
}
