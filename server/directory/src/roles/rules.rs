//! Nobody gives what they lack.

use model::{Problem, Role, Scopes};

use directory_core::authz::{Actor, Identity};
use directory_core::error::Result;

/// Whether somebody holds all that these scopes allow.
pub(crate) fn holds(actor: &Actor, scopes: Scopes) -> bool {
    match actor.identity() {
        Identity::Operator(_) | Identity::System(_) => true,
        Identity::Administrator(_, mine) => mine.scopes.may_grant(scopes),
        Identity::Visitor | Identity::User(_) => false,
    }
}

/// Nobody gives a role that holds what they lack themselves.
pub(crate) fn may_grant(actor: &Actor, role: &Role) -> Result<()> {
    if holds(actor, role.scopes) {
        return Ok(());
    }
    let message =
        format!("{} may do more than you: nobody gives a role that holds what they lack.", role.name);
    Err(Problem::at("role", message).into())
}

/// Nobody puts into a role, or takes out of one, what they lack themselves.
pub(crate) fn may_shape(actor: &Actor, scopes: Scopes) -> Result<()> {
    if holds(actor, scopes) {
        return Ok(());
    }
    let message = "This role may do more than you: nobody makes or changes a role that holds what they lack.";
    Err(Problem::at("scopes", message).into())
}
