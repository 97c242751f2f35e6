//! Importing users from a file: read, check every row, and only then write, as a job that a
//! restart does not lose.

mod checking;
mod faulty;
mod file;
mod headings;
mod job;
mod known;
mod lines;
mod pieces;
mod plan;
mod receive;
mod remembered;
mod report;
mod row;
mod rows;
mod settle;
mod staged;
mod start;
mod text;
mod upload;
mod whole;
mod written;

use std::collections::BTreeMap;

use model::import::{Existing, MatchBy, UsernameRule};
use model::user::UserState;
use model::{Id, Operation};

use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::transaction::PlainTx;

pub use faulty::FaultyRows;
pub(crate) use job::{ImportedRows, ready};
pub use receive::Receiving;
pub use report::{ImportFault, ImportReport};
pub(crate) use upload::clean_up;
pub(crate) use whole::Prepared;

/// Importing users.
pub struct Import<'a>(pub(crate) &'a Context);

/// How to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// Write the rows without fault even if others have some.
    pub take_good_rows: bool,
    /// Headings of the file that are to be read as columns of the template.
    pub headings: BTreeMap<String, String>,
    /// Headings whose columns are left out.
    pub leave_out: Vec<String>,
    /// Headings whose columns become custom attributes.
    pub custom: Vec<String>,
    /// The state of the new users; otherwise the organization's default for imports.
    pub state: Option<UserState>,
    /// Where the users come from, as kept with them: `csv`, `sample`.
    pub source: String,
    /// By what rows find users who are there already, and what becomes of those.
    pub by: MatchBy,
    pub existing: Existing,
    /// The usernames of new users where the file has none.
    pub usernames: UsernameRule,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            dry_run: false,
            take_good_rows: false,
            headings: BTreeMap::new(),
            leave_out: vec![],
            custom: vec![],
            state: None,
            source: String::new(),
            by: MatchBy::Email,
            existing: Existing::Refuse,
            usernames: UsernameRule::LocalPart,
        }
    }
}

impl Import<'_> {
    /// Imports a CSV file of whatever program: UTF-8, UTF-16 or Windows-1252; commas, semicolons or tabs; quoted
    /// line ends.
    ///
    /// Every fault is reported by row and column; with any fault nothing is written, unless
    /// `take_good_rows`. Rows are taken in one go that goes on after a restart.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when the file as a whole cannot be read.
    pub async fn users(&self, actor: &Actor, file: &[u8], options: &ImportOptions) -> Result<ImportReport> {
        check_rights(actor, options.existing)?;
        let prepared = self.prepare(file, options).await?;
        let stopped = prepared.has_faults() && !options.take_good_rows;
        if options.dry_run || stopped || !prepared.writes() {
            return Ok(prepared.into_report(false, vec![]));
        }
        self.write(actor, prepared, options).await
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
        let lost = self.run(job).await?;
        Ok(prepared.into_report(true, lost))
    }
}

/// Importing is one right, and changing who is there another.
fn check_rights(actor: &Actor, existing: Existing) -> Result<()> {
    permit(actor, Operation::ImportUsers)?;
    match existing {
        Existing::Refuse => {}
        Existing::Leave | Existing::Clear => drop(permit(actor, Operation::UpdateUser)?),
    }
    Ok(())
}
