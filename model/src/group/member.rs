//! Memberships: who is in a group, since when, until when, and by which way.

use serde::{Deserialize, Serialize};

use super::GroupRef;
use crate::mail::words;
use crate::user::UserState;
use crate::user::schedule::LocalTime;
use crate::{Id, Timestamp};

/// From when to when somebody is to be a member, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewPeriod {
    /// At once where there is none.
    pub starts: Option<LocalTime>,
    /// Without end where there is none.
    pub ends: Option<LocalTime>,
}

/// From when to when somebody is a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// None for what began when it was added.
    pub starts_at: Option<Timestamp>,
    /// None for what has no end.
    pub ends_at: Option<Timestamp>,
    /// The same two as they were typed.
    pub typed: NewPeriod,
}

impl Period {
    /// Whether it is in force at an instant.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|starts| starts <= now) && self.ends_at.is_none_or(|ends| now < ends)
    }
}

/// Somebody's own membership of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub period: Period,
    pub added_at: Timestamp,
    /// Who added them, as they were called then.
    pub added_by: String,
}

/// A way by which somebody is in a group through groups in it: first the group that they are in themselves.
pub type GroupPath = Vec<GroupRef>;

/// One member of a group, as its list shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: Id,
    pub name: String,
    pub username: String,
    pub email: String,
    pub state: UserState,
    /// Their own membership, if they have one.
    pub direct: Option<Membership>,
    /// The groups in this one through which they are members as well.
    pub through: Vec<GroupRef>,
}

/// A group that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfUser {
    pub group: GroupRef,
    pub description: String,
    /// The user’s own membership, if there is one.
    pub direct: Option<Membership>,
    /// The ways by which the user is in it through other groups.
    pub through: Vec<GroupPath>,
}

words! {
    /// Which members a list shows.
    MemberFilter {
        All = "all", "All";
        /// With a membership of their own that is in force.
        Direct = "direct", "Direct";
        /// Through groups in this one, whatever else.
        Inherited = "inherited", "Inherited";
        /// With a membership of their own that begins later.
        Waiting = "waiting", "Not begun";
    }
}

/// People to be added to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMembers {
    pub group: Id,
    pub period: NewPeriod,
}

/// A group to be put into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSubgroup {
    pub group: Id,
    pub subgroup: Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_from_its_start_to_just_before_its_end() {
        let at = Timestamp::from_micros;
        let period = Period { starts_at: Some(at(10)), ends_at: Some(at(20)), ..Period::default() };
        let holds: Vec<bool> = [9, 10, 19, 20].into_iter().map(|now| period.holds_at(at(now))).collect();
        assert_eq!(holds, [false, true, true, false]);
        assert!(Period::default().holds_at(at(0)));
    }
}
