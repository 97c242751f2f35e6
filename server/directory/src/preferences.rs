//! What an administrator chose for their own screens.

use model::account::ColumnChoice;
use model::administrator::ADMINISTRATORS;
use model::list::ListSpec;
use model::user::USERS;
use model::{Operation, Problem};

use crate::Directory;
use crate::change::Side;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::store::args;

/// One's own choices.
pub struct Preferences<'a>(pub(crate) &'a Directory);

const READ: &str = "SELECT value FROM preferences WHERE administrator_id = $1 AND name = $2";
const WRITE: &str = "INSERT INTO preferences (administrator_id, name, value) VALUES ($1, $2, $3)
    ON CONFLICT (administrator_id, name) DO UPDATE SET value = excluded.value";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[READ, WRITE];

/// The lists whose columns can be chosen.
static LISTS: [&ListSpec; 2] = [&USERS, &ADMINISTRATORS];

impl Preferences<'_> {
    /// The columns chosen for a list; the default when none were.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn columns(&self, actor: &Actor, list: &str) -> Result<ColumnChoice> {
        permit(actor, Operation::ReadOwnAccount)?;
        let me = actor.standing()?.id;
        let mut tx = self.0.db().read().await?;
        let found: Option<(String,)> = tx.optional(READ, args![me, key_of(list)]).await?;
        Ok(found.and_then(|(value,)| serde_json::from_str(&value).ok()).unwrap_or_default())
    }

    /// Keeps the columns chosen for a list.
    ///
    /// # Errors
    /// `invalid` for a list that does not exist, or columns that it cannot be shown with.
    pub async fn set_columns(&self, actor: &Actor, list: &str, choice: &ColumnChoice) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let me = actor.standing()?.id;
        let Some(spec) = LISTS.iter().find(|spec| spec.name == list) else {
            return Err(Problem::at("list", format!("There is no list “{list}”.")).into());
        };
        choice.check(spec)?;
        let mut side = Side::begin(self.0, permit).await?;
        side.run(WRITE, args![me, key_of(list), serde_json::to_string(choice)?]).await?;
        side.commit().await
    }
}

fn key_of(list: &str) -> String {
    format!("columns.{list}")
}
