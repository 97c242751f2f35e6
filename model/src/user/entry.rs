//! Users as programs read and change them.

use super::{MfaFacts, PasswordFacts, PasswordStatus, UserForm, UserState};
use crate::list::Sort;
use crate::{Id, Timestamp};

/// A user's attributes, and how their account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntry {
    pub id: Id,
    /// The change that made it as it is.
    pub version: i64,
    pub state: UserState,
    pub password: PasswordFacts,
    pub password_status: PasswordStatus,
    pub mfa: MfaFacts,
    /// The oldest first.
    pub ssh_keys: Vec<PublicKey>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub form: UserForm,
}

/// The public half of an SSH key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub id: Id,
    pub name: String,
    pub public_key: String,
    pub created_at: Timestamp,
}

/// How a condition compares. Upper and lower case differ, but in what is unique without regard to them: a value
/// that would be refused as taken is found by [`Self::Equal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// Any of the values.
    Equal,
    /// None of them.
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// With any of the values.
    Begins,
    Ends,
    Contains,
    /// None of the values.
    Lacks,
    /// Any of the values somewhere, without regard to case.
    Mentions,
}

/// A condition on a field, under its name in the API.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    pub field: String,
    pub compare: Compare,
    pub values: Vec<String>,
}

/// A request for users in an order, so many after so many others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryQuery {
    pub search: String,
    /// Each must hold: one of its conditions at least.
    pub filters: Vec<Vec<Condition>>,
    /// By fields under their names in the API; then the oldest first.
    pub sort: Vec<Sort>,
    pub skip: u32,
    /// At most [`ENTRIES_MAX`].
    pub limit: u16,
}

/// The most users that one answer holds.
pub const ENTRIES_MAX: u16 = 100;

/// How many can be skipped: each is looked at again for every page.
pub const SKIP_MAX: u32 = 100_000;

/// How many fields an order may name.
pub const SORTS_MAX: usize = 5;

/// What was found, and how many match in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    pub total: u64,
    pub entries: Vec<UserEntry>,
}

/// A change of some of a user's attributes, of the state, or of both at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPatch {
    pub id: Id,
    /// Those of which one must be the latest, if that matters.
    pub versions: Option<Vec<i64>>,
    /// What was there when the change was thought of.
    pub base: UserForm,
    /// What is to become of it. What is as in `base` stays as it is by then.
    pub form: UserForm,
    pub state: Option<UserState>,
    /// Whether the state is all that was asked for. Whoever sends a whole user back as they once read
    /// them means none of the state in it.
    pub state_alone: bool,
}
