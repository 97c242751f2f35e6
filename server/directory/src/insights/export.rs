//! Events as a file, part by part, so that no more than a part is ever held.

use model::event::{Event, EventKind};
use model::{Filter, Id, ListQuery, Operation, Timestamp};

use super::list::{COLUMNS, Line, List, UNTIL, ranged};
use super::programs::with_handles;
use super::{FoundEvent, Insights, seen_by};
use crate::lists;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

const LAST: Sql = sql!("SELECT COALESCE(MAX(pk), 0) FROM events");

/// How many events one part holds.
const PART: u64 = 500;

/// An export under way. Each part is read by itself: a slow reader holds nothing up.
pub struct EventExport {
    context: Context,
    query: ListQuery,
    now: Timestamp,
    billing: bool,
    organization: Id,
    after: Option<String>,
    over: bool,
}

impl Insights<'_> {
    /// Begins an export of the events that a query of the list matches, in its order, which is an event itself and
    /// is not in it. `how` says in the event what is made: "CSV".
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn export(&self, actor: &Actor, query: &ListQuery, how: &str) -> Result<EventExport> {
        let permit = permit(actor, Operation::ExportEvents)?;
        let asked = ListQuery { limit: ListQuery::default().limit, ..query.clone() }.from_start();
        let mut query = ranged(&asked);
        query.columns.clear();
        let now = self.0.env().now();
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let engine = plain.tx().engine();
        let which = lists::matching::<List<true>>(&query, now, engine)?.add(seen_by(actor));
        let count = lists::count_all(plain.tx(), "events", which).await?;
        let (last,): (i64,) = plain.tx().one(LAST, args![]).await?;
        query.filters.push(Filter::is(UNTIL, [last.to_string()]));
        let organization = crate::settings::read(plain.tx()).await?;
        let events = if count == 1 { "event" } else { "events" };
        let mut message = format!("{how}: {} {events}", model::list::grouped(count));
        let address = asked.to_address();
        if !address.is_empty() {
            message = format!("{message}, by {address}");
        }
        let organization_id = organization.id;
        let told = AuditEvent::new(EventKind::EventsExport);
        plain
            .record(told.to("organization", organization.id, organization.profile.name).message(message))
            .await?;
        plain.commit().await?;
        let billing = actor.may(Operation::ReadBilling);
        Ok(EventExport {
            context: self.0.clone(),
            query,
            now,
            billing,
            organization: organization_id,
            after: None,
            over: false,
        })
    }
}

impl EventExport {
    /// Whose events they are.
    pub fn organization(&self) -> Id {
        self.organization
    }

    /// The next part; empty at the end.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn events(&mut self) -> Result<Vec<FoundEvent>> {
        if self.over {
            return Ok(vec![]);
        }
        let mut tx = self.context.db().read().await?;
        let (query, after) = (&self.query, self.after.as_deref());
        let (lines, last) = if self.billing {
            lists::rows_after::<List<true>, Line>(&mut tx, query, self.now, COLUMNS, after, PART).await?
        } else {
            lists::rows_after::<List<false>, Line>(&mut tx, query, self.now, COLUMNS, after, PART).await?
        };
        self.over = (lines.len() as u64) < PART;
        self.after = last.or_else(|| self.after.take());
        let events: Result<Vec<Event>> = lines.iter().map(Line::event).collect();
        with_handles(&mut tx, events?).await
    }
}
