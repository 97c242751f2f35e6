//! Bindings: which users and groups are bound to which resources. Who reaches what, now or at an instant, is asked
//! here and nowhere else: the union of all ways, each of which is enough.

use model::access::{ResourceKind, ResourceRef};
use model::{Id, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use crate::memberships::{groups_of, in_force};
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, sql};

const RESOURCE: Sql = sql!("SELECT id, kind, name, active FROM resources WHERE id = $1");

/// A row of `resources`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Resource {
    pub id: Id,
    pub kind: ResourceKind,
    pub name: String,
    pub active: bool,
}

impl Resource {
    pub fn named(&self) -> ResourceRef {
        ResourceRef { kind: self.kind, id: self.id, name: self.name.clone() }
    }
}

/// A resource of any kind.
///
/// # Errors
/// `not_found`.
pub(crate) async fn resource(tx: &mut Tx, id: Id) -> Result<Resource> {
    tx.optional(RESOURCE, args![id]).await?.ok_or_else(|| Problem::not_found("resource").into())
}

/// The ids of users who are bound to any of these resources now: themselves, or by a group that they are in.
pub(crate) fn users_bound_to(resources: &[Id], now: Timestamp) -> SelectStatement {
    let themselves = Query::select()
        .column("user_id")
        .from("bindings")
        .and_where(Expr::col("resource_id").is_in(resources.iter().map(|id| id.value())))
        .and_where(Expr::col("user_id").is_not_null())
        .take();
    by_group(resources, now).union(sea_query::UnionType::Distinct, themselves).take()
}

/// The same of those alone whom a group binds.
fn by_group(resources: &[Id], now: Timestamp) -> SelectStatement {
    Query::select()
        .column(("group_members", "user_id"))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .inner_join("bindings", Expr::col(("bindings", "group_id")).equals(("group_closure", "group_id")))
        .and_where(Expr::col(("bindings", "resource_id")).is_in(resources.iter().map(|id| id.value())))
        .cond_where(in_force(now))
        .take()
}

/// The ids of the resources that a user is bound to now: themselves, or by a group that they are in.
pub(crate) fn bound_to_user(user: Id, now: Timestamp) -> SelectStatement {
    Query::select()
        .column("resource_id")
        .from("bindings")
        .cond_where(
            Cond::any()
                .add(Expr::col("user_id").eq(user.value()))
                .add(Expr::col("group_id").in_subquery(groups_of(user, now))),
        )
        .take()
}

/// The users who may use the LDAP server now: those who are bound to it, and those who may bind to search (the setting
/// "LDAP binding user"), who need no binding besides.
pub(crate) fn users_of_ldap(server: Id, now: Timestamp) -> Cond {
    Cond::any()
        .add(Expr::col("id").in_subquery(users_bound_to(&[server], now)))
        .add(Expr::col("ldap_binding_user"))
}

/// The ids of the groups that are bound to a resource, and of those that lie in them.
pub(crate) fn groups_bound_to(resource: Id) -> SelectStatement {
    Query::select()
        .column(("group_closure", "inner_id"))
        .from("bindings")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "group_id")).equals(("bindings", "group_id")),
        )
        .and_where(Expr::col(("bindings", "resource_id")).eq(resource.value()))
        .take()
}
