//! Schedules as programs make, list and cancel them.

use model::user::schedule::{NewSchedule, Schedule};
use model::user::{ENTRIES_MAX, Outcome, Selection};
use model::{ErrorCode, Fault, Id, Operation, Problem};
use sea_query::{Cond, Expr, ExprTrait, Order, Query};

use super::list::{List, named};
use super::write::{EITHER, cancel, one, operation_of, schedule};
use super::{COLUMNS, Stored, keep_next, waiting};
use crate::escalation;
use crate::lists::{Listed, count_all};
use crate::local_time;
use crate::users::messages::To;
use crate::users::{Eligible, Users};
use directory_core::authz::{Actor, permit, permit_any};
use directory_core::error::Result;
use directory_core::store::Arg;
use directory_core::transaction::Change;

impl Users<'_> {
    /// Schedules a change of state for all of these users, or for none. Answers with the schedules, in the order of
    /// the users.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` at `date`,
    /// `time`, `zone` or `email`, and when there is nobody or there are too many at once; `conflict` with a fault at `user_ids[n]` for
    /// each whom it cannot be scheduled for.
    pub async fn schedule_each(&self, actor: &Actor, ids: &[Id], new: &NewSchedule) -> Result<Vec<Schedule>> {
        let mut change = Change::begin(self.0, permit(actor, operation_of(new.change))?).await?;
        if ids.is_empty() {
            return Err(Problem::at("user_ids", "Name the users by their ids.").into());
        }
        let resolved = local_time::to_come(&new.at, change.now)?;
        let all = Selection::These(ids.to_vec());
        let eligible = Eligible::of(&mut change, &all, |_| None).await?;
        To::read(&new.notify, eligible.len(), actor)?;
        let eligible = schedule(&mut change, eligible, new).await?;
        escalation::require_reauthentication(&mut change, &eligible.ids()).await?;
        let able = eligible.ids();
        all_of_them(ids, &eligible.outcomes())?;
        let which = Cond::all()
            .add(Expr::col("user_id").is_in(able.iter().map(|id| id.value())))
            .add(Expr::col("target").eq(new.change.as_str()))
            .add(Expr::col("due_at").eq(resolved.at.as_micros()));
        let found = waiting(change.tx(), which, able.len() as u64).await?;
        let mut made = named(change.tx(), found).await?;
        made.sort_by_key(|schedule| able.iter().position(|id| *id == schedule.user));
        change.commit().await?;
        Ok(made)
    }

    /// Changes that wait, the next first, of everybody or of one user, and how many there are.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `limit`.
    pub async fn schedule_entries(
        &self,
        actor: &Actor,
        user: Option<Id>,
        skip: u32,
        limit: u16,
    ) -> Result<(u64, Vec<Schedule>)> {
        permit(actor, Operation::ListUsers)?;
        if !(1..=ENTRIES_MAX).contains(&limit) {
            return Err(Problem::at("limit", format!("The limit is from 1 to {ENTRIES_MAX}.")).into());
        }
        let mut tx = self.0.db().read().await?;
        let of = user.map(|user| Expr::col("user_id").eq(user.value()));
        let which = List::base().add_option(of);
        let total = count_all(&mut tx, List::TABLE, which.clone()).await?;
        let select = Query::select()
            .columns(COLUMNS.iter().copied())
            .from(List::TABLE)
            .cond_where(which)
            .order_by("due_at", Order::Asc)
            .order_by("pk", Order::Asc)
            .limit(limit.into())
            .offset(skip.into())
            .take();
        let found: Vec<Stored> = tx.select(&select).await?;
        Ok((total, named(&mut tx, found).await?))
    }

    /// Cancels one schedule.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `not_found` once it waits no more.
    pub async fn cancel_schedule(&self, actor: &Actor, id: Id) -> Result<()> {
        let mut change = Change::begin(self.0, permit_any(actor, EITHER)?).await?;
        let (stored, record) = one(&mut change, id).await?;
        permit(actor, operation_of(stored.change()?))?;
        escalation::check(change.tx(), actor, record.id, &record.name()).await?;
        cancel(&mut change, &stored, &record.name()).await?;
        keep_next(&mut change, &[record.id]).await?;
        change.commit().await
    }
}

/// Refuses when somebody was left out: who asked for all of them hears of each.
fn all_of_them(ids: &[Id], outcomes: &[Outcome]) -> Result<(), Problem> {
    let fault = |outcome: &Outcome| {
        let why = outcome.refused.as_ref()?;
        let place = ids.iter().position(|id| *id == outcome.id)?;
        Some(Fault { field: format!("user_ids[{place}]"), message: format!("{} {why}.", outcome.name) })
    };
    let faults: Vec<Fault> = outcomes.iter().filter_map(fault).collect();
    let Some(first) = faults.first() else { return Ok(()) };
    let message = match faults.len() {
        1 => first.message.clone(),
        count => format!("It cannot be scheduled for {count} of the users. Nothing has been scheduled."),
    };
    Err(Problem { faults, ..Problem::new(ErrorCode::Conflict, message) })
}
