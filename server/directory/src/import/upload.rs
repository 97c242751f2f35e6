//! Files that administrators bring in the browser: sealed piece by piece, seen by whoever brought them alone, and
//! forgotten after a day.

use std::time::Duration;

use model::import::{
    Choices, Encoding, Existing, FileColumn, MatchBy, RowCounts, RowOutcome, Separator, Upload, UploadState,
    UsernameRule,
};
use model::{ErrorCode, Id, Operation, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use super::file::{self, Wishes};
use super::remembered;
use super::{Import, check_rights};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;
use directory_core::vault::Place;

/// How long a file is kept.
const KEPT: Duration = Duration::from_hours(24);
/// A check that has not come on for so long was cut short.
const PAUSE: Duration = Duration::from_mins(2);

const PIECE_AT: Sql = sql!("SELECT id, body FROM import_pieces WHERE upload_id = $1 AND position = $2");
const READ: Sql = sql!(
    "SELECT id, name, size, state, choices, created_at, checks, checked_at, why, job_id FROM import_uploads
    WHERE id = $1 AND administrator_id = $2 AND state <> 'receiving'"
);
const LATEST: Sql = sql!(
    "SELECT id FROM import_uploads WHERE administrator_id = $1 AND state NOT IN ('receiving', 'started')
    ORDER BY created_at DESC, pk DESC LIMIT 1"
);
const COUNTS: Sql = sql!(
    "SELECT outcome, COUNT(*), CAST(COALESCE(SUM(noted), 0) AS BIGINT) FROM import_lines
    WHERE upload_id = $1 GROUP BY outcome"
);
const CHOOSE: Sql = sql!(
    "UPDATE import_uploads SET state = 'ready', choices = $3, checks = checks + 1
    WHERE id = $1 AND administrator_id = $2 AND state <> 'started'"
);
const DROP_LINES: Sql = sql!("DELETE FROM import_lines WHERE upload_id = $1");
const FORGET: Sql = sql!("DELETE FROM import_uploads WHERE id = $1 AND administrator_id = $2");
const OVER: Sql = sql!("DELETE FROM import_uploads WHERE created_at <= $1");

/// How a file is read, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub columns: Vec<FileColumn>,
    pub choices: Choices,
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub id: Id,
    name: String,
    size: i64,
    pub state: UploadState,
    choices: String,
    created_at: Timestamp,
    pub checks: i64,
    checked_at: Timestamp,
    why: String,
    job_id: Option<Id>,
}

impl Stored {
    pub(super) fn kept(&self) -> Result<Kept> {
        Ok(serde_json::from_str(&self.choices)?)
    }

    fn into_upload(self, counts: RowCounts, now: Timestamp) -> Result<Upload> {
        let Kept { columns, choices } = self.kept()?;
        let cut = self.state == UploadState::Checking && self.checked_at.plus(PAUSE) <= now;
        let (state, why) = if cut {
            (
                UploadState::Failed,
                "The check was cut short, as by a restart of the server. Check again.".to_owned(),
            )
        } else {
            (self.state, self.why)
        };
        Ok(Upload {
            id: self.id,
            name: self.name,
            size: self.size.unsigned_abs(),
            state,
            uploaded_at: self.created_at,
            forgotten_at: self.created_at.plus(KEPT),
            columns,
            choices,
            counts,
            why,
            job: self.job_id,
        })
    }
}

/// An administrator's file; another's is not there.
pub(super) async fn find(tx: &mut Tx, actor: &Actor, id: Id) -> Result<Stored> {
    let me = actor.auth()?.id;
    let found: Option<Stored> = tx.optional(READ, args![id, me]).await?;
    found.ok_or_else(|| Problem::not_found("file").into())
}

pub(super) async fn counts(tx: &mut Tx, id: Id) -> Result<RowCounts> {
    let rows: Vec<(RowOutcome, i64, i64)> = tx.all(COUNTS, args![id]).await?;
    let mut counts = RowCounts::default();
    for (outcome, count, noted) in rows {
        let place = match outcome {
            RowOutcome::Create => &mut counts.create,
            RowOutcome::Change => &mut counts.change,
            RowOutcome::Same => &mut counts.same,
            RowOutcome::Fault => &mut counts.fault,
        };
        *place = count.unsigned_abs();
        counts.notes += noted.unsigned_abs();
    }
    Ok(counts)
}

/// One piece of a file, opened; `None` after the last.
pub(super) async fn piece(context: &Context, upload: Id, position: i64) -> Result<Option<Vec<u8>>> {
    let mut tx = context.db().read().await?;
    let found: Option<(Id, String)> = tx.optional(PIECE_AT, args![upload, position]).await?;
    let Some((id, body)) = found else { return Ok(None) };
    Ok(Some(context.vault().open(place(id), &body)?.to_vec()))
}

pub(super) fn place(row: Id) -> Place {
    Place { table: "import_pieces", column: "body", row }
}

/// Forgets files whose day is over.
pub(crate) async fn clean_up(plain: &mut PlainTx) -> Result<()> {
    let before = plain.now.minus(KEPT);
    plain.run(OVER, args![before]).await?;
    Ok(())
}

impl Import<'_> {
    /// What the columns of a file mean, and what one begins with.
    pub(super) async fn understand(
        &self,
        actor: &Actor,
        head: &[u8],
        encoding: Encoding,
        separator: Separator,
    ) -> Result<Kept> {
        let mut columns = file::columns(head, encoding, separator, &Wishes::default())?;
        remembered::recall(&mut self.0.db().read().await?, actor, &mut columns).await?;
        let existing = if actor.may(Operation::UpdateUser) { Existing::Leave } else { Existing::Refuse };
        let choices = first_choices(encoding, separator, &columns, existing);
        Ok(Kept { columns, choices })
    }

    /// One's own file.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's.
    pub async fn upload(&self, actor: &Actor, id: Id) -> Result<Upload> {
        permit(actor, Operation::ImportUsers)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor, id).await?;
        let counts = counts(&mut tx, id).await?;
        stored.into_upload(counts, self.0.env().now())
    }

    /// The file that one brought last and has not imported.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn waiting_upload(&self, actor: &Actor) -> Result<Option<Upload>> {
        permit(actor, Operation::ImportUsers)?;
        let me = actor.auth()?.id;
        let mut tx = self.0.db().read().await?;
        let latest: Option<(Id,)> = tx.optional(LATEST, args![me]).await?;
        let Some((id,)) = latest else { return Ok(None) };
        let stored = find(&mut tx, actor, id).await?;
        let counts = counts(&mut tx, id).await?;
        let upload = stored.into_upload(counts, self.0.env().now())?;
        // What could not be read waits for nothing.
        Ok((!upload.columns.is_empty()).then_some(upload))
    }

    /// Reads a file with another encoding or separator, and matches its columns anew.
    ///
    /// # Errors
    /// As for [`upload`](Self::upload); `invalid` at `file`; `conflict` once its import has started.
    pub async fn read_again(
        &self,
        actor: &Actor,
        id: Id,
        encoding: Encoding,
        separator: Separator,
    ) -> Result<Upload> {
        permit(actor, Operation::ImportUsers)?;
        let before = find(&mut self.0.db().read().await?, actor, id).await?.kept()?;
        let head = piece(self.0, id, 0).await?.unwrap_or_default();
        let mut kept = self.understand(actor, &head, encoding, separator).await?;
        kept.choices = Choices { encoding, separator, columns: kept.choices.columns, ..before.choices };
        self.save(actor, id, &kept).await?;
        self.upload(actor, id).await
    }

    /// Keeps what was chosen; what was checked before is checked no more.
    ///
    /// # Errors
    /// As for [`upload`](Self::upload); `invalid` at `columns`; `conflict` once its import has started.
    pub(super) async fn choose(&self, actor: &Actor, id: Id, choices: Choices) -> Result<Stored> {
        check_rights(actor, choices.existing)?;
        let stored = find(&mut self.0.db().read().await?, actor, id).await?;
        let mut kept = stored.kept()?;
        if kept.columns.len() != choices.columns.len() {
            return Err(Problem::at("columns", "These are not the columns of the file.").into());
        }
        if let Some(missing) = choices.missing() {
            return Err(Problem::at("columns", missing).into());
        }
        for (column, chosen) in kept.columns.iter_mut().zip(&choices.columns) {
            if column.column != *chosen {
                column.column.clone_from(chosen);
                column.why = model::import::Why::Chosen;
            }
        }
        check_once(&kept.columns)?;
        kept.choices = choices;
        self.save(actor, id, &kept).await?;
        find(&mut self.0.db().read().await?, actor, id).await
    }

    async fn save(&self, actor: &Actor, id: Id, kept: &Kept) -> Result<()> {
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::ImportUsers)?).await?;
        let me = actor.auth()?.id;
        if plain.run(CHOOSE, args![id, me, serde_json::to_string(kept)?]).await? == 0 {
            return Err(Problem::new(ErrorCode::Conflict, "The import of this file has been started.").into());
        }
        plain.run(DROP_LINES, args![id]).await?;
        plain.commit().await
    }

    /// Forgets a file.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's.
    pub async fn forget_upload(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::ImportUsers)?;
        let me = actor.auth()?.id;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        if plain.run(FORGET, args![id, me]).await? == 0 {
            return Err(Problem::not_found("file").into());
        }
        plain.commit().await
    }
}

/// What one begins with.
pub(super) fn first_choices(
    encoding: Encoding,
    separator: Separator,
    columns: &[FileColumn],
    existing: Existing,
) -> Choices {
    Choices {
        encoding,
        separator,
        columns: columns.iter().map(|column| column.column.clone()).collect(),
        by: MatchBy::Email,
        existing,
        usernames: UsernameRule::LocalPart,
        good_rows: false,
        state: None,
        email: false,
        remember: true,
    }
}

/// That no two columns hold the same.
fn check_once(columns: &[FileColumn]) -> Result<()> {
    for (place, column) in columns.iter().enumerate() {
        let Some(what) = &column.column else { continue };
        let before = columns.iter().take(place).find(|other| other.column.as_ref() == Some(what));
        if let Some(other) = before {
            let message = format!(
                "“{}” and “{}” are both {what}. Leave one of them out.",
                other.heading, column.heading
            );
            return Err(Problem::at("columns", message).into());
        }
    }
    Ok(())
}
