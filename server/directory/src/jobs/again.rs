//! A job about those of an earlier one: the same again for those who were left out, or taking back what was done.

use model::job::{BulkAction, JobRelation, JobWork};
use model::{ErrorCode, Id, Operation, Problem};

use super::Jobs;
use super::list::{Stored, find};
use super::start::{check_open, reason_of};
use crate::engine;
use crate::users::bulk;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

const PARAMETERS: Sql = sql!("SELECT parameters FROM jobs WHERE id = $1");
const LEFT_OUT: Sql = sql!(
    "INSERT INTO job_items (job_id, position, subject_id, name, name_key, state)
    SELECT $1, ROW_NUMBER() OVER (ORDER BY position) - 1, subject_id, name, name_key, 'waiting'
    FROM job_items WHERE job_id = $2 AND state <> 'done'"
);
/// With the number of the change that did it: a user who has another by then has been changed since.
const DONE: Sql = sql!(
    "INSERT INTO job_items (job_id, position, subject_id, name, name_key, state, seq)
    SELECT $1, ROW_NUMBER() OVER (ORDER BY position) - 1, subject_id, name, name_key, 'waiting', seq
    FROM job_items WHERE job_id = $2 AND state = 'done' AND before = $3"
);

impl Jobs<'_> {
    /// Does the same again for those to whom a job that has ended did not do it. Says the new job’s id.
    ///
    /// # Errors
    /// `forbidden` as for the same done to one; `not_found`, as for the job; `conflict` while the job goes on, for a kind of
    /// job that cannot be tried again, when nobody was left out, and with too many jobs; `invalid` at `reason`, and
    /// where the job was about a time that has passed.
    pub async fn retry(&self, actor: &Actor, id: Id, reason: &str) -> Result<Id> {
        let (stored, action) = self.ended(actor, id).await?;
        let operation = action.action().operation();
        let permit = permit(actor, operation)?;
        bulk::check(&action, self.0.env().now())?;
        stored.may_retry(actor).map_or(Ok(()), |why| Err(Problem::new(ErrorCode::Conflict, why)))?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        bulk::check_group(plain.tx(), &action).await?;
        let job = self.begin(&mut plain, actor, &action, reason, (JobRelation::Retry, id)).await?;
        let total = plain.run(LEFT_OUT, args![job, id]).await?;
        queue(&mut plain, job, total).await?;
        plain.commit().await?;
        Ok(job)
    }

    /// Takes back what a job did, of those who have not been changed since. Says the new job’s id.
    ///
    /// # Errors
    /// As of [`retry`](Self::retry); `conflict` for what cannot be taken back.
    pub async fn undo(&self, actor: &Actor, id: Id, reason: &str) -> Result<Id> {
        let (stored, action) = self.ended(actor, id).await?;
        let Some((action, before)) = action.undo() else {
            let why = "What this job did cannot be taken back.";
            return Err(Problem::new(ErrorCode::Conflict, why).into());
        };
        let permit = permit(actor, action.action().operation())?;
        stored.may_undo(actor).map_or(Ok(()), |why| Err(Problem::new(ErrorCode::Conflict, why)))?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let job = self.begin(&mut plain, actor, &action, reason, (JobRelation::Undo, id)).await?;
        let total = plain.run(DONE, args![job, id, before]).await?;
        queue(&mut plain, job, total).await?;
        plain.commit().await?;
        Ok(job)
    }

    /// A job on users that has ended, with what it did.
    async fn ended(&self, actor: &Actor, id: Id) -> Result<(Stored, BulkAction)> {
        permit(actor, Operation::ReadOwnJobs)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor, id).await?;
        if stored.goes_on() {
            return Err(Problem::new(ErrorCode::Conflict, "This job goes on.").into());
        }
        let JobWork::OnUsers(_) = stored.kind().work() else {
            let why = "Send it again to do it again: this job does not keep what it was given.";
            return Err(Problem::new(ErrorCode::Conflict, why).into());
        };
        let (parameters,): (String,) = tx.one(PARAMETERS, args![id]).await?;
        Ok((stored, serde_json::from_str(&parameters)?))
    }

    async fn begin(
        &self,
        plain: &mut PlainTx,
        actor: &Actor,
        action: &BulkAction,
        reason: &str,
        of: (JobRelation, Id),
    ) -> Result<Id> {
        let reason = reason_of(reason)?;
        check_open(plain, actor.auth()?.id).await?;
        let job = engine::fill(plain, action.kind(), serde_json::to_string(action)?, 0).await?;
        engine::explain(plain, job, &reason, Some(of)).await?;
        Ok(job)
    }
}

async fn queue(plain: &mut PlainTx, job: Id, total: u64) -> Result<()> {
    if total == 0 {
        return Err(Problem::new(ErrorCode::Conflict, "There is nobody to whom this could be done.").into());
    }
    engine::queue(plain, job, Some(i64::try_from(total).map_err(Error::internal)?), false).await
}
