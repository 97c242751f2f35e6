//! Passwords: hashing with argon2id, away from the threads that answer requests and a few at a time.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
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
    params: Params,
    turns: Arc<Semaphore>,
    memory: Memory,
    /// The hash of no password, so that an unknown account costs the same time as a known one.
    decoy: Arc<OnceCell<String>>,
}

impl Hasher {
    pub fn new(cost: HashingCost) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(Error::internal)?;
        Ok(Self {
            params,
            turns: Arc::new(Semaphore::new(cost.at_once.max(1))),
            memory: Memory::default(),
            decoy: Arc::default(),
        })
    }

    /// The hash as a PHC string.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let (memory, params, password) = (self.memory.clone(), self.params.clone(), password.clone());
        self.away(move || memory.hash(&password, params)).await
    }

    /// Compares; without a hash it takes as long and is never right.
    pub async fn verify(&self, password: &Password, hash: Option<String>) -> Result<Verdict> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.decoy().await?,
        };
        let (memory, params, password) = (self.memory.clone(), self.params.clone(), password.clone());
        self.away(move || {
            let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
            let used = Params::try_from(&hash).map_err(Error::internal)?;
            let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
            let outdated = cost(&used) != cost(&params);
            Ok(Verdict { right: memory.is_right(&password, &hash, used)? && known, outdated })
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

    /// Runs `work` on a thread for blocking work, when it is its turn. Once begun, the work keeps its turn
    /// until it ends, even when nobody waits for it any more.
    ///
    /// # Errors
    /// Those of `work`; `internal`.
    pub async fn away<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// The memory that hashes are made in. One block for each hash that runs at once, made when it is first
/// needed and used again after that: allocated anew by each of many threads, it would not come back.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Vec<Block>>>>);

impl Memory {
    fn hash(&self, password: &Password, params: Params) -> Result<String> {
        let salt = Salt::generate();
        let named = ParamsString::try_from(&params).map_err(Error::internal)?;
        let blocks = params.block_count();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let output = self.fill(&argon, blocks, password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: named,
            salt: Some(salt),
            hash: Some(output),
        };
        Ok(hash.to_string())
    }

    /// Whether a password is the one of a hash that was made with these parameters. Takes the same time
    /// either way.
    fn is_right(&self, password: &Password, hash: &PasswordHash, params: Params) -> Result<bool> {
        let (Some(salt), Some(known)) = (&hash.salt, &hash.hash) else { return Ok(false) };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(Error::internal)?;
        let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(Error::internal)?;
        let blocks = params.block_count();
        let argon = Argon2::new(algorithm, version, params);
        Ok(self.fill(&argon, blocks, password, salt, known.len())? == *known)
    }

    fn fill(
        &self,
        argon: &Argon2<'_>,
        blocks: usize,
        password: &Password,
        salt: &Salt,
        length: usize,
    ) -> Result<Output> {
        let mut memory = self.blocks().pop().unwrap_or_default();
        memory.resize(blocks, Block::new());
        let mut output = Zeroizing::new(vec![0; length]);
        let password = composed(password);
        let done = argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory);
        self.blocks().push(memory);
        done.map_err(Error::internal)?;
        Output::new(&output).map_err(Error::internal)
    }

    /// Whoever panicked while holding them left whole blocks behind.
    fn blocks(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Each hash keeps its turn and its memory, whoever still waits for it.
    #[tokio::test]
    async fn what_nobody_waits_for_keeps_its_turn() {
        let hasher =
            Hasher::new(HashingCost { memory_kib: 64, passes: 1, lanes: 1, at_once: 2 }).expect("a hasher");
        let (begun, running) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let ended = Arc::new(Mutex::new(ended));
        for _ in 0..2 {
            let (begun, ended) = (begun.clone(), ended.clone());
            let work = hasher.away(move || {
                begun.send(()).expect("heard");
                ended.lock().expect("whole").recv().expect("told");
                Ok(())
            });
            // Polled until it has begun, and then dropped, as a request is whose client has gone.
            tokio::select! {
                biased;
                _ = work => panic!("nobody ended it"),
                () = tokio::task::yield_now() => {}
            }
            running.recv().expect("begun");
        }
        assert_eq!(hasher.turns.available_permits(), 0);
        for _ in 0..2 {
            end.send(()).expect("heard");
        }
        let both = hasher.turns.acquire_many(2).await.expect("both turns");
        drop(both);
        for _ in 0..20 {
            let typed = password("one of many");
            let (one, other) = tokio::join!(hasher.hash(&typed), hasher.verify(&typed, None));
            one.expect("a hash");
            other.expect("a verdict");
        }
        assert!(hasher.memory.blocks().len() <= 2, "no more than run at once");
    }

    /// What `argon2` itself makes of a password is taken, and the other way round.
    #[tokio::test]
    async fn hashes_are_those_of_the_standard() {
        use argon2::{PasswordHasher as _, PasswordVerifier as _};
        let cost = HashingCost { memory_kib: 64, passes: 1, lanes: 2, ..HashingCost::default() };
        let hasher = Hasher::new(cost).expect("a hasher");
        let ours = hasher.hash(&password("correct horse")).await.expect("a hash");
        assert!(ours.starts_with("$argon2id$v=19$m=64,t=1,p=2$"), "{ours}");
        Argon2::default().verify_password(b"correct horse", ours.as_str()).expect("right");
        for (memory, passes) in [(64, 2), (256, 1), (32, 1)] {
            let params = Params::new(memory, passes, 1, None).expect("parameters");
            let theirs = Argon2::from(params).hash_password(b"correct horse").expect("a hash").to_string();
            let right =
                hasher.verify(&password("correct horse"), Some(theirs.clone())).await.expect("a verdict");
            assert_eq!(right, Verdict { right: true, outdated: true });
            assert!(!hasher.verify(&password("correct horsf"), Some(theirs)).await.expect("a verdict").right);
        }
    }
}
