//! The organization and its settings.

use serde::{Deserialize, Serialize};

use crate::user::UserState;
use crate::{Id, Timestamp};

/// The longest name of an organization, in characters.
pub const ORGANIZATION_NAME_MAX: usize = 128;

/// The whole installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: Id,
    pub version: i64,
    pub name: String,
    pub created_at: Timestamp,
    pub new_users: NewUserStates,
}

/// The state of a new user by where it comes from, when nobody says otherwise
/// (`newSystemUserStateDefaults` of the reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUserStates {
    pub manual_entry: UserState,
    pub csv_import: UserState,
    pub application_import: UserState,
}

impl Default for NewUserStates {
    fn default() -> Self {
        Self {
            manual_entry: UserState::Activated,
            csv_import: UserState::Activated,
            application_import: UserState::Activated,
        }
    }
}
