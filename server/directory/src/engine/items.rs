//! Those that a job is about, and what became of each.

use std::collections::BTreeMap;

use model::Id;
use model::user::Outcome;
use sea_query::{Expr, ExprTrait, Query};

use directory_core::error::Result;
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;

const NEXT: Sql = sql!(
    "SELECT position, subject_id, name FROM job_items
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);
/// Those between two positions.
const ALL_DONE: Sql = sql!(
    "UPDATE job_items SET state = 'done', at = $4
    WHERE job_id = $1 AND position >= $2 AND position < $3"
);

/// One that a job has still to come to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Item {
    pub position: i64,
    pub subject_id: Id,
    pub name: String,
}

/// Those that come next, in order.
pub(crate) async fn next_items(tx: &mut Tx, job: Id, from: i64, at_most: i64) -> Result<Vec<Item>> {
    Ok(tx.all(NEXT, args![job, from, at_most]).await?)
}

/// Writes down what became of items that follow one another; says how many were left out.
pub(crate) async fn write_results(
    plain: &mut PlainTx,
    job: Id,
    items: &[Item],
    outcomes: &[Outcome],
) -> Result<i64> {
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return Ok(0) };
    let now = plain.now;
    plain.run(ALL_DONE, args![job, first.position, last.position + 1, now]).await?;
    let places: BTreeMap<Id, i64> = items.iter().map(|item| (item.subject_id, item.position)).collect();
    let mut by_reason: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for outcome in outcomes {
        if let (Some(why), Some(place)) = (&outcome.refused, places.get(&outcome.id)) {
            by_reason.entry(why).or_default().push(*place);
        }
    }
    let refused = by_reason.values().map(Vec::len).sum::<usize>();
    for (why, places) in by_reason {
        let update = Query::update()
            .table("job_items")
            .value("state", "refused")
            .value("refused", why)
            .and_where(Expr::col("job_id").eq(job.value()))
            .and_where(Expr::col("position").is_in(places))
            .take();
        let (sql, args) = plain.tx().build(&update);
        plain.run(sql, args).await?;
    }
    i64::try_from(refused).map_err(directory_core::error::Error::internal)
}

/// Writes those down whom a job left out that does not write the others down.
pub(crate) async fn leave_out(plain: &mut PlainTx, job: Id, items: &[Item], why: &str) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let now = plain.now;
    let mut insert = Query::insert();
    insert.into_table("job_items").columns([
        "job_id",
        "position",
        "subject_id",
        "name",
        "name_key",
        "state",
        "refused",
        "at",
    ]);
    for item in items {
        let values = [
            job.value(),
            item.position.value(),
            item.subject_id.value(),
            item.name.as_str().value(),
            normalize(&item.name).value(),
            "refused".value(),
            why.value(),
            now.value(),
        ];
        insert.values_panic(values.map(Expr::val));
    }
    let (sql, args) = plain.tx().build(&insert);
    plain.run(sql, args).await?;
    Ok(())
}
