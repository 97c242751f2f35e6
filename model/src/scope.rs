//! Scopes: what a role is made of. Their names are those that administrators of comparable
//! products know from their API documentation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! scopes {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// One permission. `area` is full access, `area.readonly` seeing, `area.verb` one action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $(#[serde(rename = $text)] $name,)+
        }

        impl Scope {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

scopes! {
    Administrators = "administrators",
    AdministratorsReadonly = "administrators.readonly",
    Alerts = "healthmonitoring.alerts",
    AlertsReadonly = "healthmonitoring.alerts.readonly",
    Applications = "applications",
    ApplicationsReadonly = "applications.readonly",
    Authn = "authn",
    AuthnReadonly = "authn.readonly",
    Billing = "billing",
    CommandRunner = "commandrunner.legacy",
    Commands = "commands",
    CommandsReadonly = "commands.readonly",
    Directories = "directories",
    DirectoriesReadonly = "directories.readonly",
    DirectoryInsightsReadonly = "directoryinsights.readonly",
    Groups = "groups",
    GroupsReadonly = "groups.readonly",
    Organizations = "organizations",
    OrganizationsReadonly = "organizations.readonly",
    Radius = "radius",
    RadiusReadonly = "radius.readonly",
    RecoveryKeysRead = "recoverykeys.read",
    Roles = "roles",
    RolesReadonly = "roles.readonly",
    Systems = "systems",
    SystemsReadonly = "systems.readonly",
    Users = "users",
    UsersReadonly = "users.readonly",
    UsersCreate = "users.create",
    UsersDelete = "users.delete",
    UsersMfaEnforce = "users.mfa.enforce",
    UsersMfaReset = "users.mfa.reset",
    UsersPasswordExpire = "users.password.expire",
    UsersPasswordReset = "users.update.passwordreset",
    UsersPasswordSet = "users.password.set",
    UsersPropertiesUpdate = "users.properties.update",
    UsersSendActivationEmail = "users.notification.send-activation-email",
    UsersStateActivate = "users.state.activate",
    UsersStateSuspend = "users.state.suspend",
    UsersStateUnlock = "users.state.unlock",
}

impl Scope {
    fn is_area_of(self, part: Self) -> bool {
        part.as_str().strip_prefix(self.as_str()).is_some_and(|rest| rest.starts_with('.'))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text).ok_or(())
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u64);

// One bit each.
const _: () = assert!(Scope::ALL.len() <= 64);

impl Scopes {
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut bits = 0;
        let mut rest = scopes;
        while let [first, others @ ..] = rest {
            bits |= 1 << (*first as u8);
            rest = others;
        }
        Self(bits)
    }

    #[must_use]
    pub const fn and(self, more: &[Scope]) -> Self {
        Self(self.0 | Self::of(more).0)
    }

    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << (scope as u8)) != 0
    }

    pub fn has_any(self, scopes: &[Scope]) -> bool {
        self.0 & Self::of(scopes).0 != 0
    }

    /// Whether there is any besides these.
    pub fn has_any_but(self, scopes: &[Scope]) -> bool {
        self.0 & !Self::of(scopes).0 != 0
    }

    /// Whether this set allows everything that `other` allows, where a whole area allows its parts
    /// (`users` allows `users.readonly`): the rule against detours to power.
    pub fn covers(self, other: Self) -> bool {
        other.iter().all(|wanted| self.has(wanted) || self.iter().any(|held| held.is_area_of(wanted)))
    }

    /// Whether a holder of these scopes may give somebody a role with those, or change somebody who has
    /// one: nobody grants what they lack. Whoever manages commands says who runs them.
    pub fn may_grant(self, granted: Self) -> bool {
        let runs = if self.has(Scope::Commands) { self.and(&[Scope::CommandRunner]) } else { self };
        runs.covers(granted)
    }

    /// These but for those.
    #[must_use]
    pub const fn minus(self, those: Self) -> Self {
        Self(self.0 & !those.0)
    }

    /// What is among both.
    #[must_use]
    pub const fn only(self, those: Self) -> Self {
        Self(self.0 & those.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.has(*scope))
    }
}

impl Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Vec::<Scope>::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
    }

    #[test]
    fn sets_cover_what_they_hold() {
        let some = Scopes::of(&[Scope::Users, Scope::Groups]);
        assert!(some.and(&[Scope::Billing]).covers(some));
        assert!(!some.covers(some.and(&[Scope::Billing])));
        assert!(some.covers(Scopes::of(&[Scope::UsersStateUnlock, Scope::GroupsReadonly])));
        assert!(!Scopes::of(&[Scope::UsersReadonly]).covers(some));
        assert_eq!(some.iter().count(), 2);
        let more = some.and(&[Scope::Billing]);
        assert_eq!((more.minus(some), more.only(some)), (Scopes::of(&[Scope::Billing]), some));
        assert!(some.minus(more).is_empty() && !some.is_empty());
    }
}
