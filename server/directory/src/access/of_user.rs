//! What a user reaches, by which ways, and what is missing where it is not reached.

use std::collections::HashMap;

use model::access::{Access, AccessPath, RESOURCES, ResourceKind};
use model::group::{GroupRef, Membership};
use model::list::ListSpec;
use model::user::UserState;
use model::{Filter, Id, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::AccessControl;
use super::bind::kinds;
use crate::bindings::{Resource, bound_to_user};
use crate::groups::Ways;
use crate::lists::{self, Listed, SearchStrategy, SortKey};
use crate::users;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx};

/// The resources that a user reaches, or would reach once a membership begins.
const OF_USER: &str = "user";

struct Resources;

impl Listed for Resources {
    const SPEC: &'static ListSpec = &RESOURCES;
    const TABLE: &'static str = "resources";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, _: Timestamp) -> Option<SortKey> {
        Some(match column {
            "name" => SortKey::text("name_key"),
            "kind" => SortKey::text("kind"),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "kind" => lists::text_filter(filter, "kind", None),
            OF_USER => {
                let mut any = Cond::any();
                for value in &filter.values {
                    let user: Id = value.parse().map_err(|_| "This is no user.".to_owned())?;
                    any = any
                        .add(Expr::col("id").in_subquery(bound_to_user(user, now)))
                        .add(Expr::col("id").in_subquery(waiting_for(user, now)));
                }
                Ok(any)
            }
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    fn search(words: &[String], _: SearchStrategy, _: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("name_key", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// The resources that a user reaches once a membership of theirs begins.
fn waiting_for(user: Id, now: Timestamp) -> SelectStatement {
    Query::select()
        .column(("bindings", "resource_id"))
        .from("bindings")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "group_id")).equals(("bindings", "group_id")),
        )
        .inner_join(
            "group_members",
            Expr::col(("group_members", "group_id")).equals(("group_closure", "inner_id")),
        )
        .and_where(Expr::col(("group_members", "user_id")).eq(user.value()))
        .and_where(Expr::col(("group_members", "starts_at")).gt(now.as_micros()))
        .take()
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Line {
    pub id: Id,
    kind: ResourceKind,
    name: String,
    active: bool,
}

impl From<Line> for Resource {
    fn from(line: Line) -> Self {
        Self { id: line.id, kind: line.kind, name: line.name, active: line.active }
    }
}

/// A binding that may be on a way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Bound {
    resource_id: Id,
    user_id: Option<Id>,
    group_id: Option<Id>,
    group_name: Option<String>,
    added_at: Timestamp,
    added_by: String,
}

impl AccessControl<'_> {
    /// A page of the resources that a user reaches, or would reach, in the order of names, each with every way.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for a search, filter or order that there is not.
    pub async fn of_user(&self, actor: &Actor, user: Id, query: &ListQuery) -> Result<Page<Access>> {
        permit(actor, Operation::ReadUser)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let record = users::find(&mut tx, user).await?;
        let mut query = query.clone();
        actor.may_any(&kinds(ResourceKind::sees))?;
        let seen = ResourceKind::ALL.iter().filter(|kind| actor.may(kind.sees())).map(|kind| kind.as_str());
        query.filters = vec![Filter::is(OF_USER, [user.to_string()]), Filter::is("kind", seen)];
        let columns = &["id", "kind", "name", "active"];
        let mut found = lists::page::<Resources, Line>(&mut tx, &query, now, columns).await?;
        let lines = std::mem::take(&mut found.rows);
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let bound = bindings_of(&mut tx, &ids, &[user]).await?;
        let ways = Ways::of(&mut tx, user, now).await?;
        let waiting = waiting_ways(&mut tx, &ways, now).await?;
        let rows = lines.into_iter().map(|line| {
            let resource = Resource::from(line);
            let of = bound.get(&resource.id).map(Vec::as_slice).unwrap_or_default();
            let paths = paths(user, of, &ways, &waiting);
            let missing = missing(record.state, &resource, &paths);
            Access { resource: resource.named(), missing, paths }
        });
        let rows = rows.collect();
        Ok(lists::answer(found, rows, &RESOURCES))
    }
}

/// The bindings of resources, by the resource: those of groups, and those of these users.
pub(super) async fn bindings_of(
    tx: &mut Tx,
    resources: &[Id],
    users: &[Id],
) -> Result<HashMap<Id, Vec<Bound>>> {
    let of_these = Cond::any()
        .add(Expr::col(("bindings", "group_id")).is_not_null())
        .add(Expr::col(("bindings", "user_id")).is_in(users.iter().map(|id| id.value())));
    let select = Query::select()
        .columns(
            ["resource_id", "user_id", "group_id", "added_at", "added_by"].map(|name| ("bindings", name)),
        )
        .expr_as(Expr::col(("user_groups", "name")), "group_name")
        .from("bindings")
        .left_join("user_groups", Expr::col(("user_groups", "id")).equals(("bindings", "group_id")))
        .and_where(Expr::col(("bindings", "resource_id")).is_in(resources.iter().map(|id| id.value())))
        .cond_where(of_these)
        .order_by(("bindings", "pk"), Order::Asc)
        .take();
    let rows: Vec<Bound> = tx.select(&select).await?;
    let mut by_resource: HashMap<Id, Vec<Bound>> = HashMap::new();
    for row in rows {
        by_resource.entry(row.resource_id).or_default().push(row);
    }
    Ok(by_resource)
}

/// Groups that a membership which has not begun would lead into, by the group: with that membership's own group.
pub(super) type Waiting = HashMap<Id, Vec<(GroupRef, Membership)>>;

pub(super) async fn waiting_ways(tx: &mut Tx, ways: &Ways, now: Timestamp) -> Result<Waiting> {
    let mut waiting = Waiting::new();
    for (own, membership) in ways.not_begun(now) {
        let select = Query::select()
            .column(("group_closure", "group_id"))
            .column(("user_groups", "name"))
            .from("group_closure")
            .inner_join("user_groups", Expr::col(("user_groups", "id")).equals(("group_closure", "inner_id")))
            .and_where(Expr::col(("group_closure", "inner_id")).eq(own.value()))
            .take();
        let outer: Vec<(Id, String)> = tx.select(&select).await?;
        for (group, name) in outer {
            let through = GroupRef { id: own, name };
            waiting.entry(group).or_default().push((through, membership.clone()));
        }
    }
    Ok(waiting)
}

/// Every way from a user to a resource, by what is bound to it.
pub(super) fn paths(user: Id, bound: &[Bound], ways: &Ways, waiting: &Waiting) -> Vec<AccessPath> {
    let mut paths = Vec::new();
    for one in bound {
        if one.user_id == Some(user) {
            let (since, by) = (one.added_at, one.added_by.clone());
            paths.push(AccessPath { groups: vec![], since, by, begins: None, ends: None });
        }
        let (Some(id), Some(name)) = (one.group_id, one.group_name.clone()) else { continue };
        let group = GroupRef { id, name };
        for (groups, membership) in ways.leading_to(&group) {
            paths.push(path(one, groups, membership, false));
        }
        for (own, membership) in waiting.get(&id).into_iter().flatten() {
            let outer = (own.id != id).then(|| group.clone());
            let groups = std::iter::once(own.clone()).chain(outer).collect();
            paths.push(path(one, groups, membership, true));
        }
    }
    paths
}

fn path(bound: &Bound, groups: Vec<GroupRef>, membership: &Membership, waits: bool) -> AccessPath {
    AccessPath {
        groups,
        since: bound.added_at.max(membership.period.starts_at.unwrap_or(membership.added_at)),
        by: bound.added_by.clone(),
        begins: membership.period.starts_at.filter(|_| waits),
        ends: membership.period.ends_at,
    }
}

/// Why a user does not reach a resource now; empty where they do.
pub(super) fn missing(state: UserState, resource: &Resource, paths: &[AccessPath]) -> Vec<String> {
    let mut missing = Vec::new();
    match state {
        UserState::Activated => {}
        UserState::Staged => missing.push("The user is Staged, and has to be activated.".to_owned()),
        UserState::Suspended => missing.push("The user is Suspended.".to_owned()),
    }
    if !resource.active {
        missing.push(format!("{} is switched off.", resource.name));
    }
    if paths.iter().all(|path| path.begins.is_some()) {
        missing.push("No membership that leads there has begun.".to_owned());
    }
    missing
}
