//! Users' SSH public keys as they are kept: their owners add them, owners and administrators remove
//! them.

use model::event::EventKind;
use model::portal::SshKey;
use model::{Id, Problem, Timestamp};

use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

const OF: Sql = sql!(
    "SELECT id, name, algorithm, fingerprint, created_at FROM ssh_keys
    WHERE user_id = $1 ORDER BY created_at, id LIMIT 100"
);
const DELETE: Sql = sql!("DELETE FROM ssh_keys WHERE id = $1 AND user_id = $2 RETURNING name, fingerprint");

type Row = (Id, String, String, String, Timestamp);

/// A user's keys, the oldest first.
pub(crate) async fn of(tx: &mut Tx, user: Id) -> Result<Vec<SshKey>> {
    let rows: Vec<Row> = tx.all(OF, args![user]).await?;
    let key = |(id, name, algorithm, fingerprint, created_at)| SshKey {
        id,
        name,
        algorithm,
        fingerprint,
        created_at,
    };
    Ok(rows.into_iter().map(key).collect())
}

/// Removes one of the keys of a user, given with their name, and writes the event of it.
///
/// # Errors
/// `not_found` when it is gone already or somebody else's.
pub(crate) async fn remove(change: &mut Change, (user, name): (Id, &str), id: Id) -> Result<()> {
    let gone: Option<(String, String)> = change.tx().optional(DELETE, args![id, user]).await?;
    let (key, fingerprint) = gone.ok_or_else(|| Problem::not_found("key"))?;
    let removed = AuditEvent::new(EventKind::UserSshKeyDelete).to("user", user, name);
    change.record(removed.changes(vec![field("ssh_key", format!("{key} ({fingerprint})"), "")])).await
}
