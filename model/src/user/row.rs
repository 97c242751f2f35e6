//! The list of users.

use serde::{Deserialize, Serialize};

use super::form::name_of;
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

/// How a user came to be, as kept with them, and in words.
pub const ORIGINS: &[(&str, &str)] =
    &[("manual", "Added by hand"), ("csv", "CSV file"), ("sample", "Sample organization")];

/// How a user came to be, in words; what has none stays as it is.
pub fn origin_label(origin: &str) -> &str {
    ORIGINS.iter().find(|(known, _)| *known == origin).map_or(origin, |(_, words)| words)
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: Some(FilterKind::Text), default: false, fixed: false }
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
        shown(column("department", "Department")),
        shown(by(column("password_status", "Password"), PASSWORDS)),
        shown(by(column("mfa_enrolled", "MFA enrolled"), FilterKind::Flag)),
        shown(by(column("last_login", "Last login"), FilterKind::Time)),
        column("email", "Email"),
        column("last_name", "Last name"),
        column("first_name", "First name"),
        column("job_title", "Job title"),
        column("location", "Location"),
        column("employee_identifier", "Employee ID"),
        column("employee_type", "Employee type"),
        column("company", "Company"),
        column("cost_center", "Cost center"),
        by(column("manager", "Manager"), FilterKind::Person),
        column("alternate_email", "Alternate email"),
        column("description", "Description"),
        by(column("mfa_required", "MFA required"), FilterKind::Flag),
        by(column("password_set", "Password set"), FilterKind::Time),
        by(column("password_expires", "Password expires"), FilterKind::Time),
        by(column("sudo", "Administrator on devices"), FilterKind::Flag),
        by(column("ldap_binding_user", "LDAP binding user"), FilterKind::Flag),
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
    use crate::Sort;

    #[test]
    fn columns_have_keys_of_their_own_and_the_default_order_exists() {
        for spec in [&USERS, &DELETED_USERS] {
            let mut keys: Vec<_> = spec.columns.iter().map(|column| column.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), spec.columns.len());
            let order = Sort::parse(spec.default_sort);
            assert!(spec.column(&order.column).is_some_and(|column| column.sortable));
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
