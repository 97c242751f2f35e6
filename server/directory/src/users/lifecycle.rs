//! States: Staged, Active, Suspended, and the ways between them.

use model::Id;
use model::event::EventKind;
use model::user::{Action, Notify, Outcome, Selection, UserState};

use super::eligible::{ColumnUpdate, update_columns};
use super::messages::{self, To};
use super::{Eligible, Record, Users, factors};
use crate::administrators;
use crate::escalation;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::Arg;
use directory_core::transaction::Change;

impl Users<'_> {
    /// Staged and Suspended users become Active, and get the email that fits the status of their
    /// password, if any is to be sent. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` when there are
    /// too many at once, or at `email`.
    pub async fn activate(
        &self,
        actor: &Actor,
        selection: &Selection,
        notify: &Notify,
    ) -> Result<Vec<Outcome>> {
        let (change, eligible) = self.activated(actor, selection, notify).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` likewise; `not_found`; `conflict` for who
    /// is Active already; `invalid` at `email`.
    pub async fn activate_one(&self, actor: &Actor, user: Id, notify: &Notify) -> Result<()> {
        let (change, eligible) = self.activated(actor, &Selection::These(vec![user]), notify).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn activated(
        &self,
        actor: &Actor,
        selection: &Selection,
        notify: &Notify,
    ) -> Result<(Change, Eligible)> {
        let mut change = Change::begin(self.0, permit(actor, Action::Activate.operation())?).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| Action::Activate.refusal(facts)).await?;
        let to = To::read(notify, eligible.len(), actor)?;
        // It gives an administrator their access back, too.
        escalation::require_reauthentication(&mut change, &eligible.ids()).await?;
        let eligible = activate(&mut change, eligible, &to).await?;
        Ok((change, eligible))
    }

    /// Takes all access away at once, links in emails too; bindings stay. Says for each what
    /// happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn suspend(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        let (change, eligible) = self.suspended(actor, selection).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `not_found`; `conflict` for who is Suspended already;
    /// `last_administrator`.
    pub async fn suspend_one(&self, actor: &Actor, user: Id) -> Result<()> {
        let (change, eligible) = self.suspended(actor, &Selection::These(vec![user])).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn suspended(&self, actor: &Actor, selection: &Selection) -> Result<(Change, Eligible)> {
        let mut change = Change::begin(self.0, permit(actor, Action::Suspend.operation())?).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| Action::Suspend.refusal(facts)).await?;
        let eligible = suspend(&mut change, eligible).await?;
        Ok((change, eligible))
    }
}

pub(super) async fn activate(change: &mut Change, eligible: Eligible, to: &To) -> Result<Eligible> {
    write_state(change, &eligible, UserState::Activated).await?;
    for record in &eligible.able {
        factors::renew_days(change, record).await?;
        let active = Record { state: UserState::Activated, ..record.clone() };
        messages::first(change, &active, to).await?;
    }
    Ok(eligible)
}

pub(super) async fn suspend(change: &mut Change, eligible: Eligible) -> Result<Eligible> {
    let why = "is you, and an administrator: nobody suspends themselves";
    let eligible = eligible.sparing_oneself(change, why).await?;
    write_state(change, &eligible, UserState::Suspended).await?;
    messages::end_all(change, &eligible.ids(), "They were suspended before it was sent.").await?;
    administrators::keep_one_without(change, &eligible.ids()).await?;
    Ok(eligible)
}

/// Every change of state is a revocation or its end: what stood on the old epoch is worth nothing.
async fn write_state(change: &mut Change, eligible: &Eligible, next: UserState) -> Result<()> {
    let columns = [("state", next.value())];
    update_columns(change, &eligible.ids(), ColumnUpdate { columns: &columns, revokes: true }).await?;
    let told = |record: &Record| audit_event(record, next).message(eligible.note_of(record.id));
    change.record_all(eligible.able.iter().map(told).collect()).await
}

/// What a change of state is called.
pub(super) const fn event_of(before: UserState, next: UserState) -> EventKind {
    match (before, next) {
        (UserState::Suspended, UserState::Activated) => EventKind::UserUnsuspended,
        (UserState::Staged | UserState::Activated, UserState::Activated) => EventKind::UserActivated,
        // Nothing returns to Staged.
        (_, UserState::Suspended | UserState::Staged) => EventKind::UserSuspended,
    }
}

fn audit_event(record: &Record, next: UserState) -> AuditEvent {
    AuditEvent::new(event_of(record.state, next)).to("user", record.id, record.name()).changes(vec![field(
        "state",
        record.state.as_str(),
        next.as_str(),
    )])
}
