//! Users' second factors as administrators handle them: required or not, and begun anew.

use model::event::EventKind;
use model::password_policy::DAY;
use model::user::{Action, ENROLL_DAYS, ENROLL_DAYS_DEFAULT, MfaRequirement, Outcome, Selection};
use model::{Id, Operation, Principal, Problem};

use super::eligible::{ColumnUpdate, Eligible, null, update_columns};
use super::{Record, Users, find, messages};
use crate::administrators;
use crate::escalation;
use crate::factors;
use crate::passkeys;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::Arg;
use directory_core::transaction::Change;

impl Users<'_> {
    /// Requires a second factor of users, with days to enroll, or asks for none any more and keeps
    /// what is enrolled. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` at `days`, or when there are too many at once.
    pub async fn change_mfa(
        &self,
        actor: &Actor,
        selection: &Selection,
        requirement: MfaRequirement,
    ) -> Result<Vec<Outcome>> {
        let (change, eligible) = self.asked(actor, selection, requirement).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` likewise;
    /// `not_found`; `conflict` for who is asked for that already; `invalid` at `days`.
    pub async fn change_mfa_of(&self, actor: &Actor, user: Id, requirement: MfaRequirement) -> Result<()> {
        let (change, eligible) = self.asked(actor, &Selection::These(vec![user]), requirement).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn asked(
        &self,
        actor: &Actor,
        selection: &Selection,
        requirement: MfaRequirement,
    ) -> Result<(Change, Eligible)> {
        let action = requirement.action();
        let permit = permit(actor, action.operation())?;
        check_days(requirement)?;
        let mut change = Change::begin(self.0, permit).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| action.refusal(facts)).await?;
        escalation::require_reauthentication(&mut change, &eligible.ids()).await?;
        ask(&mut change, &eligible.able, requirement).await?;
        Ok((change, eligible))
    }

    /// Deletes users' TOTP keys and recovery codes and ends their sessions; sends those who are
    /// Active the email to enroll anew. Passkeys stay; whoever has none gets the usual days to enroll.
    /// Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` when there are too many at once.
    pub async fn reset_totp(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        let (change, eligible) = self.reset(actor, selection, ENROLL_DAYS_DEFAULT).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone, with so many days to enroll anew.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` likewise;
    /// `not_found`; `conflict` for who has no key and needs none; `invalid` at `days`.
    pub async fn reset_totp_of(&self, actor: &Actor, user: Id, days: u32) -> Result<()> {
        let (change, eligible) = self.reset(actor, &Selection::These(vec![user]), days).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn reset(&self, actor: &Actor, selection: &Selection, days: u32) -> Result<(Change, Eligible)> {
        let permit = permit(actor, Action::ResetTotp.operation())?;
        check_days(MfaRequirement::Require { days })?;
        let mut change = Change::begin(self.0, permit).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| Action::ResetTotp.refusal(facts)).await?;
        escalation::require_reauthentication(&mut change, &eligible.ids()).await?;
        reset(&mut change, &eligible, days).await?;
        Ok((change, eligible))
    }

    /// Removes one of a user's passkeys and ends their sessions. With the last factor the recovery codes
    /// go, and whoever must have one gets the usual days to enroll.
    ///
    /// # Errors
    /// `forbidden`, also for an administrator of more power; `reauthentication_needed` for any administrator;
    /// `not_found` when user or passkey is gone.
    pub async fn remove_passkey(&self, actor: &Actor, user: Id, passkey: Id) -> Result<()> {
        let permit = permit(actor, Operation::RemoveUserPasskey)?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), user).await?;
        escalation::check_sign_in_change(&mut change, user, &record.name()).await?;
        let of = (Principal::User, user);
        let before = factors::kept(change.tx(), of).await?;
        passkeys::forget(&mut change, of, passkey).await?;
        update_columns(&mut change, &[user], ColumnUpdate { columns: &[], revokes: true }).await?;
        if !factors::taken_away(&mut change, of).await?.any() {
            give_days(&mut change, user).await?;
        }
        let changes = before.since(change.tx(), of).await?;
        administrators::factors_changed(&mut change, of, EventKind::AdminPasskeyDelete, &changes).await?;
        let removed = AuditEvent::new(EventKind::UserPasskeyDelete).to("user", user, record.name());
        change.record(removed.changes(changes)).await?;
        change.commit().await
    }
}

/// Takes users’ TOTP keys away, and sends those who get any the email to enroll anew.
pub(super) async fn reset(change: &mut Change, eligible: &Eligible, days: u32) -> Result<()> {
    update_columns(change, &eligible.ids(), ColumnUpdate { columns: &[], revokes: true }).await?;
    for record in &eligible.able {
        let of = (Principal::User, record.id);
        let before = factors::kept(change.tx(), of).await?;
        let left = factors::reset_totp(change, of).await?;
        if !left.any() {
            give(change, record.id, days).await?;
        }
        let sent = messages::totp_reset(change, record).await?;
        let message = if sent { "sent the email to enroll anew" } else { "without email" };
        let changes = before.since(change.tx(), of).await?;
        administrators::factors_followed(change, record.id, EventKind::AdminTotpDisable, &changes).await?;
        let audit_event = AuditEvent::new(EventKind::UserTotpReset)
            .to("user", record.id, record.name())
            .changes(changes)
            .message(message);
        change.record(audit_event).await?;
    }
    Ok(())
}

/// Whoever must enroll and could not come in until now has at least the usual days from now on.
pub(crate) async fn renew_days(change: &mut Change, record: &Record) -> Result<()> {
    let usual = change.now.plus(DAY * ENROLL_DAYS_DEFAULT);
    let waits = record.mfa_required && !record.mfa_enrolled;
    if waits && record.mfa_enroll_by.is_some_and(|by| by < usual) {
        give_days(change, record.id).await?;
    }
    Ok(())
}

/// Gives somebody without a factor the usual days to enroll one.
pub(crate) async fn give_days(change: &mut Change, id: Id) -> Result<()> {
    give(change, id, ENROLL_DAYS_DEFAULT).await
}

async fn give(change: &mut Change, id: Id, days: u32) -> Result<()> {
    let by = change.now.plus(DAY * days);
    let columns = [("mfa_enroll_by", by.value())];
    update_columns(change, &[id], ColumnUpdate { columns: &columns, revokes: false }).await
}

pub(crate) fn check_days(requirement: MfaRequirement) -> Result<()> {
    match requirement {
        MfaRequirement::Require { days } if !ENROLL_DAYS.contains(&days) => {
            let (least, most) = (ENROLL_DAYS.start(), ENROLL_DAYS.end());
            Err(Problem::at("days", format!("Enter a number from {least} to {most} (days).")).into())
        }
        MfaRequirement::Require { .. } | MfaRequirement::Remove => Ok(()),
    }
}

/// Writes what is asked of users from now on, with events and messages.
pub(crate) async fn ask(change: &mut Change, records: &[Record], requirement: MfaRequirement) -> Result<()> {
    let (enrolled, waiting): (Vec<&Record>, Vec<&Record>) =
        records.iter().partition(|record| record.mfa_enrolled);
    let ids = |records: &[&Record]| records.iter().map(|record| record.id).collect::<Vec<Id>>();
    match requirement {
        MfaRequirement::Require { days } => {
            let by = change.now.plus(DAY * days);
            for (these, by) in [(enrolled, None), (waiting, Some(by))] {
                let columns = [("mfa_required", true.value()), ("mfa_enroll_by", by.value())];
                update_columns(change, &ids(&these), ColumnUpdate { columns: &columns, revokes: false })
                    .await?;
            }
        }
        MfaRequirement::Remove => {
            let columns =
                [("mfa_required", false.value()), ("mfa_chosen", false.value()), ("mfa_enroll_by", null())];
            let all: Vec<&Record> = records.iter().collect();
            update_columns(change, &ids(&all), ColumnUpdate { columns: &columns, revokes: false }).await?;
        }
    }
    for record in records {
        change.record(audit_event(record, requirement)).await?;
        if let MfaRequirement::Require { days } = requirement
            && !record.mfa_enrolled
        {
            messages::mfa_required(change, record, days).await?;
        }
    }
    Ok(())
}

fn audit_event(record: &Record, requirement: MfaRequirement) -> AuditEvent {
    let (kind, after) = match requirement {
        MfaRequirement::Require { .. } => (EventKind::UserMfaRequire, true),
        MfaRequirement::Remove => (EventKind::UserMfaRemove, false),
    };
    let changes =
        vec![field("enable_user_portal_multifactor", record.mfa_required.to_string(), after.to_string())];
    let message = match requirement {
        MfaRequirement::Require { days } if !record.mfa_enrolled => format!("{days} days to enroll"),
        MfaRequirement::Require { .. } | MfaRequirement::Remove => String::new(),
    };
    AuditEvent::new(kind).to("user", record.id, record.name()).changes(changes).message(message)
}
