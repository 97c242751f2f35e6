//! Taking an administrator's access away and giving it back, ending sessions, opening locks.

use model::administrator::Action;
use model::event::EventKind;
use model::{ErrorCode, Id, Operation, Principal, Problem};

use super::{Administrators, invitation, keep_one_administrator_with_billing, locked_until, rules};
use crate::attempts;
use crate::change::Change;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::history::{field, instant};
use crate::principals::new_epoch;
use crate::sessions::{self, proven_lately};
use crate::store::args;
use crate::users;

const SUSPEND: &str = "UPDATE administrators SET suspended = $3, seq = $4, auth_epoch = auth_epoch + 1
    WHERE id = $1 AND seq = $2";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[SUSPEND];

impl Administrators<'_> {
    /// Takes an administrator's access away, sessions and links in emails included, or gives it back.
    ///
    /// # Errors
    /// `forbidden`, `stale`; `conflict` for oneself and for who stands there already; `proof_needed` to give
    /// it back; `last_administrator`.
    pub async fn set_suspended(&self, actor: &Actor, id: Id, version: i64, suspended: bool) -> Result<()> {
        let permit = permit(actor, Operation::SuspendAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let action = if suspended { Action::Suspend } else { Action::Activate };
        let stored = rules::able(&mut change, id, action).await?;
        if !suspended {
            proven_lately(change.permit(), change.now)?;
        }
        let seq = change.seq;
        change.run_one(SUSPEND, args![id, version, suspended, seq]).await?;
        keep_one_administrator_with_billing(&mut change).await?;
        if suspended {
            invitation::end_all(&mut change, id, "They were suspended before it was sent.").await?;
        }
        let kind = if suspended { EventKind::AdminSuspended } else { EventKind::AdminUnsuspended };
        let changes = vec![field("suspended", (!suspended).to_string(), suspended.to_string())];
        change.record(stored.happening(kind).changes(changes)).await?;
        change.commit().await
    }

    /// Ends another administrator's sessions in the Admin Portal.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for oneself.
    pub async fn end_sessions(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::EndAdministratorSessions)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = rules::able(&mut change, id, Action::EndSessions).await?;
        let now = change.now;
        let open = sessions::how_many(change.tx(), Principal::Administrator, id, now).await?;
        new_epoch(&mut change, Principal::Administrator, id).await?;
        sessions::end_all(&mut change, Principal::Administrator, id).await?;
        let changes = vec![field("sessions", open.to_string(), "0")];
        let ended = stored.happening(EventKind::AdminSessionEnd).changes(changes);
        change.record(ended.message("all sessions")).await?;
        change.commit().await
    }

    /// Opens the lock of an administrator before it opens by itself.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` when there is no lock.
    pub async fn unlock(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::UnlockAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = rules::target(&mut change, id).await?;
        let now = change.now;
        let until = locked_until(change.tx(), &stored, now).await?;
        let mut opened = attempts::unlock(&mut change, Principal::Administrator, &stored.email).await?;
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
        let unlocked = stored.happening(EventKind::AdminUnlocked);
        change.record(unlocked.changes(Vec::from_iter(changes))).await?;
        change.commit().await
    }
}
