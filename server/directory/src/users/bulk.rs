//! What a job does to many users: a chunk of them in one change, with the rules that hold for each.

use model::job::BulkAction;
use model::user::{ENROLL_DAYS_DEFAULT, Outcome};
use model::{Id, Timestamp};

use super::eligible::Eligible;
use super::messages::To;
use super::{factors, invitations, lifecycle, lockout, password, removal, schedules};
use crate::memberships;
use directory_core::error::Result;
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

/// Does something to these; says for each what happened.
pub(crate) async fn act(change: &mut Change, action: &BulkAction, ids: Vec<Id>) -> Result<Vec<Outcome>> {
    if let BulkAction::AddToGroup(add) = action {
        let group = memberships::group(change.tx(), add.group).await?;
        return memberships::add(change, &group, &ids, &add.period).await;
    }
    let mut eligible = Eligible::in_job(change, ids, |facts| action.action().refusal(facts)).await?;
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
    Ok(eligible.outcomes())
}
