//! Wrong passwords of late. A program that goes on with a password that was changed tries it again and again: the same
//! one counts once, so that it locks nobody out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use model::Timestamp;
use sha2::{Digest as _, Sha256};

use directory_core::accounts::Account;
use directory_core::environment::Environment;
use directory_core::error::Result;

/// So long a wrong password is known.
const KNOWN: Duration = Duration::from_mins(15);
/// So many are known at most.
const KNOWN_MAX: usize = 10_000;

/// What stands for a name with a password: nothing leads back from it, and it dies with the process.
pub(super) type Mark = [u8; 32];

/// Passwords that were wrong, here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Retries(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    key: OnceLock<[u8; 32]>,
    known: Mutex<HashMap<Mark, Timestamp>>,
}

impl Retries {
    /// The mark of a password under a name. With a new password, a lock and whatever else ends sessions it is another.
    pub(super) fn mark(
        &self,
        env: &Environment,
        username: &str,
        account: Option<&Account>,
        password: &str,
    ) -> Result<Mark> {
        let key = if let Some(key) = self.0.key.get() {
            *key
        } else {
            let made = env.bytes::<32>()?;
            *self.0.key.get_or_init(|| made)
        };
        let epoch = account.map_or(-1, |account| account.auth_epoch);
        let mut digest = Sha256::new();
        digest.update(key);
        digest.update(epoch.to_be_bytes());
        digest.update((username.len() as u64).to_be_bytes());
        digest.update(username);
        digest.update(password);
        Ok(digest.finalize().into())
    }

    pub(super) fn is_known(&self, mark: &Mark, now: Timestamp) -> bool {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(mark).is_some_and(|at| now.since(*at) < KNOWN)
    }

    pub(super) fn remember(&self, mark: Mark, now: Timestamp) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.retain(|_, at| now.since(*at) < KNOWN);
        }
        if known.len() < KNOWN_MAX {
            known.insert(mark, now);
        }
    }
}
