//! Administrators: accounts that sign in to the Admin Portal.

mod action;

use serde::{Deserialize, Serialize};

use crate::api_key::{ApiAccess, ApiKey};
use crate::list::{Column, FilterKind, ListSpec};
use crate::role::{Role, RoleChoice};
use crate::text::{Email, required_line};
use crate::user::Person;
use crate::{DefaultRole, Faults, Id, Timestamp};

pub use action::{Action, Facts};

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
    /// In the order of an account's life, by which lists sort.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Active, Self::Locked, Self::Suspended];

    /// Each with its word, as the filter of the list offers them.
    pub const CHOICES: &[(&'static str, &'static str)] =
        &[("invited", "Invited"), ("active", "Active"), ("locked", "Locked"), ("suspended", "Suspended")];

    /// Reads what [`Self::CHOICES`] offers.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().zip(Self::CHOICES).find(|(_, (key, _))| *key == text).map(|(status, _)| status)
    }

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
    /// Signs in with the password and the factors of the user that they were made from.
    pub from_user: bool,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    pub api_access: ApiAccess,
    /// Their key, if they have one that has not expired.
    pub api_key: Option<ApiKey>,
    pub last_login_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
}

/// One administrator's details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Administrator {
    pub id: Id,
    /// The change that made it as it is; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub role: Role,
    pub status: AdministratorStatus,
    /// Suspended by themselves, not with their user.
    pub suspended: bool,
    /// The user that they were made from, whose password and factors they sign in with.
    pub user: Option<Person>,
    /// A second factor is required of them.
    pub mfa_required: bool,
    /// A second factor is required of every administrator.
    pub mfa_required_of_all: bool,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    /// They may have an API key.
    pub api_access: bool,
    /// The one that they have, expired or not.
    pub api_key: Option<ApiKey>,
    /// They want news of releases.
    pub whats_new: bool,
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
            key: "api_access",
            label: "API access",
            sortable: true,
            filter: Some(FilterKind::Choice(ApiAccess::CHOICES)),
            default: true,
            fixed: false,
        },
        Column {
            key: "api_key",
            label: "API key",
            sortable: true,
            filter: None,
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
            key: "last_login",
            label: "Last login",
            sortable: true,
            filter: Some(FilterKind::Time),
            default: true,
            fixed: false,
        },
        Column {
            key: "status",
            label: "Status",
            sortable: true,
            filter: Some(FilterKind::Choice(AdministratorStatus::CHOICES)),
            default: true,
            fixed: false,
        },
    ],
};

impl Administrator {
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// What can be changed, as it stands.
    pub fn form(&self) -> AdministratorForm {
        AdministratorForm {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.to_string(),
            role: self.role.key(),
            mfa_required: self.mfa_required,
            api_access: self.api_access,
            whats_new: self.whats_new,
        }
    }

    /// What decides what can be done to them, by the administrator `by`.
    pub fn facts(&self, by: Option<Id>) -> Facts {
        Facts {
            oneself: by == Some(self.id),
            suspended: self.suspended,
            inactive: self.status == AdministratorStatus::Suspended,
            has_password: self.password_changed_at.is_some(),
            factor: self.totp_enrolled || self.passkey_enrolled,
            from_user: self.user.is_some(),
            api_key: self.api_key.is_some(),
        }
    }
}

/// First and last name together.
pub fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

/// What can be changed about an administrator, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorForm {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// The name of a role that comes with the product, or the id of a custom one.
    pub role: String,
    pub mfa_required: bool,
    #[serde(default)]
    pub api_access: bool,
    pub whats_new: bool,
}

impl Default for AdministratorForm {
    fn default() -> Self {
        Self {
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            role: String::new(),
            mfa_required: false,
            api_access: false,
            whats_new: true,
        }
    }
}

/// The same, keeping the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministratorDraft {
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub role: RoleChoice,
    pub mfa_required: bool,
    pub api_access: bool,
    pub whats_new: bool,
}

/// A change of an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorUpdate {
    pub id: Id,
    /// The version that it changes.
    pub version: i64,
    pub form: AdministratorForm,
}

impl AdministratorForm {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<AdministratorDraft, Faults> {
        let mut faults = Faults::default();
        let first_name = faults.take("first_name", required_line(&self.first_name, NAME_MAX, "a first name"));
        let last_name = faults.take("last_name", required_line(&self.last_name, NAME_MAX, "a last name"));
        let email = faults.take("email", Email::parse(&self.email));
        let role = match self.role.as_str() {
            "" => {
                faults.add("role", "Choose a role.");
                None
            }
            typed => faults.take("role", typed.parse::<RoleChoice>()),
        };
        match (first_name, last_name, email, role) {
            (Some(first_name), Some(last_name), Some(email), Some(role)) => {
                let Self { mfa_required, api_access, whats_new, .. } = *self;
                Ok(AdministratorDraft {
                    first_name,
                    last_name,
                    email,
                    role,
                    mfa_required,
                    api_access,
                    whats_new,
                })
            }
            _ => Err(faults),
        }
    }
}

impl AdministratorDraft {
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_stands_at_its_field() {
        let typed =
            AdministratorForm { first_name: " ".into(), email: "x".into(), ..AdministratorForm::default() };
        let faults = typed.parse().expect_err("refused");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name", "email", "role"]);
        let unknown = AdministratorForm { role: "Owner".into(), ..AdministratorForm::default() };
        let faults = unknown.parse().expect_err("refused");
        assert!(faults.iter().any(|fault| fault.message.contains("Administrator With Billing")));
    }
}
