//! The organization and its settings.

use model::settings::{NewUserStates, Organization};
use model::user::UserState;
use model::{ErrorCode, Id, Operation, Problem, Timestamp};

use crate::Directory;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::store::{Tx, args};

/// The organization.
pub struct Settings<'a>(pub(crate) &'a Directory);

const READ: &str = "SELECT id, seq, name, created_at, new_manual, new_csv, new_application FROM organization";
pub(crate) const INSERT: &str = "INSERT INTO organization
    (one, id, seq, name, created_at, new_manual, new_csv, new_application) VALUES (1, $1, $2, $3, $4, $5, $6, $7)";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[READ, INSERT];

#[derive(sqlx::FromRow)]
struct Row {
    id: Id,
    seq: i64,
    name: String,
    created_at: Timestamp,
    new_manual: UserState,
    new_csv: UserState,
    new_application: UserState,
}

impl Settings<'_> {
    /// The organization with its settings.
    ///
    /// # Errors
    /// `forbidden`; `conflict` before it is set up.
    pub async fn organization(&self, actor: &Actor) -> Result<Organization> {
        permit(actor, Operation::ReadOrganization)?;
        read(&mut self.0.db().read().await?).await
    }

    /// The organization's name: what every page shows, to anybody. `None` before it is set up.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn name(&self) -> Result<Option<String>> {
        let mut tx = self.0.db().read().await?;
        Ok(find(&mut tx).await?.map(|organization| organization.name))
    }
}

pub(crate) async fn find(tx: &mut Tx) -> Result<Option<Organization>> {
    let row: Option<Row> = tx.optional(READ, args![]).await?;
    Ok(row.map(|row| Organization {
        id: row.id,
        version: row.seq,
        name: row.name,
        created_at: row.created_at,
        new_users: NewUserStates {
            manual_entry: row.new_manual,
            csv_import: row.new_csv,
            application_import: row.new_application,
        },
    }))
}

pub(crate) async fn read(tx: &mut Tx) -> Result<Organization> {
    find(tx)
        .await?
        .ok_or_else(|| Problem::new(ErrorCode::Conflict, "The organization has not been set up yet.").into())
}
