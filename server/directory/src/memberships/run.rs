//! Telling in the history what began and what ended. The memberships themselves wait for nobody.

use std::collections::BTreeSet;

use model::group::GroupRef;
use model::{Id, Operation, Timestamp};

use super::change::{event, touch};
use super::{FOREVER, names};
use crate::local_time::lateness;
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// How many one transaction tells of: few enough that sign-ins get their turn.
const AT_ONCE: i64 = 500;

const NEXT_START: Sql = sql!("SELECT MIN(starts_at) FROM group_members WHERE NOT begun");
const NEXT_END: Sql = sql!("SELECT MIN(ends_at) FROM group_members WHERE ends_at < 9223372036854775807");
const BEGUN: Sql = sql!(
    "SELECT m.pk, m.group_id, g.name, m.user_id, m.starts_at AS at
    FROM group_members m JOIN user_groups g ON g.id = m.group_id
    WHERE NOT m.begun AND m.starts_at <= $1 ORDER BY m.starts_at, m.pk LIMIT $2"
);
const ENDED: Sql = sql!(
    "SELECT m.pk, m.group_id, g.name, m.user_id, m.ends_at AS at
    FROM group_members m JOIN user_groups g ON g.id = m.group_id
    WHERE m.ends_at <= $1 ORDER BY m.ends_at, m.pk LIMIT $2"
);
const BEGIN: Sql = sql!("UPDATE group_members SET begun = TRUE WHERE pk = $1 AND NOT begun");
const END: Sql = sql!("DELETE FROM group_members WHERE pk = $1 AND ends_at = $2");

#[derive(sqlx::FromRow)]
struct Due {
    pk: i64,
    group_id: Id,
    name: String,
    user_id: Id,
    at: Timestamp,
}

/// When the next one begins or ends.
pub(crate) async fn next_due(context: &Context) -> Result<Option<Timestamp>> {
    let mut tx = context.db().read().await?;
    let (start,): (Option<Timestamp>,) = tx.one(NEXT_START, args![]).await?;
    let (end,): (Option<Timestamp>,) = tx.one(NEXT_END, args![]).await?;
    let end = end.filter(|end| end.as_micros() < FOREVER);
    Ok(start.into_iter().chain(end).min())
}

/// Tells of all that began and ended by now; says how many.
///
/// # Errors
/// `unavailable`, `internal`; what is left is told later.
pub(crate) async fn run_due(context: &Context) -> Result<u64> {
    let mut count = 0;
    loop {
        let told = batch(context).await?;
        if told == 0 {
            return Ok(count);
        }
        count += told;
        tokio::task::yield_now().await;
    }
}

async fn batch(context: &Context) -> Result<u64> {
    let permit = permit(&Actor::system(Task::Schedules), Operation::RunMaintenance)?;
    let mut change = Change::begin(context, permit).await?;
    let now = change.now;
    // What began and ended while no server was there began first.
    let begun: Vec<Due> = change.tx().all(BEGUN, args![now, AT_ONCE]).await?;
    let ended: Vec<Due> = change.tx().all(ENDED, args![now, AT_ONCE]).await?;
    if begun.is_empty() && ended.is_empty() {
        return Ok(0);
    }
    for due in &begun {
        change.run(BEGIN, args![due.pk]).await?;
    }
    tell(&mut change, &begun, true).await?;
    for due in &ended {
        change.run(END, args![due.pk, due.at]).await?;
    }
    tell(&mut change, &ended, false).await?;
    change.commit().await?;
    Ok((begun.len() + ended.len()) as u64)
}

async fn tell(change: &mut Change, due: &[Due], begins: bool) -> Result<()> {
    let now = change.now;
    let names = people(change.tx(), due).await?;
    let mut events = Vec::with_capacity(due.len());
    for one in due {
        let group = GroupRef { id: one.group_id, name: one.name.clone() };
        let late = lateness(one.at, now).map(|late| format!(", {late} late")).unwrap_or_default();
        let (change, words) = if begins {
            (("", group.name.as_str()), format!("as its start had come{late}"))
        } else {
            ((group.name.as_str(), ""), format!("as its end had come{late}"))
        };
        let name = names.get(&one.user_id).map_or("", String::as_str);
        events.push(event(&group, one.user_id, name, change, &words));
    }
    change.record_all(events).await?;
    for group in due.iter().map(|one| one.group_id).collect::<BTreeSet<_>>() {
        touch(change, group).await?;
    }
    Ok(())
}

async fn people(tx: &mut Tx, due: &[Due]) -> Result<std::collections::HashMap<Id, String>> {
    let users: Vec<Id> = due.iter().map(|one| one.user_id).collect();
    names(tx, &users, true).await
}
