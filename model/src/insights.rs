//! Directory Insights: the list of events, one event, and how many there were when. The server writes the words, so that a
//! screen shows them and need not know the kinds of events.

use serde::{Deserialize, Serialize};

use crate::event::{EventKind, FieldChange, Party};
use crate::list::{Column, FilterKind, ListSpec};
use crate::mail::words;
use crate::{Id, Page, Timestamp};

words! {
    /// Which part of the program an event is from, by the names of the reference.
    Service {
        Directory = "directory", "Directory";
        Ldap = "ldap", "LDAP";
    }
}

impl EventKind {
    /// Which part of the program it is from.
    pub const fn service(self) -> Service {
        if matches!(self, Self::LdapBind | Self::LdapSearch) { Service::Ldap } else { Service::Directory }
    }
}

/// How a result is named in addresses, with its word.
pub const RESULTS: &[(&str, &str)] = &[(SUCCESS, "Success"), (FAILURE, "Failure")];
pub const SUCCESS: &str = "success";
pub const FAILURE: &str = "failure";

/// The column that a time range filters.
pub const TIME: &str = "time";
/// The column of the one who did it, or to whom it was done.
pub const PERSON: &str = "person";
/// How far back the list goes when nobody asks for another range.
pub const DEFAULT_RANGE: &str = "-7d";

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    pub id: Id,
    pub at: Timestamp,
    /// By its name in the reference: `user_suspended`.
    pub event_type: String,
    /// In words: "Suspended the user".
    pub says: String,
    pub service: Service,
    pub initiated_by: Party,
    pub resource: Option<Party>,
    pub client_ip: String,
    pub success: bool,
    /// Why it failed, or what else is worth knowing; may be empty.
    pub message: String,
    /// The first of the changes in words; may be empty.
    pub change: String,
}

impl EventRow {
    /// "Grace Hopper → Ada Lovelace", or one name where both are the same or there is one alone.
    pub fn who(&self) -> String {
        let by = &self.initiated_by;
        match &self.resource {
            Some(to) if (to.id, &to.name) != (by.id, &by.name) => format!("{} → {}", by.name, to.name),
            _ => by.name.clone(),
        }
    }
}

/// One event with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDetails {
    pub row: EventRow,
    /// Its place in the sealed chain; none until it is sealed.
    pub number: Option<i64>,
    pub useragent: String,
    /// `api-key` or `session`; empty for what the program did by itself.
    pub auth_method: String,
    /// With the fields' labels.
    pub changes: Vec<FieldChange>,
    /// All of it as JSON, over several lines.
    pub json: String,
}

/// A page of the list, with the names of the people who are filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsPage {
    pub page: Page<EventRow>,
    pub people: Vec<(Id, String)>,
}

/// How many events there were, in spans of the same length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// The length of a span, in microseconds.
    pub width: i64,
    /// Every span of the range, also those without an event, the earliest first.
    pub spans: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub from: Timestamp,
    pub succeeded: u64,
    pub failed: u64,
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: false, filter: None, default: true, fixed: false }
}

/// The list of events, the latest first.
pub static EVENTS: ListSpec = ListSpec {
    name: "events",
    default_sort: "-time",
    custom: false,
    columns: &[
        // The range of time has a control of its own.
        Column { sortable: true, fixed: true, ..column(TIME, "Time") },
        Column { filter: Some(FilterKind::Choice(EventKind::CHOICES)), ..column("event", "Event") },
        Column { filter: Some(FilterKind::Person), ..column(PERSON, "Who") },
        Column { filter: Some(FilterKind::Choice(Service::CHOICES)), ..column("service", "Service") },
        Column { filter: Some(FilterKind::Text), ..column("from", "From") },
        Column { filter: Some(FilterKind::Choice(RESULTS)), ..column("result", "Result") },
        Column { default: false, filter: Some(FilterKind::Person), ..column("by", "Initiated by") },
    ],
};

words! {
    /// What programs can ask of an event, by the names of the reference.
    EventField {
        Id = "id", "Id";
        EventType = "event_type", "Event";
        Service = "service", "Service";
        Success = "success", "Result";
        ClientIp = "client_ip", "From";
        AuthMethod = "auth_method", "Proof";
        ErrorMessage = "error_message", "Message";
        ByType = "initiated_by.type", "Kind of who did it";
        ById = "initiated_by.id", "Id of who did it";
        ByName = "initiated_by.name", "Name of who did it";
        ByUsername = "initiated_by.username", "Username of who did it";
        ByEmail = "initiated_by.email", "Email of who did it";
        ToType = "resource.type", "Kind of what it was done to";
        ToId = "resource.id", "Id of what it was done to";
        ToName = "resource.name", "Name of what it was done to";
        ToUsername = "resource.username", "Username of whom it was done to";
        ToEmail = "resource.email", "Email of whom it was done to";
    }
}

/// A condition on events; texts are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventTest {
    /// The field has one of these values.
    Is(EventField, Vec<String>),
    All(Vec<EventTest>),
    Any(Vec<EventTest>),
    /// None of these holds.
    None(Vec<EventTest>),
}

/// Which events a program asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSearch {
    /// Those of the parts of the program that cause events here; none of them finds nothing.
    pub services: Vec<Service>,
    /// At this instant or later.
    pub from: Timestamp,
    /// Before this instant.
    pub to: Timestamp,
    /// Words that all stand in the event; empty finds every one.
    pub words: String,
    pub tests: Vec<EventTest>,
}

/// The place of an event in the order of time: its instant, and its place among those of the same instant.
pub type EventPlace = (i64, i64);
