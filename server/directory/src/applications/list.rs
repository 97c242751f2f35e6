//! The list of applications.

use std::collections::HashMap;

use model::application::{APPLICATIONS, ApplicationKind, ApplicationRow, TileColor};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Func, Query, SelectStatement};

use super::Applications;
use crate::lists::{self, Listed, SearchStrategy, SortKey, flag_filter, text_filter, time_filter};
use crate::memberships::in_force;
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx};

struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &APPLICATIONS;
    const TABLE: &'static str = "applications";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        Some(match column {
            "name" => SortKey::text("name_key"),
            "kind" => SortKey::text("kind"),
            "active" => SortKey::rank(Expr::case(Expr::col("active"), 1).finally(0).into()),
            "users" => SortKey::rank(Expr::SubQuery(None, Box::new(users_of_row(now).into()))),
            "url" => SortKey::text("url"),
            "created" => SortKey::number("created_at"),
            "updated" => SortKey::number("updated_at"),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "name" => text_filter(filter, "name_key", Some("name_key")),
            "kind" => text_filter(filter, "kind", None),
            "active" => flag_filter(filter, "active"),
            "url" => text_filter(filter, "url", None),
            "created" => time_filter(filter, "created_at", now),
            "updated" => time_filter(filter, "updated_at", now),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// There are thousands at most: reading their folded text is enough.
    fn search(words: &[String], _: SearchStrategy, _: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// How many users are bound to the application of a row.
fn users_of_row(now: Timestamp) -> SelectStatement {
    let this = || Expr::col(("bindings", "resource_id")).equals(("applications", "id"));
    Query::select()
        .expr(Expr::col("id").count())
        .from("users")
        .cond_where(UserList::base())
        .cond_where(
            Cond::any()
                .add(Expr::col("id").in_subquery(themselves().and_where(this()).take()))
                .add(Expr::col("id").in_subquery(by_group(now).and_where(this()).take())),
        )
        .take()
}

fn themselves() -> SelectStatement {
    Query::select()
        .column(("bindings", "user_id"))
        .from("bindings")
        .and_where(Expr::col(("bindings", "user_id")).is_not_null())
        .take()
}

fn by_group(now: Timestamp) -> SelectStatement {
    Query::select()
        .column(("group_members", "user_id"))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .inner_join("bindings", Expr::col(("bindings", "group_id")).equals(("group_closure", "group_id")))
        .cond_where(in_force(now))
        .take()
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    kind: ApplicationKind,
    name: String,
    url: String,
    color: TileColor,
    active: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const COLUMNS: &[&str] = &["id", "kind", "name", "url", "color", "active", "created_at", "updated_at"];

impl Applications<'_> {
    /// A page of the list of applications.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page<ApplicationRow>> {
        permit(actor, Operation::ListApplications)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let mut found = lists::page::<List, Line>(&mut tx, query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let users = counts(&mut tx, &ids, now).await?;
        let rows = lines.into_iter().map(|line| ApplicationRow {
            users: users.get(&line.id).copied().unwrap_or_default(),
            id: line.id,
            kind: line.kind,
            name: line.name,
            url: line.url,
            color: line.color,
            active: line.active,
            created_at: line.created_at,
            updated_at: line.updated_at,
        });
        let rows = rows.collect();
        Ok(lists::answer(found, rows, &APPLICATIONS))
    }
}

/// How many users are bound to each.
async fn counts(tx: &mut Tx, ids: &[Id], now: Timestamp) -> Result<HashMap<Id, u64>> {
    let these = || Expr::col(("bindings", "resource_id")).is_in(ids.iter().map(|id| id.value()));
    let resource = ("bindings", "resource_id");
    let both = by_group(now)
        .column(resource)
        .and_where(these())
        .union(sea_query::UnionType::Distinct, themselves().column(resource).and_where(these()).take())
        .take();
    let select = Query::select()
        .column(("reached", "resource_id"))
        .expr(Func::count_distinct(Expr::col(("reached", "user_id"))))
        .from_subquery(both, "reached")
        .inner_join("users", Expr::col(("users", "id")).equals(("reached", "user_id")))
        .and_where(Expr::col(("users", "deleted_at")).is_null())
        .group_by_col(("reached", "resource_id"))
        .take();
    let rows: Vec<(Id, i64)> = tx.select(&select).await?;
    Ok(rows.into_iter().map(|(id, count)| (id, count.unsigned_abs())).collect())
}
