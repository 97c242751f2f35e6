//! Events: written with the change that they tell of, sealed after it, read by number.

mod seal;

use model::event::{Event, EventKind, EventPage, FieldChange, NumberedEvent, Party};
use model::{Id, Operation, Timestamp};
use sea_query::{Expr, Query};

use crate::Directory;
use crate::change::Change;
use crate::error::Result;
use crate::gate::{Actor, Who, permit};
use crate::store::{Arg, Tx, args};

/// How an event names that a program did it.
const BY_API_KEY: &str = "api_key";

/// What a change tells of; who and when come from its transaction.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    kind: EventKind,
    target: Option<Party>,
    success: bool,
    changes: Vec<FieldChange>,
    message: String,
    initiated_by: Option<Party>,
}

impl Happening {
    pub(crate) fn new(kind: EventKind) -> Self {
        Self {
            kind,
            target: None,
            success: true,
            changes: vec![],
            message: String::new(),
            initiated_by: None,
        }
    }

    pub(crate) fn to(mut self, kind: &str, id: Id, name: impl Into<String>) -> Self {
        self.target = Some(Party { kind: kind.to_owned(), id: Some(id), name: name.into() });
        self
    }

    /// For those who prove who they are in the very request (signing in).
    pub(crate) fn by(mut self, party: Party) -> Self {
        self.initiated_by = Some(party);
        self
    }

    pub(crate) fn changes(mut self, changes: Vec<FieldChange>) -> Self {
        self.changes = changes;
        self
    }

    pub(crate) fn failed(mut self, why: impl Into<String>) -> Self {
        self.success = false;
        self.message = why.into();
        self
    }

    /// The same of what has said already what it was.
    pub(crate) fn failed_by(self, why: &str) -> Self {
        let message = format!("{}: {why}", self.message);
        self.failed(message)
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(crate) fn into_event(self, id: Id, at: Timestamp, actor: &Actor) -> Event {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Event {
            id,
            event_type: self.kind,
            timestamp: at,
            initiated_by: self.initiated_by.unwrap_or_else(|| party_of(actor)),
            resource: self.target,
            success: self.success,
            client_ip: text(&actor.origin.ip),
            useragent: text(&actor.origin.user_agent),
            auth_method: actor.is_program().then(|| BY_API_KEY.to_owned()),
            changes: self.changes,
            message: self.message,
        }
    }
}

/// One field before and after.
pub(crate) fn field(field: &str, from: impl Into<String>, to: impl Into<String>) -> FieldChange {
    FieldChange { field: field.to_owned(), from: from.into(), to: to.into() }
}

/// An instant as an event tells it.
pub(crate) fn instant(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros());
    instant.map_or_else(|_| "without end".to_owned(), |instant| instant.to_string())
}

/// What an event tells of a password: that there is one, or another, and no more.
pub(crate) fn password(had: bool) -> FieldChange {
    if had { field("password", "set", "changed") } else { field("password", "", "set") }
}

pub(crate) fn party_of(actor: &Actor) -> Party {
    match &actor.who {
        Who::Visitor => Party { kind: "visitor".into(), id: None, name: "Somebody not signed in".into() },
        Who::Administrator(standing, _) | Who::User(standing) => Party {
            kind: standing.principal.as_str().into(),
            id: Some(standing.id),
            name: standing.name.clone(),
        },
        Who::System(reason) => Party { kind: "system".into(), id: None, name: (*reason).to_owned() },
    }
}

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

/// How many events one statement writes: within PostgreSQL's and `SQLite`'s limits of arguments.
const CHUNK: usize = 500;

pub(crate) async fn append(tx: &mut Tx, event: &Event) -> Result<()> {
    append_all(tx, std::slice::from_ref(event)).await
}

pub(crate) async fn append_all(tx: &mut Tx, events: &[Event]) -> Result<()> {
    for chunk in events.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table("events").columns(["id", "at", "kind", "target_id", "actor_id", "body"]);
        for event in chunk {
            let target = event.resource.as_ref().and_then(|party| party.id);
            insert.values_panic([
                Expr::val(event.id.value()),
                Expr::val(event.timestamp.value()),
                Expr::val(event.event_type.as_str()),
                Expr::val(target.value()),
                Expr::val(event.initiated_by.id.value()),
                Expr::val(serde_json::to_string(event)?),
            ]);
        }
        let (sql, args) = tx.build(&insert);
        tx.run(sql, args).await?;
    }
    Ok(())
}

/// The history of everything.
pub struct History<'a>(pub(crate) &'a Directory);

/// How many events a page has.
pub const EVENTS_PAGE: i64 = 50;

/// Whoever may see users may not see what else has an id.
const OF_USER: &str = "SELECT number, body FROM events
    WHERE target_id = $1 AND number < $2 AND EXISTS (SELECT 1 FROM users WHERE id = $1)
    ORDER BY number DESC LIMIT $3";
const LAST_CHANGE: &str = "SELECT body FROM events WHERE target_id = $1 ORDER BY pk DESC LIMIT 1";
const OF_ALL: &str = "SELECT number, body FROM events WHERE number < $1 ORDER BY number DESC LIMIT $2";
/// What is of billing is for those who see that; letters to the organization itself are about it.
const BUT_BILLING: &str = "SELECT number, body FROM events
    WHERE number < $1 AND kind NOT IN ('billing_update', 'payment_method_update', 'card_reminder_email')
        AND NOT (kind IN ('mail_failed', 'mail_retry', 'mail_discard', 'mail_link_read')
            AND target_id IN (SELECT id FROM organization))
    ORDER BY number DESC LIMIT $2";

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

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[&[OF_USER, LAST_CHANGE, OF_ALL, BUT_BILLING], seal::STATEMENTS];
