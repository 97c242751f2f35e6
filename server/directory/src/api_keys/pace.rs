//! How fast one key may ask: so that a program that runs wild leaves the server to the others.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as Beat;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use model::{ErrorCode, Id, Problem};

use directory_core::environment::Clock;

/// So many at once after a rest, such as for the pages of a long list.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(299);
const PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// What each key has left, here: other servers on the same database count for themselves.
pub(crate) struct Pace(RateLimiter<Id, HashMapStateStore<Id>, Time, NoOpMiddleware<Duration>>);

/// The directory's time.
struct Time(Arc<dyn Clock>);

impl Beat for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().as_micros()).unwrap_or(0))
    }
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(RateLimiter::hashmap_with_clock(Quota::per_second(PER_SECOND).allow_burst(BURST), Time(clock)))
    }

    /// Counts one more request of a key that is good.
    ///
    /// # Errors
    /// `too_many`.
    pub(super) fn check(&self, key: Id) -> Result<(), Problem> {
        let Err(not_yet) = self.0.check_key(&key) else { return Ok(()) };
        let wait = not_yet.wait_time_from(self.0.clock().now());
        let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
        let message = format!(
            "This API key asks too fast: {PER_SECOND} requests a second are answered, and {BURST} at once after a rest."
        );
        Err(Problem { retry_after: Some(seconds), ..Problem::new(ErrorCode::TooMany, message) })
    }

    /// Forgets the keys that have rested: they are like new ones.
    pub(crate) fn forget_rested(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use directory_core::environment::MovedClock;

    #[test]
    fn a_key_that_rests_takes_no_memory() {
        let clock = MovedClock::at(Timestamp::from_micros(1_795_338_000_000_000));
        let pace = Pace::new(clock.clone());
        for key in 0..200_u8 {
            pace.check(Id::from([key; 12])).expect("good");
        }
        pace.forget_rested();
        assert_eq!(pace.0.len(), 200, "what counts is kept");
        clock.advance(Duration::from_mins(1));
        pace.check(Id::from([1; 12])).expect("good");
        pace.forget_rested();
        assert_eq!(pace.0.len(), 1);
    }
}
