//! Roles, each a named list of scopes: those that come with the product, and the organization's own.

mod area;
mod custom;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::scope::{Scope, Scopes};

pub use area::{AREAS, Area, Level, SingleAction, offered_of, on_offer};
pub use custom::{
    CUSTOM_ROLES_MAX, CustomRole, CustomRoleDraft, CustomRoleForm, CustomRoleUpdate, DESCRIPTION_MAX,
    NAME_MAX, too_many_roles,
};

macro_rules! roles {
    ($($name:ident = $text:literal, $says:literal;)+) => {
        /// A role that comes with the product. The names are the ones administrators know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum DefaultRole {
            $(#[serde(rename = $text)] $name,)+
        }

        impl DefaultRole {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// Each with its word, as filters and forms offer them.
            pub const CHOICES: &[(&'static str, &'static str)] = &[$(($text, $text),)+];

            /// One sentence for the person who chooses.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }
        }
    };
}

roles! {
    AdministratorWithBilling = "Administrator With Billing",
        "Everything, and the only role that manages administrators and roles.";
    Administrator = "Administrator",
        "Everything except billing and managing other administrators.";
    Manager = "Manager",
        "Changes users, groups, devices and commands; sees the rest.";
    HelpDesk = "Help Desk",
        "Sees everything but billing; unlocks users and resets what they forgot.";
    ReadOnly = "Read Only",
        "Sees everything but billing, changes nothing.";
    CommandRunner = "Command Runner",
        "Runs the commands granted to them, and sees their results.";
    CommandRunnerWithBilling = "Command Runner With Billing",
        "As Command Runner, and takes care of billing.";
    BillingOnly = "Billing Only",
        "Takes care of billing, sees nothing of people or devices.";
}

/// What Read Only sees, and everybody above it: the R's of the table of areas.
const SEES: Scopes = Scopes::of(&[
    Scope::AdministratorsReadonly,
    Scope::AlertsReadonly,
    Scope::ApplicationsReadonly,
    Scope::AuthnReadonly,
    Scope::CommandsReadonly,
    Scope::DirectoriesReadonly,
    Scope::DirectoryInsightsReadonly,
    Scope::GroupsReadonly,
    Scope::OrganizationsReadonly,
    Scope::RadiusReadonly,
    Scope::RolesReadonly,
    Scope::SystemsReadonly,
    Scope::UsersReadonly,
]);

const HELPS: Scopes = SEES.and(&[
    Scope::UsersStateUnlock,
    Scope::UsersSendActivationEmail,
    Scope::UsersPasswordReset,
    Scope::UsersPasswordExpire,
    Scope::UsersMfaReset,
]);

const MANAGES: Scopes = SEES.and(&[Scope::Users, Scope::Groups, Scope::Systems, Scope::Commands]);

const ADMINISTERS: Scopes = MANAGES.and(&[
    Scope::Alerts,
    Scope::Applications,
    Scope::Authn,
    Scope::Directories,
    Scope::Organizations,
    Scope::Radius,
    Scope::RecoveryKeysRead,
]);

impl DefaultRole {
    pub const fn scopes(self) -> Scopes {
        match self {
            Self::AdministratorWithBilling => {
                ADMINISTERS.and(&[Scope::Administrators, Scope::Roles, Scope::Billing])
            }
            Self::Administrator => ADMINISTERS,
            Self::Manager => MANAGES,
            Self::HelpDesk => HELPS,
            Self::ReadOnly => SEES,
            Self::CommandRunner => Scopes::of(&[Scope::CommandRunner]),
            Self::CommandRunnerWithBilling => Scopes::of(&[Scope::CommandRunner, Scope::Billing]),
            Self::BillingOnly => Scopes::of(&[Scope::Billing]),
        }
    }
}

impl fmt::Display for DefaultRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no role of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = DefaultRole::ALL.iter().map(|role| role.as_str()).collect();
        write!(f, "There is no such role. The roles are: {}.", names.join(", "))
    }
}

impl std::error::Error for UnknownRole {}

impl FromStr for DefaultRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let wanted = text.trim();
        Self::ALL.iter().copied().find(|role| role.as_str().eq_ignore_ascii_case(wanted)).ok_or(UnknownRole)
    }
}

/// A role as an administrator carries it: its name and what it allows, live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub name: String,
    pub scopes: Scopes,
    /// Which custom role it is; none for one that comes with the product.
    pub custom: Option<Id>,
}

impl Role {
    /// As forms say it: the name of one that comes with the product, or the id of a custom one.
    pub fn key(&self) -> String {
        self.custom.map_or_else(|| self.name.clone(), |id| id.to_string())
    }
}

/// A role as it was chosen in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChoice {
    Default(DefaultRole),
    Custom(Id),
}

impl FromStr for RoleChoice {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let default = || text.parse::<DefaultRole>().map(Self::Default);
        text.trim().parse::<Id>().map(Self::Custom).or_else(|_| default())
    }
}

impl From<DefaultRole> for Role {
    fn from(role: DefaultRole) -> Self {
        Self { name: role.as_str().to_owned(), scopes: role.scopes(), custom: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_holds_more_than_administrator_with_billing_but_running_commands() {
        let all = DefaultRole::AdministratorWithBilling.scopes().and(&[Scope::CommandRunner]);
        for role in DefaultRole::ALL {
            assert!(all.covers(role.scopes()), "{role}");
        }
    }

    #[test]
    fn who_manages_administrators_may_grant_each_role() {
        for role in DefaultRole::ALL {
            assert!(DefaultRole::AdministratorWithBilling.scopes().may_grant(role.scopes()), "{role}");
            let mightiest = DefaultRole::AdministratorWithBilling.scopes();
            let same = *role == DefaultRole::AdministratorWithBilling;
            assert_eq!(role.scopes().may_grant(mightiest), same, "{role}");
        }
        let only_administrators = Scopes::of(&[Scope::Administrators]);
        assert!(!only_administrators.may_grant(DefaultRole::HelpDesk.scopes()));
    }

    #[test]
    fn managing_administrators_belongs_to_one_role_alone() {
        for role in DefaultRole::ALL {
            let may = role.scopes().has_any(&[Scope::Administrators, Scope::Roles]);
            assert_eq!(may, *role == DefaultRole::AdministratorWithBilling, "{role}");
        }
    }

    #[test]
    fn names_read_back_in_any_case() {
        for role in DefaultRole::ALL {
            assert_eq!(role.as_str().to_uppercase().parse(), Ok(*role));
        }
        assert!("Owner".parse::<DefaultRole>().is_err());
        let own = Role { custom: Some(Id::from([7; 12])), ..DefaultRole::HelpDesk.into() };
        assert_eq!(own.key().parse(), Ok(RoleChoice::Custom(Id::from([7; 12]))));
        assert_eq!(
            Role::from(DefaultRole::HelpDesk).key().parse(),
            Ok(RoleChoice::Default(DefaultRole::HelpDesk))
        );
    }
}
