//! The list of users.

use serde::{Deserialize, Serialize};

use super::attribute::{Flag, TextAttribute};
use super::form::name_of;
use super::origin::ORIGINS;
use super::{Deletion, PasswordStatus, UserState};
use crate::list::{Column, FilterKind, ListSpec};
use crate::{Id, Timestamp};

/// What stands in one cell of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    Text(String),
    Time(Option<Timestamp>),
    Flag(bool),
    Password(PasswordStatus),
    Person(Option<super::Person>),
}

/// One line of the list: what is always there, and a cell for each chosen column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: Id,
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub display_name: String,
    pub state: UserState,
    /// `None` unless the user is deleted.
    pub deleted: Option<Deletion>,
    /// In the order of the page's columns.
    pub cells: Vec<Cell>,
}

impl UserRow {
    pub fn name(&self) -> String {
        name_of(&self.display_name, &self.first_name, &self.last_name, &self.username)
    }
}

const STATES: FilterKind =
    FilterKind::Choice(&[("STAGED", "Staged"), ("ACTIVATED", "Active"), ("SUSPENDED", "Suspended")]);

const PASSWORDS: FilterKind = FilterKind::Choice(&[
    ("Pending", "Pending"),
    ("Active", "Active"),
    ("Expired", "Expired"),
    ("Locked", "Locked"),
    ("Expiring", "Expires within 7 days"),
]);

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: Some(FilterKind::Text), default: false, fixed: false }
}

/// An attribute has its column in the database and its label as a column of the list, too.
const fn attribute(attribute: TextAttribute) -> Column {
    column(attribute.column(), attribute.label())
}

const fn flag(flag: Flag, label: &'static str) -> Column {
    by(column(flag.column(), label), FilterKind::Flag)
}

const fn unsorted(column: Column) -> Column {
    Column { sortable: false, ..column }
}

const fn by(column: Column, filter: FilterKind) -> Column {
    Column { filter: Some(filter), ..column }
}

const fn shown(column: Column) -> Column {
    Column { default: true, ..column }
}

const fn unfiltered(column: Column) -> Column {
    Column { filter: None, ..column }
}

const fn fixed(column: Column) -> Column {
    Column { default: true, fixed: true, ..column }
}

/// The columns of the list of users. `name` sorts by first then last name, `last_name` by last
/// then first; a custom attribute is a column named `custom.` and its name.
pub static USERS: ListSpec = ListSpec {
    name: "users",
    default_sort: "name",
    custom: true,
    columns: &[
        fixed(by(column("state", "State"), STATES)),
        fixed(column("name", "Name")),
        shown(column("username", "Username")),
        shown(attribute(TextAttribute::Department)),
        shown(by(column("password_status", "Password"), PASSWORDS)),
        shown(by(column("mfa_enrolled", "MFA enrolled"), FilterKind::Flag)),
        shown(by(column("last_login", "Last login"), FilterKind::Time)),
        by(column("activates", "Scheduled activation"), FilterKind::Time),
        by(column("suspends", "Scheduled suspension"), FilterKind::Time),
        column("email", "Email"),
        attribute(TextAttribute::LastName),
        attribute(TextAttribute::FirstName),
        attribute(TextAttribute::MiddleName),
        attribute(TextAttribute::DisplayName),
        attribute(TextAttribute::JobTitle),
        attribute(TextAttribute::Location),
        attribute(TextAttribute::EmployeeIdentifier),
        attribute(TextAttribute::EmployeeType),
        attribute(TextAttribute::Company),
        attribute(TextAttribute::CostCenter),
        by(column("manager", "Manager"), FilterKind::Person),
        attribute(TextAttribute::AlternateEmail),
        attribute(TextAttribute::RecoveryEmail),
        attribute(TextAttribute::Description),
        attribute(TextAttribute::LocalAccount),
        attribute(TextAttribute::ManagedAppleId),
        attribute(TextAttribute::ExternalDn),
        attribute(TextAttribute::ExternalSource),
        flag(Flag::RequireMfa, "MFA required"),
        by(column("password_set", "Password set"), FilterKind::Time),
        by(column("password_expires", "Password expires"), FilterKind::Time),
        flag(Flag::PasswordNeverExpires, Flag::PasswordNeverExpires.label()),
        flag(Flag::Sudo, "Administrator on devices"),
        flag(Flag::PasswordlessSudo, Flag::PasswordlessSudo.label()),
        flag(Flag::LdapBinding, Flag::LdapBinding.label()),
        flag(Flag::ManagedUid, Flag::ManagedUid.label()),
        flag(Flag::SambaService, Flag::SambaService.label()),
        flag(Flag::AllowPublicKey, Flag::AllowPublicKey.label()),
        flag(Flag::NoDeviceLockout, Flag::NoDeviceLockout.label()),
        by(column("created", "Created"), FilterKind::Time),
        by(column("created_by", "Origin"), FilterKind::Choice(ORIGINS)),
        unfiltered(column("id", "Object ID")),
    ],
};

/// The columns of the list of deleted users, the latest first.
pub static DELETED_USERS: ListSpec = ListSpec {
    name: "deleted_users",
    default_sort: "-deleted",
    custom: false,
    columns: &[
        // All of them have the same.
        fixed(unsorted(unfiltered(column("state", "State")))),
        fixed(column("name", "Name")),
        shown(column("username", "Username")),
        shown(column("department", "Department")),
        shown(by(column("deleted", "Deleted"), FilterKind::Time)),
        shown(unfiltered(column("erased", "Erased on"))),
        column("email", "Email"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attribute_and_each_flag_is_a_column() {
        let attributes = TextAttribute::ALL.iter().map(|attribute| attribute.column());
        for column in attributes.chain(Flag::ALL.iter().map(|flag| flag.column())) {
            assert!(USERS.column(column).is_some(), "{column}");
        }
    }

    #[test]
    fn chosen_columns_follow_the_fixed_ones() {
        let keys = |chosen: &[&str]| -> Vec<_> {
            USERS.shown(chosen.iter().copied()).iter().map(|column| column.key).collect()
        };
        assert_eq!(keys(&["created", "nonsense", "email"]), ["state", "name", "created", "email"]);
        assert_eq!(
            keys(&[]),
            ["state", "name", "username", "department", "password_status", "mfa_enrolled", "last_login"]
        );
    }
}
