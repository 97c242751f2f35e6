//! What a job does to many users: a chunk of them in one change, with the rules that hold for each.

use std::collections::{BTreeMap, HashSet};

use model::job::BulkAction;
use model::user::{ENROLL_DAYS_DEFAULT, Outcome};
use model::{Id, Timestamp};

use super::Record;
use super::eligible::Eligible;
use super::messages::To;
use super::{factors, invitations, lifecycle, lockout, password, removal, schedules};
use crate::memberships;
use directory_core::error::Result;
use directory_core::store::Tx;
use directory_core::transaction::Change;

/// Refuses what an action cannot be started with.
///
/// # Errors
/// `invalid` at `days`, `date`, `time` or `zone`, and at these of `starts` and `ends`.
pub(crate) fn check(action: &BulkAction, now: Timestamp) -> Result<()> {
    match action {
        BulkAction::ChangeMfa(requirement) => factors::check_days(*requirement),
        BulkAction::Schedule(schedule) => schedules::check(schedule, now),
        BulkAction::AddToGroup(add) => memberships::check(add, now),
        BulkAction::Activate { .. }
        | BulkAction::Suspend
        | BulkAction::Delete
        | BulkAction::Unlock
        | BulkAction::ForcePasswordChange
        | BulkAction::ResetTotp
        | BulkAction::SendActivationEmail
        | BulkAction::SendPasswordReset => Ok(()),
    }
}

/// Refuses to add people by hand where a rule says who is in the group.
///
/// # Errors
/// `conflict`.
pub(crate) async fn check_group(tx: &mut Tx, action: &BulkAction) -> Result<()> {
    match action {
        BulkAction::AddToGroup(add) if memberships::is_by_rule(tx, add.group).await? => {
            let group = memberships::group(tx, add.group).await?;
            memberships::by_hand(tx, &group).await
        }
        _ => Ok(()),
    }
}

/// What came of it.
pub(crate) struct Acted {
    pub outcomes: Vec<Outcome>,
    /// What users were before to whom it was done, where that can be taken back.
    pub before: BTreeMap<String, Vec<Id>>,
}

/// What somebody was before an action, as [`BulkAction::undo`] asks for it.
fn before(action: &BulkAction, record: &Record) -> String {
    match action {
        BulkAction::Activate { .. } | BulkAction::Suspend => record.state.as_str().to_owned(),
        BulkAction::ChangeMfa(_) => record.mfa_required.to_string(),
        BulkAction::Schedule(_)
        | BulkAction::Delete
        | BulkAction::Unlock
        | BulkAction::ForcePasswordChange
        | BulkAction::ResetTotp
        | BulkAction::SendActivationEmail
        | BulkAction::SendPasswordReset
        | BulkAction::AddToGroup(_) => String::new(),
    }
}

/// The group got a rule while the job waited.
async fn refused_by_rule(change: &mut Change, ids: &[Id]) -> Result<Vec<Outcome>> {
    let names = memberships::names(change.tx(), ids, true).await?;
    let refused = |id: &Id| Outcome {
        id: *id,
        name: names.get(id).cloned().unwrap_or_else(|| id.to_string()),
        refused: Some("is not added by hand: a rule says who is in the group".to_owned()),
    };
    Ok(ids.iter().map(refused).collect())
}

/// Does something to these, but for those who have been changed since; says for each what happened.
pub(crate) async fn act(
    change: &mut Change,
    action: &BulkAction,
    ids: Vec<Id>,
    changed: &HashSet<Id>,
) -> Result<Acted> {
    if let BulkAction::AddToGroup(add) = action {
        let group = memberships::group(change.tx(), add.group).await?;
        if memberships::is_by_rule(change.tx(), group.id).await? {
            let outcomes = refused_by_rule(change, &ids).await?;
            return Ok(Acted { outcomes, before: BTreeMap::new() });
        }
        let outcomes = memberships::add(change, &group, &ids, &add.period).await?;
        return Ok(Acted { outcomes, before: BTreeMap::new() });
    }
    let mut eligible = Eligible::in_job(change, ids, |facts| action.action().refusal(facts)).await?;
    eligible =
        eligible.leaving_out(|record| changed.contains(&record.id).then_some("has been changed since"));
    let before_it: BTreeMap<Id, String> =
        eligible.able.iter().map(|record| (record.id, before(action, record))).collect();
    match action {
        BulkAction::Activate { email } => {
            let to = if *email { To::Default } else { To::Nobody };
            eligible = lifecycle::activate(change, eligible, &to).await?;
        }
        BulkAction::Suspend => eligible = lifecycle::suspend(change, eligible).await?,
        BulkAction::Schedule(new) => eligible = schedules::schedule(change, eligible, new).await?,
        BulkAction::Delete => removal::delete(change, &eligible).await?,
        BulkAction::Unlock => lockout::unlock(change, &mut eligible).await?,
        BulkAction::ForcePasswordChange => password::force(change, &eligible).await?,
        BulkAction::ChangeMfa(requirement) => factors::ask(change, &eligible.able, *requirement).await?,
        BulkAction::ResetTotp => factors::reset(change, &eligible, ENROLL_DAYS_DEFAULT).await?,
        BulkAction::SendActivationEmail => {
            invitations::activation_emails(change, &eligible, &To::Default).await?;
        }
        BulkAction::SendPasswordReset => invitations::password_resets(change, &eligible).await?,
        // Done above: whom a group takes follows from the group alone.
        BulkAction::AddToGroup(_) => {}
    }
    let mut before: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for record in &eligible.able {
        if let Some(was) = before_it.get(&record.id).filter(|was| !was.is_empty()) {
            before.entry(was.clone()).or_default().push(record.id);
        }
    }
    Ok(Acted { outcomes: eligible.outcomes(), before })
}
