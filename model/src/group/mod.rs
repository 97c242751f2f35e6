//! User groups: people under one name, for what they may reach. A membership may begin and end at an instant, and
//! groups may be members of groups.

mod entry;
mod form;
mod member;
mod rule;
mod values;

use serde::{Deserialize, Serialize};

use crate::list::{Column, FilterKind, ListSpec};
use crate::{Id, Timestamp};

pub use entry::{Counted, GroupEntry, GroupQuery, Reached};
pub use form::{
    ATTRIBUTES_MAX, AttributeKind, DESCRIPTION_MAX, GROUP_FIELDS, GroupAttribute, GroupDraft, GroupForm,
    LinuxGroup, NAME_MAX, ReplyAttribute, linux_name_of,
};
pub use member::{
    AddMembers, GroupPath, Member, MemberFilter, Membership, NewPeriod, NewSubgroup, OfUser, Period,
};

pub use rule::{
    CONDITIONS_MAX, Comparison, CountedPeople, DAYS_MAX, DEPTH_MAX, ExceptionFilter, ExceptionKind,
    GroupRule, Held, Join, NewException, RULE_FIELDS, RuleBlock, RuleCondition, RuleException, RuleField,
    RuleKind, RuleMode, RulePart, RulePreview, RuleState, SaveRule, TestedPerson, VALUE_MAX, VALUES_MAX,
    stops,
};

/// How many groups can be acted upon at once.
pub const GROUPS_AT_ONCE: usize = 100;

/// A group by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupRef {
    pub id: Id,
    pub name: String,
}

/// One line of the list of groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    pub id: Id,
    pub name: String,
    pub description: String,
    pub email: String,
    /// The people who are in it now, directly or through a group in it.
    pub members: u64,
    /// The groups in it.
    pub subgroups: u64,
    pub linux_name: Option<String>,
    /// Whether a rule says who is in it.
    pub by_rule: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One group with everything about it but its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: Id,
    /// The change that made it as it is; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub form: GroupForm,
    /// The people who are in it now, directly or through a group in it.
    pub members: u64,
    /// Those whose own membership is in force now.
    pub direct: u64,
    /// Those whose own membership begins later.
    pub waiting: u64,
    /// Whether a rule says who is in it.
    pub by_rule: bool,
    /// The groups in it, by name.
    pub subgroups: Vec<GroupRef>,
    /// The groups that it is in, by name.
    pub within: Vec<GroupRef>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A change of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupUpdate {
    pub id: Id,
    /// The version that it changes.
    pub version: i64,
    pub form: GroupForm,
}

/// What goes with groups that are deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLoss {
    /// The people who leave a group by it.
    pub people: u64,
    /// The first of them by name.
    pub names: Vec<String>,
    /// Groups that lose one that is in them, or that lie in one of these.
    pub groups: Vec<GroupRef>,
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: None, default: true, fixed: false }
}

/// The list of user groups.
pub static GROUPS: ListSpec = ListSpec {
    name: "user_groups",
    default_sort: "name",
    custom: false,
    columns: &[
        Column { fixed: true, filter: Some(FilterKind::Text), ..column("name", "Name") },
        column("members", "Members"),
        Column { filter: Some(FilterKind::Flag), ..column("by_rule", "By rule") },
        column("subgroups", "Groups in it"),
        Column { filter: Some(FilterKind::Text), ..column("email", "Email") },
        Column { filter: Some(FilterKind::Text), ..column("linux_name", "Linux group") },
        Column {
            filter: Some(FilterKind::Text),
            sortable: false,
            default: false,
            ..column("description", "Description")
        },
        Column { filter: Some(FilterKind::Time), default: false, ..column("created", "Created") },
        Column { filter: Some(FilterKind::Time), ..column("updated", "Updated") },
    ],
};
