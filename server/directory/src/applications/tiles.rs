//! What a user has in the User Portal.

use model::application::Tile;
use model::{Id, Operation};
use sea_query::{Expr, ExprTrait, Order, Query};

use super::{Applications, Stored};
use crate::bindings::bound_to_user;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;

/// How many tiles there are at most: far more than anybody looks through.
const TILES_MAX: u64 = 500;

impl Applications<'_> {
    /// The applications that the user who asks reaches now and that have a tile, in the order of their names.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn tiles(&self, actor: &Actor) -> Result<Vec<Tile>> {
        permit(actor, Operation::ReadOwnApplications)?;
        let now = self.0.env().now();
        let user: Id = actor.auth()?.id;
        let mut tx = self.0.db().read().await?;
        let select = Query::select()
            .columns([
                "id",
                "version",
                "kind",
                "name",
                "url",
                "description",
                "color",
                "active",
                "shown",
                "created_at",
                "updated_at",
            ])
            .from("applications")
            .and_where(Expr::col("active"))
            .and_where(Expr::col("shown"))
            .and_where(Expr::col("id").in_subquery(bound_to_user(user, now)))
            .order_by("name_key", Order::Asc)
            .limit(TILES_MAX)
            .take();
        let stored: Vec<Stored> = tx.select(&select).await?;
        Ok(stored
            .into_iter()
            .map(|one| Tile {
                id: one.id,
                name: one.name,
                description: one.description,
                url: one.url,
                color: one.color,
            })
            .collect())
    }
}
