//! The list of what will happen.

use model::list::ListSpec;
use model::user::schedule::{SCHEDULES, Schedule, ScheduledChange};
use model::{Filter, Id, ListQuery, Operation, Page, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::{COLUMNS, Stored, WAITING, waiting, whose};
use crate::lists::{self, Listed, SearchStrategy, SortKey, cannot, text_filter, time_filter};
use crate::users::Users;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx};

pub(super) struct List;

/// Users who are not deleted and of whom this is true.
fn users(which: Expr) -> sea_query::SelectStatement {
    Query::select()
        .column("id")
        .from("users")
        .and_where(Expr::col(("users", "deleted_at")).is_null())
        .and_where(which)
        .take()
}

impl Listed for List {
    const SPEC: &'static ListSpec = &SCHEDULES;
    const TABLE: &'static str = "schedules";

    fn base() -> Cond {
        let there = users(Expr::val(true));
        Cond::all().add(Expr::col("state").eq(WAITING)).add(Expr::col("user_id").in_subquery(there))
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        Some(match column {
            "change" => SortKey::shown("target", ScheduledChange::CHOICES),
            "due" => SortKey::number("due_at"),
            "scheduled_by" => SortKey::typed("starter_name"),
            "created" => SortKey::number("created_at"),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "change" => text_filter(filter, "target", None),
            "name" => name_filter(filter),
            "due" => time_filter(filter, "due_at", now),
            "scheduled_by" => text_filter(filter, "starter_name", None),
            "created" => time_filter(filter, "created_at", now),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// As the list of users searches.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let mut found = Query::select();
        found
            .column(("users", "id"))
            .from("users")
            .inner_join("user_search", Expr::col(("user_search", "pk")).equals(("users", "pk")));
        for word in words {
            found.and_where(lists::holds("search_text", word));
        }
        Expr::col("user_id").in_subquery(found)
    }
}

/// By the user's name.
fn name_filter(filter: &Filter) -> Result<Cond, String> {
    let positive = match filter.test {
        Test::IsNot => Filter { test: Test::Is, ..filter.clone() },
        Test::Is | Test::Contains => filter.clone(),
        Test::Before | Test::After => return Err(cannot(filter)),
    };
    let named = Query::select()
        .column("id")
        .from("users")
        .cond_where(text_filter(&positive, "name_key", Some("name_key"))?)
        .take();
    let user = Expr::col("user_id");
    let found =
        if filter.test == Test::IsNot { user.not_in_subquery(named) } else { user.in_subquery(named) };
    Ok(Cond::all().add(found))
}

/// What waits for one user, the next first.
pub(crate) async fn of_user(tx: &mut Tx, user: Id) -> Result<Vec<Schedule>> {
    let which = Cond::all().add(Expr::col("user_id").eq(user.value()));
    let found = waiting(tx, which, model::user::schedule::SCHEDULES_MAX as u64).await?;
    named(tx, found).await
}

/// What comes next for anybody.
pub(crate) async fn upcoming(tx: &mut Tx, at_most: u64) -> Result<Vec<Schedule>> {
    let found = waiting(tx, List::base(), at_most).await?;
    named(tx, found).await
}

pub(super) async fn named(tx: &mut Tx, found: Vec<Stored>) -> Result<Vec<Schedule>> {
    let users = whose(tx, found.iter().map(|stored| stored.user_id)).await?;
    let named = found.into_iter().filter_map(|stored| {
        let of = users.get(&stored.user_id)?;
        Some(stored.into_schedule(of))
    });
    named.collect()
}

impl Users<'_> {
    /// A page of the changes of state that wait for their time.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn schedules(&self, actor: &Actor, query: &ListQuery) -> Result<Page<Schedule>> {
        permit(actor, Operation::ListUsers)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let found = lists::page::<List, Stored>(&mut tx, query, now, COLUMNS).await?;
        let shown = SCHEDULES.shown(query.columns.iter().map(String::as_str));
        Ok(Page {
            rows: named(&mut tx, found.rows).await?,
            columns: shown
                .iter()
                .filter(|column| !column.fixed)
                .map(|column| column.key.to_owned())
                .collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        })
    }
}
