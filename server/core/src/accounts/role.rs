//! The role that an account has.

use model::{DefaultRole, Id, Role, Scopes};

use crate::error::{Error, Result};

/// What a row of an account says about its role.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct AssignedRole {
    #[sqlx(rename = "role")]
    pub name: String,
    pub role_id: Option<Id>,
    role_scopes: Option<String>,
}

impl AssignedRole {
    /// The role, with what it allows now.
    pub fn role(&self) -> Result<Role> {
        if let (Some(id), Some(scopes)) = (self.role_id, &self.role_scopes) {
            return Ok(Role { name: self.name.clone(), scopes: read_scopes(scopes), custom: Some(id) });
        }
        let known = self.name.parse::<DefaultRole>().map(Role::from);
        known.map_err(|_| Error::internal(format!("an administrator has the unknown role {:?}", self.name)))
    }
}

/// What a later release may have added is not there.
pub fn read_scopes(text: &str) -> Scopes {
    Scopes::of(&text.split(' ').filter_map(|name| name.parse().ok()).collect::<Vec<_>>())
}
