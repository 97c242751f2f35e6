//! The sealer: numbers events in the order of writing after they are committed, and chains them,
//! so that a missing or altered one shows.

use model::{Id, Operation};
use sea_query::Values;
use sea_query_sqlx::SqlxValues;
use sha2::{Digest, Sha256};

use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Arg, Composed, Sql, args, sql};
use directory_core::transaction::PlainTx;
use directory_core::vault::Place;

/// How many events one sealing takes: short, so that other writers get their turn.
const BATCH: i64 = 2000;

/// Taking this row keeps two sealers, on two servers, from numbering at once.
const TAKE: Sql = sql!("UPDATE seal SET number = number RETURNING number, chain, signed");
const UNSEALED: Sql = sql!("SELECT id, body FROM events WHERE number IS NULL ORDER BY pk LIMIT $1");
const ADVANCE: Sql = sql!("UPDATE seal SET number = $1, chain = $2, signed = $3");

/// Where the end of the chain stands, for the vault.
fn place() -> Place {
    Place { table: "seal", column: "signed", row: Id::from([0; 12]) }
}

/// Seals what is committed and not sealed yet; says how many events that were.
///
/// # Errors
/// `unavailable` or `internal`; what was sealed before stays sealed.
pub(crate) async fn seal_events(context: &Context) -> Result<u64> {
    let mut sealed = 0;
    loop {
        let batch = seal_batch(context).await?;
        sealed += batch;
        if batch < BATCH.unsigned_abs() {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(context: &Context) -> Result<u64> {
    let permit = permit(&Actor::system(Task::SealEvents), Operation::RunMaintenance)?;
    let mut plain = PlainTx::begin(context, permit).await?;
    let (mut number, mut chain, signed): (i64, Vec<u8>, String) = plain.tx().one(TAKE, args![]).await?;
    let events: Vec<(Id, String)> = plain.tx().all(UNSEALED, args![BATCH]).await?;
    // A chain that is older than its signature is signed as it is.
    if events.is_empty() && (number == 0 || !signed.is_empty()) {
        return Ok(0);
    }
    let mut rows = Vec::with_capacity(events.len());
    for (id, body) in &events {
        number += 1;
        chain = link(&chain, number, body);
        rows.push((*id, number, chain.clone()));
    }
    if !rows.is_empty() {
        number_rows(&mut plain, rows).await?;
    }
    let signed = context.vault().seal(context.env(), place(), &end(number, &chain))?;
    plain.run(ADVANCE, args![number, chain, signed]).await?;
    plain.commit().await?;
    Ok(u64::try_from(events.len()).unwrap_or(0))
}

/// The end of the chain, as it is signed.
fn end(number: i64, chain: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], chain].concat()
}

/// Whether this is what the sealer wrote as the end of the chain; of a chain without a link there is nothing to sign.
pub(super) fn is_signed(context: &Context, number: i64, chain: &[u8], signed: &str) -> bool {
    let opened = || context.vault().open(place(), signed);
    number == 0 || opened().is_ok_and(|written| *written == end(number, chain))
}

/// One link of the chain: SHA-256 over the link before, the number and the body as written.
pub(crate) fn link(before: &[u8], number: i64, body: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update(before)
        .chain_update(number.to_be_bytes())
        .chain_update(body.as_bytes())
        .finalize()
        .to_vec()
}

/// One statement for the whole batch.
async fn number_rows(plain: &mut PlainTx, rows: Vec<(Id, i64, Vec<u8>)>) -> Result<()> {
    let places: Vec<_> = (0..rows.len())
        .map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3))
        .collect();
    let sql = format!(
        "UPDATE events SET number = v.column2, chain = v.column3 FROM (VALUES {}) AS v WHERE events.id = v.column1",
        places.join(", ")
    );
    let mut values = Vec::with_capacity(rows.len() * 3);
    for (id, number, chain) in rows {
        values.extend([id.value(), number.value(), chain.value()]);
    }
    plain.run(Composed::new(sql), SqlxValues(Values(values))).await?;
    Ok(())
}
