//! The job engine: durable work in chunks. What a chunk did, the result for each that it was about and how far
//! the job is are one transaction, so that a stop at any moment loses and repeats nothing. A job is worked on
//! under a lease, by one of all servers; and each chunk asks anew whether whoever started it still may.

mod chunk;
mod items;
mod starter;

use std::time::Duration;

use model::event::EventKind;
use model::job::{JobKind, JobRelation};
use model::list::grouped;
use model::{ErrorCode, Id, Operation, Problem, Timestamp};

use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

pub(crate) use chunk::step;
pub(crate) use items::{Item, leave_out, next_items, write_results};
pub(crate) use starter::{Starter, name as starter_name, permit_of};

/// How long a job is nobody else's after each chunk. Of two that work on it nevertheless, the second waits for
/// the first one's transaction and goes on from there.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
/// How long it is kept what became of a job.
const KEPT: Duration = Duration::from_hours(30 * 24);

const INSERT: Sql = sql!(
    "INSERT INTO jobs (id, kind, state, parameters, starter, starter_id, starter_name,
        search_text, created_at, total)
    VALUES ($1, $2, 'filling', $3, $4, $5, $6, $7, $8, $9)"
);
const QUEUE: Sql = sql!(
    "UPDATE jobs SET state = 'queued', total = COALESCE($2, total), lease_until = $3, version = version + 1
    WHERE id = $1 AND state = 'filling' RETURNING kind, starter, starter_name, total, reason"
);
const EXPLAIN: Sql =
    sql!("UPDATE jobs SET reason = $2, relation = $3, of_job = $4 WHERE id = $1 AND state = 'filling'");
const DUE: Sql =
    sql!("SELECT id FROM jobs WHERE state IN ('queued', 'running') AND lease_until <= $1 LIMIT 1");
/// Whoever had its last turn longest ago comes first. Of two that claim at once the second finds it leased,
/// because it looks again once it has the row.
const CLAIM: Sql = sql!(
    "UPDATE jobs SET lease_until = $2 WHERE lease_until <= $1 AND id =
        (SELECT id FROM jobs WHERE state IN ('queued', 'running') AND lease_until <= $1
            ORDER BY lease_until, pk LIMIT 1)
    RETURNING id, kind"
);
const RELEASE: Sql = sql!(
    "UPDATE jobs SET lease_until = $2 WHERE id = $1 AND state IN ('queued', 'running') AND lease_until > $2"
);
const CANCEL: Sql = sql!(
    "UPDATE jobs SET state = 'cancelled', finished_at = $2, version = version + 1
    WHERE id = $1 AND state IN ('queued', 'running') RETURNING kind, total, done, refused"
);
const HALF_FILLED: Sql = sql!("DELETE FROM jobs WHERE state = 'filling' AND created_at <= $1");
/// A few at a time: each may have had many items.
const FORGET: Sql = sql!(
    "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
    WHERE finished_at > 0 AND finished_at <= $1 ORDER BY finished_at LIMIT 5)"
);

/// A kind of job.
pub(crate) trait Kind: Sync {
    /// What whoever started it must be allowed, at each chunk anew.
    fn operation(&self) -> Operation;

    /// What comes before a chunk and takes time: nobody waits for it in a transaction.
    fn prepare(&self, _context: &Context, _job: &Job) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Does what comes next, with the results for each.
    fn chunk(&self, change: &mut Change, job: &Job) -> impl Future<Output = Result<Chunk>> + Send;

    /// It is over before its end; what it kept for itself can go.
    fn ended(&self, _plain: &mut PlainTx, _job: Id) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// A job as a chunk finds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Job {
    pub id: Id,
    pub kind: JobKind,
    /// JSON that its kind understands.
    pub parameters: String,
    starter: String,
    pub starter_name: String,
    pub total: i64,
    done: i64,
    refused: i64,
    /// The position that comes next.
    pub progress: i64,
    attempts: i64,
}

/// What a chunk came to.
pub(crate) struct Chunk {
    /// The position that comes next.
    pub next: i64,
    pub done: i64,
    pub refused: i64,
    /// Nothing is left.
    pub finished: bool,
}

/// Writes a job down that is about nobody yet; it begins once it is [queued](queue), and is forgotten if it
/// never is.
pub(crate) async fn fill(plain: &mut PlainTx, kind: JobKind, parameters: String, total: i64) -> Result<Id> {
    let actor = plain.permit().actor().clone();
    let (id, now) = (plain.context().env().new_id()?, plain.now);
    let starter = Starter::of(&actor)?;
    let name = starter::name(&actor);
    let search = normalize(&format!("{} {name}", kind.label()));
    let kept = starter.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    let row = args![
        id,
        kind.as_str(),
        parameters,
        kept,
        starter.map(|starter| starter.id),
        name,
        search,
        now,
        total
    ];
    plain.run(INSERT, row).await?;
    Ok(id)
}

/// Says why a job was started, and of which earlier one it is, before it is [queued](queue).
pub(crate) async fn explain(
    plain: &mut PlainTx,
    job: Id,
    reason: &str,
    of: Option<(JobRelation, Id)>,
) -> Result<()> {
    let (relation, of) = of.map_or(("", None), |(relation, of)| (relation.as_str(), Some(of)));
    plain.run(EXPLAIN, args![job, reason, relation, of]).await?;
    Ok(())
}

/// Lets a job begin, whose total is known by now: from the commit on, whatever happens, it goes to its end. Whoever drives it to its end
/// itself has the first lease.
pub(crate) async fn queue(plain: &mut PlainTx, job: Id, total: Option<i64>, driven: bool) -> Result<()> {
    let lease = if driven { plain.now.plus(LEASE) } else { Timestamp::from_micros(0) };
    let queued: Option<(JobKind, String, String, i64, String)> =
        plain.tx().optional(QUEUE, args![job, total, lease]).await?;
    let Some((kind, kept, name, total, reason)) = queued else {
        return Err(Problem::new(ErrorCode::Stale, "This job has begun already.").into());
    };
    let started = AuditEvent::new(EventKind::JobStart).to("job", job, kind.title(total.unsigned_abs()));
    let started = started.message(reason);
    plain.record(if kept.is_empty() { started.by(starter::party(name)) } else { started }).await?;
    plain.queued();
    Ok(())
}

fn own_work() -> Result<Permit> {
    permit(&Actor::system(Task::Jobs), Operation::RunMaintenance)
}

/// Takes a job under a lease that is nobody else's.
pub(crate) async fn claim(context: &Context) -> Result<Option<(Id, JobKind)>> {
    // Most of the time there is none, and nobody has to wait for a transaction that writes nothing.
    let due: Option<(Id,)> = context.db().read().await?.optional(DUE, args![context.env().now()]).await?;
    if due.is_none() {
        return Ok(None);
    }
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    let now = plain.now;
    let claimed = plain.tx().optional(CLAIM, args![now, now.plus(LEASE)]).await?;
    plain.commit().await?;
    Ok(claimed)
}

/// Gives a job back that is not at its end, behind all others that wait.
pub(crate) async fn release(context: &Context, job: Id) -> Result<()> {
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    let now = plain.now;
    plain.run(RELEASE, args![job, now]).await?;
    plain.commit().await
}

/// Stops a job after the chunk that is under way. What was done stays.
///
/// # Errors
/// `conflict` once it has ended.
pub(crate) async fn cancel<K: Kind>(plain: &mut PlainTx, kind: &K, job: Id) -> Result<()> {
    let now = plain.now;
    let stopped: Option<(JobKind, i64, i64, i64)> = plain.tx().optional(CANCEL, args![job, now]).await?;
    let Some((which, total, done, refused)) = stopped else {
        return Err(Problem::new(ErrorCode::Conflict, "This job has ended already.").into());
    };
    let told = format!("cancelled; {}", counts(done, refused));
    let ended = AuditEvent::new(EventKind::JobEnd).to("job", job, which.title(total.unsigned_abs()));
    plain.record(ended.message(told)).await?;
    kind.ended(plain, job).await
}

/// How many it was done to, and how many were left out, as an event tells it.
fn counts(done: i64, refused: i64) -> String {
    format!("{} done, {} left out", grouped(done.unsigned_abs()), grouped(refused.unsigned_abs()))
}

/// Drops what was never written down whole; forgets what ended long ago.
pub(crate) async fn clean_up(plain: &mut PlainTx) -> Result<()> {
    const FILLING_TAKES_AT_MOST: Duration = Duration::from_hours(1);
    let now = plain.now;
    let dropped = plain.run(HALF_FILLED, args![now.minus(FILLING_TAKES_AT_MOST)]).await?;
    if dropped > 0 {
        tracing::warn!(dropped, "jobs that were cut short before they began are dropped; start them again");
    }
    plain.run(FORGET, args![now.minus(KEPT)]).await?;
    Ok(())
}
