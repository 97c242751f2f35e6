//! Users by name.

use model::Id;
use model::user::{Person, name_of};

use crate::error::Result;
use crate::store::{Sql, Tx, args, sql};

const NAMED: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name FROM users
    WHERE id = $1 AND deleted_at IS NULL"
);

/// Enough of a user to name them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    pub id: Id,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub display_name: String,
}

impl Named {
    pub fn name(&self) -> String {
        name_of(&self.display_name, &self.first_name, &self.last_name, &self.username)
    }

    pub fn into_person(self) -> Person {
        Person { id: self.id, name: self.name() }
    }
}

pub async fn named(tx: &mut Tx, id: Id) -> Result<Option<Named>> {
    Ok(tx.optional(NAMED, args![id]).await?)
}
