//! Who reaches a resource, and which groups are bound to it.

use model::access::{BoundGroup, Reaching};
use model::group::GroupRef;
use model::user::{USERS, UserState, name_of};
use model::{Filter, Id, ListQuery, Page, Timestamp};

use super::AccessControl;
use super::of_user::{Waiting, bindings_of, paths};
use crate::groups::Ways;
use crate::lists;
use crate::users::{Belonging, REACHES};
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

const GROUPS: Sql = sql!(
    "SELECT g.id, g.name, b.added_at, b.added_by,
        (SELECT COUNT(DISTINCT m.user_id) FROM group_closure c JOIN group_members m ON m.group_id = c.inner_id
            JOIN users u ON u.id = m.user_id
            WHERE c.group_id = g.id AND m.starts_at <= $2 AND m.ends_at > $2 AND u.deleted_at IS NULL) AS members
    FROM bindings b JOIN user_groups g ON g.id = b.group_id
    WHERE b.resource_id = $1 ORDER BY g.name_key LIMIT 500"
);

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    display_name: String,
    state: UserState,
}

const COLUMNS: &[&str] = &["id", "username", "email", "first_name", "last_name", "display_name", "state"];

#[derive(sqlx::FromRow)]
struct Group {
    id: Id,
    name: String,
    added_at: Timestamp,
    added_by: String,
    members: i64,
}

impl AccessControl<'_> {
    /// A page of the users who are bound to a resource now, found and ordered as the list of users is, each with
    /// every way that leads there.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for a search or an order that the list of users does not have.
    pub async fn of_resource(&self, actor: &Actor, id: Id, query: &ListQuery) -> Result<Page<Reaching>> {
        let resource = self.known(actor, id).await?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        // What else is known of users is not for all who see resources.
        let filters = vec![Filter::is(REACHES, [resource.id.to_string()])];
        let query = ListQuery { columns: vec![], filters, ..query.clone() };
        let mut found = lists::page::<Belonging, Line>(&mut tx, &query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let users: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let bound = bindings_of(&mut tx, &[resource.id], &users).await?;
        let bound = bound.get(&resource.id).map(Vec::as_slice).unwrap_or_default();
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let ways = Ways::of(&mut tx, line.id, now).await?;
            rows.push(Reaching {
                user: line.id,
                name: name_of(&line.display_name, &line.first_name, &line.last_name, &line.username),
                email: line.email,
                state: line.state,
                paths: paths(line.id, bound, &ways, &Waiting::new()),
            });
        }
        Ok(lists::answer(found, rows, &USERS))
    }

    /// The groups that are bound to a resource, in the order of their names; the first 500.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn groups_of(&self, actor: &Actor, id: Id) -> Result<Vec<BoundGroup>> {
        let resource = self.known(actor, id).await?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let groups: Vec<Group> = tx.all(GROUPS, args![resource.id, now]).await?;
        Ok(groups
            .into_iter()
            .map(|one| BoundGroup {
                group: GroupRef { id: one.id, name: one.name },
                members: one.members.unsigned_abs(),
                since: one.added_at,
                by: one.added_by,
            })
            .collect())
    }
}
