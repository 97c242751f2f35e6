//! Directory Insights: events as they are listed, counted over time, searched by programs and taken away as a file.

mod export;
mod histogram;
mod list;
mod programs;

use model::event::{Event, EventKind, Party};
use model::insights::{EventDetails, EventRow, Service};
use model::{Id, Operation, Problem, activity};
use sea_query::{Cond, Expr, ExprTrait};

use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

pub use export::EventExport;
pub use programs::{Found, FoundEvent, Handle};

/// The events of the organization.
pub struct Insights<'a>(pub(crate) &'a Context);

/// How an event says that it was done with an API key.
const API_KEY: &str = "api-key";
const SESSION: &str = "session";

const READ: Sql = sql!("SELECT number, kind, target_id, body FROM events WHERE id = $1");
const IS_ORGANIZATION: Sql = sql!("SELECT COUNT(*) FROM organization WHERE id = $1");

/// What is of billing, which those alone see who see billing: messages to the organization itself are about it.
const OF_BILLING: [EventKind; 3] =
    [EventKind::BillingUpdate, EventKind::PaymentMethodUpdate, EventKind::CardReminderEmail];
const OF_MESSAGES: [EventKind; 4] =
    [EventKind::MailFailed, EventKind::MailRetry, EventKind::MailDiscard, EventKind::MailLinkRead];

fn names(kinds: &[EventKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}

/// Only what may be seen without seeing billing.
fn but_billing() -> Cond {
    let organization = sea_query::Query::select().column("id").from("organization").take();
    let to_organization = Cond::all()
        .add(Expr::col("kind").is_in(names(&OF_MESSAGES)))
        .add(Expr::col("target_id").in_subquery(organization));
    Cond::all().add(Expr::col("kind").is_not_in(names(&OF_BILLING))).add(to_organization.not())
}

/// Those of a part of the program.
fn of_service(service: Service) -> Cond {
    let theirs: Vec<_> = EventKind::ALL.iter().filter(|kind| kind.service() != Service::Directory).collect();
    let elsewhere = Expr::col("kind").is_in(theirs.iter().map(|kind| kind.as_str()));
    match service {
        Service::Directory => Cond::all().add(elsewhere.not()),
        Service::Ldap => {
            let theirs = theirs.into_iter().filter(|kind| kind.service() == service);
            Cond::all().add(Expr::col("kind").is_in(theirs.map(|kind| kind.as_str())))
        }
    }
}

/// What this actor may see of all events.
fn seen_by(actor: &Actor) -> Cond {
    if actor.may(Operation::ReadBilling) { Cond::all() } else { but_billing() }
}

/// How the one who did it had signed in; empty for the program itself.
fn auth_method(event: &Event) -> &'static str {
    match (&event.auth_method, event.initiated_by.kind.as_str()) {
        (Some(_), _) => API_KEY,
        (None, "administrator" | "user") => SESSION,
        (None, _) => "",
    }
}

fn row(event: &Event) -> EventRow {
    EventRow {
        id: event.id,
        at: event.timestamp,
        event_type: event.event_type.as_str().to_owned(),
        says: event.event_type.says().to_owned(),
        service: event.event_type.service(),
        initiated_by: event.initiated_by.clone(),
        resource: event.resource.clone(),
        client_ip: event.client_ip.clone().unwrap_or_default(),
        success: event.success,
        message: event.message.clone(),
        change: event.changes.first().map(activity::change).unwrap_or_default(),
    }
}

impl Insights<'_> {
    /// One event.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for one that is of billing and is not for this actor.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<EventDetails> {
        permit(actor, Operation::ReadEvents)?;
        let mut tx = self.0.db().read().await?;
        let found: Option<(Option<i64>, String, Option<Id>, String)> = tx.optional(READ, args![id]).await?;
        let (number, kind, target, body) = found.ok_or_else(|| Problem::not_found("event"))?;
        if !actor.may(Operation::ReadBilling) {
            let (of_organization,): (i64,) = tx.one(IS_ORGANIZATION, args![target]).await?;
            let hidden = names(&OF_BILLING).contains(&kind.as_str())
                || (names(&OF_MESSAGES).contains(&kind.as_str()) && of_organization > 0);
            if hidden {
                return Err(Problem::not_found("event").into());
            }
        }
        let event: Event = serde_json::from_str(&body)?;
        Ok(EventDetails {
            row: row(&event),
            number,
            useragent: event.useragent.clone().unwrap_or_default(),
            auth_method: auth_method(&event).to_owned(),
            changes: event.changes.iter().map(activity::in_words).collect(),
            json: serde_json::to_string_pretty(&event)?,
        })
    }
}

/// Somebody of this id, as events called them last.
fn named(event: Event, id: Id) -> Option<String> {
    let is = |party: &Party| party.id == Some(id);
    let by = Some(event.initiated_by).filter(is);
    by.or_else(|| event.resource.filter(is)).map(|party| party.name)
}
