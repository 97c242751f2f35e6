//! The list of user groups.

use std::collections::{HashMap, HashSet};

use model::group::{GROUPS, GroupRef, GroupRow};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Func, Query, SelectStatement};

use super::Groups;
use crate::lists::{self, Listed, SearchStrategy, SortKey, cannot, flag_of, text_filter, time_filter};
use crate::memberships::{groups_of, in_force};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx};

/// The groups that a user is in now, or is to be in by a membership of their own.
pub(super) const OF_USER: &str = "user";
/// Any group but these, and those that lie in them or in which they lie.
const APART_FROM: &str = "apart_from";

pub(super) struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &GROUPS;
    const TABLE: &'static str = "user_groups";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        Some(match column {
            "name" => SortKey::text("name_key"),
            "members" => SortKey::rank(counted(members_of_row(now))),
            "by_rule" => SortKey::rank(Expr::case(has_rule(), 1_i64).finally(0_i64).into()),
            "subgroups" => SortKey::rank(counted(subgroups_of_row())),
            "email" => SortKey::text("email"),
            "linux_name" => SortKey::text("linux_name"),
            "created" => SortKey::number("created_at"),
            "updated" => SortKey::number("updated_at"),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "name" => text_filter(filter, "name_key", Some("name_key")),
            "email" => text_filter(filter, "email", None),
            "linux_name" => text_filter(filter, "linux_name", None),
            "description" => text_filter(filter, "description", None),
            "by_rule" => flag_of(filter, has_rule()),
            "created" => time_filter(filter, "created_at", now),
            "updated" => time_filter(filter, "updated_at", now),
            OF_USER => of_user(filter, now),
            APART_FROM => apart_from(filter),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// There are thousands at most: reading their folded text is enough.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

fn counted(rows: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(rows.into()))
}

/// How many people are in the group of a row.
fn members_of_row(now: Timestamp) -> SelectStatement {
    Query::select()
        .expr(Func::count_distinct(Expr::col(("group_members", "user_id"))))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .and_where(Expr::col(("group_closure", "group_id")).equals(("user_groups", "id")))
        .and_where(Expr::col(("group_members", "user_id")).in_subquery(there()))
        .cond_where(in_force(now))
        .take()
}

/// The users who are not deleted.
fn there() -> SelectStatement {
    Query::select().column("id").from("users").and_where(Expr::col("deleted_at").is_null()).take()
}

/// Whether the group of a row has a rule.
fn has_rule() -> Expr {
    let rules = Query::select().column("group_id").from("group_rules").take();
    Expr::col("id").in_subquery(rules)
}

fn subgroups_of_row() -> SelectStatement {
    Query::select()
        .expr(Expr::col("subgroup_id").count())
        .from("group_nesting")
        .and_where(Expr::col(("group_nesting", "group_id")).equals(("user_groups", "id")))
        .take()
}

fn ids(filter: &Filter) -> Result<Vec<Id>, String> {
    if filter.test != Test::Is {
        return Err(cannot(filter));
    }
    filter.values.iter().map(|value| value.parse::<Id>().map_err(|error| error.to_string())).collect()
}

fn of_user(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let mut any = Cond::any();
    for user in ids(filter)? {
        let own = Query::select()
            .column("group_id")
            .from("group_members")
            .and_where(Expr::col("user_id").eq(user.value()))
            .and_where(Expr::col("ends_at").gt(now.as_micros()))
            .take();
        any =
            any.add(Expr::col("id").in_subquery(groups_of(user, now))).add(Expr::col("id").in_subquery(own));
    }
    Ok(any)
}

fn apart_from(filter: &Filter) -> Result<Cond, String> {
    let groups: Vec<_> = ids(filter)?.into_iter().map(Arg::value).collect();
    let near = |column, other| {
        Query::select()
            .column(column)
            .from("group_closure")
            .and_where(Expr::col(other).is_in(groups.clone()))
            .take()
    };
    Ok(Cond::all()
        .add(Expr::col("id").not_in_subquery(near("group_id", "inner_id")))
        .add(Expr::col("id").not_in_subquery(near("inner_id", "group_id"))))
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Line {
    pub id: Id,
    pub name: String,
    pub description: String,
    email: String,
    linux_name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

pub(super) const COLUMNS: &[&str] =
    &["id", "name", "description", "email", "linux_name", "created_at", "updated_at"];

impl Line {
    fn into_row(
        self,
        members: &HashMap<Id, u64>,
        subgroups: &HashMap<Id, u64>,
        by_rule: &HashSet<Id>,
    ) -> GroupRow {
        GroupRow {
            id: self.id,
            name: self.name,
            description: self.description,
            email: self.email,
            members: members.get(&self.id).copied().unwrap_or_default(),
            subgroups: subgroups.get(&self.id).copied().unwrap_or_default(),
            by_rule: by_rule.contains(&self.id),
            linux_name: (!self.linux_name.is_empty()).then_some(self.linux_name),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Groups<'_> {
    /// A page of the list of groups.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page<GroupRow>> {
        permit(actor, Operation::ListGroups)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let mut found = lists::page::<List, Line>(&mut tx, query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let members = members(&mut tx, &ids, now).await?;
        let subgroups = subgroups(&mut tx, &ids).await?;
        let by_rule = by_rule(&mut tx, &ids).await?;
        let rows = lines.into_iter().map(|line| line.into_row(&members, &subgroups, &by_rule)).collect();
        Ok(lists::answer(found, rows, &GROUPS))
    }

    /// The first groups by name that a text finds and that can be put into this one; at most ten.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a text that cannot be searched for.
    pub async fn to_nest(&self, actor: &Actor, group: Id, search: &str) -> Result<Vec<GroupRef>> {
        let filters = vec![Filter::is(APART_FROM, [group.to_string()])];
        let query = ListQuery { search: search.to_owned(), filters, limit: 10, ..ListQuery::default() };
        let found = self.list(actor, &query).await?.rows;
        Ok(found.into_iter().map(|row| GroupRef { id: row.id, name: row.name }).collect())
    }
}

async fn members(tx: &mut Tx, groups: &[Id], now: Timestamp) -> Result<HashMap<Id, u64>> {
    let select = Query::select()
        .column(("group_closure", "group_id"))
        .expr(Func::count_distinct(Expr::col(("group_members", "user_id"))))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .and_where(Expr::col(("group_closure", "group_id")).is_in(groups.iter().map(|id| id.value())))
        .and_where(Expr::col(("group_members", "user_id")).in_subquery(there()))
        .cond_where(in_force(now))
        .group_by_col(("group_closure", "group_id"))
        .take();
    counts(tx, &select).await
}

/// Those of the groups that have a rule.
async fn by_rule(tx: &mut Tx, groups: &[Id]) -> Result<HashSet<Id>> {
    let select = Query::select()
        .column("group_id")
        .from("group_rules")
        .and_where(Expr::col("group_id").is_in(groups.iter().map(|id| id.value())))
        .take();
    let rows: Vec<(Id,)> = tx.select(&select).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn subgroups(tx: &mut Tx, groups: &[Id]) -> Result<HashMap<Id, u64>> {
    let select = Query::select()
        .column("group_id")
        .expr(Expr::col("subgroup_id").count())
        .from("group_nesting")
        .and_where(Expr::col("group_id").is_in(groups.iter().map(|id| id.value())))
        .group_by_col("group_id")
        .take();
    counts(tx, &select).await
}

async fn counts(tx: &mut Tx, select: &SelectStatement) -> Result<HashMap<Id, u64>> {
    let rows: Vec<(Id, i64)> = tx.select(select).await?;
    Ok(rows.into_iter().map(|(id, count)| (id, count.unsigned_abs())).collect())
}
