//! What happens to users at its time: warnings of an expiry, the expiry, the end of a lock. Each
//! judges the facts as they are when it runs; nobody waits for it to be true.

use model::event::EventKind;
use model::password_policy::DAY;
use model::{Id, PasswordPolicy, Timestamp};

use super::eligible::{ColumnUpdate, update_columns};
use super::{Record, find, lockout, messages};
use crate::scheduler::{self, Kind};
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::transaction::Change;

/// Sets the timers of a password that expires then, or takes them away.
pub(crate) async fn plan(
    change: &mut Change,
    user: Id,
    expires_at: Option<Timestamp>,
    policy: &PasswordPolicy,
) -> Result<()> {
    let ahead = expires_at.filter(|at| *at > change.now);
    let warning = ahead.and_then(|at| policy.warning(at));
    for (kind, due) in [(Kind::PasswordWarning, warning), (Kind::PasswordExpired, ahead)] {
        match due {
            Some(due) => scheduler::set(change, kind, user, due).await?,
            None => scheduler::clear(change, kind, user).await?,
        }
    }
    Ok(())
}

/// Somebody who has been deleted meanwhile has no timers.
async fn still(change: &mut Change, user: Id) -> Result<Option<Record>> {
    match find(change.tx(), user).await {
        Ok(record) => Ok(Some(record)),
        Err(Error::Problem(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Warns that the password expires; says when to warn again.
pub(crate) async fn warn(change: &mut Change, user: Id, due: Timestamp) -> Result<Option<Timestamp>> {
    let now = change.now;
    let Some(record) = still(change, user).await? else { return Ok(None) };
    let Some(expires_at) = record.password().expires_at.filter(|at| *at > now) else { return Ok(None) };
    let days = u32::try_from(expires_at.since(now).as_secs().div_ceil(DAY.as_secs())).unwrap_or(u32::MAX);
    // One that must be changed anyway needs no warning.
    if !record.password_must_change && messages::expiring(change, &record, expires_at, days).await? {
        let audit_event = AuditEvent::new(EventKind::UserPasswordWarningEmail)
            .to("user", user, record.name())
            .message(format!("expires in {days} {}", if days == 1 { "day" } else { "days" }));
        change.record(audit_event).await?;
    }
    Ok(next_day(due, now).filter(|next| *next < expires_at))
}

/// The first instant after now that is whole days after `due`: days that were missed are not made
/// up for.
fn next_day(due: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let missed = now.since(due).as_secs() / DAY.as_secs();
    Some(due.plus(DAY * u32::try_from(missed + 1).ok()?))
}

/// The password has lasted its time: sessions that stand on it end, and the user is told. If it
/// lasts longer after all, says until when.
pub(crate) async fn expire(change: &mut Change, user: Id) -> Result<Option<Timestamp>> {
    let Some(record) = still(change, user).await? else { return Ok(None) };
    let Some(expires_at) = record.password().expires_at else { return Ok(None) };
    if expires_at > change.now {
        return Ok(Some(expires_at));
    }
    update_columns(change, &[user], ColumnUpdate { columns: &[], revokes: true }).await?;
    change.record(AuditEvent::new(EventKind::UserPasswordExpired).to("user", user, record.name())).await?;
    messages::expired(change, &record, expires_at).await?;
    Ok(None)
}

/// The lock has lasted its time. If it was closed again meanwhile, says until when.
pub(crate) async fn open(change: &mut Change, user: Id) -> Result<Option<Timestamp>> {
    let Some(record) = still(change, user).await? else { return Ok(None) };
    match record.locked_until {
        None | Some(Timestamp::END) => Ok(None),
        Some(until) if until > change.now => Ok(Some(until)),
        Some(_) => {
            lockout::open_by_itself(change, &record).await?;
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_keep_their_time_of_day() {
        let due = Timestamp::from_micros(0);
        for (hours, days) in [(0, 1), (23, 1), (24, 2), (25, 2), (24 * 9 + 1, 10)] {
            let now = due.plus(std::time::Duration::from_hours(hours));
            assert_eq!(next_day(due, now), Some(due.plus(DAY * days)), "{hours}");
        }
    }
}
