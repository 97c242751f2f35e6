//! Administrators: accounts that sign in to the Admin Portal.

use serde::{Deserialize, Serialize};

use crate::list::{Column, FilterKind, ListSpec};
use crate::role::Role;
use crate::text::{Email, required_line};
use crate::{DefaultRole, Faults, Id, Timestamp};

/// The longest first or last name, in characters.
pub const NAME_MAX: usize = 256;

/// Where an administrator's account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AdministratorStatus {
    /// Has not set a first password yet.
    Invited,
    Active,
    Suspended,
    /// Too many wrong passwords; opens by itself.
    Locked,
}

impl AdministratorStatus {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Locked => "Locked",
        }
    }
}

/// One line of the list of administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorRow {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: String,
    pub status: AdministratorStatus,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    pub api_access: bool,
    pub last_login_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
}

/// One administrator's details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    pub id: Id,
    /// The change that made it as it is; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub role: Role,
    pub status: AdministratorStatus,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    pub api_access: bool,
    pub created_at: Timestamp,
    pub last_login_at: Option<Timestamp>,
    pub password_changed_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
}

pub static ADMINISTRATORS: ListSpec = ListSpec {
    name: "administrators",
    default_sort: "name",
    custom: false,
    columns: &[
        Column { key: "name", label: "Name", sortable: true, filter: None, default: true, fixed: true },
        Column {
            key: "role",
            label: "Role",
            sortable: true,
            filter: Some(FilterKind::Choice(DefaultRole::CHOICES)),
            default: true,
            fixed: false,
        },
        Column {
            key: "mfa",
            label: "MFA",
            sortable: true,
            filter: Some(FilterKind::Flag),
            default: true,
            fixed: false,
        },
        Column {
            key: "api_access",
            label: "API access",
            sortable: true,
            filter: Some(FilterKind::Flag),
            default: true,
            fixed: false,
        },
        Column {
            key: "last_login",
            label: "Last login",
            sortable: true,
            filter: Some(FilterKind::Time),
            default: true,
            fixed: false,
        },
        Column { key: "status", label: "Status", sortable: true, filter: None, default: true, fixed: false },
    ],
};

/// A new administrator as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorForm {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: String,
}

/// A new administrator that keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministratorDraft {
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub role: DefaultRole,
}

impl AdministratorForm {
    pub fn parse(&self) -> Result<AdministratorDraft, Faults> {
        let mut faults = Faults::default();
        let first_name = faults.take("first_name", required_line(&self.first_name, NAME_MAX, "a first name"));
        let last_name = faults.take("last_name", required_line(&self.last_name, NAME_MAX, "a last name"));
        let email = faults.take("email", Email::parse(&self.email));
        let role = faults.take("role", self.role.parse::<DefaultRole>());
        match (first_name, last_name, email, role) {
            (Some(first_name), Some(last_name), Some(email), Some(role)) => {
                Ok(AdministratorDraft { first_name, last_name, email, role })
            }
            _ => Err(faults),
        }
    }
}
