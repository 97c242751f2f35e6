//! Rows that a job takes over, as they are written down.

use model::Id;
use model::import::{Column, RowOutcome};
use model::user::{UserForm, UserState};
use serde::Deserialize;

use super::settle::ManagerChange;
use directory_core::store::{Sql, sql};

/// Why a row was not taken over.
pub(super) const FAULT: Sql = sql!("UPDATE import_rows SET fault = $3 WHERE job_id = $1 AND position = $2");

/// One row, written down. The password is a hash by now.
#[derive(Deserialize)]
pub(super) struct Body {
    #[serde(default = "created")]
    pub outcome: RowOutcome,
    #[serde(default)]
    pub name: String,
    pub form: UserForm,
    #[serde(default)]
    pub password: Option<String>,
    #[serde(default)]
    pub state: Option<UserState>,
    /// What an existing user is given.
    #[serde(default)]
    pub values: Vec<(Column, String)>,
    #[serde(default)]
    pub manager: ManagerChange,
}

/// Rows of versions that knew nothing else.
const fn created() -> RowOutcome {
    RowOutcome::Create
}

#[derive(sqlx::FromRow)]
pub(super) struct Staged {
    pub position: i64,
    pub user_id: Id,
    pub body: String,
    /// The first password, sealed, if it is not hashed yet.
    pub secret: String,
}
