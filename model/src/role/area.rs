//! The areas that a custom role is put together from.
//!
//! | area | to see | to change | single actions |
//! |---|---|---|---|
//! | Users | `users.readonly` | `users` | `users.create`, `users.properties.update`, … |
//! | User groups and device groups | `groups.readonly` | `groups` | |
//! | Devices and their policies | `systems.readonly` | `systems` | |
//! | Commands | `commands.readonly` | `commands` | |
//! | Granted commands | | `commandrunner.legacy` | |
//! | Disk recovery keys | | `recoverykeys.read` | |
//! | Applications | `applications.readonly` | `applications` | |
//! | LDAP and directory integrations | `directories.readonly` | `directories` | |
//! | RADIUS | `radius.readonly` | `radius` | |
//! | MFA, password and security settings | `authn.readonly` | `authn` | |
//! | Organization settings and email templates | `organizations.readonly` | `organizations` | |
//! | Directory Insights | `directoryinsights.readonly` | | |
//! | Alerts | `healthmonitoring.alerts.readonly` | `healthmonitoring.alerts` | |
//! | Administrators | `administrators.readonly` | | |
//! | Roles | `roles.readonly` | | |
//! | Billing | | `billing` | |
//!
//! They are the rows of the product's table of roles and areas, with the scopes' names of comparable
//! products. `administrators` and `roles` stand in no column: they belong to Administrator With Billing
//! alone, and whoever could give them away could become one.

use crate::scope::Scope::{
    self, AdministratorsReadonly, Alerts, AlertsReadonly, Applications, ApplicationsReadonly, Authn,
    AuthnReadonly, Billing, CommandRunner, Commands, CommandsReadonly, Directories, DirectoriesReadonly,
    DirectoryInsightsReadonly, Groups, GroupsReadonly, Organizations, OrganizationsReadonly, Radius,
    RadiusReadonly, RecoveryKeysRead, RolesReadonly, Systems, SystemsReadonly, Users, UsersCreate,
    UsersDelete, UsersMfaEnforce, UsersMfaReset, UsersPasswordExpire, UsersPasswordReset, UsersPasswordSet,
    UsersPropertiesUpdate, UsersReadonly, UsersSendActivationEmail, UsersStateActivate, UsersStateSuspend,
    UsersStateUnlock,
};
use crate::scope::Scopes;

/// How much of an area a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    None,
    View,
    Full,
}

impl Level {
    /// As forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::View => "view",
            Self::Full => "full",
        }
    }

    /// Reads what [`Self::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::View, Self::Full].into_iter().find(|level| level.as_str() == text)
    }
}

/// One thing that can be done in an area by whoever sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleAction {
    pub scope: Scope,
    pub label: &'static str,
    /// What it lets do, where the label does not say it all.
    pub says: &'static str,
}

/// Scopes that are given together.
#[derive(Debug)]
pub struct Area {
    /// Its name in forms.
    pub key: &'static str,
    /// The heading under which it stands.
    pub group: &'static str,
    pub label: &'static str,
    pub says: &'static str,
    /// What lets see it, if it can be seen without more.
    pub view: Option<Scope>,
    /// What allows everything in it, if that is on offer.
    pub full: Option<Scope>,
    /// What full access is called here.
    pub full_word: &'static str,
    pub actions: &'static [SingleAction],
}

const FULL: &str = "Full";

const PEOPLE: &str = "People";
const DEVICES: &str = "Devices";
const ACCESS: &str = "Access";
const ORGANIZATION: &str = "Organization";

/// Every area, in the order in which forms show them; those of a group stand together.
pub const AREAS: &[Area] = &[
    Area {
        key: "users",
        group: PEOPLE,
        label: "Users",
        says: "People, their passwords and their second factors.",
        view: Some(UsersReadonly),
        full: Some(Users),
        full_word: FULL,
        actions: &[
            SingleAction {
                scope: UsersCreate,
                label: "Add and import users",
                says: "With the password that they begin with.",
            },
            SingleAction {
                scope: UsersPropertiesUpdate,
                label: "Change details",
                says: "Email included: messages that open an account go to it.",
            },
            SingleAction {
                scope: UsersStateActivate,
                label: "Activate",
                says: "Lets Staged and Suspended users in.",
            },
            SingleAction {
                scope: UsersStateSuspend,
                label: "Suspend",
                says: "Takes all access away, at once.",
            },
            SingleAction { scope: UsersDelete, label: "Delete and restore", says: "For good, too." },
            SingleAction {
                scope: UsersStateUnlock,
                label: "Unlock",
                says: "Opens accounts that wrong passwords have locked.",
            },
            SingleAction {
                scope: UsersSendActivationEmail,
                label: "Send activation email",
                says: "Its link sets the first password.",
            },
            SingleAction {
                scope: UsersPasswordReset,
                label: "Send password reset email",
                says: "Its link sets a new password.",
            },
            SingleAction {
                scope: UsersPasswordSet,
                label: "Set passwords",
                says: "And read the links of messages to users.",
            },
            SingleAction {
                scope: UsersPasswordExpire,
                label: "Force password change",
                says: "At the next sign-in.",
            },
            SingleAction {
                scope: UsersMfaEnforce,
                label: "Change the MFA requirement",
                says: "Requires a second factor, or stops to.",
            },
            SingleAction {
                scope: UsersMfaReset,
                label: "Reset TOTP and remove passkeys",
                says: "For those who have lost their phone.",
            },
        ],
    },
    area(
        "groups",
        PEOPLE,
        "User groups and device groups",
        "Who belongs together, and what that brings.",
        GroupsReadonly,
        Groups,
    ),
    area(
        "systems",
        DEVICES,
        "Devices and their policies",
        "Computers, and what holds on them.",
        SystemsReadonly,
        Systems,
    ),
    area(
        "commands",
        DEVICES,
        "Commands",
        "Writing commands, running them, and saying who may.",
        CommandsReadonly,
        Commands,
    ),
    Area {
        full_word: "Run",
        view: None,
        ..area(
            "commandrunner",
            DEVICES,
            "Granted commands",
            "Running the commands that were granted to them, and seeing the results.",
            CommandRunner,
            CommandRunner,
        )
    },
    Area {
        full_word: "Read",
        view: None,
        ..area(
            "recoverykeys",
            DEVICES,
            "Disk recovery keys",
            "Opening encrypted disks; each reading is recorded.",
            RecoveryKeysRead,
            RecoveryKeysRead,
        )
    },
    area(
        "applications",
        ACCESS,
        "Applications",
        "What people sign in to.",
        ApplicationsReadonly,
        Applications,
    ),
    area(
        "directories",
        ACCESS,
        "LDAP and directory integrations",
        "Other directories that follow this one.",
        DirectoriesReadonly,
        Directories,
    ),
    area("radius", ACCESS, "RADIUS", "Networks that people sign in to.", RadiusReadonly, Radius),
    area(
        "authn",
        ACCESS,
        "MFA, password and security settings",
        "The rules that hold for everybody’s sign-in.",
        AuthnReadonly,
        Authn,
    ),
    area(
        "organizations",
        ORGANIZATION,
        "Organization settings and email templates",
        "The organization’s name and defaults, templates, and the outbox.",
        OrganizationsReadonly,
        Organizations,
    ),
    Area {
        full: None,
        ..area(
            "directoryinsights",
            ORGANIZATION,
            "Directory Insights",
            "The history of everything.",
            DirectoryInsightsReadonly,
            DirectoryInsightsReadonly,
        )
    },
    area("alerts", ORGANIZATION, "Alerts", "What needs somebody’s attention.", AlertsReadonly, Alerts),
    Area {
        full: None,
        ..area(
            "administrators",
            ORGANIZATION,
            "Administrators",
            "Only Administrator With Billing changes them.",
            AdministratorsReadonly,
            AdministratorsReadonly,
        )
    },
    Area {
        full: None,
        ..area(
            "roles",
            ORGANIZATION,
            "Custom roles",
            "Only Administrator With Billing changes them.",
            RolesReadonly,
            RolesReadonly,
        )
    },
    Area {
        view: None,
        ..area(
            "billing",
            ORGANIZATION,
            "Billing",
            "The package, the invoices and how they are paid.",
            Billing,
            Billing,
        )
    },
];

const fn area(
    key: &'static str,
    group: &'static str,
    label: &'static str,
    says: &'static str,
    view: Scope,
    full: Scope,
) -> Area {
    Area { key, group, label, says, view: Some(view), full: Some(full), full_word: FULL, actions: &[] }
}

impl Area {
    pub fn of(key: &str) -> Option<&'static Self> {
        AREAS.iter().find(|area| area.key == key)
    }

    /// The levels on offer.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        let view = self.view.map(|_| Level::View);
        [Some(Level::None), view, self.full.map(|_| Level::Full)].into_iter().flatten()
    }

    /// What a level is called here.
    pub const fn word(&self, level: Level) -> &'static str {
        match level {
            Level::None => "None",
            Level::View => "View",
            Level::Full => self.full_word,
        }
    }

    /// How much of it these scopes allow, single actions aside.
    pub fn level(&self, scopes: Scopes) -> Level {
        let has = |scope: Option<Scope>| scope.is_some_and(|scope| scopes.has(scope));
        match (has(self.full), has(self.view)) {
            (true, _) => Level::Full,
            (false, true) => Level::View,
            (false, false) => Level::None,
        }
    }

    /// Every scope of it that is on offer.
    fn all(&self) -> impl Iterator<Item = Scope> {
        let actions = self.actions.iter().map(|action| action.scope);
        self.view.into_iter().chain(self.full).chain(actions)
    }

    /// The same scopes with another level here. Single actions stay with those who may only see.
    #[must_use]
    pub fn with_level(&self, scopes: Scopes, level: Level) -> Scopes {
        let keeps: Vec<_> = match level {
            Level::None => vec![],
            Level::View => {
                self.actions.iter().map(|action| action.scope).filter(|scope| scopes.has(*scope)).collect()
            }
            Level::Full => self.full.into_iter().collect(),
        };
        let view = self.view.filter(|_| level != Level::None);
        let elsewhere = scopes.minus(Scopes::of(&self.all().collect::<Vec<_>>()));
        elsewhere.and(&keeps).and(view.as_slice())
    }

    /// What these scopes allow here, in words; `None` when that is nothing.
    pub fn summary(&self, scopes: Scopes) -> Option<String> {
        let actions: Vec<_> = self.actions.iter().filter(|action| scopes.has(action.scope)).collect();
        let level = match self.level(scopes) {
            Level::None => return None,
            Level::Full => self.full_word.to_lowercase(),
            Level::View => "view".to_owned(),
        };
        let words: Vec<_> = actions
            .iter()
            .map(|action| action.label.to_lowercase().replace("totp", "TOTP").replace("mfa", "MFA"))
            .collect();
        Some(match words.as_slice() {
            [] => level,
            words => format!("{level}, and: {}", words.join(", ")),
        })
    }
}

/// Everything that a custom role can hold.
pub fn on_offer() -> Scopes {
    Scopes::of(&AREAS.iter().flat_map(Area::all).collect::<Vec<_>>())
}

/// What of these a custom role can begin with, written as forms write it.
pub fn offered_of(scopes: Scopes) -> Scopes {
    AREAS.iter().fold(scopes.only(on_offer()), |scopes, area| area.with_level(scopes, area.level(scopes)))
}
