//! What the directory does by itself: sealing events soon after they are written, carrying on with
//! unfinished imports, forgetting what is over.

use std::future::Future;
use std::time::Duration;

use model::Operation;

use crate::Directory;
use crate::attempts;
use crate::change::Side;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::sessions::IDLE;
use crate::store::args;

const OVER: &str = "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2";
const FORGOTTEN: &str = "DELETE FROM attempts WHERE since <= $1 AND locked_until <= $2";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OVER, FORGOTTEN];

/// How often what is over is looked for.
const ROUND: Duration = Duration::from_mins(1);

impl Directory {
    /// Keeps house until `stop` is ready. Every server on the same database may do so.
    pub async fn keep_house(&self, stop: impl Future<Output = ()>) {
        let mut round = tokio::time::interval(ROUND);
        round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                () = self.sealing_is_due() => report("sealing events", self.seal_events().await.map(drop)),
                _ = round.tick() => report("a round of the house", self.tidy().await),
            }
        }
        report("sealing events", self.seal_events().await.map(drop));
    }

    /// One round: forgets sessions and attempts that are over, erases deleted users whose time is
    /// up, goes on with imports that a restart interrupted, does what is due at its time, seals what is
    /// not sealed.
    ///
    /// # Errors
    /// `unavailable`, `internal`; the next round tries again.
    pub async fn tidy(&self) -> Result<()> {
        let actor = Actor::system("Housekeeping");
        self.import().resume().await?;
        let mut side = Side::begin(self, permit(&actor, Operation::KeepHouse)?).await?;
        let now = side.now;
        side.run(OVER, args![now, now.minus(IDLE)]).await?;
        side.run(FORGOTTEN, args![now.minus(attempts::WINDOW), now]).await?;
        side.commit().await?;
        while self.users().purge_overdue(&actor).await? > 0 {}
        self.run_timers().await?;
        self.seal_events().await?;
        Ok(())
    }
}

fn report(what: &str, outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(what, %error, "will be tried again");
    }
}
