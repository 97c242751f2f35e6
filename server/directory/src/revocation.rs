//! The end of what stands on an account's epoch: sessions, and what else carries it.

use model::{Id, Principal};

use directory_core::accounts::{own, per_principal};
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const NEW_EPOCH_OF_ADMINISTRATOR: Sql = sql!(
    "UPDATE administrators SET auth_epoch = auth_epoch + 1, seq = $2 WHERE id = $1
    RETURNING auth_epoch + COALESCE((SELECT u.auth_epoch FROM users u WHERE u.id = user_id), 0)"
);
const NEW_EPOCH_OF_USER: Sql =
    sql!("UPDATE users SET auth_epoch = auth_epoch + 1, seq = $2 WHERE id = $1 RETURNING auth_epoch");

/// Ends everything that stands on the epoch so far; says the new one.
pub(crate) async fn new_epoch(change: &mut Change, principal: Principal, id: Id) -> Result<i64> {
    let seq = change.seq;
    let sql = per_principal(principal, NEW_EPOCH_OF_ADMINISTRATOR, NEW_EPOCH_OF_USER);
    let (epoch,): (i64,) = change.tx().one(sql, args![id, seq]).await?;
    Ok(epoch)
}

/// The same after a change of the password or the factors that open an account: what stands on them
/// elsewhere ends, too.
pub(crate) async fn renew(change: &mut Change, principal: Principal, id: Id) -> Result<i64> {
    if let (Principal::User, user) = own(change.tx(), principal, id).await?.owner()
        && principal == Principal::Administrator
    {
        new_epoch(change, Principal::User, user).await?;
    }
    new_epoch(change, principal, id).await
}
