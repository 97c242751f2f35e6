//! SSH public keys of users.

use serde::{Deserialize, Serialize};

use crate::{Id, Timestamp};

/// An SSH public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKey {
    pub id: Id,
    pub name: String,
    /// `ssh-ed25519` and others.
    pub algorithm: String,
    /// As `ssh-keygen -l` shows it: `SHA256:…`
    pub fingerprint: String,
    pub created_at: Timestamp,
}
