//! Scheduled changes of users' states: what happens to whom, when, and which email it sends.

use serde::{Deserialize, Serialize};

use super::{Action, Notify, UserState};
use crate::list::{Column, FilterKind, ListSpec};
use crate::mail::words;
use crate::{Id, Timestamp};

words! {
    /// The state that a schedule brings somebody to.
    ScheduledChange {
        Activation = "ACTIVATED", "Activate";
        Suspension = "SUSPENDED", "Suspend";
    }
}

impl ScheduledChange {
    pub const fn state(self) -> UserState {
        match self {
            Self::Activation => UserState::Activated,
            Self::Suspension => UserState::Suspended,
        }
    }

    /// The action that it does at its time.
    pub const fn action(self) -> Action {
        match self {
            Self::Activation => Action::Activate,
            Self::Suspension => Action::Suspend,
        }
    }

    /// "activation", "suspension".
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Suspension => "suspension",
        }
    }
}

/// A date and a time of day in a zone, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    /// `2026-12-01`.
    pub date: String,
    /// `09:00`.
    pub time: String,
    /// An IANA name, `Europe/Berlin`.
    pub zone: String,
}

/// What is to be scheduled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSchedule {
    pub change: ScheduledChange,
    pub at: LocalTime,
    /// The email that an activation sends: the activation or the welcome, as the password stands then.
    pub notify: Notify,
}

/// A local time once it is known which instant it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedTime {
    pub at: Timestamp,
    /// As clocks in its zone show it, with the zone: `1 Dec 2026, 09:00 Europe/Berlin`.
    pub local: String,
    /// The same in UTC: `1 Dec 2026, 08:00 UTC`.
    pub utc: String,
    /// How long until then: `in 8 days, 23 hours`.
    pub until: String,
    /// What is odd about this hour, such as that clocks show it twice that day; empty for nothing.
    pub note: String,
}

/// A change that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub id: Id,
    /// Grows with each edit; sent back with one, so that a lost race is told.
    pub version: i64,
    pub user: Id,
    /// The user’s name as it is now.
    pub name: String,
    /// The user’s state as it is now.
    pub state: UserState,
    pub change: ScheduledChange,
    pub at: Timestamp,
    /// The same as it was typed.
    pub typed: LocalTime,
    /// As clocks in the schedule’s zone show it, with the zone.
    pub local: String,
    pub notify: Notify,
    /// Who scheduled it, as they were called then.
    pub scheduled_by: String,
    pub created_at: Timestamp,
}

/// A request to move a schedule to another time, or to send another email.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleUpdate {
    pub id: Id,
    /// The version that the form was filled from.
    pub version: i64,
    pub at: LocalTime,
    pub notify: Notify,
}

/// How many schedules of one user may wait at once.
pub const SCHEDULES_MAX: usize = 50;

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: None, default: true, fixed: false }
}

/// The list of what will happen, the next first.
pub static SCHEDULES: ListSpec = ListSpec {
    name: "schedules",
    default_sort: "due",
    custom: false,
    columns: &[
        Column {
            fixed: true,
            filter: Some(FilterKind::Choice(ScheduledChange::CHOICES)),
            ..column("change", "Change")
        },
        Column { fixed: true, sortable: false, filter: Some(FilterKind::Text), ..column("name", "User") },
        Column { filter: Some(FilterKind::Time), ..column("due", "When") },
        Column { sortable: false, ..column("local", "In the schedule’s zone") },
        Column { sortable: false, ..column("email", "Email") },
        Column { filter: Some(FilterKind::Text), default: false, ..column("scheduled_by", "Scheduled by") },
        Column { filter: Some(FilterKind::Time), default: false, ..column("created", "Scheduled on") },
    ],
};
