//! What a job is given to do to each of many, written down beside those that it is about.

use model::user::Outcome;
use model::{Fault, Id, Problem};
use sea_query::{Expr, Query, Value};

use crate::engine::{Chunk, Item, Job, next_items, write_results};
use directory_core::error::{Error, Result};
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// How many a chunk is about: each is a dozen statements.
const CHUNK: i64 = 50;
/// How many rows stand in one statement.
const AT_ONCE: usize = 500;
/// How much is told of what is wrong with one.
const FAULTS_MAX: usize = 5;
const WHY_MAX: usize = 2000;
/// Names are not longer in the lists of jobs.
const NAME_MAX: usize = 256;

const ROWS: Sql = sql!(
    "SELECT user_id, body, fault FROM import_rows
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);
/// They may hold hashes of passwords.
const SWEEP: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1 AND position < $2");
const SWEEP_ALL: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1");

/// One of those that a job is about, with what is to be done, as JSON, or why that cannot be.
pub(super) struct Line {
    pub user: Id,
    pub name: String,
    pub body: String,
    pub fault: String,
}

impl Line {
    /// Nothing can be done to this one.
    pub(super) fn faulty(user: Id, name: String, fault: String) -> Self {
        Self { user, name, body: String::new(), fault }
    }
}

/// Why somebody is left out, as what follows their name and `said`.
pub(super) fn why(said: &str, problem: &Problem) -> String {
    let told = |fault: &Fault| format!("{}: {}", fault.field, fault.message);
    let faults: Vec<String> = problem.faults.iter().take(FAULTS_MAX).map(told).collect();
    let told = if faults.is_empty() { problem.message.clone() } else { faults.join(" ") };
    // A field's name is as it was sent.
    format!("{said} {told}").chars().filter(|letter| !letter.is_control()).take(WHY_MAX).collect()
}

/// Writes lines down, in their order.
pub(super) async fn write_down(plain: &mut PlainTx, job: Id, lines: Vec<Line>) -> Result<()> {
    let mut rows = Vec::with_capacity(lines.len());
    let mut items = Vec::with_capacity(lines.len());
    for (place, Line { user, name, body, fault }) in (0_i64..).zip(lines) {
        let name: String = name.chars().take(NAME_MAX).collect();
        let (job, place, user) = (job.value(), place.value(), user.value());
        rows.push(vec![job.clone(), place.clone(), place.clone(), user.clone(), body.value(), fault.value()]);
        let key = normalize(&name).value();
        items.push(vec![job, place, user, name.value(), key, "waiting".value()]);
    }
    let of_rows = ["job_id", "position", "line", "user_id", "body", "fault"];
    insert(plain, "import_rows", of_rows, rows).await?;
    let of_items = ["job_id", "position", "subject_id", "name", "name_key", "state"];
    insert(plain, "job_items", of_items, items).await
}

async fn insert(
    plain: &mut PlainTx,
    table: &'static str,
    columns: [&'static str; 6],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    for some in rows.chunks(AT_ONCE) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns);
        for row in some {
            insert.values_panic(row.iter().cloned().map(Expr::val));
        }
        let (sql, args) = plain.tx().build(&insert);
        plain.run(sql, args).await?;
    }
    Ok(())
}

/// Reads what comes next: those that it is about, and for each the id, the body and what is wrong.
pub(super) async fn next(change: &mut Change, job: &Job) -> Result<(Vec<Item>, Vec<(Id, String, String)>)> {
    let items = next_items(change.tx(), job.id, job.progress, CHUNK).await?;
    let rows = change.tx().all(ROWS, args![job.id, job.progress, CHUNK]).await?;
    Ok((items, rows))
}

/// Writes down what became of them, and forgets the rows.
pub(super) async fn done(
    change: &mut Change,
    job: &Job,
    items: &[Item],
    outcomes: &[Outcome],
) -> Result<Chunk> {
    let Some(next) = items.last().map(|item| item.position + 1) else {
        return Ok(Chunk { next: job.progress, done: 0, refused: 0, finished: true });
    };
    let refused = write_results(change, job.id, items, outcomes).await?;
    change.run(SWEEP, args![job.id, next]).await?;
    let count = i64::try_from(items.len()).map_err(Error::internal)?;
    Ok(Chunk { next, done: count - refused, refused, finished: next >= job.total })
}

/// Forgets the rows of a job that is over.
pub(super) async fn sweep(plain: &mut PlainTx, job: Id) -> Result<()> {
    plain.run(SWEEP_ALL, args![job]).await?;
    Ok(())
}
