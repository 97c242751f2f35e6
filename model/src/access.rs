//! Access: which users reach which resources, and every way that leads there.

use serde::{Deserialize, Serialize};

use crate::group::GroupRef;
use crate::list::{Column, FilterKind, ListSpec};
use crate::mail::words;
use crate::user::UserState;
use crate::{Id, Operation, Timestamp};

/// How many users or groups can be bound at once.
pub const BOUND_AT_ONCE: usize = 100;

words! {
    /// A kind of resource that users and groups can be bound to.
    ResourceKind {
        Application = "application", "Application";
        Ldap = "ldap_server", "LDAP";
    }
}

impl ResourceKind {
    /// What it takes to see who reaches one.
    pub const fn sees(self) -> Operation {
        match self {
            Self::Application => Operation::ListApplications,
            Self::Ldap => Operation::ReadLdapServer,
        }
    }

    /// What it takes to say who reaches one.
    pub const fn binds(self) -> Operation {
        match self {
            Self::Application => Operation::BindApplication,
            Self::Ldap => Operation::BindLdapServer,
        }
    }
}

/// A resource by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRef {
    pub kind: ResourceKind,
    pub id: Id,
    pub name: String,
}

words! {
    /// What is bound to a resource.
    BoundKind {
        User = "user", "User";
        Group = "user_group", "User group";
    }
}

/// Users or groups to be bound to a resource, or not to be any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub resource: Id,
    pub bound: BoundKind,
    pub ids: Vec<Id>,
}

/// One way by which somebody reaches a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPath {
    /// The groups on it, from that of the user's own membership to that which is bound; none where the user is bound.
    pub groups: Vec<GroupRef>,
    /// When the last of it was made: the binding or the membership.
    pub since: Timestamp,
    /// Who bound it, as they were called then.
    pub by: String,
    /// When the membership begins that it goes by, if that is still to come.
    pub begins: Option<Timestamp>,
    /// When the membership ends that it goes by, if it does.
    pub ends: Option<Timestamp>,
}

/// A resource that a user reaches or would reach, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    pub resource: ResourceRef,
    /// Why it is not reached now, all that is missing; empty when it is reached.
    pub missing: Vec<String>,
    pub paths: Vec<AccessPath>,
}

/// A user who reaches a resource, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaching {
    pub user: Id,
    pub name: String,
    pub email: String,
    pub state: UserState,
    pub paths: Vec<AccessPath>,
}

/// A group that is bound to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundGroup {
    pub group: GroupRef,
    /// The users who are in it now.
    pub members: u64,
    pub since: Timestamp,
    pub by: String,
}

/// Who loses a resource by something that is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLoss {
    pub people: u64,
    /// The first of them by name.
    pub names: Vec<String>,
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: None, default: true, fixed: false }
}

/// Resources of every kind.
pub static RESOURCES: ListSpec = ListSpec {
    name: "resources",
    default_sort: "name",
    custom: false,
    columns: &[
        Column { fixed: true, ..column("name", "Name") },
        Column { filter: Some(FilterKind::Choice(ResourceKind::CHOICES)), ..column("kind", "Kind") },
    ],
};
