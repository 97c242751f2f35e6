//! An administrator's API key, as it is kept.

use model::api_key::ApiKey;
use model::event::FieldChange;
use model::{Id, Timestamp};

use directory_core::error::Result;
use directory_core::events::{field, instant};
use directory_core::store::{Sql, Tx, args, optional_timestamp, sql};
use directory_core::transaction::Change;

const OF: Sql =
    sql!("SELECT hint, created_at, expires_at, last_used_at FROM api_keys WHERE administrator_id = $1");
const DELETE: Sql = sql!("DELETE FROM api_keys WHERE administrator_id = $1 RETURNING hint, expires_at");

#[derive(sqlx::FromRow)]
struct Known {
    hint: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Timestamp,
}

/// What is known of an administrator's key, if there is one, expired or not.
pub(crate) async fn api_key(tx: &mut Tx, administrator: Id) -> Result<Option<ApiKey>> {
    let found: Option<Known> = tx.optional(OF, args![administrator]).await?;
    Ok(found.map(|Known { hint, created_at, expires_at, last_used_at }| ApiKey {
        hint,
        created_at,
        expires_at,
        last_used_at: optional_timestamp(last_used_at),
    }))
}

/// A key that was just revoked.
#[derive(sqlx::FromRow)]
pub(crate) struct RevokedKey {
    pub hint: String,
    pub expires_at: Option<Timestamp>,
}

impl RevokedKey {
    /// What an event tells of it.
    pub(crate) fn changes(self) -> Vec<FieldChange> {
        vec![field("apiKey", self.hint, ""), field("expireAt", key_expiry(self.expires_at), "")]
    }
}

/// When a key ends, as an event tells it.
pub(crate) fn key_expiry(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), instant)
}

/// Revokes an administrator's key, if there is one; says which it was.
pub(crate) async fn revoke_api_key(change: &mut Change, administrator: Id) -> Result<Option<RevokedKey>> {
    Ok(change.tx().optional(DELETE, args![administrator]).await?)
}
