//! Groups and their members as programs read them: from any place in the order of names.

use std::collections::HashMap;

use model::group::{Counted, GroupEntry, GroupQuery, GroupRef, Reached, RuleMode};
use model::list::SEARCH_MAX;
use model::user::{ENTRIES_MAX, SKIP_MAX};
use model::{Faults, Id, Operation, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::list::List;
use super::of_user::Ways;
use super::{Groups, Stored, find};
use crate::lists::{Listed, SearchStrategy, count_all, words};
use crate::memberships::{group, groups_of, members_of};
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};

const COLUMNS: &[&str] = &[
    "id",
    "version",
    "name",
    "description",
    "email",
    "ldap_name",
    "linux_name",
    "linux_gid",
    "samba",
    "sudo",
    "passwordless_sudo",
    "radius_reply",
    "attributes",
    "created_at",
    "updated_at",
];

impl Groups<'_> {
    /// Groups in the order of their names, and how many match.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `search`, `skip` or `limit`.
    pub async fn entries(&self, actor: &Actor, query: &GroupQuery) -> Result<Counted<GroupEntry>> {
        permit(actor, Operation::ListGroups)?;
        check(query)?;
        let mut tx = self.0.db().read().await?;
        let found = words(&query.search);
        let mut which = List::base();
        if !found.is_empty() {
            which = which.add(List::search(&found, SearchStrategy::Scan, tx.engine()));
        }
        let total = count_all(&mut tx, List::TABLE, which.clone()).await?;
        let select = paged(List::TABLE, COLUMNS, which, query);
        let stored: Vec<Stored> = tx.select(&select).await?;
        let rules = rules_of(&mut tx, stored.iter().map(|one| one.id)).await?;
        let row = |one: &Stored| {
            let rule = rules.get(&one.id).copied();
            Ok(GroupEntry { id: one.id, version: one.version, form: one.form()?, rule })
        };
        let rows: Result<_> = stored.iter().map(row).collect();
        Ok(Counted { total, rows: rows? })
    }

    /// One group.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn entry(&self, actor: &Actor, id: Id) -> Result<GroupEntry> {
        permit(actor, Operation::ListGroups)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, id).await?;
        let rule = rules_of(&mut tx, [id]).await?.remove(&id);
        Ok(GroupEntry { id, version: stored.version, form: stored.form()?, rule })
    }

    /// Who is in a group now, in the order of names, each with the ways that lead there. With `direct` those alone
    /// who have a membership of their own.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn reached(
        &self,
        actor: &Actor,
        id: Id,
        direct: bool,
        query: &GroupQuery,
    ) -> Result<Counted<Reached>> {
        permit(actor, Operation::ListGroups)?;
        check(query)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let group = group(&mut tx, id).await?;
        let members = if direct { own_members(id, now) } else { members_of(&[id], now) };
        let which = UserList::base().add(Expr::col("id").in_subquery(members));
        let total = count_all(&mut tx, UserList::TABLE, which.clone()).await?;
        let users: Vec<(Id,)> = tx.select(&paged(UserList::TABLE, &["id"], which, query)).await?;
        let mut rows = Vec::with_capacity(users.len());
        for (user,) in users {
            rows.push(reached(&mut tx, user, &group, now).await?);
        }
        Ok(Counted { total, rows })
    }

    /// The groups that a user is in now, in the order of names, each with the ways that lead there.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `skip` or `limit`.
    pub async fn reached_by(&self, actor: &Actor, user: Id, query: &GroupQuery) -> Result<Counted<Reached>> {
        permit(actor, Operation::ListGroups)?;
        check(query)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        crate::users::find(&mut tx, user).await?;
        let which = Cond::all().add(Expr::col("id").in_subquery(groups_of(user, now)));
        let total = count_all(&mut tx, List::TABLE, which.clone()).await?;
        let groups: Vec<(Id, String)> = tx.select(&paged(List::TABLE, &["id", "name"], which, query)).await?;
        let ways = Ways::of(&mut tx, user, now).await?;
        let rows = groups.into_iter().map(|(id, name)| {
            let group = GroupRef { id, name };
            Reached { user, direct: ways.holds(id, now), through: ways.to(id), group }
        });
        Ok(Counted { total, rows: rows.collect() })
    }
}

/// How the rules of those groups are applied that have one.
async fn rules_of(tx: &mut Tx, groups: impl IntoIterator<Item = Id>) -> Result<HashMap<Id, RuleMode>> {
    let select = Query::select()
        .columns(["group_id", "mode"])
        .from("group_rules")
        .and_where(Expr::col("group_id").is_in(groups.into_iter().map(Arg::value)))
        .take();
    let rows: Vec<(Id, String)> = tx.select(&select).await?;
    Ok(rows.into_iter().filter_map(|(id, mode)| Some((id, RuleMode::parse(&mode)?))).collect())
}

async fn reached(tx: &mut Tx, user: Id, group: &GroupRef, now: Timestamp) -> Result<Reached> {
    let ways = Ways::of(tx, user, now).await?;
    let direct = ways.holds(group.id, now);
    Ok(Reached { user, group: group.clone(), direct, through: ways.to(group.id) })
}

/// Those whose own membership is in force.
fn own_members(group: Id, now: Timestamp) -> SelectStatement {
    Query::select()
        .column("user_id")
        .from("group_members")
        .and_where(Expr::col("group_id").eq(group.value()))
        .cond_where(crate::memberships::in_force(now))
        .take()
}

/// Rows in the order of names, from any place in it.
pub(crate) fn paged(
    table: &'static str,
    columns: &[&'static str],
    which: Cond,
    query: &GroupQuery,
) -> SelectStatement {
    Query::select()
        .columns(columns.iter().copied())
        .from(table)
        .cond_where(which)
        .order_by("name_key", Order::Asc)
        .order_by("pk", Order::Asc)
        .limit(query.limit.into())
        .offset(query.skip.into())
        .take()
}

/// Refuses what cannot be asked for.
///
/// # Errors
/// `invalid` at `search`, `skip` or `limit`.
pub(crate) fn check(query: &GroupQuery) -> Result<(), Faults> {
    let mut faults = Faults::default();
    if query.search.chars().count() > SEARCH_MAX || query.search.contains('\0') {
        faults.add("search", format!("Search for at most {SEARCH_MAX} characters, all of them text."));
    }
    if query.limit == 0 || query.limit > ENTRIES_MAX {
        faults.add("limit", format!("The limit is from 1 to {ENTRIES_MAX}, and {} is not.", query.limit));
    }
    if query.skip > SKIP_MAX {
        faults.add("skip", format!("At most {SKIP_MAX} can be skipped."));
    }
    faults.check()
}
