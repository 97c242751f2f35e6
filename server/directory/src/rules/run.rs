//! Keeping the members of groups as their rules say: after each change, and when time alone changes what holds.

use std::time::Duration;

use model::event::EventKind;
use model::group::{GroupRef, stops};
use model::{Id, Operation, Timestamp};

use super::apply::{Effective, ROWS, Scope};
use super::{Stored, find};
use crate::memberships::{group, names, touch};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// How often a rule that counts days looks at all users again.
const AGAIN: Duration = Duration::from_hours(1);
/// How often rules that hang on one another are gone through in one run. They hang in no circle.
const PASSES: usize = 50;
const ENDED_AT_ONCE: i64 = 500;

const HEAD: Sql = sql!("SELECT seq FROM head");
const AUTOMATIC: Sql = sql!(
    "SELECT r.group_id FROM group_rules r WHERE r.mode = 'automatic' AND (r.applied_seq = 0 OR r.again_at <= $1
        OR r.applied_seq < (SELECT COALESCE(MAX(u.seq), 0) FROM users u)
        OR EXISTS (SELECT 1 FROM group_rule_uses s JOIN group_closure c ON c.group_id = s.used_id
            JOIN user_groups g ON g.id = c.inner_id WHERE s.group_id = r.group_id AND g.seq > r.applied_seq))
    ORDER BY r.group_id"
);
const GROUPS_CHANGED: Sql = sql!(
    "SELECT COUNT(*) FROM group_rule_uses s JOIN group_closure c ON c.group_id = s.used_id
    JOIN user_groups g ON g.id = c.inner_id WHERE s.group_id = $1 AND g.seq > $2"
);
const APPLIED: Sql = sql!(
    "UPDATE group_rules SET applied_seq = $3, again_at = $4, allowed = 0, held_at = 0, held_leaving = 0, held_members = 0
    WHERE group_id = $1 AND version = $2"
);
const HOLD: Sql = sql!(
    "UPDATE group_rules SET held_at = $3, held_leaving = $4, held_members = $5 WHERE group_id = $1 AND version = $2"
);
const WINDOW: Sql = sql!(
    "UPDATE group_rules SET window_at = $3, window_members = $4, window_left = $5 WHERE group_id = $1 AND version = $2"
);
const NEXT: Sql = sql!(
    "SELECT (SELECT MIN(again_at) FROM group_rules WHERE mode = 'automatic' AND held_at = 0),
        (SELECT MIN(ends_at) FROM group_exceptions)"
);
const ENDED: Sql = sql!(
    "SELECT e.group_id, g.name, e.user_id FROM group_exceptions e JOIN user_groups g ON g.id = e.group_id
    WHERE e.ends_at <= $1 ORDER BY e.ends_at, e.group_id, e.user_id LIMIT $2"
);
const END: Sql = sql!("DELETE FROM group_exceptions WHERE group_id = $1 AND user_id = $2 AND ends_at <= $3");
pub(super) const LOOK_AGAIN: Sql = sql!("UPDATE group_rules SET applied_seq = 0 WHERE group_id = $1");

fn own_work() -> Result<Permit> {
    permit(&Actor::system(Task::GroupRules), Operation::RunMaintenance)
}

/// When time alone changes next what a rule says.
pub(crate) async fn next_due(context: &Context) -> Result<Option<Timestamp>> {
    let mut tx = context.db().read().await?;
    let (again, end): (Option<Timestamp>, Option<Timestamp>) = tx.one(NEXT, args![]).await?;
    Ok(again.into_iter().chain(end).filter(|at| *at < Timestamp::END).min())
}

/// Brings the members of all groups with a rule to what it says now; says how many came in or left.
///
/// # Errors
/// `unavailable`, `internal`; what is left is done later.
pub(crate) async fn run_due(context: &Context) -> Result<u64> {
    end_exceptions(context).await?;
    let mut count = 0;
    for _ in 0..PASSES {
        let (mut moved, mut applied) = (0, Vec::new());
        let due = due(context).await?;
        for id in due {
            match run_one(context, id).await {
                Ok((count, mark)) => {
                    moved += count;
                    applied.extend(mark);
                }
                // A rule that cannot be judged holds no other up.
                Err(Error::Problem(problem)) => {
                    tracing::error!(group = %id, why = problem.message, "a rule was not applied");
                }
                Err(error) => return Err(error),
            }
            tokio::task::yield_now().await;
        }
        mark(context, &applied).await?;
        if moved == 0 {
            break;
        }
        count += moved;
    }
    Ok(count)
}

async fn due(context: &Context) -> Result<Vec<Id>> {
    let now = context.env().now();
    let rows: Vec<(Id,)> = context.db().read().await?.all(AUTOMATIC, args![now]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Up to where a rule has been applied.
#[derive(Clone, Debug)]
struct Mark {
    group: Id,
    version: i64,
    seq: i64,
    again_at: Timestamp,
}

/// Notes how far rules have been applied.
async fn mark(context: &Context, applied: &[Mark]) -> Result<()> {
    if applied.is_empty() {
        return Ok(());
    }
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    for one in applied {
        plain.run(APPLIED, args![one.group, one.version, one.seq, one.again_at]).await?;
    }
    plain.commit().await
}

/// One rule at once, after it was saved. What goes wrong is tried again by the directory itself.
pub(super) async fn run_now(context: &Context, id: Id) {
    let applied = async {
        let (_, applied) = run_one(context, id).await?;
        mark(context, applied.as_slice()).await
    };
    if let Err(error) = applied.await {
        tracing::warn!(group = %id, %error, "a rule is saved, and will be applied later");
    }
}

/// One rule, to its end; says how many came in or left, and how far it has been applied unless it stopped.
async fn run_one(context: &Context, id: Id) -> Result<(u64, Option<Mark>)> {
    let mut tx = context.db().read().await?;
    // What is committed up to here is seen by all that follows.
    let (head,): (i64,) = tx.one(HEAD, args![]).await?;
    let Some(stored) = find(&mut tx, id).await?.filter(Stored::is_automatic) else { return Ok((0, None)) };
    let now = context.env().now();
    let rule = stored.block()?;
    let scope = scope(&mut tx, &stored, rule.looks_at_others(), now).await?;
    let effective = Effective::of(id, &rule, now)?;
    let mut count = 0;
    if effective.differs(&mut tx, &scope).await? {
        let (present, leaving) = effective.shares(&mut tx, &scope).await?;
        drop(tx);
        let brake = u8::try_from(stored.brake).unwrap_or(100);
        let window = Window::of(&stored, present, now);
        let would = window.left.saturating_add(leaving);
        // What stopped goes on when an administrator says so, or when nobody would leave, not by the hour.
        let stopped = leaving > 0 && stored.held().is_some();
        if (stopped || stops(brake, window.members, would)) && leaving > stored.allowed.unsigned_abs() {
            hold(context, &stored, (leaving, present)).await?;
            return Ok((0, None));
        }
        if leaving > 0 {
            window.keep(context, &stored, leaving).await?;
        }
        while let Some(moved) = step(context, &stored, &scope).await? {
            count += moved;
            if moved < ROWS {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let again_at = if rule.depends_on_time() { now.plus(AGAIN) } else { Timestamp::END };
    Ok((count, Some(Mark { group: id, version: stored.version, seq: head, again_at })))
}

/// Who left by a rule within an hour is counted together: what takes people out one after the other meets the brake
/// like what takes them out at once.
#[derive(Clone, Copy, Debug)]
struct Window {
    since: Timestamp,
    members: u64,
    left: u64,
}

impl Window {
    fn of(stored: &Stored, present: u64, now: Timestamp) -> Self {
        // What an administrator has let go is counted no more.
        if stored.allowed > 0 || now.since(stored.window_at) > AGAIN {
            return Self { since: now, members: present, left: 0 };
        }
        Self {
            since: stored.window_at,
            members: stored.window_members.unsigned_abs(),
            left: stored.window_left.unsigned_abs(),
        }
    }

    /// Notes that so many leave now. They are counted although their leaving may be interrupted, rather than not.
    async fn keep(self, context: &Context, stored: &Stored, leaving: u64) -> Result<()> {
        let count = |of: u64| i64::try_from(of).unwrap_or(i64::MAX);
        let left = if stored.allowed > 0 { 0 } else { count(self.left.saturating_add(leaving)) };
        let mut plain = PlainTx::begin(context, own_work()?).await?;
        let members =
            count(if stored.allowed > 0 { self.members.saturating_sub(leaving) } else { self.members });
        plain.run(WINDOW, args![stored.group_id, stored.version, self.since, members, left]).await?;
        plain.commit().await
    }
}

/// All users where a change of one may change what holds of others, otherwise those who were changed.
async fn scope(tx: &mut Tx, stored: &Stored, looks_at_others: bool, now: Timestamp) -> Result<Scope> {
    if stored.applied_seq == 0 || looks_at_others || stored.again_at <= now {
        return Ok(Scope::All);
    }
    let (groups,): (i64,) = tx.one(GROUPS_CHANGED, args![stored.group_id, stored.applied_seq]).await?;
    Ok(if groups > 0 { Scope::All } else { Scope::Since(stored.applied_seq) })
}

/// One transaction's share; none where the rule is another meanwhile.
async fn step(context: &Context, stored: &Stored, scope: &Scope) -> Result<Option<u64>> {
    let mut change = Change::begin(context, own_work()?).await?;
    let now = change.now;
    let same = find(change.tx(), stored.group_id).await?.filter(|one| one.version == stored.version);
    let Some(same) = same else { return Ok(None) };
    let of = group(change.tx(), same.group_id).await?;
    let effective = Effective::of(of.id, &same.block()?, now)?;
    let moved = effective.step(&mut change, &of, scope, &same.words).await?;
    if moved > 0 {
        change.commit().await?;
    }
    Ok(Some(moved))
}

/// Stops a rule until an administrator has looked at it; tells so once.
async fn hold(context: &Context, stored: &Stored, (leaving, members): (u64, u64)) -> Result<()> {
    let known = stored.held().is_some_and(|held| (held.leaving, held.members) == (leaving, members));
    if known {
        return Ok(());
    }
    let mut change = Change::begin(context, own_work()?).await?;
    let since = if stored.held_at.as_micros() == 0 { change.now } else { stored.held_at };
    let counts = [leaving, members].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let row = args![stored.group_id, stored.version, since, counts[0], counts[1]];
    if change.run(HOLD, row).await? == 1 && stored.held().is_none() {
        let of = group(change.tx(), stored.group_id).await?;
        let told = AuditEvent::new(EventKind::GroupRuleStop).to("user_group", of.id, &*of.name);
        let told = told.changes(vec![field("leaving", "", format!("{leaving} of {members}"))]);
        change.record(told.message(format!("{leaving} of {members} members would have left"))).await?;
        touch(&mut change, of.id).await?;
    }
    change.commit().await
}

#[derive(sqlx::FromRow)]
struct Ended {
    group_id: Id,
    name: String,
    user_id: Id,
}

/// Takes away exceptions whose end has come.
async fn end_exceptions(context: &Context) -> Result<()> {
    loop {
        let now = context.env().now();
        let ended: Vec<Ended> = context.db().read().await?.all(ENDED, args![now, ENDED_AT_ONCE]).await?;
        if ended.is_empty() {
            return Ok(());
        }
        let mut change = Change::begin(context, own_work()?).await?;
        let users: Vec<Id> = ended.iter().map(|one| one.user_id).collect();
        let names = names(change.tx(), &users, true).await?;
        for one in ended {
            if change.run(END, args![one.group_id, one.user_id, now]).await? == 0 {
                continue;
            }
            let of = GroupRef { id: one.group_id, name: one.name };
            change.run(LOOK_AGAIN, args![of.id]).await?;
            let name = names.get(&one.user_id).map_or("", String::as_str);
            let told = AuditEvent::new(EventKind::AssociationChange).to("user", one.user_id, name);
            let told = told.changes(vec![field("exception", &*of.name, "")]);
            change.record(told.message(format!("exception from the rule of {} ended", of.name))).await?;
        }
        change.commit().await?;
    }
}
