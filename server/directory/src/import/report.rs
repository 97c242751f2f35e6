//! What became of a file.

use std::fmt;

/// One thing about a row of a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFault {
    /// The row as a spreadsheet shows it: the headings are usually row 1.
    pub row: u64,
    /// The username or the email address of the row, as written.
    pub user: String,
    /// The column's heading as written; empty when the whole row is meant.
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
    /// Users added; 0 after a dry run or when a fault stopped everything.
    pub imported: u64,
    /// Users changed; likewise.
    pub changed: u64,
    /// Rows whose users are as the file says already.
    pub same: u64,
    /// In the order of the file.
    pub faults: Vec<ImportFault>,
    /// What is worth a look and stops nothing, likewise.
    pub notes: Vec<ImportFault>,
    /// What is to be known of the file as a whole.
    pub about: Vec<String>,
}

impl ImportReport {
    /// Whether everything that was asked for was done.
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for ImportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row {}", self.row)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if self.user.is_empty() { Ok(()) } else { write!(f, " ({})", self.user) }
    }
}
