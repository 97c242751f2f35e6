//! Opening the lock of an administrator, and of the user that they were made from.

use model::event::EventKind;
use model::{ErrorCode, Id, Operation, Principal, Problem};

use crate::administrators::{Administrators, locked_until, target};
use crate::lockout;
use crate::users;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{field, instant};
use directory_core::transaction::Change;

impl Administrators<'_> {
    /// Opens the lock of an administrator before it opens by itself.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` when there is no lock.
    pub async fn unlock(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::UnlockAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = target(&mut change, id).await?;
        let now = change.now;
        let until = locked_until(change.tx(), &stored, now).await?;
        let mut opened = lockout::unlock(&mut change, Principal::Administrator, &stored.email).await?;
        let locked = stored.locked_until.filter(|until| *until > change.now);
        if let (Some(user), Some(_)) = (stored.user_id, locked) {
            let record = users::find(change.tx(), user).await?;
            users::lockout::open(&mut change, std::slice::from_ref(&record), "").await?;
            users::lockout::forget(&mut change, &record).await?;
            opened = true;
        }
        if !opened {
            let message = format!("{} is not locked.", stored.name());
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let changes = until.map(|until| field("lockedUntil", instant(until), ""));
        let unlocked = stored.audit_event(EventKind::AdminUnlocked);
        change.record(unlocked.changes(Vec::from_iter(changes))).await?;
        change.commit().await
    }
}
