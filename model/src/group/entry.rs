//! Groups and memberships as programs read them.

use super::{GroupForm, GroupPath, GroupRef, RuleMode};
use crate::Id;

/// What programs ask for of a list of groups or of members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupQuery {
    /// Words in what a list is searched by.
    pub search: String,
    /// How many are left out, in the order of names.
    pub skip: u32,
    pub limit: u16,
}

/// A group with what can be typed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEntry {
    pub id: Id,
    pub version: i64,
    pub form: GroupForm,
    /// How its rule is applied, if it has one.
    pub rule: Option<RuleMode>,
}

/// A member of a group, or a group that somebody is in, with each way that leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub user: Id,
    pub group: GroupRef,
    /// Whether a membership of their own is in force.
    pub direct: bool,
    /// The ways through other groups.
    pub through: Vec<GroupPath>,
}

/// A page of something, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    pub total: u64,
    pub rows: Vec<T>,
}
