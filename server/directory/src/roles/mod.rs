//! Roles as administrators hold them.

use model::{DefaultRole, Role};

use crate::error::{Error, Result};

/// What a row of an account says about its role.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Held {
    #[sqlx(rename = "role")]
    pub name: String,
}

impl Held {
    /// The role, with what it allows now.
    pub(crate) fn role(&self) -> Result<Role> {
        let known = self.name.parse::<DefaultRole>().map(Role::from);
        known.map_err(|_| Error::internal(format!("an administrator has the unknown role {:?}", self.name)))
    }
}
