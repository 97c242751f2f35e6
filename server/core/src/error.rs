//! What an operation fails with.

use model::{Faults, Problem};

/// Either a problem that the caller is told, or a fault of ours that only the log learns of.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Problem(Problem),
    #[error("{0}")]
    Internal(String),
    /// The database does not answer, or is busy for too long.
    #[error("{0}")]
    Unavailable(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A fault of ours, with what led to it.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// What the caller is told. Internals are logged under a reference and not told.
    pub fn into_problem(self, reference: impl FnOnce() -> String) -> Problem {
        use model::ErrorCode::{Internal, Unavailable};
        match self {
            Self::Problem(problem) => problem,
            Self::Internal(what) => {
                let reference = reference();
                tracing::error!(reference, what, "an operation failed");
                let message = format!("Something went wrong on our side. The log has it under {reference}.");
                Problem { reference: Some(reference), ..Problem::new(Internal, message) }
            }
            Self::Unavailable(what) => {
                tracing::warn!(what, "the database does not answer");
                let message = "The directory does not answer just now. Try again in a moment.";
                Problem { retry_after: Some(5), ..Problem::new(Unavailable, message) }
            }
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Problem(faults.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error.to_string())
            }
            other => Self::internal(other),
        }
    }
}

/// The unique index that a statement ran into, if that is why it failed. PostgreSQL names the
/// index, `SQLite` the column; both hold the attribute's column name.
pub fn taken(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error().filter(|error| error.is_unique_violation())?;
    Some(error.constraint().unwrap_or(error.message()).to_owned())
}
