//! Events as people read them beside what they are about. The server writes the words, so that a screen
//! shows them and need not know the kinds of events.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::event::{EventPage, FieldChange, NumberedEvent};
use crate::user::{UserState, field_label};

/// One event in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    /// By which pages go.
    pub number: i64,
    pub what: String,
    pub failed: bool,
    /// Who did it, with what and from where.
    pub by: String,
    /// Why it failed, or what else is worth knowing; may be empty.
    pub message: String,
    /// The fields that changed: "Department: Sales → Engineering".
    pub changes: Vec<String>,
    pub at: Timestamp,
}

/// A page of them, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    pub lines: Vec<ActivityLine>,
    /// The number to ask for the next, older page with; `None` at the end.
    pub older: Option<i64>,
}

impl From<EventPage> for ActivityPage {
    fn from(page: EventPage) -> Self {
        Self { lines: page.events.into_iter().map(ActivityLine::from).collect(), older: page.older }
    }
}

impl From<NumberedEvent> for ActivityLine {
    fn from(NumberedEvent { number, event }: NumberedEvent) -> Self {
        let by_key = if event.auth_method.is_some() { ", by API key" } else { "" };
        let from = event.client_ip.map(|ip| format!(" from {ip}")).unwrap_or_default();
        Self {
            number,
            what: event.event_type.says().to_owned(),
            failed: !event.success,
            by: format!("{}{by_key}{from}", event.initiated_by.name),
            message: event.message,
            changes: event.changes.iter().map(change).collect(),
            at: event.timestamp,
        }
    }
}

/// A change with the label of its field, and a state by its word.
pub fn in_words(change: &FieldChange) -> FieldChange {
    let FieldChange { field, from, to } = change;
    let (from, to) = if field == STATE { (state(from), state(to)) } else { (from.clone(), to.clone()) };
    FieldChange { field: label(field).to_owned(), from, to }
}

/// "Department: Sales → Engineering"; what was empty before, or is now, is left out.
pub fn change(change: &FieldChange) -> String {
    let FieldChange { field: label, from, to } = in_words(change);
    match (from.is_empty(), to.is_empty()) {
        (true, _) => format!("{label}: {to}"),
        (false, true) => format!("{label}: {from} → nothing"),
        (false, false) => format!("{label}: {from} → {to}"),
    }
}

const STATE: &str = "state";

/// The label of a field, if it has one; a field without keeps its name.
fn label(field: &str) -> &str {
    match field {
        STATE => "State",
        "password" => "Password",
        other => field_label(other),
    }
}

fn state(text: &str) -> String {
    UserState::parse(text).map_or_else(|| text.to_owned(), |state| state.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_said_in_words() {
        let change = |field: &str, from: &str, to: &str| {
            change(&FieldChange { field: field.into(), from: from.into(), to: to.into() })
        };
        assert_eq!(change("department", "Sales", "Engineering"), "Department: Sales → Engineering");
        assert_eq!(change("state", "ACTIVATED", "SUSPENDED"), "State: Active → Suspended");
        assert_eq!(change("email", "", "ada@example.org"), "Company email: ada@example.org");
        assert_eq!(change("jobTitle", "Analyst", ""), "Job title: Analyst → nothing");
        assert_eq!(change("phoneNumbers", "1", "2"), "Phone numbers: 1 → 2");
        assert_eq!(change("sudo", "no", "yes"), "Administrator on all devices: no → yes");
    }
}
