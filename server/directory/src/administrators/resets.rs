//! Emails to a new password or to new second factors: sent by another administrator.

use model::administrator::Action;
use model::event::EventKind;
use model::link::Purpose;
use model::mail::MessageKind;
use model::{Id, Operation, Principal};

use super::{Administrators, Stored, invitation, rules};
use crate::links;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

impl Administrators<'_> {
    /// Sends an administrator a link to a new password. Until it is used the old one is good.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for somebody without a password of their own.
    pub async fn send_password_reset(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::SendAdministratorPasswordReset)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = rules::able(&mut change, id, Action::SendPasswordReset).await?;
        let purpose = Purpose::AdminPasswordReset;
        let link = links::make(&mut change, purpose, Principal::Administrator, stored.id).await?;
        send_password_link(&mut change, &stored, link).await?;
        change.commit().await
    }

    /// Sends an administrator a link that takes their second factors away, as far as they say that those
    /// are lost. Until it is used they are good.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for oneself, and for somebody without a factor.
    pub async fn send_totp_reset(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::SendAdministratorTotpReset)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = rules::able(&mut change, id, Action::SendTotpReset).await?;
        invitation::post_new(&mut change, &stored, MessageKind::AdminTotpReset, Purpose::AdminTotpReset)
            .await?;
        let sent = format!("to {}", stored.email);
        change.record(stored.audit_event(EventKind::AdminTotpResetRequest).message(sent)).await?;
        change.commit().await
    }
}

pub(crate) async fn send_password_link(plain: &mut PlainTx, stored: &Stored, link: Token) -> Result<()> {
    invitation::post(plain, stored, MessageKind::AdminPasswordReset, link).await?;
    // Whoever asked on the sign-in page has not proven who they are.
    let sent = format!("to {}", stored.email);
    plain.record(stored.audit_event(EventKind::AdminPasswordResetRequest).message(sent)).await
}
