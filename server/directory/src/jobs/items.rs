//! What became of each of those that a job is about.

use model::job::{JOB_ITEMS, JobItem, JobItemState};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

use super::list::{by_id, check};
use super::{Jobs, only};
use crate::lists::{self, Listed, SearchStrategy, SortKey, text_filter};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Engine, Sql, args, optional_timestamp, sql};

/// Which job's items a list holds.
const JOB: &str = "job";

struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &JOB_ITEMS;
    const TABLE: &'static str = "job_items";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        match column {
            "position" => Some(SortKey::number("position")),
            _ => None,
        }
    }

    fn filter(filter: &Filter, _now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "state" => text_filter(filter, "state", None),
            JOB => by_id(filter, "job_id"),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// One job's alone are looked at.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("name_key", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Line {
    pub position: i64,
    subject_id: Id,
    name: String,
    state: JobItemState,
    refused: String,
    at: Timestamp,
}

pub(super) const RESULTS: Sql = sql!(
    "SELECT position, subject_id, name, state, refused, at FROM job_items
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);

const COLUMNS: &[&str] = &["position", "subject_id", "name", "state", "refused", "at"];

impl Line {
    pub fn into_item(self) -> JobItem {
        JobItem {
            subject: self.subject_id,
            name: self.name,
            state: self.state,
            refused: (!self.refused.is_empty()).then_some(self.refused),
            at: optional_timestamp(self.at),
        }
    }
}

impl Jobs<'_> {
    /// So many of those that a job is about, after so many others.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, as for the job.
    pub async fn results(&self, actor: &Actor, job: Id, skip: u32, limit: u16) -> Result<Vec<JobItem>> {
        permit(actor, Operation::ReadOwnJobs)?;
        let mut tx = self.0.db().read().await?;
        check(&mut tx, actor, job).await?;
        let rows: Vec<Line> = tx.all(RESULTS, args![job, i64::from(skip), i64::from(limit)]).await?;
        Ok(rows.into_iter().map(Line::into_item).collect())
    }

    /// A page of those that a job is about, in the order in which it comes to them. An import lists those
    /// whom it left out; the others are in the history.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, as for the job; `invalid` for a filter or order that the list does not have.
    pub async fn items(&self, actor: &Actor, job: Id, query: &ListQuery) -> Result<Page<JobItem>> {
        permit(actor, Operation::ReadOwnJobs)?;
        let mut tx = self.0.db().read().await?;
        check(&mut tx, actor, job).await?;
        let mut query = query.clone();
        query.filters.push(only(JOB, job));
        let now = self.0.env().now();
        let found = lists::page::<List, Line>(&mut tx, &query, now, COLUMNS).await?;
        let columns = JOB_ITEMS.shown([]).into_iter().filter(|column| !column.fixed);
        Ok(Page {
            rows: found.rows.into_iter().map(Line::into_item).collect(),
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        })
    }
}
