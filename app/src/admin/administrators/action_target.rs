//! Whom an action may be about.

use std::sync::Arc;

use model::Id;
use model::administrator::{Action, Administrator, AdministratorRow, full_name};

use super::copy::Subject;
use super::whom;

/// Somebody whom an action may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionTarget {
    pub id: Id,
    pub version: i64,
    pub name: String,
    pub email: String,
    pub subject: Subject,
    /// How their API key begins, if they have one.
    pub key: Option<String>,
}

impl From<&AdministratorRow> for ActionTarget {
    /// Their version is not known, which deleting does not ask for.
    fn from(row: &AdministratorRow) -> Self {
        let name = full_name(&row.first_name, &row.last_name);
        let (from_user, passkey) = (row.from_user, row.passkey_enrolled);
        let subject = Subject { whom: whom(row.id), from_user, passkey };
        let key = row.api_key.as_ref().map(|key| key.hint.clone());
        Self { id: row.id, version: 0, name, email: row.email.clone(), subject, key }
    }
}

impl From<&Administrator> for ActionTarget {
    fn from(one: &Administrator) -> Self {
        let (from_user, passkey) = (one.user.is_some(), one.passkey_enrolled);
        let subject = Subject { whom: whom(one.id), from_user, passkey };
        let key = one.api_key.as_ref().map(|key| key.hint.clone());
        Self {
            id: one.id,
            version: one.version,
            name: one.name(),
            email: one.email.to_string(),
            subject,
            key,
        }
    }
}

/// Hears which action was done.
pub(super) type OnDone = Arc<dyn Fn(Action) + Send + Sync>;
