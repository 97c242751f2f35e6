//! What became of each, as a file: part by part.

use model::event::EventKind;
use model::job::JobItem;
use model::list::grouped;
use model::{Id, Operation};

use super::Jobs;
use super::items::{Line, RESULTS};
use super::list::find;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::args;
use directory_core::transaction::PlainTx;

/// How many one part holds.
const PART: i64 = 500;

/// An export of a job's results under way. Each part is read by itself.
pub struct JobExport {
    context: Context,
    job: Id,
    next: i64,
}

impl Jobs<'_> {
    /// Begins an export of what became of each whom a job is about, which is an event.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, as for the job.
    pub async fn export(&self, actor: &Actor, job: Id) -> Result<JobExport> {
        let permit = permit(actor, Operation::ReadOwnJobs)?;
        let title = find(&mut self.0.db().read().await?, actor, job).await?.into_details(actor).row;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let told = AuditEvent::new(EventKind::UsersExport).to("job", job, title.title());
        let message = format!("CSV, the results of a job: {} users", grouped(title.total));
        plain.record(told.message(message)).await?;
        plain.commit().await?;
        Ok(JobExport { context: self.0.clone(), job, next: 0 })
    }
}

impl JobExport {
    /// The next part, in the job's order; empty at the end.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn rows(&mut self) -> Result<Vec<JobItem>> {
        let mut tx = self.context.db().read().await?;
        let rows: Vec<Line> = tx.all(RESULTS, args![self.job, self.next, PART]).await?;
        if let Some(last) = rows.last() {
            self.next = last.position + 1;
        }
        Ok(rows.into_iter().map(Line::into_item).collect())
    }
}
