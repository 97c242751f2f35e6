//! One chunk of a job, in one transaction.

use model::event::EventKind;
use model::{ErrorCode, Id};

use super::{Chunk, Job, Kind, LEASE, counts, own_work, starter};
use directory_core::authz::Permit;
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// After so many faults of ours, one after another, a job is given up.
const ATTEMPTS: i64 = 5;
/// How often a chunk looks again at who started the job, whose account changed while it began.
const LOOKS: u32 = 3;

/// What a chunk reads of a job.
macro_rules! job {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, kind, parameters, starter, starter_name, total, done, refused, progress, attempts",
            $after
        )
    };
}

const READ: Sql = sql!(job!("SELECT", " FROM jobs WHERE id = $1 AND state IN ('queued', 'running')"));
/// Nobody stops it, and no other chunk begins, until this one is over.
const TAKE: Sql = sql!(job!(
    "UPDATE jobs SET state = 'running', lease_until = $3,
        started_at = CASE WHEN started_at = 0 THEN $2 ELSE started_at END
    WHERE id = $1 AND state IN ('queued', 'running') RETURNING",
    ""
));
const ADVANCE: Sql = sql!(
    "UPDATE jobs SET progress = $2, done = done + $3, refused = refused + $4, attempts = 0,
        version = version + 1
    WHERE id = $1"
);
const DONE: Sql = sql!("UPDATE jobs SET state = 'done', finished_at = $2 WHERE id = $1");
const TROUBLE: Sql = sql!(
    "UPDATE jobs SET attempts = attempts + 1, lease_until = $2
    WHERE id = $1 AND state IN ('queued', 'running')"
);
const FAIL: Sql = sql!(
    "UPDATE jobs SET state = 'failed', why = $2, finished_at = $3, version = version + 1
    WHERE id = $1 AND state IN ('queued', 'running')"
);

async fn find(tx: &mut Tx, id: Id) -> Result<Option<Job>> {
    Ok(tx.optional(READ, args![id]).await?)
}

/// Does a job's next chunk; says whether there may be more. A job whose starter may not do so any more ends as
/// failed.
///
/// # Errors
/// `unavailable`, `internal`: the chunk has not been, and is tried again later.
pub(crate) async fn step<K: Kind>(context: &Context, kind: &K, id: Id) -> Result<bool> {
    for look in 1..=LOOKS {
        let Some(job) = find(&mut context.db().read().await?, id).await? else { return Ok(false) };
        let permit = match starter::permit_now(context, &job, kind.operation()).await? {
            Ok(permit) => permit,
            Err(why) => {
                fail(context, kind, &job, &why).await?;
                return Ok(false);
            }
        };
        if let Err(error) = kind.prepare(context, &job).await {
            trouble(context, kind, &job, &error).await?;
            return Err(error);
        }
        match one(context, kind, id, permit).await {
            Ok(more) => return Ok(more),
            Err(Error::Problem(problem)) if look < LOOKS && looks_again(problem.code) => {}
            Err(error) => {
                trouble(context, kind, &job, &error).await?;
                return Err(error);
            }
        }
    }
    Ok(true)
}

/// Whether this comes of a role or an account that changed between looking and writing.
const fn looks_again(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NotSignedIn | ErrorCode::Forbidden | ErrorCode::Conflict)
}

async fn one<K: Kind>(context: &Context, kind: &K, id: Id, permit: Permit) -> Result<bool> {
    let mut change = Change::begin(context, permit).await?;
    let now = change.now;
    let taken: Option<Job> = change.tx().optional(TAKE, args![id, now, now.plus(LEASE)]).await?;
    let Some(job) = taken else { return Ok(false) };
    let Chunk { next, done, refused, finished } = kind.chunk(&mut change, &job).await?;
    change.run_one(ADVANCE, args![id, next, done, refused]).await?;
    if finished {
        change.run_one(DONE, args![id, now]).await?;
        let told = counts(job.done + done, job.refused + refused);
        change.record(ended(&job, &told)).await?;
    }
    change.commit().await?;
    Ok(!finished)
}

fn ended(job: &Job, told: &str) -> AuditEvent {
    let ended =
        AuditEvent::new(EventKind::JobEnd).to("job", job.id, job.kind.title(job.total.unsigned_abs()));
    let ended = ended.message(told);
    if job.starter.is_empty() { ended.by(starter::party(job.starter_name.clone())) } else { ended }
}

async fn fail<K: Kind>(context: &Context, kind: &K, job: &Job, why: &str) -> Result<()> {
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    let now = plain.now;
    if plain.run(FAIL, args![job.id, why, now]).await? == 1 {
        tracing::warn!(job = %job.id, why, "a job was given up");
        let told = format!("{} Until then: {}", why, counts(job.done, job.refused));
        plain.record(ended(job, "").failed(told)).await?;
        kind.ended(&mut plain, job.id).await?;
    }
    plain.commit().await
}

/// A fault of ours: the chunk is tried again a little later, and not for ever.
async fn trouble<K: Kind>(context: &Context, kind: &K, job: &Job, error: &Error) -> Result<()> {
    tracing::warn!(job = %job.id, %error, "a chunk of a job did not work out");
    if job.attempts + 1 >= ATTEMPTS {
        let why = match error {
            Error::Problem(problem) => problem.message.clone(),
            Error::Internal(_) | Error::Unavailable(_) => {
                format!("It met a fault {ATTEMPTS} times in a row. The server’s log says more.")
            }
        };
        return fail(context, kind, job, &why).await;
    }
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    let later = plain.now.plus(LEASE);
    plain.run(TROUBLE, args![job.id, later]).await?;
    plain.commit().await
}
