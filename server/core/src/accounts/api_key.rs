//! Whether an API key is good by itself.

use model::{Id, Timestamp};

use crate::error::Result;
use crate::store::{Sql, Tx, args, sql};

/// What makes a key good by itself, at the instant `$2`; its owner is looked at too.
macro_rules! good {
    ($which:literal) => {
        concat!(
            "SELECT k.id, k.administrator_id, k.last_used_at FROM api_keys k
            JOIN administrators a ON a.id = k.administrator_id
            WHERE a.api_access AND (k.expires_at IS NULL OR k.expires_at > $2) AND ",
            $which
        )
    };
}

const BY_HASH: Sql = sql!(good!("k.key_hash = $1"));
const BY_ID: Sql = sql!(good!("k.id = $1"));

/// A key that is good by itself, and whose it is.
#[derive(sqlx::FromRow)]
pub struct GoodKey {
    pub id: Id,
    pub administrator_id: Id,
    pub last_used_at: Timestamp,
}

/// The key with this hash, if it is good by itself.
pub async fn good_key(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<Option<GoodKey>> {
    Ok(tx.optional(BY_HASH, args![hash, now]).await?)
}

/// Whether a key is still good by itself: it may have been revoked since the request came in.
pub async fn key_is_good(tx: &mut Tx, key: Id, now: Timestamp) -> Result<bool> {
    let found: Option<GoodKey> = tx.optional(BY_ID, args![key, now]).await?;
    Ok(found.is_some())
}
