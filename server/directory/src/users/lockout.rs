//! Locks: closed by too many wrong tries, opened by their time, an administrator or a new password.

use model::event::{EventKind, FieldChange};
use model::user::{Action, NOT_LOCKED, Outcome, Selection};
use model::{Id, Timestamp};

use super::eligible::{ColumnUpdate, Eligible, null, records, update_columns};
use super::{Record, Users, find, messages};
use crate::administrators;
use crate::lockout;
use crate::policy;
use crate::scheduler::{self, Kind};
use directory_core::accounts;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, instant};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// A user's wrong tries are counted under each name that they sign in by.
const FORGET: Sql = sql!(
    "DELETE FROM attempts WHERE subject IN ('user:' || $1, 'user:' || $2, 'user:' || $3,
    'typed:user:' || $2, 'typed:user:' || $3)
    OR (subject = 'administrator:' || $3
        AND EXISTS (SELECT 1 FROM administrators WHERE email = $3 AND user_id IS NOT NULL))"
);

/// Locks a user: all that stands on the present epoch ends. The user and those who can open the
/// lock are told where the wrong tries came from. Says until when: whoever alone manages administrators
/// is not shut out for good by a stranger's tries.
///
/// # Errors
/// `not_found`.
pub(crate) async fn lock(change: &mut Change, user: Id, source: &str) -> Result<Timestamp> {
    let record = find(change.tx(), user).await?;
    let lockout = policy::lockout(change.tx()).await?;
    let mut until = lockout.until(change.now);
    close(change, user, until, true).await?;
    if until == Timestamp::END && administrators::needs(change.tx(), user).await? {
        until = change.now.plus(lockout::WINDOW);
        close(change, user, until, false).await?;
    }
    if until == Timestamp::END {
        scheduler::clear(change, Kind::UserUnlock, user).await?;
    } else {
        scheduler::set(change, Kind::UserUnlock, user, until).await?;
    }
    let how = match until {
        Timestamp::END => "until an administrator unlocks".to_owned(),
        until => format!("opens by itself after {} minutes", until.since(change.now).as_secs() / 60),
    };
    let audit_event = AuditEvent::new(EventKind::UserLockout)
        .to("user", user, record.name())
        .changes(vec![locked(record.locked_until, Some(until))])
        .message(format!("too many wrong tries, {source}; {how}"));
    change.record(audit_event).await?;
    tell_administrator(change, &record, Some(until), &how).await?;
    messages::lockout(change, &record, source).await?;
    Ok(until)
}

/// Until when there was a lock, and is one now.
pub(super) fn locked(before: Option<Timestamp>, now: Option<Timestamp>) -> FieldChange {
    field("lockedUntil", before.map(instant).unwrap_or_default(), now.map(instant).unwrap_or_default())
}

/// A lock shuts whoever was made from the user out, and lets them in, with the user.
async fn tell_administrator(
    change: &mut Change,
    user: &Record,
    until: Option<Timestamp>,
    how: &str,
) -> Result<()> {
    let Some(account) = accounts::administrator_of(change.tx(), user.id).await? else { return Ok(()) };
    let kind = if until.is_some() { EventKind::AdminLockout } else { EventKind::AdminUnlocked };
    let how = if how.is_empty() { String::new() } else { format!("; {how}") };
    let told = AuditEvent::new(kind)
        .to("administrator", account.id, account.name())
        .changes(vec![locked(user.locked_until, until)])
        .message(format!("with the user that they were made from{how}"));
    change.record(told).await
}

async fn close(change: &mut Change, user: Id, until: Timestamp, revokes: bool) -> Result<()> {
    let columns = [("locked_until", until.value())];
    update_columns(change, &[user], ColumnUpdate { columns: &columns, revokes }).await
}

/// Forgets a user's wrong tries, and that a lock was to open.
pub(crate) async fn forget(change: &mut Change, record: &Record) -> Result<()> {
    forget_tries(change, record).await?;
    scheduler::clear(change, Kind::UserUnlock, record.id).await
}

/// Says whether there were any.
async fn forget_tries(plain: &mut PlainTx, record: &Record) -> Result<bool> {
    let username = record.username.to_ascii_lowercase();
    Ok(plain.run(FORGET, args![record.id.to_string(), username, &record.email]).await? > 0)
}

/// Opens the lock of users who are locked.
pub(crate) async fn open(change: &mut Change, records: &[Record], message: &str) -> Result<()> {
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    let columns = [("locked_until", null())];
    update_columns(change, &ids, ColumnUpdate { columns: &columns, revokes: false }).await?;
    for record in records {
        forget_tries(change, record).await?;
    }
    let audit_event = |record: &Record| {
        AuditEvent::new(EventKind::UserUnlocked)
            .to("user", record.id, record.name())
            .changes(vec![locked(record.locked_until, None)])
            .message(message)
    };
    change.record_all(records.iter().map(audit_event).collect()).await
}

/// Opens the lock of a user whose time is over.
pub(crate) async fn open_by_itself(change: &mut Change, record: &Record) -> Result<()> {
    let how = "by itself";
    open(change, std::slice::from_ref(record), how).await?;
    tell_administrator(change, record, None, how).await
}

/// Opens the locks of those who are locked; forgets the wrong tries of the others.
pub(super) async fn unlock(change: &mut Change, eligible: &mut Eligible) -> Result<()> {
    for record in records(change.tx(), &eligible.refused(NOT_LOCKED)).await? {
        if forget_tries(change, &record).await? {
            let unlocked = AuditEvent::new(EventKind::UserUnlocked).to("user", record.id, record.name());
            change.record(unlocked.message("wrong tries were forgotten; there was no lock")).await?;
            eligible.accept(record.id);
        }
    }
    open(change, &eligible.able, "").await?;
    for record in &eligible.able {
        tell_administrator(change, record, None, "").await?;
    }
    for id in eligible.ids() {
        scheduler::clear(change, Kind::UserUnlock, id).await?;
    }
    Ok(())
}

impl Users<'_> {
    /// Opens locks before they open by themselves, and forgets wrong tries that have not locked yet; an
    /// expired password stays expired. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn unlock(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, Action::Unlock.operation())?).await?;
        let mut eligible =
            Eligible::of(&mut change, selection, |facts| Action::Unlock.refusal(facts)).await?;
        unlock(&mut change, &mut eligible).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `not_found`; `conflict` for who is not
    /// locked and has tried nothing wrong.
    pub async fn unlock_one(&self, actor: &Actor, user: Id) -> Result<()> {
        let mut change = Change::begin(self.0, permit(actor, Action::Unlock.operation())?).await?;
        let whom = Selection::These(vec![user]);
        let mut eligible = Eligible::of(&mut change, &whom, |facts| Action::Unlock.refusal(facts)).await?;
        unlock(&mut change, &mut eligible).await?;
        eligible.done()?;
        change.commit().await
    }
}
