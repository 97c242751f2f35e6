//! What an action would do to those who are selected: asked before it is done, with the rules by which it will be.

use std::collections::BTreeMap;

use model::job::{BulkAction, JOB_IDS_MAX};
use model::user::{
    Action, ActionPreview, Facts, LeftOut, MfaRequirement, NextChange, PREVIEW_NAMES, PreviewLine,
    SELECTION_MAX, Selection, UserState,
};
use model::{Id, Operation, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query};

use super::eligible::BY_HAND;
use super::group_filter::check_filters;
use super::list::List;
use super::messages::gets_any;
use super::{Record, Users, bulk, schedules};
use crate::administrators;
use crate::escalation::refusals;
use crate::lists::{self, Listed};
use crate::memberships::{self, MEMBER_ALREADY};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};

/// How many users are looked at in one statement.
const PAGE: u64 = 1000;
/// How many are named of those who are left out for one reason.
const NAMES: usize = 3;

impl Users<'_> {
    /// What an action would do to those who are selected. No more than a page of them is held at once.
    ///
    /// # Errors
    /// `forbidden` as for the action and for the list; `invalid` at `selection` for too many ids, at `days`, `date`, `time` or
    /// `zone`, and for a filter that the list does not have.
    pub async fn preview(
        &self,
        actor: &Actor,
        action: &BulkAction,
        selection: &Selection,
    ) -> Result<ActionPreview> {
        permit(actor, action.action().operation())?;
        // It names users.
        permit(actor, Operation::ListUsers)?;
        let now = self.0.env().now();
        bulk::check(action, now)?;
        let mut tx = self.0.db().read().await?;
        bulk::check_group(&mut tx, action).await?;
        let (which, in_job) = match selection {
            Selection::These(ids) if ids.len() > JOB_IDS_MAX => {
                let message =
                    format!("At most {JOB_IDS_MAX} users are chosen one by one. Use a filter instead.");
                return Err(Problem::at("selection", message).into());
            }
            Selection::These(ids) => {
                let these = Expr::col("id").is_in(ids.iter().map(|id| id.value()));
                (List::base().add(these), ids.len() > SELECTION_MAX)
            }
            Selection::Matching(query) => {
                check_filters(actor, query)?;
                (lists::matching::<List>(query, now, tx.engine())?, true)
            }
        };
        let at = match action {
            BulkAction::Schedule(new) => Some(schedules::when(new, now)?),
            BulkAction::Activate { .. }
            | BulkAction::Suspend
            | BulkAction::Delete
            | BulkAction::Unlock
            | BulkAction::ForcePasswordChange
            | BulkAction::ChangeMfa(_)
            | BulkAction::ResetTotp
            | BulkAction::SendActivationEmail
            | BulkAction::SendPasswordReset
            | BulkAction::AddToGroup(_) => None,
        };
        if let BulkAction::AddToGroup(add) = action {
            memberships::group(&mut tx, add.group).await?;
        }
        let mut counting = Counting {
            action,
            in_job,
            now,
            found: ActionPreview { at, ..Default::default() },
            by_reason: BTreeMap::new(),
        };
        let mut after = 0;
        loop {
            let (records, last) = page(&mut tx, &which, after).await?;
            let Some(last) = last else { break };
            after = last;
            counting.count(&mut tx, actor, records).await?;
        }
        Ok(counting.told())
    }
}

#[derive(sqlx::FromRow)]
struct Placed {
    pk: i64,
    #[sqlx(flatten)]
    record: Record,
}

/// Those that come next by their place in the table.
async fn page(tx: &mut Tx, which: &Cond, after: i64) -> Result<(Vec<Record>, Option<i64>)> {
    let select = Query::select()
        .column("pk")
        .columns(List::COLUMNS.iter().copied())
        .from("users")
        .cond_where(which.clone())
        .and_where(Expr::col("pk").gt(after))
        .order_by("pk", Order::Asc)
        .limit(PAGE)
        .take();
    let placed: Vec<Placed> = tx.select(&select).await?;
    let last = placed.last().map(|one| one.pk);
    Ok((placed.into_iter().map(|one| one.record).collect(), last))
}

struct Counting<'a> {
    action: &'a BulkAction,
    in_job: bool,
    now: Timestamp,
    found: ActionPreview,
    by_reason: BTreeMap<String, (u64, Vec<String>)>,
}

impl Counting<'_> {
    async fn count(&mut self, tx: &mut Tx, actor: &Actor, records: Vec<Record>) -> Result<()> {
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        let guarded = refusals(tx, actor, &ids).await?;
        let administrators = administrators::among(tx, &ids).await?;
        let waiting = schedules::waiting_for(tx, &ids).await?;
        let oneself = administrators::oneself(tx, actor).await?;
        let members = match self.action.group() {
            Some(group) => Some(memberships::among(tx, group, &ids, self.now).await?),
            None => None,
        };
        for record in records {
            let facts =
                Facts { administrator: administrators.contains(&record.id), ..record.facts(self.now) };
            let theirs = waiting.get(&record.id).map(Vec::as_slice).unwrap_or_default();
            let why = if let Some(members) = &members {
                members.contains(&record.id).then(|| MEMBER_ALREADY.to_owned())
            } else if let Some(why) = guarded.get(&record.id) {
                Some(why.clone())
            } else if self.in_job && facts.administrator {
                Some(BY_HAND.to_owned())
            } else if oneself == Some(record.id) {
                self.to_oneself().or_else(|| self.refusal(&facts, theirs)).map(str::to_owned)
            } else {
                self.refusal(&facts, theirs).map(str::to_owned)
            };
            match why {
                Some(why) => self.leave_out(why, &record),
                None => self.take(&record, theirs),
            }
        }
        Ok(())
    }

    fn refusal(&self, facts: &Facts, waiting: &[schedules::Waiting]) -> Option<&'static str> {
        if let (BulkAction::Schedule(new), Some(at)) = (self.action, &self.found.at) {
            return schedules::refusal(new.change, at.at, facts.state, waiting);
        }
        self.action.action().refusal(facts)
    }

    /// Nobody shuts themselves out.
    const fn to_oneself(&self) -> Option<&'static str> {
        match self.action.action() {
            Action::Suspend | Action::ScheduleSuspension => {
                Some("is you, and an administrator: nobody suspends themselves")
            }
            Action::Delete => Some("is you, and an administrator: nobody deletes themselves"),
            Action::Activate
            | Action::ScheduleActivation
            | Action::SetPassword
            | Action::SendActivationEmail
            | Action::SendPasswordReset
            | Action::ForcePasswordChange
            | Action::Unlock
            | Action::ResetTotp
            | Action::RequireMfa
            | Action::RemoveMfa
            | Action::AddToGroup
            | Action::Restore
            | Action::Purge => None,
        }
    }

    fn leave_out(&mut self, why: String, record: &Record) {
        let (count, names) = self.by_reason.entry(why).or_default();
        *count += 1;
        if names.len() < NAMES {
            names.push(record.name());
        }
    }

    fn take(&mut self, record: &Record, waiting: &[schedules::Waiting]) {
        self.found.able += 1;
        if self.found.first.len() < PREVIEW_NAMES {
            let line = PreviewLine { id: record.id, name: record.name(), state: record.state };
            self.found.first.push(line);
        }
        if record.state == UserState::Staged {
            self.found.staged += 1;
        }
        if let Some(next) = waiting.first() {
            self.found.scheduled += 1;
            if self.found.next_change.as_ref().is_none_or(|known| next.at < known.at) {
                let (name, state) = (record.name(), next.change.state());
                self.found.next_change = Some(NextChange { name, state, at: next.at });
            }
        }
        self.count_email(record);
    }

    /// Which email somebody would get, as they are now.
    fn count_email(&mut self, record: &Record) {
        let has_password = record.password_set_at.is_some();
        let active = gets_any(record);
        let emails = &mut self.found.emails;
        let one = match self.action {
            BulkAction::Activate { .. } | BulkAction::Schedule(_) if record.is_sample() => &mut emails.none,
            BulkAction::Activate { .. } | BulkAction::Schedule(_) if has_password => &mut emails.welcome,
            BulkAction::Activate { .. } | BulkAction::Schedule(_) => &mut emails.activation,
            BulkAction::SendActivationEmail if active && !has_password => &mut emails.activation,
            BulkAction::SendActivationEmail | BulkAction::SendPasswordReset if active => {
                &mut emails.password_reset
            }
            BulkAction::ResetTotp if active => &mut emails.totp_reset,
            BulkAction::ChangeMfa(MfaRequirement::Require { .. }) if active => &mut emails.mfa_required,
            BulkAction::Suspend
            | BulkAction::Delete
            | BulkAction::Unlock
            | BulkAction::ForcePasswordChange
            | BulkAction::ChangeMfa(_)
            | BulkAction::ResetTotp
            | BulkAction::SendActivationEmail
            | BulkAction::SendPasswordReset
            | BulkAction::AddToGroup(_) => &mut emails.none,
        };
        *one += 1;
    }

    fn told(self) -> ActionPreview {
        let left = self.by_reason.into_iter().map(|(why, (count, names))| LeftOut { why, count, names });
        let mut left_out: Vec<LeftOut> = left.collect();
        left_out.sort_by_key(|left| std::cmp::Reverse(left.count));
        ActionPreview { left_out, ..self.found }
    }
}
