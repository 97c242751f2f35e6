//! Which kind does a job's work, and taking jobs on, one after another.

use std::collections::BTreeMap;

use model::job::{BulkAction, JobKind, JobWork};
use model::user::Action;
use model::{Id, Operation};

use sea_query::{Expr, ExprTrait, Query};

use super::creation::CreatedRows;
use super::update::UpdatedRows;
use crate::engine::{self, Chunk, Job, Kind, next_items, write_results};
use crate::import::ImportedRows;
use crate::users::bulk::{self, Acted};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// How many users one chunk is about: short, so that sign-ins get their turn.
const CHUNK: i64 = 500;
/// How many chunks a job has of one turn, before another job has its own.
const TURN: u64 = 8;

const IMPORTS: Sql = sql!(
    "SELECT id FROM jobs WHERE kind = 'import' AND state IN ('queued', 'running')
    ORDER BY created_at LIMIT 10"
);

/// Of those whom an undo is about, who has been changed by something else since.
const CHANGED: Sql = sql!(
    "SELECT i.subject_id FROM job_items i JOIN users u ON u.id = i.subject_id
    WHERE i.job_id = $1 AND i.position >= $2 AND i.position < $3 AND i.seq > 0 AND u.seq <> i.seq"
);
const DONE_BY: Sql = sql!(
    "UPDATE job_items SET seq = $4 WHERE job_id = $1 AND position >= $2 AND position < $3 AND state = 'done'"
);

/// What is done to many users.
pub(super) struct UserJob(pub Action);

impl Kind for UserJob {
    fn operation(&self) -> Operation {
        self.0.operation()
    }

    async fn chunk(&self, change: &mut Change, job: &Job) -> Result<Chunk> {
        let action: BulkAction = serde_json::from_str(&job.parameters)?;
        let items = next_items(change.tx(), job.id, job.progress, CHUNK).await?;
        let Some(next) = items.last().map(|item| item.position + 1) else {
            return Ok(Chunk { next: job.progress, done: 0, refused: 0, finished: true });
        };
        let ids = items.iter().map(|item| item.subject_id).collect();
        let from = items.first().map_or(job.progress, |item| item.position);
        let changed: Vec<(Id,)> = change.tx().all(CHANGED, args![job.id, from, next]).await?;
        let changed = changed.into_iter().map(|(id,)| id).collect();
        let Acted { outcomes, before } = bulk::act(change, &action, ids, &changed).await?;
        let refused = write_results(change, job.id, &items, &outcomes).await?;
        remember(change, job.id, (from, next), before).await?;
        let count = i64::try_from(items.len()).map_err(Error::internal)?;
        Ok(Chunk { next, done: count - refused, refused, finished: next >= job.total })
    }
}

/// Writes down which change did it to them, and what they were before, so that it can be taken back.
async fn remember(
    change: &mut Change,
    job: Id,
    (from, next): (i64, i64),
    before: BTreeMap<String, Vec<Id>>,
) -> Result<()> {
    let seq = change.seq;
    change.run(DONE_BY, args![job, from, next, seq]).await?;
    for (was, users) in before {
        let update = Query::update()
            .table("job_items")
            .value("before", was)
            .and_where(Expr::col("job_id").eq(job.value()))
            .and_where(Expr::col("position").gte(from))
            .and_where(Expr::col("position").lt(next))
            .and_where(Expr::col("subject_id").is_in(users.into_iter().map(Arg::value)))
            .take();
        let (sql, args) = change.tx().build(&update);
        change.run(sql, args).await?;
    }
    Ok(())
}

/// Boxed: what every kind needs together would be in each caller's way.
async fn step(context: &Context, id: Id, kind: JobKind) -> Result<bool> {
    match kind.work() {
        JobWork::Import => Box::pin(engine::step(context, &ImportedRows, id)).await,
        JobWork::Create => Box::pin(engine::step(context, &CreatedRows, id)).await,
        JobWork::Update => Box::pin(engine::step(context, &UpdatedRows, id)).await,
        JobWork::OnUsers(action) => Box::pin(engine::step(context, &UserJob(action), id)).await,
    }
}

/// Stops a job, whatever its kind.
///
/// # Errors
/// `conflict` once it has ended.
pub(super) async fn cancel(plain: &mut PlainTx, id: Id, kind: JobKind) -> Result<()> {
    match kind.work() {
        JobWork::Import => engine::cancel(plain, &ImportedRows, id).await,
        JobWork::Create => engine::cancel(plain, &CreatedRows, id).await,
        JobWork::Update => engine::cancel(plain, &UpdatedRows, id).await,
        JobWork::OnUsers(action) => engine::cancel(plain, &UserJob(action), id).await,
    }
}

/// Does chunks of jobs that nobody else has in hand, until there are none or so many are done; says how
/// many. Each job has its turn.
///
/// # Errors
/// `unavailable`, `internal`; the chunk has not been, and is tried again later.
pub(crate) async fn work(context: &Context, at_most: u64) -> Result<u64> {
    let mut chunks = 0;
    while chunks < at_most
        && let Some((id, kind)) = engine::claim(context).await?
    {
        let turn = Ord::min(TURN, at_most - chunks);
        let mut more = true;
        for _ in 0..turn {
            more = step(context, id, kind).await?;
            chunks += 1;
            if !more {
                break;
            }
            // Others who write wait in a queue; this one goes to its end.
            tokio::task::yield_now().await;
        }
        if more {
            engine::release(context, id).await?;
        }
    }
    Ok(chunks)
}

/// Goes to the end of imports that were broken off, whoever had them in hand: of two at one import, each
/// takes what the other has not.
pub(crate) async fn finish_imports(context: &Context) -> Result<()> {
    let waiting: Vec<(Id,)> = context.db().read().await?.all(IMPORTS, args![]).await?;
    for (job,) in waiting {
        tracing::info!(%job, "going on with an import");
        while step(context, job, JobKind::Import).await? {
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}
