//! Taking an administrator's access away and giving it back, ending sessions.

use model::administrator::Action;
use model::event::EventKind;
use model::{Id, Operation, Principal};

use super::{Administrators, invitation, keep_one_administrator_with_billing, rules};
use crate::revocation::new_epoch;
use crate::sessions;
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::events::field;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const SUSPEND: Sql = sql!(
    "UPDATE administrators SET suspended = $3, seq = $4, auth_epoch = auth_epoch + 1
    WHERE id = $1 AND seq = $2"
);

impl Administrators<'_> {
    /// Takes an administrator's access away, sessions and links in emails included, or gives it back.
    ///
    /// # Errors
    /// `forbidden`, `stale`; `conflict` for oneself and for who stands there already; `reauthentication_needed` to give
    /// it back; `last_administrator`.
    pub async fn set_suspended(&self, actor: &Actor, id: Id, version: i64, suspended: bool) -> Result<()> {
        let permit = permit(actor, Operation::SuspendAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let action = if suspended { Action::Suspend } else { Action::Activate };
        let stored = rules::able(&mut change, id, action).await?;
        if !suspended {
            recently_authenticated(change.permit(), change.now)?;
        }
        let seq = change.seq;
        change.run_one(SUSPEND, args![id, version, suspended, seq]).await?;
        keep_one_administrator_with_billing(&mut change).await?;
        if suspended {
            invitation::end_all(&mut change, id, "They were suspended before it was sent.").await?;
        }
        let kind = if suspended { EventKind::AdminSuspended } else { EventKind::AdminUnsuspended };
        let changes = vec![field("suspended", (!suspended).to_string(), suspended.to_string())];
        change.record(stored.audit_event(kind).changes(changes)).await?;
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
        let ended = stored.audit_event(EventKind::AdminSessionEnd).changes(changes);
        change.record(ended.message("all sessions")).await?;
        change.commit().await
    }
}
