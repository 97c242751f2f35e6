//! Events: what a change tells of itself, written in the same transaction.

use model::event::{Event, EventKind, FieldChange, Party};
use model::{Id, Timestamp};
use sea_query::{Expr, Query};

use crate::authz::{Actor, Identity};
use crate::error::Result;
use crate::normalize::normalize;
use crate::store::{Arg, WriteTx};

/// How an event names that a program did it.
const BY_API_KEY: &str = "api_key";

/// What a change tells of; who and when come from its transaction.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    kind: EventKind,
    target: Option<Party>,
    success: bool,
    changes: Vec<FieldChange>,
    message: String,
    initiated_by: Option<Party>,
}

impl AuditEvent {
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            target: None,
            success: true,
            changes: vec![],
            message: String::new(),
            initiated_by: None,
        }
    }

    #[must_use]
    pub fn to(mut self, kind: &str, id: Id, name: impl Into<String>) -> Self {
        self.target = Some(Party { kind: kind.to_owned(), id: Some(id), name: name.into() });
        self
    }

    /// For those who prove who they are in the very request (signing in).
    #[must_use]
    pub fn by(mut self, party: Party) -> Self {
        self.initiated_by = Some(party);
        self
    }

    #[must_use]
    pub fn changes(mut self, changes: Vec<FieldChange>) -> Self {
        self.changes = changes;
        self
    }

    #[must_use]
    pub fn failed(mut self, why: impl Into<String>) -> Self {
        self.success = false;
        self.message = why.into();
        self
    }

    /// The same of what has said already what it was.
    #[must_use]
    pub fn failed_by(self, why: &str) -> Self {
        let message = format!("{}: {why}", self.message);
        self.failed(message)
    }

    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub fn into_event(self, id: Id, at: Timestamp, actor: &Actor) -> Event {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Event {
            id,
            event_type: self.kind,
            timestamp: at,
            initiated_by: self.initiated_by.unwrap_or_else(|| party_of(actor)),
            resource: self.target,
            success: self.success,
            client_ip: text(&actor.origin().ip),
            useragent: text(&actor.origin().user_agent),
            auth_method: actor.is_program().then(|| BY_API_KEY.to_owned()),
            changes: self.changes,
            message: self.message,
        }
    }
}

/// One field before and after.
pub fn field(field: &str, from: impl Into<String>, to: impl Into<String>) -> FieldChange {
    FieldChange { field: field.to_owned(), from: from.into(), to: to.into() }
}

/// An instant as an event tells it.
pub fn instant(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros());
    instant.map_or_else(|_| "without end".to_owned(), |instant| instant.to_string())
}

/// What an event tells of a password: that there is one, or another, and no more.
pub fn password(had: bool) -> FieldChange {
    if had { field("password", "set", "changed") } else { field("password", "", "set") }
}

pub fn party_of(actor: &Actor) -> Party {
    match actor.identity() {
        Identity::Visitor => {
            Party { kind: "visitor".into(), id: None, name: "Somebody not signed in".into() }
        }
        Identity::Administrator(auth, _) | Identity::User(auth) => {
            Party { kind: auth.principal.as_str().into(), id: Some(auth.id), name: auth.name.clone() }
        }
        Identity::Operator(reason) => Party { kind: "system".into(), id: None, name: (*reason).to_owned() },
        Identity::System(task) => Party { kind: "system".into(), id: None, name: task.reason().to_owned() },
    }
}

/// How many events one statement writes: within PostgreSQL's and `SQLite`'s limits of arguments.
const CHUNK: usize = 500;

/// What a search of events looks through: all that a person reads in one, folded.
pub fn search_text(event: &Event) -> String {
    let mut text = vec![event.event_type.as_str(), event.event_type.says(), event.initiated_by.name.as_str()];
    text.extend(event.resource.iter().map(|party| party.name.as_str()));
    text.extend(event.client_ip.as_deref());
    text.push(&event.message);
    for FieldChange { field, from, to } in &event.changes {
        text.extend([field.as_str(), from, to]);
    }
    normalize(&text.join(" "))
}

pub(crate) async fn append(tx: &mut WriteTx, event: &Event) -> Result<()> {
    append_all(tx, std::slice::from_ref(event)).await
}

pub(crate) async fn append_all(tx: &mut WriteTx, events: &[Event]) -> Result<()> {
    for chunk in events.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table("events").columns([
            "id",
            "at",
            "kind",
            "target_id",
            "actor_id",
            "body",
            "success",
            "client_ip",
            "search_text",
        ]);
        for event in chunk {
            let target = event.resource.as_ref().and_then(|party| party.id);
            insert.values_panic([
                Expr::val(event.id.value()),
                Expr::val(event.timestamp.value()),
                Expr::val(event.event_type.as_str()),
                Expr::val(target.value()),
                Expr::val(event.initiated_by.id.value()),
                Expr::val(serde_json::to_string(event)?),
                Expr::val(event.success),
                Expr::val(event.client_ip.as_deref().unwrap_or_default()),
                Expr::val(search_text(event)),
            ]);
        }
        let (sql, args) = tx.build(&insert);
        tx.run(sql, args).await?;
    }
    Ok(())
}
