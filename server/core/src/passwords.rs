//! Passwords: hashing with argon2id, away from the threads that answer requests and a few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use model::Password;
use tokio::sync::{OnceCell, Semaphore};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::environment::HashingCost;
use crate::error::{Error, Result};

/// What came of comparing a password with a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    /// The hash costs less than it would today; make a new one while the password is at hand.
    pub outdated: bool,
}

/// Makes and checks hashes.
#[derive(Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    params: Params,
    turns: Arc<Semaphore>,
    /// The hash of no password, so that an unknown account costs the same time as a known one.
    decoy: Arc<OnceCell<String>>,
}

impl Hasher {
    pub fn new(cost: HashingCost) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(Error::internal)?;
        Ok(Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()),
            params,
            turns: Arc::new(Semaphore::new(cost.at_once.max(1))),
            decoy: Arc::default(),
        })
    }

    /// The hash as a PHC string.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let (argon, password) = (self.argon.clone(), password.clone());
        self.away(move || {
            argon
                .hash_password(composed(&password).as_bytes())
                .map(|hash| hash.to_string())
                .map_err(Error::internal)
        })
        .await
    }

    /// Compares; without a hash it takes as long and is never right.
    pub async fn verify(&self, password: &Password, hash: Option<String>) -> Result<Verdict> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.decoy().await?,
        };
        let (argon, password, params) = (self.argon.clone(), password.clone(), self.params.clone());
        self.away(move || {
            let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
            let right = argon.verify_password(composed(&password).as_bytes(), &hash).is_ok() && known;
            let outdated = Params::try_from(&hash).is_ok_and(|used| {
                (used.m_cost(), used.t_cost(), used.p_cost())
                    != (params.m_cost(), params.t_cost(), params.p_cost())
            });
            Ok(Verdict { right, outdated })
        })
        .await
    }

    async fn decoy(&self) -> Result<String> {
        let made = self
            .decoy
            .get_or_try_init(|| async {
                let nobody = Password::parse("the password of nobody").map_err(Error::internal)?;
                self.hash(&nobody).await
            })
            .await?;
        Ok(made.clone())
    }

    /// Runs `work` on a thread for blocking work, when it is its turn.
    ///
    /// # Errors
    /// Those of `work`; `internal`.
    pub async fn away<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// The password as NFKC: one keyboard writes é as a letter, another as e with an accent, and it is the
/// same password (NIST SP 800-63B, 3.1.1.2).
fn composed(password: &Password) -> Zeroizing<String> {
    Zeroizing::new(password.expose().nfkc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).expect("a password")
    }

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let hasher = Hasher::new(HashingCost { memory_kib: 64, passes: 1, ..HashingCost::default() })
            .expect("a hasher");
        let hash = hasher.hash(&password("correct horse")).await.expect("a hash");
        let verify = async |text: &str, hash: Option<String>| {
            hasher.verify(&password(text), hash).await.expect("a verdict")
        };
        assert_eq!(
            verify("correct horse", Some(hash.clone())).await,
            Verdict { right: true, outdated: false }
        );
        assert!(!verify("Correct horse", Some(hash.clone())).await.right);
        assert!(!verify("the password of nobody", None).await.right);
        let composed = hasher.hash(&password("caf\u{e9} au lait")).await.expect("a hash");
        assert!(verify("cafe\u{301} au lait", Some(composed.clone())).await.right, "from another keyboard");
        assert!(!verify("cafe au lait", Some(composed)).await.right);
        let dearer = Hasher::new(HashingCost { memory_kib: 128, passes: 1, ..HashingCost::default() })
            .expect("a hasher");
        let verdict = dearer.verify(&password("correct horse"), Some(hash)).await.expect("a verdict");
        assert_eq!(verdict, Verdict { right: true, outdated: true });
    }
}
