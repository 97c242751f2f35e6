//! Exports of the list of users: as it is seen, or with all attributes; part by part, so that no more than a part is
//! ever held.

use model::event::EventKind;
use model::user::{USERS, UserEntry, UserRow};
use model::{ListQuery, Operation, Timestamp};

use super::entries::entries;
use super::group_filter::check_filters;
use super::list::{List, rows_of};
use super::{Record, Users};
use crate::lists;
use crate::preferences::Preferences;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

/// How many users one part holds.
const PART: u64 = 500;

const CUSTOM_MAX: Sql = sql!(
    "SELECT COALESCE(MAX(of_one), 0) FROM (SELECT COUNT(*) AS of_one FROM user_custom GROUP BY user_id) AS counts"
);

/// An export under way. Each part is read by itself: whoever reads slowly holds nothing up.
pub struct UserExport {
    context: Context,
    query: ListQuery,
    now: Timestamp,
    columns: Vec<String>,
    after: Option<String>,
    over: bool,
}

impl Users<'_> {
    /// Begins an export of what a query of the list matches, in its order, which is an event. `how` says in the
    /// event what is exported: "CSV, the columns shown".
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn export(&self, actor: &Actor, query: &ListQuery, how: &str) -> Result<UserExport> {
        let permit = permit(actor, Operation::ExportUsers)?;
        check_filters(actor, query)?;
        let chosen = if query.columns.is_empty() && actor.role().is_some() {
            Preferences(self.0).columns(actor, USERS.name).await?.columns
        } else {
            query.columns.clone()
        };
        let query = ListQuery { columns: vec![], ..query.clone().for_view() };
        let now = self.0.env().now();
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let engine = plain.tx().engine();
        let which = lists::matching::<List>(&query, now, engine)?;
        let count = lists::count_all(plain.tx(), "users", which).await?;
        let id = crate::settings::read(plain.tx()).await?;
        let mut message =
            format!("{how}: {} {}", model::list::grouped(count), if count == 1 { "user" } else { "users" });
        let asked = query.to_address();
        if !asked.is_empty() {
            message = format!("{message}, by {asked}");
        }
        let told = AuditEvent::new(EventKind::UsersExport).to("organization", id.id, id.profile.name);
        plain.record(told.message(message)).await?;
        plain.commit().await?;
        let columns = USERS.shown_keys(&chosen);
        Ok(UserExport { context: self.0.clone(), query, now, columns, after: None, over: false })
    }
}

impl UserExport {
    /// The labels of the columns that are seen, behind state and name.
    pub fn labels(&self) -> Vec<String> {
        self.columns.iter().map(|key| USERS.label(key)).collect()
    }

    /// How many custom attributes anybody has at most.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn custom_attributes(&self) -> Result<usize> {
        let (most,): (i64,) = self.context.db().read().await?.one(CUSTOM_MAX, args![]).await?;
        Ok(usize::try_from(most).unwrap_or_default())
    }

    /// The next part as the list shows it; empty at the end.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn rows(&mut self) -> Result<Vec<UserRow>> {
        let records = self.next().await?;
        let mut tx = self.context.db().read().await?;
        rows_of(&mut tx, records, &self.columns, self.now).await
    }

    /// The next part with all attributes; empty at the end.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn entries(&mut self) -> Result<Vec<UserEntry>> {
        let records = self.next().await?;
        let mut tx = self.context.db().read().await?;
        entries(&mut tx, records, self.now).await
    }

    async fn next(&mut self) -> Result<Vec<Record>> {
        if self.over {
            return Ok(vec![]);
        }
        let mut tx = self.context.db().read().await?;
        let after = self.after.as_deref();
        let (records, last) =
            lists::rows_after::<List, Record>(&mut tx, &self.query, self.now, List::COLUMNS, after, PART)
                .await?;
        self.over = (records.len() as u64) < PART;
        self.after = last.or_else(|| self.after.take());
        Ok(records)
    }
}
