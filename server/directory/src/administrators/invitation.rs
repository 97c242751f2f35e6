//! The invitation of a new administrator, whose link sets the first password.

use model::administrator::Action;
use model::event::EventKind;
use model::link::Purpose;
use model::mail::MessageKind;
use model::{Id, Operation, Principal};

use super::{Administrators, Stored, rules};
use crate::links;
use crate::posting::{self, Facts, Message};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::party_of;
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

impl Administrators<'_> {
    /// Sends the invitation again; the link of the one before ends.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for somebody who has a password, or is suspended.
    pub async fn invite(&self, actor: &Actor, id: Id) -> Result<()> {
        let mut change = Change::begin(self.0, permit(actor, Operation::InviteAdministrator)?).await?;
        let stored = rules::able(&mut change, id, Action::Invite).await?;
        send(&mut change, &stored).await?;
        change.commit().await
    }
}

/// Sends it, with a new link.
pub(crate) async fn send(plain: &mut PlainTx, stored: &Stored) -> Result<()> {
    post_new(plain, stored, MessageKind::AdminInvitation, Purpose::AdminInvitation).await?;
    let sent = format!("to {}", stored.email);
    plain.record(stored.audit_event(EventKind::AdminInvitationEmail).message(sent)).await
}

/// Posts a message with a new link to an administrator; an older link for the same ends.
pub(crate) async fn post_new(
    plain: &mut PlainTx,
    stored: &Stored,
    kind: MessageKind,
    purpose: Purpose,
) -> Result<()> {
    let link = links::make(plain, purpose, Principal::Administrator, stored.id).await?;
    post(plain, stored, kind, link).await
}

pub(crate) async fn post(plain: &mut PlainTx, stored: &Stored, kind: MessageKind, link: Token) -> Result<()> {
    let message = Message {
        kind,
        to: stored.email.clone(),
        principal: Principal::Administrator,
        principal_id: stored.id,
        first_name: stored.first_name.clone(),
        link: Some(link),
        facts: Facts {
            role: stored.assigned_role.role()?.name,
            by: party_of(plain.permit().actor()).name,
            ..Facts::default()
        },
    };
    posting::post(plain, message).await?;
    Ok(())
}

/// Ends what was written to somebody who gets no emails from now on: links, and messages that still
/// wait.
pub(crate) async fn end_all(change: &mut Change, id: Id, why: &str) -> Result<()> {
    links::revoke(change, Principal::Administrator, id, &Purpose::ALL).await?;
    posting::withdraw(change, id, why).await
}
