//! Scheduled changes of users' states. A schedule is an instant, which is kept with the zone that it was typed in;
//! the database keeps the next of each kind with the user, so that whoever signs in meets the state that holds at
//! that moment, however late the work on schedules is.

mod list;
mod program;
mod run;
mod write;

use std::collections::HashMap;

use model::user::schedule::{LocalTime, Schedule, ScheduledChange};
use model::user::{Notify, UserState, name_of};
use model::{Id, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query};

use crate::local_time;
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};
use directory_core::transaction::Change;

pub(super) use list::of_user;
pub(crate) use list::upcoming;
pub(crate) use run::{clean_up, found_again, next_due, run_due, settle, settle_all};
pub(super) use write::{check, schedule, when};

/// Those that wait.
const WAITING: &str = "waiting";

/// A row of `schedules`, as lists and the work on them read it.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    id: Id,
    user_id: Id,
    version: i64,
    target: String,
    due_at: Timestamp,
    local_date: String,
    local_time: String,
    zone: String,
    notify: String,
    starter: String,
    starter_name: String,
    created_at: Timestamp,
}

const COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "version",
    "target",
    "due_at",
    "local_date",
    "local_time",
    "zone",
    "notify",
    "starter",
    "starter_name",
    "created_at",
];

/// The user of a schedule, by name and state.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Whose {
    id: Id,
    username: String,
    first_name: String,
    last_name: String,
    display_name: String,
    state: UserState,
}

impl Whose {
    fn name(&self) -> String {
        name_of(&self.display_name, &self.first_name, &self.last_name, &self.username)
    }
}

impl Stored {
    fn change(&self) -> Result<ScheduledChange> {
        let known = ScheduledChange::parse(&self.target);
        known.ok_or_else(|| directory_core::error::Error::internal(format!("a schedule to {}", self.target)))
    }

    fn notify(&self) -> Result<Notify> {
        Ok(serde_json::from_str(&self.notify)?)
    }

    fn local(&self) -> Result<String> {
        local_time::shown_in(self.due_at, &self.zone)
    }

    fn into_schedule(self, of: &Whose) -> Result<Schedule> {
        Ok(Schedule {
            id: self.id,
            version: self.version,
            user: self.user_id,
            name: of.name(),
            state: of.state,
            change: self.change()?,
            at: self.due_at,
            local: self.local()?,
            notify: self.notify()?,
            typed: LocalTime { date: self.local_date, time: self.local_time, zone: self.zone },
            scheduled_by: self.starter_name,
            created_at: self.created_at,
        })
    }
}

/// Rows that wait, the next first.
async fn waiting(tx: &mut Tx, which: Cond, at_most: u64) -> Result<Vec<Stored>> {
    let select = Query::select()
        .columns(COLUMNS.iter().copied())
        .from("schedules")
        .and_where(Expr::col("state").eq(WAITING))
        .cond_where(which)
        .order_by("due_at", Order::Asc)
        .order_by("pk", Order::Asc)
        .limit(at_most)
        .take();
    Ok(tx.select(&select).await?)
}

/// The names and states of these users, of those that are not deleted.
async fn whose(tx: &mut Tx, users: impl Iterator<Item = Id>) -> Result<HashMap<Id, Whose>> {
    let select = Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name", "state"])
        .from("users")
        .and_where(Expr::col("id").is_in(users.map(Arg::value)))
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    let found: Vec<Whose> = tx.select(&select).await?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}

/// A change of a user's state that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub at: Timestamp,
    pub change: ScheduledChange,
}

/// What waits for each of these users, the next first.
pub(super) async fn waiting_for(tx: &mut Tx, users: &[Id]) -> Result<HashMap<Id, Vec<Waiting>>> {
    let mut found: HashMap<Id, Vec<Waiting>> = HashMap::new();
    let select = Query::select()
        .columns(["user_id", "due_at", "target"])
        .from("schedules")
        .and_where(Expr::col("state").eq(WAITING))
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .order_by("due_at", Order::Asc)
        .order_by("pk", Order::Asc)
        .take();
    for (user, at, target) in tx.select::<(Id, Timestamp, String)>(&select).await? {
        if let Some(change) = ScheduledChange::parse(&target) {
            found.entry(user).or_default().push(Waiting { at, change });
        }
    }
    Ok(found)
}

/// Why a change cannot be scheduled for somebody; `None` when it can. `waiting` is what waits for them, the next
/// first.
pub(super) fn refusal(
    change: ScheduledChange,
    at: Timestamp,
    state: UserState,
    waiting: &[Waiting],
) -> Option<&'static str> {
    if waiting.len() >= model::user::schedule::SCHEDULES_MAX {
        return Some("has as many scheduled changes as one user can have");
    }
    let before: Vec<_> = waiting.iter().filter(|one| one.at <= at).collect();
    let then = before.last().map_or(state, |one| one.change.state());
    if then != change.state() {
        return None;
    }
    Some(match (change, before.is_empty()) {
        (ScheduledChange::Activation, true) => "is Active already",
        (ScheduledChange::Suspension, true) => "is Suspended already",
        (ScheduledChange::Activation, false) => "is going to be Active by then, by another schedule",
        (ScheduledChange::Suspension, false) => "is going to be Suspended by then, by another schedule",
    })
}

/// Keeps the next of each kind with these users.
async fn keep_next(change: &mut Change, users: &[Id]) -> Result<()> {
    let next = |target: ScheduledChange| {
        let waits = Query::select()
            .expr(Expr::col("due_at").min())
            .from("schedules")
            .and_where(Expr::col(("schedules", "user_id")).equals(("users", "id")))
            .and_where(Expr::col(("schedules", "state")).eq(WAITING))
            .and_where(Expr::col("target").eq(target.as_str()))
            .take();
        Expr::SubQuery(None, Box::new(waits.into()))
    };
    for users in users.chunks(500) {
        let update = Query::update()
            .table("users")
            .value("activates_at", next(ScheduledChange::Activation))
            .value("suspends_at", next(ScheduledChange::Suspension))
            .and_where(Expr::col("id").is_in(users.iter().map(|id| id.value())))
            .take();
        let (sql, args) = change.tx().build(&update);
        change.run(sql, args).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ScheduledChange::{Activation, Suspension};

    #[test]
    fn a_change_is_judged_by_the_state_at_its_time() {
        let at = Timestamp::from_micros;
        let leave = [Waiting { at: at(10), change: Suspension }, Waiting { at: at(20), change: Activation }];
        for (change, when, state, waiting, can) in [
            (Activation, 5, UserState::Staged, &[][..], true),
            (Activation, 5, UserState::Activated, &[], false),
            (Suspension, 5, UserState::Activated, &[], true),
            (Suspension, 5, UserState::Suspended, &[], false),
            (Suspension, 5, UserState::Staged, &[], true),
            (Suspension, 5, UserState::Activated, &leave, true),
            (Suspension, 15, UserState::Activated, &leave, false),
            (Activation, 15, UserState::Activated, &leave, true),
            (Activation, 25, UserState::Activated, &leave, false),
            (Suspension, 25, UserState::Activated, &leave, true),
        ] {
            let refused = refusal(change, at(when), state, waiting);
            assert_eq!(refused.is_none(), can, "{change:?} at {when} from {state:?}: {refused:?}");
        }
    }
}
