//! Importing users from a file: read, check every row, and only then write, as a job that a
//! restart does not lose.

mod check;
mod columns;
mod job;
mod sheet;

use std::collections::BTreeMap;

use model::user::UserState;
use model::{Faults, Id, Operation, PasswordPolicy, Problem};

use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::transaction::PlainTx;

pub(crate) use check::Prepared;
pub(crate) use job::{ImportedRows, ready};

/// Importing users.
pub struct Import<'a>(pub(crate) &'a Context);

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// Write the rows without fault even if others have some.
    pub take_good_rows: bool,
    /// Headings of the file that are to be read as columns of the template.
    pub headings: BTreeMap<String, String>,
    /// The state of the new users; otherwise the organization's default for imports.
    pub state: Option<UserState>,
    /// Where the users come from, as kept with them: `csv`, `sample`.
    pub source: String,
}

/// One thing that is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFault {
    /// The row as a spreadsheet counts it: the headings are row 1.
    pub row: u64,
    /// The column's heading; empty when the whole row is meant.
    pub column: String,
    pub message: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows under the headings.
    pub rows: u64,
    /// Rows without fault.
    pub good: u64,
    /// Users written; 0 after a dry run or when a fault stopped everything.
    pub imported: u64,
    /// In the order of the file.
    pub faults: Vec<ImportFault>,
}

impl ImportReport {
    /// Whether everything that was asked for was done.
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty()
    }
}

impl Import<'_> {
    /// Imports a CSV file: UTF-8 with or without BOM; commas, semicolons or tabs; quoted line ends.
    ///
    /// Every fault is reported by row and column; with any fault nothing is written, unless
    /// `take_good_rows`. Rows are taken in one go that goes on after a restart.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when the file as a whole cannot be read.
    pub async fn users(&self, actor: &Actor, file: &[u8], options: &ImportOptions) -> Result<ImportReport> {
        permit(actor, Operation::ImportUsers)?;
        let sheet = sheet::read(file, &options.headings)?;
        let policy = crate::policy::read(&mut self.0.db().read().await?).await?;
        // Passwords are looked at, which takes its time.
        let checking = tokio::task::spawn_blocking(move || check::rows(sheet, &policy));
        let mut prepared = checking.await.map_err(Error::internal)?;
        self.check_against_directory(&mut prepared).await?;
        let stopped = !prepared.faults.is_empty() && !options.take_good_rows;
        if options.dry_run || stopped || prepared.rows.is_empty() {
            return Ok(prepared.into_report(0, vec![]));
        }
        self.write(actor, prepared, options).await
    }

    /// Checks a file for an organization that does not exist yet.
    ///
    /// # Errors
    /// `invalid` at `people`, with the first faults, unless the good rows are to be taken.
    pub(crate) fn prepare_first(file: &[u8], options: &ImportOptions) -> Result<Prepared> {
        let sheet =
            sheet::read(file, &options.headings).map_err(|problem| Problem::at("people", problem.message))?;
        let mut prepared = check::rows(sheet, &PasswordPolicy::default());
        check::link_managers(&mut prepared, &BTreeMap::new());
        if prepared.faults.is_empty() || options.take_good_rows {
            return Ok(prepared);
        }
        prepared.faults.sort_by_key(|fault| fault.row);
        let mut faults = Faults::default();
        for fault in prepared.faults.iter().take(20) {
            faults.add("people", fault.to_string());
        }
        Err(faults.into())
    }

    /// Writes the first people down before their organization is there: once it is, its job is
    /// [`ready`], and a stop of the program loses nobody.
    pub(crate) async fn fill_first(
        &self,
        prepared: &Prepared,
        options: &ImportOptions,
        state: UserState,
    ) -> Result<Id> {
        self.fill(&Actor::system(Task::FirstImport), prepared, options, state).await
    }

    async fn write(
        &self,
        actor: &Actor,
        prepared: Prepared,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        let settings = crate::settings::read(&mut self.0.db().read().await?).await?;
        let job = self.fill(actor, &prepared, options, settings.profile.new_users.csv_import).await?;
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::ImportUsers)?).await?;
        ready(&mut plain, job).await?;
        plain.commit().await?;
        self.finish(job, prepared).await
    }

    /// Goes to the end of a job that is ready.
    pub(crate) async fn finish(&self, job: Id, prepared: Prepared) -> Result<ImportReport> {
        let (imported, lost) = self.run(job).await?;
        Ok(prepared.into_report(imported, lost))
    }
}

impl std::fmt::Display for ImportFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.column.is_empty() {
            write!(f, "Row {}: {}", self.row, self.message)
        } else {
            write!(f, "Row {}, {}: {}", self.row, self.column, self.message)
        }
    }
}
