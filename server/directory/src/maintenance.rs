//! What the directory does by itself: sealing events soon after they are written, sending mail,
//! working on jobs, forgetting what is over.

use std::future::Future;
use std::time::Duration;

use model::{Operation, Timestamp};
use tokio::sync::watch;

use crate::api_keys::Pace;
use crate::engine;
use crate::history::seal_events;
use crate::import;
use crate::jobs;
use crate::ldap::Searches;
use crate::lockout;
use crate::mail::{self, Delivery, Mail};
use crate::memberships;
use crate::passkeys;
use crate::rules;
use crate::scheduled::run_timers;
use crate::sessions::longest_idle;
use crate::users::{Users, schedules};
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

const OVER: Sql = sql!("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2");
const FORGOTTEN: Sql = sql!("DELETE FROM attempts WHERE since <= $1 AND locked_until <= $2");

/// How often what is over is looked for.
const ROUND: Duration = Duration::from_mins(1);
/// How often mail is looked for that nobody told of: because its time has come, or because the
/// server that wrote it died.
const MAIL_ROUND: Duration = Duration::from_secs(5);

/// How often jobs are looked for that nobody told of: because another server had them and died.
const JOB_ROUND: Duration = Duration::from_secs(5);
/// How many chunks of jobs are done before it is asked whether to stop.
const JOB_CHUNKS: u64 = 4;

/// How often searches over LDAP are written to the history.
const SEARCHES_ROUND: Duration = Duration::from_secs(1);

/// Even where the next one is due at once, others get their turn.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// How often schedules are looked for that nobody told of; the next one that is known is waited for exactly.
const SCHEDULE_ROUND: Duration = Duration::from_secs(5);

/// How often rules of groups are looked at that nobody told of: because another server had them and died.
const RULE_ROUND: Duration = Duration::from_secs(5);

/// The directory's own work.
pub(crate) struct Maintenance<'a> {
    pub context: &'a Context,
    pub delivery: &'a Delivery,
    pub pace: &'a Pace,
    pub searches: &'a Searches,
}

impl Maintenance<'_> {
    /// Runs the maintenance until `stop` is ready. Every server on the same database may do so.
    pub async fn run_maintenance(&self, stop: impl Future<Output = ()>) {
        let (tell, told) = watch::channel(false);
        let maintenance = async {
            self.go_round(stop).await;
            tell.send_replace(true);
        };
        // Neither a mail server that is slow nor long work holds anything else up.
        let mail = Box::pin(self.send_mail(told.clone()));
        let jobs = Box::pin(self.work_on_jobs(told.clone()));
        let schedules = Box::pin(self.keep_schedules(told.clone()));
        let rules = Box::pin(self.apply_rules(told));
        tokio::join!(Box::pin(maintenance), mail, jobs, schedules, rules);
    }

    async fn go_round(&self, stop: impl Future<Output = ()>) {
        let mut round = tokio::time::interval(ROUND);
        round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut searches = tokio::time::interval(SEARCHES_ROUND);
        searches.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                () = self.context.sealing_is_due() => report("sealing events", seal_events(self.context).await.map(drop)),
                _ = searches.tick() => report("searches over LDAP", self.searches.write(self.context).await),
                _ = round.tick() => report("a round of maintenance", self.clean_up().await),
            }
        }
        report("sealing events", seal_events(self.context).await.map(drop));
    }

    /// Sends messages as they come, and finishes those under way before it stops.
    async fn send_mail(&self, mut told: watch::Receiver<bool>) {
        let mut under_way = mail::Batch::new();
        while !*told.borrow() {
            report(
                "sending mail",
                Mail(self.context, self.delivery).send_out(&mut under_way).await.map(drop),
            );
            tokio::select! {
                Some(done) = under_way.next(), if !under_way.is_empty() => report("sending mail", done),
                _ = told.wait_for(|told| *told) => {}
                () = self.context.mail_is_due() => {}
                () = tokio::time::sleep(MAIL_ROUND) => {}
            }
        }
        while let Some(done) = under_way.next().await {
            report("sending mail", done);
        }
    }

    /// Works on jobs as they come, and finishes the chunk under way before it stops.
    async fn work_on_jobs(&self, mut told: watch::Receiver<bool>) {
        while !*told.borrow() {
            match jobs::work(self.context, JOB_CHUNKS).await {
                Ok(JOB_CHUNKS) => continue,
                Ok(_) => {}
                Err(error) => report("working on a job", Err(error)),
            }
            tokio::select! {
                _ = told.wait_for(|told| *told) => {}
                () = self.context.job_is_due() => {}
                () = tokio::time::sleep(JOB_ROUND) => {}
            }
        }
    }

    /// Changes states at their time; at the start also what fell due while no server was there.
    async fn keep_schedules(&self, mut told: watch::Receiver<bool>) {
        while !*told.borrow() {
            let wait = match self.run_schedules().await {
                Ok(next) => next.map_or(SCHEDULE_ROUND, |next| {
                    next.since(self.context.env().now()).clamp(SHORTEST_WAIT, SCHEDULE_ROUND)
                }),
                Err(error) => {
                    report("scheduled changes", Err(error));
                    SCHEDULE_ROUND
                }
            };
            tokio::select! {
                _ = told.wait_for(|told| *told) => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Keeps the members of groups as their rules say: after each change, and when time alone changes them.
    async fn apply_rules(&self, mut told: watch::Receiver<bool>) {
        while !*told.borrow() {
            report("applying the rules of groups", rules::run_due(self.context).await.map(drop));
            let now = self.context.env().now();
            let wait = match rules::next_due(self.context).await {
                Ok(Some(next)) => next.since(now).clamp(SHORTEST_WAIT, RULE_ROUND),
                Ok(None) | Err(_) => RULE_ROUND,
            };
            tokio::select! {
                _ = told.wait_for(|told| *told) => {}
                () = self.context.change_is_committed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Does what is due; says when the next one is.
    async fn run_schedules(&self) -> Result<Option<Timestamp>> {
        let next = self.next_due().await?;
        if next.is_none_or(|next| next > self.context.env().now()) {
            return Ok(next);
        }
        schedules::run_due(self.context, None).await?;
        memberships::run_due(self.context).await?;
        self.next_due().await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        let change = schedules::next_due(self.context).await?;
        let membership = memberships::next_due(self.context).await?;
        Ok(change.into_iter().chain(membership).min())
    }

    /// One round: forgets sessions, attempts, ceremonies and messages that are over, erases deleted users whose time
    /// is up, does what is due at its time, seals what
    /// is not sealed.
    ///
    /// # Errors
    /// `unavailable`, `internal`; the next round tries again.
    pub async fn clean_up(&self) -> Result<()> {
        jobs::finish_imports(self.context).await?;
        self.searches.write(self.context).await?;
        self.round().await
    }

    /// Forgets sessions, attempts, ceremonies, messages and jobs that are over, erases deleted users whose time
    /// is up, does what is due at its time, seals what is not sealed.
    async fn round(&self) -> Result<()> {
        let actor = Actor::system(Task::Maintenance);
        let mut plain = PlainTx::begin(self.context, permit(&actor, Operation::RunMaintenance)?).await?;
        let now = plain.now;
        self.pace.forget_rested();
        let unused = now.minus(longest_idle(plain.tx()).await?);
        plain.run(OVER, args![now, unused]).await?;
        let window = lockout::longest_window(plain.tx()).await?;
        plain.run(FORGOTTEN, args![now.minus(window), now]).await?;
        passkeys::clean_up(&mut plain).await?;
        mail::clean_up(&mut plain).await?;
        engine::clean_up(&mut plain).await?;
        schedules::clean_up(&mut plain).await?;
        import::clean_up(&mut plain).await?;
        plain.commit().await?;
        self.run_schedules().await?;
        rules::run_due(self.context).await?;
        while Users(self.context).purge_overdue(&actor).await? > 0 {}
        run_timers(self.context).await?;
        seal_events(self.context).await?;
        Ok(())
    }
}

fn report(what: &str, outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(what, %error, "will be tried again");
    }
}
