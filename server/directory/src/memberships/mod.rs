//! Memberships of user groups: who is in one, from when to when. What a membership gives is asked of the table at
//! the instant of asking, so that it begins and ends at its time, however late the history says so.

mod change;
mod period;
mod run;

use std::collections::{HashMap, HashSet};

use model::group::{AddMembers, GroupRef, Membership};
use model::{ErrorCode, Id, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use directory_core::accounts::Named;
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, sql};

pub(crate) use change::{MEMBER_ALREADY, add, change_period, put_in, remove, take_out, touch};
pub(crate) use period::{Resolved, resolve};
pub(crate) use run::{next_due, run_due};

/// The end of a membership that has none.
const FOREVER: i64 = i64::MAX;

const NAME_OF_GROUP: Sql = sql!("SELECT id, name FROM user_groups WHERE id = $1");

/// A group by its name.
///
/// # Errors
/// `not_found`.
pub(crate) async fn group(tx: &mut Tx, id: Id) -> Result<GroupRef> {
    let found: Option<(Id, String)> = tx.optional(NAME_OF_GROUP, args![id]).await?;
    let (id, name) = found.ok_or_else(|| Problem::not_found("user group"))?;
    Ok(GroupRef { id, name })
}

const BY_RULE: Sql = sql!("SELECT group_id FROM group_rules WHERE group_id = $1");

/// Whether a rule says who is in a group.
pub(crate) async fn is_by_rule(tx: &mut Tx, id: Id) -> Result<bool> {
    let found: Option<(Id,)> = tx.optional(BY_RULE, args![id]).await?;
    Ok(found.is_some())
}

/// Refuses to add and remove by hand where a rule says who is in a group.
///
/// # Errors
/// `conflict`.
pub(crate) async fn by_hand(tx: &mut Tx, group: &GroupRef) -> Result<()> {
    if is_by_rule(tx, group.id).await? {
        let message =
            format!("A rule says who is in {}. Change the rule, or make an exception from it.", group.name);
        return Err(Problem::new(ErrorCode::Conflict, message).into());
    }
    Ok(())
}

/// Refuses what nobody can be added with.
///
/// # Errors
/// `invalid` at `starts` or `ends`, with the part of the time.
pub(crate) fn check(add: &AddMembers, now: Timestamp) -> Result<()> {
    resolve(&add.period, None, now).map(drop)
}

/// What is asked of rows of `group_members` that hold now.
pub(crate) fn in_force(now: Timestamp) -> Cond {
    let now = now.as_micros();
    Cond::all()
        .add(Expr::col(("group_members", "starts_at")).lte(now))
        .add(Expr::col(("group_members", "ends_at")).gt(now))
}

/// The ids of users who are in any of these groups now: by themselves, or through a group in one.
pub(crate) fn members_of(groups: &[Id], now: Timestamp) -> SelectStatement {
    Query::select()
        .column(("group_members", "user_id"))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .and_where(Expr::col(("group_closure", "group_id")).is_in(groups.iter().map(|id| id.value())))
        .cond_where(in_force(now))
        .take()
}

/// The same of those who are in one of the groups through a group in it, whatever else.
pub(crate) fn members_through(groups: &[Id], now: Timestamp) -> SelectStatement {
    let outer = Expr::col(("group_closure", "group_id"));
    members_of(groups, now).and_where(outer.not_equals(("group_closure", "inner_id"))).take()
}

/// The ids of the groups that a user is in now: by themselves, or through a group in one.
pub(crate) fn groups_of(user: Id, now: Timestamp) -> SelectStatement {
    Query::select()
        .column(("group_closure", "group_id"))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .and_where(Expr::col(("group_members", "user_id")).eq(user.value()))
        .cond_where(in_force(now))
        .take()
}

/// A row of `group_members`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Stored {
    pub group_id: Id,
    pub user_id: Id,
    starts_at: Timestamp,
    ends_at: Timestamp,
    typed: String,
    added_at: Timestamp,
    added_by: String,
}

impl Stored {
    pub(crate) fn into_membership(self) -> Result<Membership> {
        Ok(Membership {
            period: Resolved::stored(self.starts_at, self.ends_at, &self.typed)?.shown(),
            added_at: self.added_at,
            added_by: self.added_by,
        })
    }
}

/// Memberships of their own that have not ended, of users and in groups of which this is asked.
pub(crate) async fn own(tx: &mut Tx, which: Cond, now: Timestamp) -> Result<Vec<Stored>> {
    let select = Query::select()
        .columns(["group_id", "user_id", "starts_at", "ends_at", "typed", "added_at", "added_by"])
        .from("group_members")
        .cond_where(which)
        .and_where(Expr::col("ends_at").gt(now.as_micros()))
        .take();
    Ok(tx.select(&select).await?)
}

/// Those of the users who have a membership of their own in a group, begun or not.
pub(crate) async fn among(tx: &mut Tx, group: Id, users: &[Id], now: Timestamp) -> Result<HashSet<Id>> {
    let which = Cond::all()
        .add(Expr::col("group_id").eq(group.value()))
        .add(Expr::col("user_id").is_in(users.iter().map(|id| id.value())));
    Ok(own(tx, which, now).await?.into_iter().map(|stored| stored.user_id).collect())
}

/// The names of users who are there; deleted ones among them only if so asked.
pub(crate) async fn names(tx: &mut Tx, users: &[Id], deleted_too: bool) -> Result<HashMap<Id, String>> {
    let mut select = Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name"])
        .from("users")
        .and_where(Expr::col("id").is_in(users.iter().map(|id| id.value())))
        .take();
    if !deleted_too {
        select.and_where(Expr::col("deleted_at").is_null());
    }
    let named: Vec<Named> = tx.select(&select).await?;
    Ok(named.into_iter().map(|one| (one.id, one.name())).collect())
}
