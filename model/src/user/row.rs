//! The list of users.

use serde::{Deserialize, Serialize};

use super::form::name_of;
use super::{PasswordStatus, UserState};
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
    Column { key, label, sortable: false, filter: Some(FilterKind::Text), default: false, fixed: false }
}

const fn sortable(column: Column) -> Column {
    Column { sortable: true, ..column }
}

const fn by(column: Column, filter: FilterKind) -> Column {
    Column { filter: Some(filter), ..column }
}

const fn shown(column: Column) -> Column {
    Column { default: true, ..column }
}

const fn fixed(column: Column) -> Column {
    Column { default: true, fixed: true, ..column }
}

/// The columns of the list of users. `name` sorts by first then last name, `last_name` by last
/// then first; a custom attribute is a column named `custom.` and its name.
pub static USERS: ListSpec = ListSpec {
    name: "users",
    default_sort: "name",
    columns: &[
        fixed(sortable(by(column("state", "State"), STATES))),
        fixed(sortable(column("name", "Name"))),
        shown(sortable(column("username", "Username"))),
        shown(sortable(column("department", "Department"))),
        shown(by(column("password_status", "Password"), PASSWORDS)),
        shown(by(column("mfa_enrolled", "MFA enrolled"), FilterKind::Flag)),
        shown(sortable(by(column("last_login", "Last login"), FilterKind::Time))),
        sortable(column("email", "Email")),
        sortable(column("last_name", "Last name")),
        column("first_name", "First name"),
        sortable(column("job_title", "Job title")),
        sortable(column("location", "Location")),
        sortable(column("employee_identifier", "Employee ID")),
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
        sortable(by(column("created", "Created"), FilterKind::Time)),
        column("created_by", "Created by"),
        Column { filter: None, ..column("id", "Object ID") },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_keys_of_their_own_and_the_default_order_exists() {
        let mut keys: Vec<_> = USERS.columns.iter().map(|column| column.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), USERS.columns.len());
        assert!(USERS.column(USERS.default_sort).is_some_and(|column| column.sortable));
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
