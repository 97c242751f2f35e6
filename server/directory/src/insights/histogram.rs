//! How many events there were when.

use std::collections::BTreeMap;

use model::insights::{Histogram, Span, TIME};
use model::{ListQuery, Operation, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::list::{List, ranged};
use super::{Insights, seen_by};
use crate::lists;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

/// About as many spans as a range is shown in.
const SPANS: i64 = 64;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The lengths that a span may have; beyond them, whole numbers of the last.
const WIDTHS: [i64; 13] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
];

const FIRST: Sql = sql!("SELECT COALESCE(MIN(at), $1) FROM events");

/// The shortest length that makes no more spans than are shown.
fn width(range: i64) -> i64 {
    let fits = |width: &i64| range / width < SPANS;
    let weeks = 7 * DAY;
    WIDTHS.into_iter().find(fits).unwrap_or_else(|| weeks * (range / weeks / SPANS + 1))
}

/// From and to of the range that the filters on time leave.
async fn range(tx: &mut Tx, query: &ListQuery, now: Timestamp) -> Result<(i64, i64)> {
    let (mut from, mut to) = (0, now.as_micros());
    for filter in query.filters.iter().filter(|filter| filter.column == TIME) {
        let instant = filter.values.first().and_then(|value| lists::read_instant(value, now));
        match (filter.test, instant) {
            (Test::After, Some(instant)) => from = Ord::max(from, instant),
            (Test::Before, Some(instant)) => to = Ord::min(to, instant - 1),
            _ => {}
        }
    }
    let (first,): (i64,) = tx.one(FIRST, args![now]).await?;
    // Without an event a range has no beginning worth showing.
    if from == 0 {
        from = first;
    }
    Ok((from, Ord::max(from, to)))
}

/// How many events that match there were in each span of `width` microseconds from the epoch, by the span's number, apart by
/// result. `offset` is added to each instant before.
pub(super) async fn count(
    tx: &mut Tx,
    which: Cond,
    width: i64,
    offset: i64,
) -> Result<BTreeMap<i64, (u64, u64)>> {
    let span = Expr::col("at").add(offset).div(width);
    let places =
        Query::select().expr_as(span, "span").column("success").from("events").cond_where(which).take();
    let counts = Query::select()
        .column("span")
        .column("success")
        .expr(Expr::col(sea_query::Asterisk).count())
        .from_subquery(places, "places")
        .group_by_col("span")
        .group_by_col("success")
        .take();
    let rows: Vec<(i64, bool, i64)> = tx.select(&counts).await?;
    let mut spans = BTreeMap::<i64, (u64, u64)>::new();
    for (span, success, count) in rows {
        let entry = spans.entry(span).or_default();
        let figure = if success { &mut entry.0 } else { &mut entry.1 };
        *figure += count.unsigned_abs();
    }
    Ok(spans)
}

impl Insights<'_> {
    /// How many events that a query of the list matches there were when, in its range.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search or filter that the list does not have.
    pub async fn histogram(&self, actor: &Actor, query: &ListQuery) -> Result<Histogram> {
        permit(actor, Operation::ReadEvents)?;
        let query = ranged(query);
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let which = lists::matching::<List<true>>(&query, now, tx.engine())?.add(seen_by(actor));
        let (from, to) = range(&mut tx, &query, now).await?;
        let width = width(to - from);
        let counted = count(&mut tx, which, width, 0).await?;
        let spans = (from / width..=to / width).map(|number| {
            let (succeeded, failed) = counted.get(&number).copied().unwrap_or_default();
            Span { from: Timestamp::from_micros(number * width), succeeded, failed }
        });
        Ok(Histogram { width, spans: spans.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_shown_in_some_spans_of_a_round_length() {
        for (range, wanted) in [
            (0, MINUTE),
            (HOUR, MINUTE),
            (DAY, 30 * MINUTE),
            (7 * DAY, 3 * HOUR),
            (30 * DAY, 12 * HOUR),
            (3_650 * DAY, 63 * DAY),
        ] {
            assert_eq!(width(range), wanted, "{range}");
            assert!(range / width(range) <= SPANS);
        }
    }
}
