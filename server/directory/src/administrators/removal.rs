//! Deleting administrators, which nothing takes back.

use model::administrator::Action;
use model::event::EventKind;
use model::user::Outcome;
use model::{Id, Operation, Principal, Problem};

use super::write::event_fields_of;
use super::{
    Administrators, READ, RevokedKey, Stored, WITH_USER, invitation, keep_one_administrator_with_billing,
    of_users, revoke_api_key, rules,
};
use crate::lockout;
use crate::sessions;
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::events::field;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const DELETE: Sql = sql!("DELETE FROM administrators WHERE id = $1");
const FORGET_CREDENTIALS: Sql =
    sql!("DELETE FROM credentials WHERE principal = 'administrator' AND principal_id = $1");
const FORGET_PASSKEYS: Sql =
    sql!("DELETE FROM passkeys WHERE principal = 'administrator' AND principal_id = $1");

/// How many can be deleted at once: a page of them.
const AT_ONCE: usize = 100;

impl Administrators<'_> {
    /// Deletes administrators with all that opens their accounts, at once and for good; users that they
    /// were made from stay. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once; `reauthentication_needed` and `last_administrator`, and
    /// then nobody is deleted.
    pub async fn delete(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, Operation::DeleteAdministrator)?).await?;
        if ids.len() > AT_ONCE {
            return Err(Problem::at("ids", format!("At most {AT_ONCE} administrators at once.")).into());
        }
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(ids.len());
        for id in ids.iter().copied() {
            if outcomes.iter().any(|outcome| outcome.id == id) {
                continue;
            }
            let found: Option<Stored> = change.tx().optional(READ, args![id]).await?;
            let (name, refused) = match found {
                None => (id.to_string(), Some("is not an administrator any more".to_owned())),
                Some(stored) => {
                    let refused = rules::why_not(actor, &stored, Action::Delete)?.map(str::to_owned);
                    if refused.is_none() {
                        remove(&mut change, &stored, "").await?;
                    }
                    (stored.name(), refused)
                }
            };
            outcomes.push(Outcome { id, name, refused });
        }
        if outcomes.iter().any(|outcome| outcome.refused.is_none()) {
            // Nothing brings them back.
            recently_authenticated(change.permit(), change.now)?;
            keep_one_administrator_with_billing(&mut change).await?;
        }
        change.commit().await?;
        Ok(outcomes)
    }
}

async fn remove(change: &mut Change, stored: &Stored, why: &str) -> Result<()> {
    let id = stored.id;
    invitation::end_all(change, id, "They were deleted before it was sent.").await?;
    sessions::end_all(change, Principal::Administrator, id).await?;
    lockout::unlock(change, Principal::Administrator, &stored.email).await?;
    let key = revoke_api_key(change, id).await?;
    for forget in [FORGET_CREDENTIALS, FORGET_PASSKEYS, DELETE] {
        change.run(forget, args![id]).await?;
    }
    change.tombstone("administrator", id).await?;
    let mut changes: Vec<_> =
        event_fields_of(stored).into_iter().map(|(name, value)| field(name, value, "")).collect();
    changes.extend(stored.user_id.map(|user| field("user", user.to_string(), "")));
    changes.extend(key.into_iter().flat_map(RevokedKey::changes));
    change.record(stored.audit_event(EventKind::AdminDelete).changes(changes).message(why)).await
}

/// Deletes the administrators that were made from these users, who are being deleted. The rule that
/// one who manages administrators remains is kept with it, and so is that a recent proof comes first.
///
/// # Errors
/// `reauthentication_needed`, `last_administrator`.
pub(crate) async fn remove_with_users(change: &mut Change, users: &[Id]) -> Result<()> {
    let administrators = of_users(change.tx(), users).await?;
    for stored in &administrators {
        remove(change, stored, WITH_USER).await?;
    }
    if administrators.is_empty() {
        return Ok(());
    }
    recently_authenticated(change.permit(), change.now)?;
    keep_one_administrator_with_billing(change).await
}
