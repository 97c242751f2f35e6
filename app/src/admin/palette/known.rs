//! The screens and actions that can be gone to by name.

use model::Operation;

use crate::places;
use crate::viewer::Theme;

/// What choosing it does.
#[derive(Clone, Copy)]
pub(super) enum Leads {
    To(&'static str),
    Wear(Theme),
    LogOut,
}

/// A screen or an action.
pub(super) struct Known {
    pub group: &'static str,
    pub icon: &'static str,
    pub word: &'static str,
    pub leads: Leads,
    /// Whoever may do this finds it.
    pub needs: Operation,
}

const ACTIONS: &str = "Actions";
const SCREENS: &str = "Screens";

pub(super) const KNOWN: &[Known] = &[
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add user…",
        leads: Leads::To(places::NEW_USER),
        needs: Operation::CreateUser,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator…",
        leads: Leads::To(places::NEW_ADMINISTRATOR),
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator from a user…",
        leads: Leads::To(places::ADMINISTRATOR_FROM_USER),
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: ACTIONS,
        icon: "plus",
        word: "Add custom role…",
        leads: Leads::To(places::NEW_CUSTOM_ROLE),
        needs: Operation::CreateRole,
    },
    Known {
        group: ACTIONS,
        icon: "sun",
        word: "Appearance: Light",
        leads: Leads::Wear(Theme::Light),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: ACTIONS,
        icon: "moon",
        word: "Appearance: Dark",
        leads: Leads::Wear(Theme::Dark),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: ACTIONS,
        icon: "monitor",
        word: "Appearance: System",
        leads: Leads::Wear(Theme::System),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: ACTIONS,
        icon: "layout-grid",
        word: "Launch User Portal",
        leads: Leads::To(places::PORTAL),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: ACTIONS,
        icon: "log-out",
        word: "Log out",
        leads: Leads::LogOut,
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "house",
        word: "Home",
        leads: Leads::To(places::HOME),
        needs: Operation::ReadHomepage,
    },
    Known {
        group: SCREENS,
        icon: "users",
        word: "Users",
        leads: Leads::To(places::USERS),
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "trash-2",
        word: "Users → Deleted users",
        leads: Leads::To(places::DELETED_USERS),
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "square-terminal",
        word: "Device Management → Commands",
        leads: Leads::To(places::COMMANDS),
        needs: Operation::ReadGrantedCommands,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "Security Management → Password settings",
        leads: Leads::To(places::PASSWORD_SETTINGS),
        needs: Operation::ReadPasswordPolicy,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Organization",
        leads: Leads::To(places::ORGANIZATION),
        needs: Operation::ReadOrganization,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Administrators",
        leads: Leads::To(places::ADMINISTRATORS),
        needs: Operation::ListAdministrators,
    },
    Known {
        group: SCREENS,
        icon: "credit-card",
        word: "Settings → Billing",
        leads: Leads::To(places::BILLING),
        needs: Operation::ReadBilling,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Custom roles",
        leads: Leads::To(places::CUSTOM_ROLES),
        needs: Operation::ListRoles,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outgoing mail",
        leads: Leads::To(places::OUTGOING_MAIL),
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outbox",
        leads: Leads::To(places::OUTBOX),
        needs: Operation::ListLetters,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Email templates",
        leads: Leads::To(places::EMAIL_TEMPLATES),
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "gift",
        word: "What’s New",
        leads: Leads::To(places::WHATS_NEW),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "user",
        word: "My account → My details",
        leads: Leads::To(places::OWN_DETAILS),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "My account → Security",
        leads: Leads::To(places::OWN_SECURITY),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "key-round",
        word: "My account → API key",
        leads: Leads::To(places::OWN_API_KEY),
        needs: Operation::ManageOwnApiKey,
    },
    Known {
        group: SCREENS,
        icon: "laptop",
        word: "My account → Sessions",
        leads: Leads::To(places::OWN_SESSIONS),
        needs: Operation::ManageOwnSessions,
    },
];
