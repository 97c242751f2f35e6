//! Who can sign in: an administrator or a user, two kinds of accounts with ids of their own.

use serde::{Deserialize, Serialize};

/// The kind of account that a credential, a session, a link or a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// Signs in to the Admin Portal.
    Administrator,
    /// Signs in to the User Portal and to resources.
    User,
}

impl Principal {
    /// As it is stored and as events name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::User => "user",
        }
    }

    /// Reads what [`Self::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Administrator, Self::User].into_iter().find(|principal| principal.as_str() == text)
    }
}
