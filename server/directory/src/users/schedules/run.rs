//! What is scheduled, done at its time: once, in the order of the times, whoever of several servers comes first,
//! and after a stop of all of them, too.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use model::user::schedule::ScheduledChange;
use model::user::{Notify, UserState};
use model::{Email, Id, Operation, Principal, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::{Stored, keep_next, waiting, whose};
use crate::administrators;
use crate::engine;
use crate::local_time;
use crate::users::messages::To;
use crate::users::{Eligible, lifecycle};
use directory_core::accounts::{self, Login};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// How many one transaction does: few enough that sign-ins get their turn.
const AT_ONCE: u64 = 500;
/// How long it is kept what became of a schedule; what happened stands in the history.
const KEPT: Duration = Duration::from_hours(90 * 24);

const NEXT: Sql = sql!("SELECT MIN(due_at) FROM schedules WHERE state = 'waiting'");
const FORGET: Sql = sql!("DELETE FROM schedules WHERE ended_at > 0 AND ended_at <= $1");
/// Whoever was deleted when it was due keeps the state that they had.
const MISSED: Sql = sql!(
    "UPDATE schedules SET state = 'skipped', ended_at = $1 WHERE state = 'waiting' AND due_at <= $1
    AND user_id IN (SELECT id FROM users WHERE deleted_at IS NOT NULL)"
);

/// When the next one is due.
pub(crate) async fn next_due(context: &Context) -> Result<Option<Timestamp>> {
    let (next,): (Option<Timestamp>,) = context.db().read().await?.one(NEXT, args![]).await?;
    Ok(next)
}

/// What fell due while somebody was deleted is left out; what is still to come waits again.
pub(crate) async fn found_again(change: &mut Change, users: &[Id]) -> Result<()> {
    let now = change.now.as_micros();
    let missed = Query::update()
        .table("schedules")
        .value("state", "skipped")
        .value("ended_at", now)
        .and_where(Expr::col("state").eq(super::WAITING))
        .and_where(Expr::col("due_at").lte(now))
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    let (sql, args) = change.tx().build(&missed);
    change.run(sql, args).await?;
    keep_next(change, users).await
}

/// Forgets what ended long ago.
pub(crate) async fn clean_up(plain: &mut PlainTx) -> Result<()> {
    let now = plain.now;
    plain.run(MISSED, args![now]).await?;
    plain.run(FORGET, args![now.minus(KEPT)]).await?;
    Ok(())
}

/// Does what is due for whoever says this name, before they are let in or sent away.
pub(crate) async fn settle(context: &Context, principal: Principal, login: &Login) -> Result<()> {
    let account = accounts::by_login(&mut context.db().read().await?, principal, login).await?;
    let now = context.env().now();
    match account {
        Some(account) if account.is_behind(now) => {
            let (_, user) = account.owner();
            run_due(context, Some(user)).await.map(drop)
        }
        Some(_) | None => Ok(()),
    }
}

/// Does what is due for everybody, if anything is.
pub(crate) async fn settle_all(context: &Context) -> Result<()> {
    match next_due(context).await? {
        Some(due) if due <= context.env().now() => run_due(context, None).await.map(drop),
        Some(_) | None => Ok(()),
    }
}

/// Does what is due, for everybody or for one user alone; says how many changes it came to.
///
/// # Errors
/// `unavailable`, `internal`; what is left is tried again later.
pub(crate) async fn run_due(context: &Context, only: Option<Id>) -> Result<u64> {
    let mut count = 0;
    loop {
        let batch = next_batch(context, only).await?;
        if batch.is_empty() {
            return Ok(count);
        }
        count += batch.len() as u64;
        match run(context, &batch).await {
            Ok(()) => {}
            // One of them stands in the way of all: each is tried by itself.
            Err(Error::Problem(_)) if batch.len() > 1 => {
                for one in &batch {
                    alone(context, one).await?;
                }
            }
            Err(Error::Problem(problem)) => give_up(context, &batch, &problem).await?,
            Err(error) => return Err(error),
        }
        tokio::task::yield_now().await;
    }
}

async fn alone(context: &Context, one: &Stored) -> Result<()> {
    let batch = std::slice::from_ref(one);
    match run(context, batch).await {
        Err(Error::Problem(problem)) => give_up(context, batch, &problem).await,
        done => done,
    }
}

/// Those that are due and come first, as far as they are done alike: by one administrator, with one email, and no
/// two of one user. Whoever is an administrator, too, is seen to alone.
async fn next_batch(context: &Context, only: Option<Id>) -> Result<Vec<Stored>> {
    let now = context.env().now();
    let mut tx = context.db().read().await?;
    let there =
        Query::select().column("id").from("users").and_where(Expr::col("deleted_at").is_null()).take();
    let which = Cond::all()
        .add(Expr::col("due_at").lte(now.as_micros()))
        .add(Expr::col("user_id").in_subquery(there))
        .add_option(only.map(|user| Expr::col("user_id").eq(user.value())));
    let due = waiting(&mut tx, which, AT_ONCE).await?;
    let users: Vec<Id> = due.iter().map(|stored| stored.user_id).collect();
    let administrators = administrators::among(&mut tx, &users).await?;
    let mut batch: Vec<Stored> = Vec::new();
    // Whose next one is not in the batch: what comes after it has to wait.
    let mut taken = HashSet::new();
    for stored in due {
        let alike = |first: &Stored| {
            (&first.target, &first.starter, &first.notify)
                == (&stored.target, &stored.starter, &stored.notify)
                && !administrators.contains(&first.user_id)
                && !administrators.contains(&stored.user_id)
        };
        let joins = batch.first().is_none_or(alike);
        if taken.insert(stored.user_id) && joins {
            batch.push(stored);
        }
    }
    Ok(batch)
}

/// A permit for what whoever scheduled it may still do; where they may not, the organization's own, which does it
/// to nobody who is an administrator, too.
async fn permit_for(context: &Context, stored: &Stored, operation: Operation) -> Result<(Permit, bool)> {
    if !stored.starter.is_empty()
        && let Ok(permit) =
            engine::permit_of(context, &stored.starter, &stored.starter_name, operation).await?
    {
        return Ok((permit, true));
    }
    Ok((permit(&Actor::system(Task::Schedules), operation)?, false))
}

const NOBODY_ANSWERS: &str =
    "is also an administrator, and whoever scheduled this may not do it to them any more";

async fn run(context: &Context, batch: &[Stored]) -> Result<()> {
    let Some(first) = batch.first() else { return Ok(()) };
    let kind = first.change()?;
    let action = kind.action();
    let (permit, answered) = permit_for(context, first, action.operation()).await?;
    let mut change = Change::begin(context, permit).await?;
    // Another server may have done some of them meanwhile.
    let which = Cond::all().add(Expr::col("id").is_in(batch.iter().map(|stored| stored.id.value())));
    let left = waiting(change.tx(), which, AT_ONCE).await?;
    let users: Vec<Id> = left.iter().map(|stored| stored.user_id).collect();
    let mut eligible = Eligible::among(&mut change, users.clone(), |facts| {
        let unanswered = (facts.administrator && !answered).then_some(NOBODY_ANSWERS);
        unanswered.or_else(|| action.refusal(facts))
    })
    .await?;
    for stored in &left {
        eligible.note(stored.user_id, note(stored, change.now)?);
    }
    let eligible = match kind {
        ScheduledChange::Activation => {
            lifecycle::activate(&mut change, eligible, &address(&first.notify()?)?).await?
        }
        ScheduledChange::Suspension => lifecycle::suspend(&mut change, eligible).await?,
    };
    let done = eligible.ids();
    end(&mut change, &left, &done, "done").await?;
    let outcomes = eligible.outcomes();
    let mut skipped = Vec::new();
    for stored in left.iter().filter(|stored| !done.contains(&stored.user_id)) {
        let outcome = outcomes.iter().find(|outcome| outcome.id == stored.user_id);
        let (name, why) =
            outcome.map_or(("", ""), |one| (&one.name, one.refused.as_deref().unwrap_or_default()));
        skipped.push(missed(stored, name, &format!("{name} {why}"), change.now)?);
    }
    let others: Vec<Id> = users.iter().copied().filter(|user| !done.contains(user)).collect();
    end(&mut change, &left, &others, "skipped").await?;
    change.record_all(skipped).await?;
    keep_next(&mut change, &users).await?;
    change.commit().await
}

/// Where the email goes; an address was checked when it was typed.
fn address(notify: &Notify) -> Result<To> {
    Ok(match notify {
        Notify::Nobody => To::Nobody,
        Notify::Default => To::Default,
        Notify::To(typed) => To::This(Email::parse(typed).map_err(Error::internal)?),
    })
}

/// What an event says of a change that was scheduled.
fn note(stored: &Stored, now: Timestamp) -> Result<String> {
    let late =
        local_time::lateness(stored.due_at, now).map(|late| format!(", {late} late")).unwrap_or_default();
    Ok(format!("as {} scheduled it for {}{late}", stored.starter_name, stored.local()?))
}

/// That a change was not made.
fn missed(stored: &Stored, name: &str, why: &str, now: Timestamp) -> Result<AuditEvent> {
    let kind = lifecycle::event_of(UserState::Activated, stored.change()?.state());
    let told = AuditEvent::new(kind).to("user", stored.user_id, name).message(note(stored, now)?);
    Ok(told.failed_by(why))
}

/// Notes what became of the schedules of these users.
async fn end(change: &mut Change, of: &[Stored], users: &[Id], state: &'static str) -> Result<()> {
    let ended = of.iter().filter(|stored| users.contains(&stored.user_id));
    let update = Query::update()
        .table("schedules")
        .value("state", state)
        .value("ended_at", change.now.as_micros())
        .and_where(Expr::col("id").is_in(ended.map(|stored| stored.id.value())))
        .take();
    let (sql, args) = change.tx().build(&update);
    change.run(sql, args).await?;
    Ok(())
}

/// It cannot be done, and will not be tried again: that is written down.
async fn give_up(context: &Context, batch: &[Stored], problem: &Problem) -> Result<()> {
    let operation = Operation::RunMaintenance;
    let mut change = Change::begin(context, permit(&Actor::system(Task::Schedules), operation)?).await?;
    let users: Vec<Id> = batch.iter().map(|stored| stored.user_id).collect();
    let names: HashMap<_, _> = whose(change.tx(), users.iter().copied()).await?;
    end(&mut change, batch, &users, "failed").await?;
    let mut events = Vec::with_capacity(batch.len());
    for stored in batch {
        let name = names.get(&stored.user_id).map(super::Whose::name).unwrap_or_default();
        events.push(missed(stored, &name, &problem.message, change.now)?);
    }
    change.record_all(events).await?;
    keep_next(&mut change, &users).await?;
    change.commit().await
}
