//! Scheduling changes of state, moving them to another time, and cancelling them.

use model::event::{EventKind, FieldChange};
use model::user::schedule::{NewSchedule, ResolvedTime, ScheduleUpdate, ScheduledChange};
use model::user::{Notify, Outcome, SELECTION_MAX, Selection};
use model::{ErrorCode, Id, Operation, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::{Stored, keep_next, refusal, waiting, waiting_for, whose};
use crate::engine::Starter;
use crate::escalation;
use crate::local_time::{self, Resolved};
use crate::users::messages::To;
use crate::users::{Eligible, Record, Users, find};
use directory_core::authz::{Actor, permit, permit_any};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, instant};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::Change;

const MOVE: Sql = sql!(
    "UPDATE schedules SET due_at = $3, local_date = $4, local_time = $5, zone = $6, notify = $7,
        version = version + 1
    WHERE id = $1 AND version = $2 AND state = 'waiting'"
);
const CANCEL: Sql =
    sql!("UPDATE schedules SET state = 'cancelled', ended_at = $2 WHERE id = $1 AND state = 'waiting'");

/// What it takes to see to either kind of schedule.
pub(super) const EITHER: &[Operation] = &[Operation::ActivateUser, Operation::SuspendUser];

/// What happens to a schedule.
#[derive(Clone, Copy)]
enum Step {
    Create,
    Update,
    Delete,
}

const fn event_of(change: ScheduledChange, step: Step) -> EventKind {
    match (change, step) {
        (ScheduledChange::Activation, Step::Create) => EventKind::UserActivationScheduleCreate,
        (ScheduledChange::Activation, Step::Update) => EventKind::UserActivationScheduleUpdate,
        (ScheduledChange::Activation, Step::Delete) => EventKind::UserActivationScheduleDelete,
        (ScheduledChange::Suspension, Step::Create) => EventKind::UserSuspensionScheduleCreate,
        (ScheduledChange::Suspension, Step::Update) => EventKind::UserSuspensionScheduleUpdate,
        (ScheduledChange::Suspension, Step::Delete) => EventKind::UserSuspensionScheduleDelete,
    }
}

pub(super) fn operation_of(change: ScheduledChange) -> Operation {
    change.action().operation()
}

/// Refuses what cannot be scheduled for anybody.
///
/// # Errors
/// `invalid` at `date`, `time` or `zone`.
pub(crate) fn check(new: &NewSchedule, now: Timestamp) -> Result<()> {
    local_time::to_come(&new.at, now).map(drop)
}

/// When it will be, as it is shown to the one who chooses it.
///
/// # Errors
/// `invalid` at `date`, `time` or `zone`.
pub(crate) fn when(new: &NewSchedule, now: Timestamp) -> Result<ResolvedTime> {
    local_time::to_come(&new.at, now)?.shown(now)
}

impl Users<'_> {
    /// Schedules a change of state for users. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` at `date`,
    /// `time`, `zone` or `email`, and when there are too many at once.
    pub async fn schedule(
        &self,
        actor: &Actor,
        selection: &Selection,
        new: &NewSchedule,
    ) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, operation_of(new.change))?).await?;
        local_time::to_come(&new.at, change.now)?;
        let eligible = Eligible::of(&mut change, selection, |_| None).await?;
        To::read(&new.notify, eligible.len(), actor)?;
        let eligible = schedule(&mut change, eligible, new).await?;
        escalation::require_reauthentication(&mut change, &eligible.ids()).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// Which instant a local time is, as it is shown to the one who chooses it.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `date`, `time` or `zone`.
    pub fn resolve(&self, actor: &Actor, new: &NewSchedule) -> Result<ResolvedTime> {
        permit(actor, operation_of(new.change))?;
        when(new, self.0.env().now())
    }

    /// Moves a schedule to another time, or has it send another email.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` when an administrator
    /// was made from the user; `not_found`; `stale` when it was changed meanwhile; `conflict` where it would change
    /// nothing; `invalid` at `date`, `time`, `zone` or `email`.
    pub async fn reschedule(&self, actor: &Actor, update: &ScheduleUpdate) -> Result<()> {
        let mut change = Change::begin(self.0, permit_any(actor, EITHER)?).await?;
        let (stored, record) = one(&mut change, update.id).await?;
        let kind = stored.change()?;
        permit(actor, operation_of(kind))?;
        let resolved = local_time::to_come(&update.at, change.now)?;
        escalation::check(change.tx(), actor, record.id, &record.name()).await?;
        escalation::require_reauthentication(&mut change, &[record.id]).await?;
        let notify = sends(kind, &update.notify);
        To::read(&notify, 1, actor)?;
        let mut others = waiting_for(change.tx(), &[record.id]).await?.remove(&record.id).unwrap_or_default();
        if let Some(own) = others.iter().position(|one| one.at == stored.due_at && one.change == kind) {
            others.remove(own);
        }
        if let Some(why) = refusal(kind, resolved.at, record.state, &others) {
            let message = format!("{} {why}.", record.name());
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let (typed, json) = (&resolved.typed, serde_json::to_string(&notify)?);
        let row = args![update.id, update.version, resolved.at, &typed.date, &typed.time, &typed.zone, &json];
        change.run_one(MOVE, row).await?;
        keep_next(&mut change, &[record.id]).await?;
        let mut changes = vec![
            field("scheduledDate", instant(stored.due_at), instant(resolved.at)),
            field("email", email_of(&stored.notify()?), email_of(&notify)),
        ];
        changes.retain(|change| change.from != change.to);
        let told = AuditEvent::new(event_of(kind, Step::Update)).to("user", record.id, record.name());
        let local = local_time::shown_in(resolved.at, &typed.zone)?;
        change.record(told.changes(changes).message(format!("now for {local}"))).await?;
        change.queued();
        change.commit().await
    }

    /// Cancels schedules. Says for each what happened, by the user’s name.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn cancel_schedules(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        if ids.len() > SELECTION_MAX {
            let message = format!("At most {SELECTION_MAX} schedules are cancelled at once.");
            return Err(Problem::at("selection", message).into());
        }
        let mut change = Change::begin(self.0, permit_any(actor, EITHER)?).await?;
        let which = Cond::all().add(Expr::col("id").is_in(ids.iter().map(|id| id.value())));
        let found = waiting(change.tx(), which, SELECTION_MAX as u64).await?;
        let users: Vec<Id> = found.iter().map(|stored| stored.user_id).collect();
        let names = whose(change.tx(), users.iter().copied()).await?;
        let guarded = escalation::refusals(change.tx(), actor, &users).await?;
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let stored = found.iter().find(|stored| stored.id == *id);
            let Some((stored, of)) = stored.and_then(|one| Some((one, names.get(&one.user_id)?))) else {
                let refused = Some("is not a change that waits any more".to_owned());
                outcomes.push(Outcome { id: *id, name: id.to_string(), refused });
                continue;
            };
            let kind = stored.change()?;
            let refused = match guarded.get(&stored.user_id) {
                Some(why) => Some(why.clone()),
                None if actor.may(operation_of(kind)) => None,
                None => {
                    Some(format!("is to be changed in a way that your role does not allow: {}", kind.noun()))
                }
            };
            if refused.is_none() {
                cancel(&mut change, stored, &of.name()).await?;
            }
            outcomes.push(Outcome { id: *id, name: of.name(), refused });
        }
        keep_next(&mut change, &users).await?;
        change.commit().await?;
        Ok(outcomes)
    }
}

pub(super) async fn cancel(change: &mut Change, stored: &Stored, name: &str) -> Result<()> {
    let now = change.now;
    change.run_one(CANCEL, args![stored.id, now]).await?;
    let told = AuditEvent::new(event_of(stored.change()?, Step::Delete)).to("user", stored.user_id, name);
    let changes = vec![field("scheduledDate", instant(stored.due_at), "")];
    change.record(told.changes(changes).message(format!("was for {}", stored.local()?))).await
}

/// A schedule that waits, and its user.
pub(super) async fn one(change: &mut Change, id: Id) -> Result<(Stored, Record)> {
    let which = Cond::all().add(Expr::col("id").eq(id.value()));
    let found = waiting(change.tx(), which, 1).await?.pop();
    let stored = found.ok_or_else(|| {
        Problem::new(
            ErrorCode::NotFound,
            "This change does not wait any more: it has been done or cancelled.",
        )
    })?;
    let record = find(change.tx(), stored.user_id).await?;
    Ok((stored, record))
}

/// Schedules a change for those for whom it is one; in a job, its time may have come meanwhile.
pub(crate) async fn schedule(change: &mut Change, eligible: Eligible, new: &NewSchedule) -> Result<Eligible> {
    let resolved = local_time::read(&new.at)?;
    let kind = new.change;
    let eligible = match kind {
        ScheduledChange::Activation => eligible,
        ScheduledChange::Suspension => {
            eligible
                .sparing_oneself(change, "is you, and an administrator: nobody suspends themselves")
                .await?
        }
    };
    let others = waiting_for(change.tx(), &eligible.ids()).await?;
    let eligible = eligible.leaving_out(|record| {
        let waiting = others.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        refusal(kind, resolved.at, record.state, waiting)
    });
    write_down(change, &eligible, new, &resolved).await?;
    keep_next(change, &eligible.ids()).await?;
    let local = local_time::shown_in(resolved.at, &resolved.typed.zone)?;
    let told = |record: &Record| {
        AuditEvent::new(event_of(kind, Step::Create))
            .to("user", record.id, record.name())
            .changes(told_of(resolved.at, &sends(kind, &new.notify)))
            .message(format!("for {local}"))
    };
    change.record_all(eligible.able.iter().map(told).collect()).await?;
    change.queued();
    Ok(eligible)
}

fn told_of(at: Timestamp, notify: &Notify) -> Vec<FieldChange> {
    let mut changes = vec![field("scheduledDate", "", instant(at)), field("email", "", email_of(notify))];
    changes.retain(|change| !change.to.is_empty());
    changes
}

/// Nobody is told of a suspension.
fn sends(kind: ScheduledChange, notify: &Notify) -> Notify {
    match kind {
        ScheduledChange::Activation => notify.clone(),
        ScheduledChange::Suspension => Notify::Nobody,
    }
}

fn email_of(notify: &Notify) -> &str {
    match notify {
        Notify::Nobody => "",
        Notify::Default => "to the default address",
        Notify::To(address) => address,
    }
}

async fn write_down(
    change: &mut Change,
    eligible: &Eligible,
    new: &NewSchedule,
    resolved: &Resolved,
) -> Result<()> {
    if eligible.able.is_empty() {
        return Ok(());
    }
    let actor = change.permit().actor().clone();
    let starter = Starter::of(&actor)?.map(Starter::without_origin);
    let kept = starter.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    let by = crate::engine::starter_name(&actor);
    let notify = serde_json::to_string(&sends(new.change, &new.notify))?;
    let now = change.now;
    let mut insert = Query::insert();
    insert.into_table("schedules").columns([
        "id",
        "user_id",
        "target",
        "due_at",
        "local_date",
        "local_time",
        "zone",
        "notify",
        "state",
        "starter",
        "starter_name",
        "created_at",
    ]);
    for record in &eligible.able {
        let id = change.context().env().new_id()?;
        let values = [
            id.value(),
            record.id.value(),
            new.change.as_str().value(),
            resolved.at.value(),
            resolved.typed.date.as_str().value(),
            resolved.typed.time.as_str().value(),
            resolved.typed.zone.as_str().value(),
            notify.as_str().value(),
            super::WAITING.value(),
            kept.as_str().value(),
            by.as_str().value(),
            now.value(),
        ];
        insert.values_panic(values.map(Expr::val));
    }
    let (sql, args) = change.tx().build(&insert);
    change.run(sql, args).await?;
    Ok(())
}
