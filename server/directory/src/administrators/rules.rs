//! The rules that must never break, whoever asks and however many ask at once.

use model::{ErrorCode, Id, Problem};

use super::WITH_BILLING;
use crate::change::Change;
use crate::error::Result;
use crate::gate::{Actor, Who};
use crate::store::args;

/// Those who can sign in and manage administrators: invited and suspended ones do not count.
pub(crate) const OTHERS_WITH_BILLING: &str = "SELECT COUNT(*) FROM administrators
    WHERE role = $1 AND NOT suspended AND password_set_at IS NOT NULL";

/// Refuses a change after which nobody could manage administrators. Changes run one after another,
/// so two of them cannot both count the other's.
pub(crate) async fn keep_one_administrator_with_billing(change: &mut Change) -> Result<()> {
    let (left,): (i64,) = change.tx().one(OTHERS_WITH_BILLING, args![WITH_BILLING.as_str()]).await?;
    if left > 0 {
        return Ok(());
    }
    let message = "Nobody could manage administrators any more: at least one Administrator With Billing who can \
        sign in must remain. Give another administrator that role first.";
    Err(Problem::new(ErrorCode::LastAdministrator, message).into())
}

/// Nobody deletes, suspends or demotes themselves.
pub(crate) fn not_oneself(actor: &Actor, id: Id, what: &str) -> Result<()> {
    match &actor.who {
        Who::Administrator(standing, _) if standing.id == id => {
            let message = format!("You cannot {what}. Another Administrator With Billing can.");
            Err(Problem::new(ErrorCode::Conflict, message).into())
        }
        _ => Ok(()),
    }
}
