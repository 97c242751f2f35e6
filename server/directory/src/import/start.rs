//! Importing a checked file: its rows become those of a job.

use model::import::{RowCounts, UploadState};
use model::job::JobKind;
use model::{ErrorCode, Id, Operation, Problem};

use super::job::Payload;
use super::upload::{counts, find};
use super::{Import, check_rights, remembered};
use crate::engine;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::events::party_of;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

const STARTED: Sql = sql!(
    "UPDATE import_uploads SET state = 'started', job_id = $3
    WHERE id = $1 AND administrator_id = $2 AND state = 'checked'"
);
/// Managers come before those they manage.
const COPY: Sql = sql!(
    "INSERT INTO import_rows (job_id, position, line, user_id, body, secret)
    SELECT u.job_id, ROW_NUMBER() OVER (ORDER BY l.depth, l.line) - 1, l.line, l.user_id, l.body, l.secret
    FROM import_lines l JOIN import_uploads u ON u.id = l.upload_id
    WHERE u.id = $1 AND l.outcome IN ('create', 'change')"
);
const FORGET_SECRETS: Sql = sql!("UPDATE import_lines SET secret = '' WHERE upload_id = $1 AND secret <> ''");

impl Import<'_> {
    /// Starts the import of a checked file; says its job.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's file; `conflict` for a file that is not checked, that has
    /// faults unless the good rows are to be taken, or that changes nothing.
    pub async fn start(&self, actor: &Actor, id: Id) -> Result<Id> {
        permit(actor, Operation::ImportUsers)?;
        let me = actor.auth()?.id;
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::ImportUsers)?).await?;
        let stored = find(plain.tx(), actor, id).await?;
        let kept = stored.kept()?;
        check_rights(actor, kept.choices.existing)?;
        let counts = counts(plain.tx(), id).await?;
        check_startable(stored.state, counts, kept.choices.good_rows)?;
        let settings = crate::settings::read(plain.tx()).await?;
        let payload = Payload {
            source: "csv".to_owned(),
            state: kept.choices.state.unwrap_or(settings.profile.new_users.csv_import),
            by: party_of(actor),
            email: kept.choices.email,
        };
        let total = i64::try_from(counts.written()).map_err(Error::internal)?;
        let job = engine::fill(&mut plain, JobKind::Import, serde_json::to_string(&payload)?, total).await?;
        plain.run_one(STARTED, args![id, me, job]).await?;
        plain.run(COPY, args![id]).await?;
        plain.run(FORGET_SECRETS, args![id]).await?;
        engine::queue(&mut plain, job, Some(total), false).await?;
        if kept.choices.remember {
            remembered::remember(&mut plain, actor, &kept.columns).await?;
        }
        plain.commit().await?;
        Ok(job)
    }
}

fn check_startable(state: UploadState, counts: RowCounts, good_rows: bool) -> Result<()> {
    let refuse = |message: &str| Err(Problem::new(ErrorCode::Conflict, message).into());
    match state {
        UploadState::Checked => {}
        UploadState::Ready | UploadState::Checking | UploadState::Failed => {
            return refuse("Check the file first.");
        }
        UploadState::Started => return refuse("The import of this file has been started."),
    }
    if counts.fault > 0 && !good_rows {
        return refuse("Some rows have faults. Mend them, or import the good rows only.");
    }
    if counts.written() == 0 {
        return refuse("There is nothing to import: no row adds or changes anybody.");
    }
    Ok(())
}
