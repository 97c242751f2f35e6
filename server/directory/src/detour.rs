//! No detour to power: whoever could take over the account of an administrator must hold what that
//! administrator holds.

use model::{Id, Principal};

use crate::error::Result;
use crate::gate::Actor;
use crate::store::Tx;

/// Refuses what would open somebody's account to an actor with fewer rights than they have.
/// Administrators' own accounts are opened only by who manages administrators, which the gate has
/// asked already. Users hold no rights: nothing links a user to an administrator.
#[expect(clippy::unused_async, reason = "whether a user is linked to an administrator is read here")]
pub(crate) async fn refuse(_tx: &mut Tx, _actor: &Actor, whose: Principal, _id: Id) -> Result<()> {
    match whose {
        Principal::Administrator | Principal::User => Ok(()),
    }
}
