//! Finding custom roles.

use model::role::{CustomRole, UnknownRole};
use model::{DefaultRole, Operation, Problem, Role};

use super::{ALL, BY_NAME, Roles, Stored};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::normalize::normalize;
use directory_core::store::args;

impl Roles<'_> {
    /// All of them by name, with how many administrators have each: twenty at most.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<CustomRole>> {
        permit(actor, Operation::ListRoles)?;
        let rows: Vec<Stored> = self.0.db().read().await?.all(ALL, args![]).await?;
        rows.into_iter().map(Stored::into_role).collect()
    }

    /// A role by its name in any case, one that comes with the product or a custom one: for whoever types
    /// it on the command line.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `role` with all the roles that there are.
    pub async fn named(&self, actor: &Actor, name: &str) -> Result<Role> {
        permit(actor, Operation::ListRoles)?;
        if let Ok(role) = name.parse::<DefaultRole>() {
            return Ok(role.into());
        }
        let mut tx = self.0.db().read().await?;
        let found: Option<Stored> = tx.optional(BY_NAME, args![normalize(name.trim())]).await?;
        if let Some(stored) = found {
            return Ok(stored.into_role()?.role());
        }
        let custom: Vec<Stored> = tx.all(ALL, args![]).await?;
        let names: Vec<_> = custom.iter().map(|role| role.name.as_str()).collect();
        let mut message = UnknownRole.to_string();
        if !names.is_empty() {
            message = format!("{message} Custom roles: {}.", names.join(", "));
        }
        Err(Problem::at("role", message).into())
    }
}
