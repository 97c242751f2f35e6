//! The list of deleted users: those who can still be restored.

use model::list::ListSpec;
use model::user::{DELETED_USERS, UserRow};
use model::{Filter, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

use super::list::page;
use super::{UserList, Users};
use crate::lists::{Listed, SearchStrategy, SortKey, contains, holds, time_filter};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::Engine;

pub(super) struct Deleted;

impl Listed for Deleted {
    const SPEC: &'static ListSpec = &DELETED_USERS;
    const TABLE: &'static str = "users";

    fn base() -> Cond {
        Cond::all().add(Expr::col("deleted_at").is_not_null())
    }

    /// The other orders' indexes hold nobody who is deleted; of these there are never many.
    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        match column {
            // Both come so long after one another for everybody.
            "deleted" | "erased" => Some(SortKey::number("deleted_at")),
            other if DELETED_USERS.column(other).is_some_and(|column| column.sortable) => {
                UserList::sort_key(other, now)
            }
            _ => None,
        }
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "deleted" => time_filter(filter, "deleted_at", now),
            other => match DELETED_USERS.column(other).and_then(|column| column.filter) {
                Some(_) => UserList::filter(filter, now),
                None => Err(format!("There is no column “{other}” to filter by.")),
            },
        }
    }

    /// What is searched elsewhere holds nobody who is deleted; of these there are never many.
    fn search(words: &[String], _: SearchStrategy, _: Engine) -> Expr {
        let in_any = |word: &String| {
            ["username_key", "email", "employee_identifier_key"]
                .into_iter()
                .fold(holds("name_key", word), |any, column| any.or(holds(column, word)))
                .or(contains("display_name", word))
        };
        words.iter().map(in_any).reduce(Expr::and).unwrap_or_else(|| Expr::val(true))
    }
}

impl Users<'_> {
    /// A page of the list of deleted users, the latest first unless asked otherwise.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter, order or cursor that the list does not have.
    pub async fn list_deleted(&self, actor: &Actor, query: &ListQuery) -> Result<Page<UserRow>> {
        permit(actor, Operation::ListUsers)?;
        let now = self.0.env().now();
        page::<Deleted>(&mut self.0.db().read().await?, query, &query.columns, now).await
    }
}
