//! Roles: as administrators hold them, and those of the organization's own making.

mod list;
pub(crate) mod names;
mod rules;
#[cfg(test)]
pub(crate) mod tests;

use model::event::EventKind;
use model::role::CustomRole;
use model::{ErrorCode, Id, Operation, Problem, Role, RoleChoice, Scopes, Timestamp};

use directory_core::accounts::read_scopes;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, Tx, args, sql};

pub(crate) use names::names;
pub(crate) use rules::{holds, may_grant, may_shape};

/// Roles of the organization's own making.
pub struct Roles<'a>(pub(crate) &'a Context);

macro_rules! read {
    ($rest:literal) => {
        concat!(
            "SELECT id, seq, name, description, template, scopes, created_at, updated_at,
                (SELECT COUNT(*) FROM administrators a WHERE a.role_id = custom_roles.id) AS administrators
            FROM custom_roles ",
            $rest
        )
    };
}

const READ: Sql = sql!(read!("WHERE id = $1"));
const BY_NAME: Sql = sql!(read!("WHERE name_key = $1"));
/// There are never more than twenty.
const ALL: Sql = sql!(read!("ORDER BY name_key LIMIT 20"));

pub(crate) fn write_scopes(scopes: Scopes) -> String {
    scopes.iter().map(model::Scope::as_str).collect::<Vec<_>>().join(" ")
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    id: Id,
    seq: i64,
    name: String,
    description: String,
    template: String,
    scopes: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    administrators: i64,
}

impl Stored {
    fn into_role(self) -> Result<CustomRole> {
        Ok(CustomRole {
            id: self.id,
            version: self.seq,
            name: self.name,
            description: self.description,
            template: self.template.parse().map_err(Error::internal)?,
            scopes: read_scopes(&self.scopes),
            administrators: u32::try_from(self.administrators).unwrap_or(u32::MAX),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// What was done to one.
pub(crate) fn audit_event(kind: EventKind, id: Id, name: &str) -> AuditEvent {
    AuditEvent::new(kind).to("role", id, name)
}

pub(crate) async fn find(tx: &mut Tx, id: Id) -> Result<CustomRole> {
    let stored: Option<Stored> = tx.optional(READ, args![id]).await?;
    stored.ok_or_else(|| Problem::not_found("role"))?.into_role()
}

/// The role that was chosen for somebody, with what it allows now.
///
/// # Errors
/// `invalid` at `role` for a custom role that is gone.
pub(crate) async fn chosen(tx: &mut Tx, choice: RoleChoice) -> Result<Role> {
    let id = match choice {
        RoleChoice::Default(role) => return Ok(role.into()),
        RoleChoice::Custom(id) => id,
    };
    match find(tx, id).await {
        Ok(role) => Ok(role.role()),
        Err(Error::Problem(problem)) if problem.code == ErrorCode::NotFound => {
            Err(Problem::at("role", "This role has been deleted. Choose another.").into())
        }
        Err(error) => Err(error),
    }
}

impl Roles<'_> {
    /// One custom role.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<CustomRole> {
        permit(actor, Operation::ListRoles)?;
        find(&mut self.0.db().read().await?, id).await
    }
}
