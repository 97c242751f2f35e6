//! The graph of bindings as programs read it: from any place in the order of names.

use model::Id;
use model::access::{Access, BoundKind, Reaching, ResourceKind, ResourceRef};
use model::group::{Counted, GroupQuery};
use model::user::{UserState, name_of};
use sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use super::AccessControl;
use super::of_user::{Line, Waiting, bindings_of, missing, paths};
use crate::bindings::{Resource, bound_to_user, users_bound_to};
use crate::groups::{Ways, check_page, paged};
use crate::lists::{Listed, count_all};
use crate::memberships::group;
use crate::users::{self, UserList};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};

const RESOURCES: &str = "resources";
const GROUPS: &str = "user_groups";

#[derive(Clone, Debug, sqlx::FromRow)]
struct Person {
    id: Id,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    display_name: String,
    state: UserState,
}

const PERSON: &[&str] = &["id", "username", "email", "first_name", "last_name", "display_name", "state"];

impl AccessControl<'_> {
    /// A resource by its name.
    ///
    /// # Errors
    /// `forbidden` for those who may see none of its kind, `not_found`.
    pub async fn resource(&self, actor: &Actor, id: Id) -> Result<ResourceRef> {
        Ok(self.known(actor, id).await?.named())
    }

    /// The resources of a kind that a user is bound to now, in the order of names, each with every way.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn reached_by(
        &self,
        actor: &Actor,
        user: Id,
        kind: ResourceKind,
        query: &GroupQuery,
    ) -> Result<Counted<Access>> {
        permit(actor, kind.sees())?;
        check_page(query)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let record = users::find(&mut tx, user).await?;
        let which = of_kind(kind).add(Expr::col("id").in_subquery(bound_to_user(user, now)));
        let total = count_all(&mut tx, RESOURCES, which.clone()).await?;
        let select = paged(RESOURCES, &["id", "kind", "name", "active"], which, query);
        let lines: Vec<Line> = tx.select(&select).await?;
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let bound = bindings_of(&mut tx, &ids, &[user]).await?;
        let ways = Ways::of(&mut tx, user, now).await?;
        let rows = lines.into_iter().map(|line| {
            let resource = Resource::from(line);
            let of = bound.get(&resource.id).map(Vec::as_slice).unwrap_or_default();
            let paths = paths(user, of, &ways, &Waiting::new());
            Access { missing: missing(record.state, &resource, &paths), resource: resource.named(), paths }
        });
        Ok(Counted { total, rows: rows.collect() })
    }

    /// The users who are bound to a resource now, in the order of names, each with every way.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn reaching(&self, actor: &Actor, id: Id, query: &GroupQuery) -> Result<Counted<Reaching>> {
        let resource = self.known(actor, id).await?;
        check_page(query)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let which = UserList::base().add(Expr::col("id").in_subquery(users_bound_to(&[resource.id], now)));
        let total = count_all(&mut tx, UserList::TABLE, which.clone()).await?;
        let people: Vec<Person> = tx.select(&paged(UserList::TABLE, PERSON, which, query)).await?;
        let users: Vec<Id> = people.iter().map(|one| one.id).collect();
        let bound = bindings_of(&mut tx, &[resource.id], &users).await?;
        let bound = bound.get(&resource.id).map(Vec::as_slice).unwrap_or_default();
        let mut rows = Vec::with_capacity(people.len());
        for one in people {
            let ways = Ways::of(&mut tx, one.id, now).await?;
            rows.push(Reaching {
                user: one.id,
                name: name_of(&one.display_name, &one.first_name, &one.last_name, &one.username),
                email: one.email,
                state: one.state,
                paths: paths(one.id, bound, &ways, &Waiting::new()),
            });
        }
        Ok(Counted { total, rows })
    }

    /// The resources of a kind to which a user or a group is bound itself, in the order of names.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn bound_to(
        &self,
        actor: &Actor,
        (bound, id): (BoundKind, Id),
        kind: ResourceKind,
        query: &GroupQuery,
    ) -> Result<Counted<Id>> {
        permit(actor, kind.sees())?;
        check_page(query)?;
        let mut tx = self.0.db().read().await?;
        match bound {
            BoundKind::User => drop(users::find(&mut tx, id).await?),
            BoundKind::Group => drop(group(&mut tx, id).await?),
        }
        let own = Query::select()
            .column("resource_id")
            .from("bindings")
            .and_where(Expr::col(column(bound)).eq(id.value()))
            .take();
        let which = of_kind(kind).add(Expr::col("id").in_subquery(own));
        ids(&mut tx, RESOURCES, which, query).await
    }

    /// The users or the groups that are bound to a resource themselves, in the order of names.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn bound_of(
        &self,
        actor: &Actor,
        id: Id,
        bound: BoundKind,
        query: &GroupQuery,
    ) -> Result<Counted<Id>> {
        let resource = self.known(actor, id).await?;
        check_page(query)?;
        let mut tx = self.0.db().read().await?;
        let own = own(resource.id, column(bound));
        match bound {
            BoundKind::User => {
                let which = UserList::base().add(Expr::col("id").in_subquery(own));
                ids(&mut tx, UserList::TABLE, which, query).await
            }
            BoundKind::Group => {
                let which = Cond::all().add(Expr::col("id").in_subquery(own));
                ids(&mut tx, GROUPS, which, query).await
            }
        }
    }
}

const fn column(bound: BoundKind) -> &'static str {
    match bound {
        BoundKind::User => "user_id",
        BoundKind::Group => "group_id",
    }
}

fn of_kind(kind: ResourceKind) -> Cond {
    Cond::all().add(Expr::col("kind").eq(kind.as_str()))
}

fn own(resource: Id, column: &'static str) -> SelectStatement {
    Query::select()
        .column(column)
        .from("bindings")
        .and_where(Expr::col("resource_id").eq(resource.value()))
        .and_where(Expr::col(column).is_not_null())
        .take()
}

async fn ids(tx: &mut Tx, table: &'static str, which: Cond, query: &GroupQuery) -> Result<Counted<Id>> {
    let total = count_all(tx, table, which.clone()).await?;
    let rows: Vec<(Id,)> = tx.select(&paged(table, &["id"], which, query)).await?;
    Ok(Counted { total, rows: rows.into_iter().map(|(id,)| id).collect() })
}
