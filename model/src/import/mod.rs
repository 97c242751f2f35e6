//! Importing users from a file: what a file is, what its columns mean, what becomes of each row.

mod column;

use serde::{Deserialize, Serialize};

use crate::event::FieldChange;
use crate::list::{Column as ListColumn, FilterKind, ListSpec};
use crate::mail::words;
use crate::user::UserState;
use crate::{Id, Timestamp};

pub use column::{Column, attribute_name};

/// The largest file that is taken, in bytes.
pub const FILE_MAX: u64 = 50 * 1024 * 1024;
/// The most columns that a file may have.
pub const COLUMNS_MAX: usize = 500;

words! {
    /// What parts the cells of a row.
    Separator {
        Comma = "comma", "Commas";
        Semicolon = "semicolon", "Semicolons";
        Tab = "tab", "Tabs";
    }
}

impl Separator {
    /// As it stands in a file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

words! {
    /// How the letters of a file are written.
    Encoding {
        Utf8 = "utf-8", "UTF-8";
        Utf16Le = "utf-16le", "UTF-16";
        Utf16Be = "utf-16be", "UTF-16, big-endian";
        Windows1252 = "windows-1252", "Windows-1252";
    }
}

words! {
    /// By what a row finds the user who is in the directory already.
    MatchBy {
        Email = "email", "Company email";
        Username = "username", "Username";
        EmployeeId = "employee_id", "Employee ID";
    }
}

words! {
    /// What becomes of a row whose user is in the directory already.
    Existing {
        /// It is a fault.
        Refuse = "refuse", "Are a fault: add new users alone";
        /// An empty cell leaves the value as it is.
        Leave = "leave", "Are changed; empty cells leave the value";
        /// An empty cell clears the value.
        Clear = "clear", "Are changed; empty cells clear the value";
    }
}

words! {
    /// How new users get a username where the file has none.
    UsernameRule {
        LocalPart = "local_part", "What stands before the @ of the email";
        FirstLast = "first_last", "First name, a dot, last name";
    }
}

words! {
    /// What becomes of a row.
    RowOutcome {
        Create = "create", "Create";
        Change = "change", "Change";
        Same = "same", "Same";
        Fault = "fault", "Fault";
    }
}

words! {
    /// Why a column was given what it holds.
    Why {
        Matched = "matched", "Matched";
        LastTime = "last_time", "As last time";
        Chosen = "chosen", "Chosen";
        /// Nobody knows what the heading means.
        Unknown = "unknown", "Not known";
        /// Another column has the same meaning.
        Twice = "twice", "There twice";
        /// There is nothing of the kind here.
        Unsupported = "unsupported", "Not imported";
    }
}

words! {
    /// Where an upload stands.
    UploadState {
        /// Its file is there.
        Ready = "ready", "Uploaded";
        Checking = "checking", "Being checked";
        Checked = "checked", "Checked";
        Failed = "failed", "Could not be checked";
        /// A job imports it, or has.
        Started = "started", "Started";
    }
}

/// One column of a file, and what is read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileColumn {
    /// As written; empty for a column without one.
    pub heading: String,
    /// Its first values.
    pub values: Vec<String>,
    /// What it holds; `None` leaves it out.
    pub column: Option<Column>,
    pub why: Why,
}

/// How a file is read and what is done with its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub encoding: Encoding,
    pub separator: Separator,
    /// What each column holds, in the order of the file; `None` leaves it out.
    pub columns: Vec<Option<Column>>,
    pub by: MatchBy,
    pub existing: Existing,
    pub usernames: UsernameRule,
    /// Rows without fault are taken even if others have some.
    pub good_rows: bool,
    /// The state of new users that the file does not name; otherwise the organization's.
    pub state: Option<UserState>,
    /// New users who are Active get their first email.
    pub email: bool,
    /// The columns are remembered for the next file with the same headings.
    pub remember: bool,
}

impl Choices {
    /// What is missing before rows can be checked, as a sentence.
    pub fn missing(&self) -> Option<&'static str> {
        let has = |wanted: &Column| self.columns.iter().flatten().any(|column| column == wanted);
        let email = has(&Column::Email) || has(&Column::Login);
        let by = match self.by {
            MatchBy::Email => email,
            MatchBy::Username => has(&Column::Username) || has(&Column::Login),
            MatchBy::EmployeeId => has(&Column::Text(crate::user::TextAttribute::EmployeeIdentifier)),
        };
        if self.existing == Existing::Refuse {
            return (!email).then_some("No column is the company email, which every user needs.");
        }
        (!by).then_some("No column is what existing users are found by.")
    }
}

/// How many rows come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    pub create: u64,
    pub change: u64,
    pub same: u64,
    pub fault: u64,
    /// Rows with a remark.
    pub notes: u64,
}

impl RowCounts {
    pub const fn all(&self) -> u64 {
        self.create + self.change + self.same + self.fault
    }

    /// Rows that an import would write.
    pub const fn written(&self) -> u64 {
        self.create + self.change
    }
}

/// A file that waits to be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub id: Id,
    pub name: String,
    /// In bytes.
    pub size: u64,
    pub state: UploadState,
    pub uploaded_at: Timestamp,
    /// When it is forgotten.
    pub forgotten_at: Timestamp,
    pub columns: Vec<FileColumn>,
    pub choices: Choices,
    /// So far, while it is being checked.
    pub counts: RowCounts,
    /// Why it could not be checked.
    pub why: String,
    /// The job that imports it.
    pub job: Option<Id>,
}

/// One thing about a cell or a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The column's heading as written; empty when the whole row is meant.
    pub column: String,
    pub message: String,
}

/// What the check found of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRow {
    /// As the spreadsheet counts it.
    pub row: u64,
    /// The username or the email address.
    pub name: String,
    pub outcome: RowOutcome,
    pub faults: Vec<Remark>,
    pub notes: Vec<Remark>,
    /// What would change, before and after.
    pub changes: Vec<FieldChange>,
}

const fn column(key: &'static str, label: &'static str) -> ListColumn {
    ListColumn { key, label, sortable: false, filter: None, default: true, fixed: false }
}

/// The rows of a checked file, in its order.
pub static CHECKED_ROWS: ListSpec = ListSpec {
    name: "import_lines",
    default_sort: "row",
    custom: false,
    columns: &[
        ListColumn { sortable: true, fixed: true, ..column("row", "Row") },
        column("name", "User"),
        ListColumn {
            filter: Some(FilterKind::Choice(RowOutcome::CHOICES)),
            ..column("outcome", "What happens")
        },
        column("what", "Details"),
    ],
};
