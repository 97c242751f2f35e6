//! What an administrator chose for the columns of a file, kept for the next file with the same headings.

use data_encoding::HEXLOWER;
use model::import::{Column, FileColumn, Why};
use sha2::{Digest, Sha256};

use super::headings::letters;
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;

const READ: Sql = sql!("SELECT value FROM preferences WHERE administrator_id = $1 AND name = $2");
const WRITE: Sql = sql!(
    "INSERT INTO preferences (administrator_id, name, value) VALUES ($1, $2, $3)
    ON CONFLICT (administrator_id, name) DO UPDATE SET value = excluded.value"
);

/// The name of the choice: the same for files with the same headings, in the same order.
fn name(columns: &[FileColumn]) -> String {
    let mut hash = Sha256::new();
    for column in columns {
        hash.update(letters(&column.heading));
        hash.update([0]);
    }
    let name = HEXLOWER.encode(&hash.finalize());
    format!("import.{}", name.chars().take(32).collect::<String>())
}

/// Gives columns what they held last time.
pub(super) async fn recall(tx: &mut Tx, actor: &Actor, columns: &mut [FileColumn]) -> Result<()> {
    let me = actor.auth()?.id;
    let found: Option<(String,)> = tx.optional(READ, args![me, name(columns)]).await?;
    let kept: Option<Vec<Option<Column>>> = found.and_then(|(value,)| serde_json::from_str(&value).ok());
    for (column, last) in columns.iter_mut().zip(kept.into_iter().flatten()) {
        if column.column != last {
            column.column = last;
            column.why = Why::LastTime;
        }
    }
    Ok(())
}

/// Keeps what columns hold.
pub(super) async fn remember(plain: &mut PlainTx, actor: &Actor, columns: &[FileColumn]) -> Result<()> {
    let me = actor.auth()?.id;
    let held: Vec<_> = columns.iter().map(|column| column.column.clone()).collect();
    plain.run(WRITE, args![me, name(columns), serde_json::to_string(&held)?]).await?;
    Ok(())
}
