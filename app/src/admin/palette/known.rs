//! The screens and actions that can be gone to by name.

use model::Operation;

use crate::routes;
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
        leads: Leads::To(routes::NEW_USER),
        needs: Operation::CreateUser,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator…",
        leads: Leads::To(routes::NEW_ADMINISTRATOR),
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator from a user…",
        leads: Leads::To(routes::ADMINISTRATOR_FROM_USER),
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: ACTIONS,
        icon: "plus",
        word: "Add custom role…",
        leads: Leads::To(routes::NEW_CUSTOM_ROLE),
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
        leads: Leads::To(routes::PORTAL),
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
        leads: Leads::To(routes::HOME),
        needs: Operation::ReadHomepage,
    },
    Known {
        group: SCREENS,
        icon: "users",
        word: "Users",
        leads: Leads::To(routes::USERS),
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "trash-2",
        word: "Users → Deleted users",
        leads: Leads::To(routes::DELETED_USERS),
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "square-terminal",
        word: "Device Management → Commands",
        leads: Leads::To(routes::COMMANDS),
        needs: Operation::ReadGrantedCommands,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "Security Management → Password settings",
        leads: Leads::To(routes::PASSWORD_SETTINGS),
        needs: Operation::ReadPasswordPolicy,
    },
    Known {
        group: SCREENS,
        icon: "activity",
        word: "Insights → Jobs",
        leads: Leads::To(routes::JOBS),
        needs: Operation::ReadOwnJobs,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Organization",
        leads: Leads::To(routes::ORGANIZATION),
        needs: Operation::ReadOrganization,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Administrators",
        leads: Leads::To(routes::ADMINISTRATORS),
        needs: Operation::ListAdministrators,
    },
    Known {
        group: SCREENS,
        icon: "credit-card",
        word: "Settings → Billing",
        leads: Leads::To(routes::BILLING),
        needs: Operation::ReadBilling,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Custom roles",
        leads: Leads::To(routes::CUSTOM_ROLES),
        needs: Operation::ListRoles,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outgoing mail",
        leads: Leads::To(routes::OUTGOING_MAIL),
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outbox",
        leads: Leads::To(routes::OUTBOX),
        needs: Operation::ListLetters,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Email templates",
        leads: Leads::To(routes::EMAIL_TEMPLATES),
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "gift",
        word: "What’s New",
        leads: Leads::To(routes::WHATS_NEW),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "user",
        word: "My account → My details",
        leads: Leads::To(routes::OWN_DETAILS),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "My account → Security",
        leads: Leads::To(routes::OWN_SECURITY),
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "key-round",
        word: "My account → API key",
        leads: Leads::To(routes::OWN_API_KEY),
        needs: Operation::ManageOwnApiKey,
    },
    Known {
        group: SCREENS,
        icon: "laptop",
        word: "My account → Sessions",
        leads: Leads::To(routes::OWN_SESSIONS),
        needs: Operation::ManageOwnSessions,
    },
];
