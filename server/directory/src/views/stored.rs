//! Views as the database has them.

use model::list::ListSpec;
use model::view::SavedView;
use model::{Id, ListQuery, Problem};

use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

macro_rules! read {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.version, v.list, v.owner_id IS NULL AS shared, v.made_by, v.name, v.query,
                EXISTS (SELECT 1 FROM default_views d WHERE d.view_id = v.id AND d.administrator_id = $1) AS chosen
            FROM saved_views v WHERE (v.owner_id = $1 OR v.owner_id IS NULL) AND ",
            $rest
        )
    };
}

/// There are never more than a hundred.
pub(super) const SEEN: Sql =
    sql!(read!("v.list = $2 ORDER BY CASE WHEN v.owner_id IS NULL THEN 1 ELSE 0 END, v.name_key LIMIT 100"));
const ONE: Sql = sql!(read!("v.id = $2"));

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub id: Id,
    pub version: i64,
    pub list: String,
    pub shared: bool,
    made_by: String,
    pub name: String,
    pub query: String,
    chosen: bool,
}

/// What a stored query shows of a list, and what of it the list no longer has.
pub(super) fn read(spec: &ListSpec, query: &str) -> (ListQuery, Vec<String>) {
    spec.without_unknown(ListQuery::from_address(query).for_view())
}

impl Stored {
    pub fn into_view(self, spec: &ListSpec) -> SavedView {
        let (query, missing) = read(spec, &self.query);
        SavedView {
            id: self.id,
            version: self.version,
            name: self.name,
            query,
            missing,
            shared: self.shared,
            default: self.chosen,
            made_by: self.made_by,
        }
    }
}

/// A view that somebody sees.
///
/// # Errors
/// `not_found`, for other people's as well.
pub(super) async fn find(tx: &mut Tx, administrator: Id, id: Id) -> Result<Stored> {
    let stored: Option<Stored> = tx.optional(ONE, args![administrator, id]).await?;
    stored.ok_or_else(|| Problem::not_found("view").into())
}
