//! The screens and actions that can be gone to by name.

use model::Operation;

use crate::places;

/// A screen or an action.
pub(super) struct Known {
    pub group: &'static str,
    pub icon: &'static str,
    pub word: &'static str,
    pub address: &'static str,
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
        address: places::NEW_USER,
        needs: Operation::CreateUser,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator…",
        address: places::NEW_ADMINISTRATOR,
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: ACTIONS,
        icon: "user-plus",
        word: "Add administrator from a user…",
        address: places::ADMINISTRATOR_FROM_USER,
        needs: Operation::CreateAdministrator,
    },
    Known {
        group: SCREENS,
        icon: "house",
        word: "Home",
        address: places::HOME,
        needs: Operation::ReadHomepage,
    },
    Known {
        group: SCREENS,
        icon: "users",
        word: "Users",
        address: places::USERS,
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "trash-2",
        word: "Users → Deleted users",
        address: places::DELETED_USERS,
        needs: Operation::ListUsers,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "Security Management → Password settings",
        address: places::PASSWORD_SETTINGS,
        needs: Operation::ReadPasswordPolicy,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Organization",
        address: places::ORGANIZATION,
        needs: Operation::ReadOrganization,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Administrators",
        address: places::ADMINISTRATORS,
        needs: Operation::ListAdministrators,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outgoing mail",
        address: places::OUTGOING_MAIL,
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Outbox",
        address: places::OUTBOX,
        needs: Operation::ListLetters,
    },
    Known {
        group: SCREENS,
        icon: "settings",
        word: "Settings → Email templates",
        address: places::EMAIL_TEMPLATES,
        needs: Operation::ReadMailSettings,
    },
    Known {
        group: SCREENS,
        icon: "user",
        word: "My account → My details",
        address: places::OWN_DETAILS,
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "shield-check",
        word: "My account → Security",
        address: places::OWN_SECURITY,
        needs: Operation::ReadOwnAccount,
    },
    Known {
        group: SCREENS,
        icon: "laptop",
        word: "My account → Sessions",
        address: places::OWN_SESSIONS,
        needs: Operation::ManageOwnSessions,
    },
];
