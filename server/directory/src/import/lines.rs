//! The rows of a checked file, page by page.

use model::event::FieldChange;
use model::import::{CHECKED_ROWS, CheckedRow, Remark, RowOutcome};
use model::list::ListSpec;
use model::user::field_label;
use model::{Filter, Id, ListQuery, Operation, Page, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};
use serde::Deserialize;

use super::Import;
use super::upload::find;
use crate::lists::{self, Listed, SearchStrategy, SortKey, text_filter};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine};

/// Which file's rows a list holds.
const UPLOAD: &str = "upload";

struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &CHECKED_ROWS;
    const TABLE: &'static str = "import_lines";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        match column {
            "row" => Some(SortKey::number("line")),
            _ => None,
        }
    }

    fn filter(filter: &Filter, _now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "outcome" => text_filter(filter, "outcome", None),
            UPLOAD => {
                let ids: Result<Vec<_>, _> = filter.values.iter().map(|value| value.parse::<Id>()).collect();
                let ids = ids.map_err(|error| error.to_string())?;
                Ok(Cond::all().add(Expr::col("upload_id").is_in(ids.into_iter().map(Arg::value))))
            }
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("name", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    #[sqlx(rename = "line")]
    row: i64,
    name: String,
    outcome: RowOutcome,
    found: String,
}

const COLUMNS: &[&str] = &["line", "name", "outcome", "found"];

/// What is shown of what was found.
#[derive(Deserialize)]
struct Shown {
    faults: Vec<Remark>,
    notes: Vec<Remark>,
    changes: Vec<FieldChange>,
}

impl Line {
    fn into_row(self) -> Result<CheckedRow> {
        let Shown { faults, notes, mut changes } = serde_json::from_str(&self.found)?;
        for change in &mut changes {
            change.field = field_label(&change.field).to_owned();
        }
        let row = self.row.unsigned_abs();
        Ok(CheckedRow { row, name: self.name, outcome: self.outcome, faults, notes, changes })
    }
}

impl Import<'_> {
    /// A page of the rows of one's own file, with what becomes of each.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's file; `invalid` for a filter that the list does not have.
    pub async fn rows(&self, actor: &Actor, id: Id, query: &ListQuery) -> Result<Page<CheckedRow>> {
        permit(actor, Operation::ImportUsers)?;
        let mut tx = self.0.db().read().await?;
        find(&mut tx, actor, id).await?;
        let mut query = query.clone();
        query.filters.push(Filter::is(UPLOAD, [id.to_string()]));
        let found = lists::page::<List, Line>(&mut tx, &query, self.0.env().now(), COLUMNS).await?;
        let columns = CHECKED_ROWS.columns.iter().filter(|column| !column.fixed);
        Ok(Page {
            rows: found.rows.into_iter().map(Line::into_row).collect::<Result<_>>()?,
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        })
    }
}
