//! Custom attributes as columns of the list of users, and the names that they have in the organization.

use std::collections::HashMap;

use model::list::CUSTOM;
use model::{Id, Operation};
use sea_query::{Cond, Expr, ExprTrait, Query, Value};

use super::{Record, Users};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::normalize::{like_anywhere, normalize};
use directory_core::store::{Arg, Sql, Tx, args, sql};

/// Each name once, found by steps from one to the next: of a thousand values of one name none is read.
const NAMES: Sql = sql!(
    "WITH RECURSIVE names (name) AS (
        SELECT MIN(name) FROM user_custom
        UNION ALL
        SELECT (SELECT MIN(c.name) FROM user_custom c WHERE c.name > names.name) FROM names WHERE names.name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL AND LOWER(name) LIKE $1 ESCAPE '\\' ORDER BY name LIMIT 50"
);

/// The values that users have in the columns of custom attributes, by user and name.
pub(super) async fn of(
    tx: &mut Tx,
    records: &[Record],
    columns: &[String],
) -> Result<HashMap<Id, HashMap<String, String>>> {
    let names: Vec<&str> = columns.iter().filter_map(|column| column.strip_prefix(CUSTOM)).collect();
    let mut found: HashMap<Id, HashMap<String, String>> = HashMap::new();
    if names.is_empty() || records.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Value> = records.iter().map(|record| record.id.value()).collect();
    let select = Query::select()
        .columns(["user_id", "name", "value"])
        .from("user_custom")
        .and_where(Expr::col("user_id").is_in(ids))
        .and_where(Expr::col("name").is_in(names))
        .take();
    let rows: Vec<(Id, String, String)> = tx.select(&select).await?;
    for (user, name, value) in rows {
        found.entry(user).or_default().insert(name, value);
    }
    Ok(found)
}

/// Who lacks a custom attribute.
pub(super) fn lacking(name: &str) -> Cond {
    let having =
        Query::select().column("user_id").from("user_custom").and_where(Expr::col("name").eq(name)).take();
    Cond::any().add(Expr::col("id").not_in_subquery(having))
}

impl Users<'_> {
    /// Names of custom attributes that users have and that hold a text, without regard to case: fifty at most, by name.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn attribute_names(&self, actor: &Actor, text: &str) -> Result<Vec<String>> {
        permit(actor, Operation::ListUsers)?;
        let mut tx = self.0.db().read().await?;
        let rows: Vec<(String,)> = tx.all(NAMES, args![like_anywhere(&normalize(text.trim()))]).await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}
