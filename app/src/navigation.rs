//! The screens of the Admin Portal, each in one row: where it stands, who sees it, and what can be added on
//! it. The nav, the tabs of the settings, the search of screens and the server's tests all read this table.

use model::Operation;

use crate::routes;

/// One screen.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    pub address: &'static str,
    pub icon: &'static str,
    pub label: &'static str,
    /// Administrators who may do this see it.
    pub needs: Operation,
    pub place: Place,
    /// What can be added on it.
    pub adds: &'static [Add],
}

/// Where the way to a screen stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first entry of the nav.
    Home,
    Nav(NavGroup),
    /// A tab of the screen with this name.
    Within(&'static str),
    /// A tab of the settings.
    Settings,
    /// A page of the administrator's own account, which the server renders alone.
    Account,
    /// The bar above every screen.
    Top,
}

/// A group of the nav's entries, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NavGroup {
    Users,
    Authentication,
    Devices,
    Security,
    Insights,
}

impl NavGroup {
    pub const ALL: [Self; 5] =
        [Self::Users, Self::Authentication, Self::Devices, Self::Security, Self::Insights];

    /// Its name in the cookie that keeps which groups are closed.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Authentication => "authentication",
            Self::Devices => "devices",
            Self::Security => "security",
            Self::Insights => "insights",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Users => "User Management",
            Self::Authentication => "User Authentication",
            Self::Devices => "Device Management",
            Self::Security => "Security Management",
            Self::Insights => "Insights",
        }
    }

    /// Its entries.
    pub fn screens(self) -> impl Iterator<Item = &'static Screen> {
        at(Place::Nav(self))
    }
}

/// Something that can be added, by a form with an address of its own.
#[derive(Clone, Copy, Debug)]
pub struct Add {
    pub icon: &'static str,
    /// "Add user…"
    pub label: &'static str,
    pub address: &'static str,
    pub needs: Operation,
}

impl Screen {
    const fn new(
        place: Place,
        address: &'static str,
        icon: &'static str,
        label: &'static str,
        needs: Operation,
    ) -> Self {
        Self { address, icon, label, needs, place, adds: &[] }
    }

    const fn adds(self, adds: &'static [Add]) -> Self {
        Self { adds, ..self }
    }

    /// With where it stands, for those who search it: "Settings → Billing".
    pub fn path(&self) -> String {
        let place = match self.place {
            Place::Home | Place::Top | Place::Nav(NavGroup::Users) => return self.label.to_owned(),
            Place::Nav(group) => group.title(),
            Place::Within(screen) => screen,
            Place::Settings => "Settings",
            Place::Account => "My account",
        };
        format!("{place} → {}", self.label)
    }
}

/// The screens at a place.
pub fn at(place: Place) -> impl Iterator<Item = &'static Screen> {
    SCREENS.iter().filter(move |screen| screen.place == place)
}

const fn add(icon: &'static str, label: &'static str, address: &'static str, needs: Operation) -> Add {
    Add { icon, label, address, needs }
}

/// All of them, in the order in which they stand in the nav, the settings and the search.
pub const SCREENS: &[Screen] = &[
    Screen::new(Place::Home, routes::HOME, "house", "Home", Operation::ReadHomepage),
    Screen::new(Place::Nav(NavGroup::Users), routes::USERS, "users", "Users", Operation::ListUsers)
        .adds(&[add("user-plus", "Add user…", routes::NEW_USER, Operation::CreateUser)]),
    Screen::new(
        Place::Within("Users"),
        routes::IMPORT_USERS,
        "upload",
        "Import users",
        Operation::ImportUsers,
    ),
    Screen::new(
        Place::Within("Users"),
        routes::SCHEDULED_CHANGES,
        "calendar-clock",
        "Scheduled changes",
        Operation::ListUsers,
    ),
    Screen::new(
        Place::Within("Users"),
        routes::DELETED_USERS,
        "trash-2",
        "Deleted users",
        Operation::ListUsers,
    ),
    Screen::new(
        Place::Within("Users"),
        routes::USER_SETTINGS,
        "settings",
        "User settings",
        Operation::ReadOrganization,
    ),
    Screen::new(
        Place::Nav(NavGroup::Users),
        routes::USER_GROUPS,
        "users-round",
        "User Groups",
        Operation::ListGroups,
    )
    .adds(&[add("plus", "Add user group…", routes::NEW_USER_GROUP, Operation::CreateGroup)]),
    Screen::new(
        Place::Nav(NavGroup::Authentication),
        routes::LDAP,
        "network",
        "LDAP",
        Operation::ReadLdapServer,
    ),
    Screen::new(
        Place::Nav(NavGroup::Authentication),
        routes::APPLICATIONS,
        "layout-grid",
        "SSO Applications",
        Operation::ListApplications,
    )
    .adds(&[add("plus", "Add application…", routes::NEW_APPLICATION, Operation::CreateApplication)]),
    Screen::new(
        Place::Nav(NavGroup::Devices),
        routes::COMMANDS,
        "square-terminal",
        "Commands",
        Operation::ReadGrantedCommands,
    ),
    Screen::new(
        Place::Nav(NavGroup::Security),
        routes::PASSWORD_SETTINGS,
        "shield-check",
        "Password settings",
        Operation::ReadPasswordPolicy,
    ),
    Screen::new(
        Place::Nav(NavGroup::Insights),
        routes::INSIGHTS,
        "history",
        "Directory Insights",
        Operation::ReadEvents,
    ),
    Screen::new(Place::Nav(NavGroup::Insights), routes::JOBS, "activity", "Jobs", Operation::ReadOwnJobs),
    Screen::new(
        Place::Settings,
        routes::ORGANIZATION,
        "settings",
        "Organization",
        Operation::ReadOrganization,
    ),
    Screen::new(
        Place::Settings,
        routes::ADMINISTRATORS,
        "settings",
        "Administrators",
        Operation::ListAdministrators,
    )
    .adds(&[
        add("user-plus", "Add administrator…", routes::NEW_ADMINISTRATOR, Operation::CreateAdministrator),
        add(
            "user-plus",
            "Add administrator from a user…",
            routes::ADMINISTRATOR_FROM_USER,
            Operation::CreateAdministrator,
        ),
    ]),
    Screen::new(Place::Settings, routes::CUSTOM_ROLES, "settings", "Custom roles", Operation::ListRoles)
        .adds(&[add("plus", "Add custom role…", routes::NEW_CUSTOM_ROLE, Operation::CreateRole)]),
    Screen::new(Place::Settings, routes::BILLING, "credit-card", "Billing", Operation::ReadBilling),
    Screen::new(
        Place::Settings,
        routes::OUTGOING_MAIL,
        "settings",
        "Outgoing mail",
        Operation::ReadMailSettings,
    ),
    Screen::new(Place::Settings, routes::OUTBOX, "settings", "Outbox", Operation::ListMessages),
    Screen::new(
        Place::Settings,
        routes::EMAIL_TEMPLATES,
        "settings",
        "Email templates",
        Operation::ReadMailSettings,
    ),
    Screen::new(Place::Top, routes::WHATS_NEW, "gift", "What’s New", Operation::ReadOwnAccount),
    Screen::new(Place::Account, routes::OWN_DETAILS, "user", "My details", Operation::ReadOwnAccount),
    Screen::new(Place::Account, routes::OWN_SECURITY, "shield-check", "Security", Operation::ReadOwnSecurity),
    Screen::new(Place::Account, routes::OWN_API_KEY, "key-round", "API key", Operation::ManageOwnApiKey),
    Screen::new(Place::Account, routes::OWN_SESSIONS, "laptop", "Sessions", Operation::ManageOwnSessions),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_screen_has_an_address_and_a_path_of_its_own() {
        let addresses: BTreeSet<_> = SCREENS.iter().map(|screen| screen.address).collect();
        let paths: BTreeSet<_> = SCREENS.iter().map(Screen::path).collect();
        assert_eq!((addresses.len(), paths.len()), (SCREENS.len(), SCREENS.len()));
    }

    #[test]
    fn what_is_added_on_a_screen_lies_over_it() {
        for screen in SCREENS {
            for add in screen.adds {
                assert!(add.address.starts_with(&format!("{}/", screen.address)), "{}", add.label);
            }
        }
    }

    #[test]
    fn a_path_names_the_place() {
        let path = |address| SCREENS.iter().find(|screen| screen.address == address).map(Screen::path);
        assert_eq!(path(routes::USERS).as_deref(), Some("Users"));
        assert_eq!(path(routes::DELETED_USERS).as_deref(), Some("Users → Deleted users"));
        assert_eq!(path(routes::COMMANDS).as_deref(), Some("Device Management → Commands"));
        assert_eq!(path(routes::BILLING).as_deref(), Some("Settings → Billing"));
    }
}
