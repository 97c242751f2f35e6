//! Time and chance, given to the directory from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use model::{Id, Timestamp};
use rand::rngs::SysRng;
use rand::{SeedableRng, TryRng};

use crate::error::Error;
use crate::payments::{Invoices, PaymentProvider};

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// Where chance comes from. What production is given must be cryptographically strong.
pub trait Rng: Send + Sync + 'static {
    /// Fills the bytes; an error when the system has no randomness to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

#[derive(Debug, thiserror::Error)]
#[error("the system gives no randomness: {0}")]
pub struct NoRandomness(String);

impl From<NoRandomness> for Error {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error)
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// The operating system's randomness.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        SysRng.try_fill_bytes(bytes).map_err(|error| NoRandomness(error.to_string()))
    }
}

/// A clock that stands still until somebody moves it.
#[derive(Debug)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    pub fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(start.as_micros())))
    }

    pub fn advance(&self, span: Duration) {
        self.0.store(self.now().plus(span).as_micros(), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// The machine's clock, set forward by as much as somebody asked: for tests of the whole program.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    pub fn advance(&self, span: Duration) {
        let span = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(span, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros().saturating_add(self.0.load(Ordering::SeqCst)))
    }
}

/// Chance that repeats: for tests only.
pub struct SeededRng(std::sync::Mutex<rand::rngs::StdRng>);

impl SeededRng {
    pub fn from_seed(seed: u64) -> Self {
        Self(std::sync::Mutex::new(rand::rngs::StdRng::seed_from_u64(seed)))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut rng = self.0.lock().map_err(|_| NoRandomness("a test panicked".to_owned()))?;
        rng.try_fill_bytes(bytes).map_err(|error| NoRandomness(error.to_string()))
    }
}

/// How much a password's hash costs (argon2id). The default is OWASP's minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// How many hashes may run at once; each takes `memory_kib`.
    pub at_once: usize,
}

/// A hash keeps one core busy: more at once would only take more memory.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl Default for HashingCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1, at_once: cores() }
    }
}

/// What the directory takes from the world around it.
#[derive(Clone)]
pub struct Environment {
    pub clock: Arc<dyn Clock>,
    pub rng: Arc<dyn Rng>,
    pub hashing: HashingCost,
    /// Who takes payments.
    pub payments: Arc<dyn PaymentProvider>,
}

impl Environment {
    /// The real world.
    pub fn system(hashing: HashingCost) -> Self {
        Self { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng), hashing, payments: Arc::new(Invoices) }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        self.rng.fill(&mut bytes)?;
        Ok(bytes)
    }

    pub fn new_id(&self) -> Result<Id, NoRandomness> {
        let millis = u64::try_from(self.now().as_millis()).unwrap_or(0);
        Ok(Id::new(millis, self.bytes()?))
    }
}
