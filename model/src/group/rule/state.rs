//! How a group's rule stands: what it is, what it would do, what it waits for, and who is excepted from it.

use serde::{Deserialize, Serialize};

use super::RuleBlock;
use crate::group::GroupRef;
use crate::mail::words;
use crate::user::Person;
use crate::user::schedule::LocalTime;
use crate::{Id, Timestamp};

/// Up to so many may leave without a question, whatever their share: small groups change by large shares.
const FEW: u64 = 5;

words! {
    /// What happens when the rule finds other people than the group has.
    RuleMode {
        /// They come in and leave at once.
        Automatic = "automatic", "Automatic";
        /// An administrator looks at them first.
        Reviewed = "reviewed", "Reviewed first";
    }
}

/// A rule and how it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRule {
    pub mode: RuleMode,
    pub rule: RuleBlock,
    /// The rule stops and asks when more than this share of the members would leave at once; in percent, 1 to 100.
    pub brake: u8,
}

/// Whether so many are too many to leave without a question.
pub fn stops(brake: u8, members: u64, leaving: u64) -> bool {
    leaving > FEW && leaving.saturating_mul(100) > members.saturating_mul(u64::from(brake))
}

/// A rule that stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub since: Timestamp,
    /// How many would have left.
    pub leaving: u64,
    /// Of how many.
    pub members: u64,
}

/// How a group's rule stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleState {
    pub group: GroupRef,
    /// None where members are added by hand.
    pub rule: Option<GroupRule>,
    /// In words; empty where there is none.
    pub words: String,
    /// Sent back with a change, so that a lost race is told; 0 where there is none.
    pub version: i64,
    /// The people and the groups that the rule names.
    pub names: Vec<(Id, String)>,
    pub changed_at: Option<Timestamp>,
    pub changed_by: String,
    /// Whether changes of users are still being worked out.
    pub working: bool,
    pub held: Option<Held>,
    /// What waits for a review.
    pub waiting: Option<(CountedPeople, CountedPeople)>,
    pub exceptions: u64,
}

/// People by their count, with the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedPeople {
    pub count: u64,
    pub first: Vec<Person>,
}

/// What a rule would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePreview {
    /// In words.
    pub words: String,
    /// All that would be in the group, exceptions among them.
    pub members: u64,
    pub joining: CountedPeople,
    pub leaving: CountedPeople,
    /// Whether more would leave than the brake lets go without a question.
    pub stops: bool,
    pub tested: Vec<TestedPerson>,
}

/// What a rule says of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedPerson {
    pub person: Person,
    pub member_now: bool,
    /// Whether the rule finds them.
    pub matches: bool,
    pub exception: Option<ExceptionKind>,
    /// Each condition in words, and whether it holds of them.
    pub conditions: Vec<(String, bool)>,
}

/// A rule to be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveRule {
    pub group: Id,
    /// The version that it changes.
    pub version: i64,
    /// None to have members added by hand again; those who are in it stay.
    pub rule: Option<GroupRule>,
    /// How many the preview said would leave; more do not leave by saving it.
    pub leaving: u64,
}

words! {
    /// Which way somebody is excepted from a rule.
    ExceptionKind {
        /// A member, whatever the rule says.
        Include = "include", "Always in";
        /// No member, whatever the rule says.
        Exclude = "exclude", "Never in";
    }
}

words! {
    /// Which exceptions a list shows.
    ExceptionFilter {
        All = "all", "All";
        Include = "include", "Always in";
        Exclude = "exclude", "Never in";
    }
}

/// Somebody who is excepted from a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleException {
    pub person: Person,
    pub email: String,
    pub kind: ExceptionKind,
    pub reason: String,
    /// None for what has no end.
    pub ends_at: Option<Timestamp>,
    pub added_at: Timestamp,
    /// Who added it, as they were called then.
    pub added_by: String,
}

/// An exception to be made for some people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewException {
    pub group: Id,
    pub kind: ExceptionKind,
    pub reason: String,
    /// Without end where there is none.
    pub ends: Option<LocalTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brake_lets_few_go_and_stops_at_its_share() {
        assert!(!stops(25, 6, 5), "few");
        assert!(!stops(25, 100, 25));
        assert!(stops(25, 100, 26));
        assert!(stops(25, 6, 6));
        assert!(!stops(100, 6, 6), "never");
    }
}
