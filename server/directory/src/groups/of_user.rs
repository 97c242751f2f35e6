//! The groups that a user is in, each with every way that leads there.

use std::collections::{HashMap, VecDeque};

use model::group::{GROUPS, GroupPath, GroupRef, Membership, OfUser};
use model::{Filter, Id, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::Groups;
use super::list::{COLUMNS, Line, List, OF_USER};
use crate::lists;
use crate::memberships::{groups_of, own};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};

impl Groups<'_> {
    /// A page of the groups that a user is in, or is to be in by a membership of their own.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list of groups does not have. Somebody who does
    /// not exist is in none.
    pub async fn of_user(&self, actor: &Actor, user: Id, query: &ListQuery) -> Result<Page<OfUser>> {
        permit(actor, Operation::ListGroups)?;
        permit(actor, Operation::ReadUser)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let mut query = query.clone();
        query.filters.push(Filter::is(OF_USER, [user.to_string()]));
        let mut found = lists::page::<List, Line>(&mut tx, &query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let ways = Ways::of(&mut tx, user, now).await?;
        let rows = lines.into_iter().map(|line| {
            let (id, name) = (line.id, line.name);
            OfUser {
                direct: ways.direct.get(&id).cloned(),
                through: ways.to(id),
                group: GroupRef { id, name },
                description: line.description,
            }
        });
        let rows = rows.collect();
        Ok(lists::answer(found, rows, &GROUPS))
    }
}

/// All that leads a user into groups.
pub(crate) struct Ways {
    direct: HashMap<Id, Membership>,
    /// The groups of their own memberships that hold now.
    now: Vec<GroupRef>,
    /// Of each group, the groups that it lies in directly.
    up: HashMap<Id, Vec<GroupRef>>,
}

#[derive(sqlx::FromRow)]
struct Edge {
    subgroup_id: Id,
    group_id: Id,
    name: String,
}

impl Ways {
    pub(crate) async fn of(tx: &mut Tx, user: Id, now: Timestamp) -> Result<Self> {
        let stored = own(tx, Cond::all().add(Expr::col("user_id").eq(user.value())), now).await?;
        let mut direct = HashMap::new();
        for one in stored {
            direct.insert(one.group_id, one.into_membership()?);
        }
        let held = direct.iter().filter(|(_, one)| one.period.holds_at(now)).map(|(id, _)| id.value());
        let select = Query::select()
            .columns(["id", "name"])
            .from("user_groups")
            .and_where(Expr::col("id").is_in(held))
            .order_by("name_key", sea_query::Order::Asc)
            .take();
        let held: Vec<(Id, String)> = tx.select(&select).await?;
        let edges = Query::select()
            .column(("group_nesting", "subgroup_id"))
            .column(("group_nesting", "group_id"))
            .column(("user_groups", "name"))
            .from("group_nesting")
            .inner_join("user_groups", Expr::col(("user_groups", "id")).equals(("group_nesting", "group_id")))
            .and_where(Expr::col(("group_nesting", "subgroup_id")).in_subquery(groups_of(user, now)))
            .order_by(("user_groups", "name_key"), sea_query::Order::Asc)
            .take();
        let edges: Vec<Edge> = tx.select(&edges).await?;
        let mut up: HashMap<Id, Vec<GroupRef>> = HashMap::new();
        for edge in edges {
            let outer = GroupRef { id: edge.group_id, name: edge.name };
            up.entry(edge.subgroup_id).or_default().push(outer);
        }
        let now = held.into_iter().map(|(id, name)| GroupRef { id, name }).collect();
        Ok(Self { direct, now, up })
    }

    /// The ways into a group, each with the group itself at its end and the membership that it goes by.
    pub(crate) fn leading_to(&self, group: &GroupRef) -> Vec<(GroupPath, &Membership)> {
        let own = self.now.iter().find(|own| own.id == group.id).map(|_| vec![]);
        let paths = own.into_iter().chain(self.to(group.id)).map(|mut path: GroupPath| {
            path.push(group.clone());
            path
        });
        paths.filter_map(|path| Some((path.clone(), self.direct.get(&path.first()?.id)?))).collect()
    }

    /// The memberships of their own that begin later, by the group.
    pub(crate) fn not_begun(&self, now: Timestamp) -> impl Iterator<Item = (Id, &Membership)> {
        let waits = move |one: &Membership| one.period.starts_at.is_some_and(|starts| starts > now);
        self.direct.iter().filter(move |(_, one)| waits(one)).map(|(id, one)| (*id, one))
    }

    /// Whether a membership of their own in a group is in force.
    pub(super) fn holds(&self, group: Id, now: Timestamp) -> bool {
        self.direct.get(&group).is_some_and(|own| own.period.holds_at(now))
    }

    /// Of each of their own groups, the shortest way from it to this one.
    pub(super) fn to(&self, group: Id) -> Vec<GroupPath> {
        self.now.iter().filter(|own| own.id != group).filter_map(|own| self.way(own, group)).collect()
    }

    fn way(&self, from: &GroupRef, to: Id) -> Option<GroupPath> {
        let mut seen = HashMap::from([(from.id, None::<GroupRef>)]);
        let mut next = VecDeque::from([from.clone()]);
        while let Some(at) = next.pop_front() {
            for outer in self.up.get(&at.id).into_iter().flatten() {
                if seen.contains_key(&outer.id) {
                    continue;
                }
                seen.insert(outer.id, Some(at.clone()));
                if outer.id == to {
                    return Some(back(&seen, to));
                }
                next.push_back(outer.clone());
            }
        }
        None
    }
}

/// The way that led somewhere, from its beginning and without its end.
fn back(seen: &HashMap<Id, Option<GroupRef>>, to: Id) -> GroupPath {
    let mut path = Vec::new();
    let mut at = to;
    while let Some(Some(before)) = seen.get(&at) {
        path.push(before.clone());
        at = before.id;
    }
    path.reverse();
    path
}
