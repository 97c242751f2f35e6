//! The history: events as they are sealed and read, by number.

mod seal;
mod verify;

use model::event::{Event, EventPage, NumberedEvent, Party};
use model::{Id, Operation};

use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::party_of;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

/// Who changed something last, for whoever was about to: oneself, in another window, if it was that.
pub(crate) async fn last_changed_by(change: &mut Change, id: Id) -> Result<String> {
    let me = party_of(change.permit().actor());
    Ok(match last_change(change, id).await? {
        Some(by) if by.id.is_some() && (&by.kind, by.id) == (&me.kind, me.id) => {
            "You, in another window,".to_owned()
        }
        Some(by) => by.name,
        None => "Somebody else".to_owned(),
    })
}

/// Whoever made the last change of something.
pub(crate) async fn last_change(change: &mut Change, id: Id) -> Result<Option<Party>> {
    let last: Option<(String,)> = change.tx().optional(LAST_CHANGE, args![id]).await?;
    let last = last.map(|(body,)| serde_json::from_str::<Event>(&body)).transpose()?;
    Ok(last.map(|event| event.initiated_by))
}

pub(crate) use seal::seal_events;
pub use verify::{Tampering, Verified};

/// The history of everything.
pub struct History<'a>(pub(crate) &'a Context);

/// How many events a page has.
pub const EVENTS_PAGE: i64 = 50;

/// Whoever may see users may not see what else has an id.
const OF_USER: Sql = sql!(
    "SELECT number, body FROM events
    WHERE target_id = $1 AND number < $2 AND EXISTS (SELECT 1 FROM users WHERE id = $1)
    ORDER BY number DESC LIMIT $3"
);
const LAST_CHANGE: Sql =
    sql!("SELECT body FROM events WHERE target_id = $1 ORDER BY at DESC, pk DESC LIMIT 1");
const OF_ALL: Sql = sql!("SELECT number, body FROM events WHERE number < $1 ORDER BY number DESC LIMIT $2");
/// What is of billing is for those who see that; messages to the organization itself are about it.
const BUT_BILLING: Sql = sql!(
    "SELECT number, body FROM events
    WHERE number < $1 AND kind NOT IN ('billing_update', 'payment_method_update', 'card_reminder_email')
        AND NOT (kind IN ('mail_failed', 'mail_retry', 'mail_discard', 'mail_link_read')
            AND target_id IN (SELECT id FROM organization))
    ORDER BY number DESC LIMIT $2"
);

impl History<'_> {
    /// What was done to a user, newest first, older than the number `before`.
    ///
    /// # Errors
    /// `forbidden`; somebody who does not exist has no events.
    pub async fn of_user(&self, actor: &Actor, user: Id, before: Option<i64>) -> Result<EventPage> {
        permit(actor, Operation::ReadUserActivity)?;
        let mut tx = self.0.db().read().await?;
        page(tx.all(OF_USER, args![user, before.unwrap_or(i64::MAX), EVENTS_PAGE + 1]).await?)
    }

    /// Everything that this administrator may see, newest first, older than the number `before`.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn all(&self, actor: &Actor, before: Option<i64>) -> Result<EventPage> {
        permit(actor, Operation::ReadEvents)?;
        let these = if actor.may(Operation::ReadBilling) { OF_ALL } else { BUT_BILLING };
        let mut tx = self.0.db().read().await?;
        page(tx.all(these, args![before.unwrap_or(i64::MAX), EVENTS_PAGE + 1]).await?)
    }
}

fn page(rows: Vec<(i64, String)>) -> Result<EventPage> {
    let limit = usize::try_from(EVENTS_PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    let mut events = Vec::with_capacity(rows.len());
    for (number, body) in rows.into_iter().take(limit) {
        events.push(NumberedEvent { number, event: serde_json::from_str(&body)? });
    }
    let older = if more { events.last().map(|event| event.number) } else { None };
    Ok(EventPage { events, older })
}
