//! What a group is bound to.

use model::access::{ResourceKind, ResourceRef};
use model::{Id, Operation};

use super::AccessControl;
use crate::memberships::group;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

const RESOURCES: Sql = sql!(
    "SELECT r.kind, r.id, r.name FROM bindings b JOIN resources r ON r.id = b.resource_id
    WHERE b.group_id = $1 ORDER BY r.name_key LIMIT 500"
);

impl AccessControl<'_> {
    /// The resources that a group is bound to itself, in the order of their names; the first 500, and of these those
    /// of the kinds that may be seen.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn of_group(&self, actor: &Actor, id: Id) -> Result<Vec<ResourceRef>> {
        permit(actor, Operation::ListGroups)?;
        let mut tx = self.0.db().read().await?;
        let group = group(&mut tx, id).await?;
        let rows: Vec<(ResourceKind, Id, String)> = tx.all(RESOURCES, args![group.id]).await?;
        let seen = rows.into_iter().filter(|(kind, ..)| actor.may(kind.sees()));
        Ok(seen.map(|(kind, id, name)| ResourceRef { kind, id, name }).collect())
    }
}
