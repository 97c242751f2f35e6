//! Emails to a new password or to new second factors: sent by another administrator, or asked
//! for on the sign-in page.

use model::administrator::Action;
use model::event::EventKind;
use model::mail::LetterKind;
use model::{Email, Id, Operation, Principal, Problem};

use super::{Administrators, Stored, by_email, invitation, rules};
use crate::attempts;
use crate::change::{Change, Side};
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::links::{self, Asked, Purpose};
use crate::principals::Login;
use crate::sessions::Token;

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
        invitation::post_new(&mut change, &stored, LetterKind::AdminTotpReset, Purpose::AdminTotpReset)
            .await?;
        let sent = format!("to {}", stored.email);
        change.record(stored.happening(EventKind::AdminTotpResetRequest).message(sent)).await?;
        change.commit().await
    }

    /// Asks for an email with a link to a new password. What comes of it happens later, so that
    /// neither the answer nor its time tells whether anybody has this address.
    ///
    /// # Errors
    /// `invalid` at `email` for what is no address; `too_many`.
    pub async fn forgot_password(&self, visitor: &Actor, email: &str) -> Result<()> {
        let permit = permit(visitor, Operation::AskForLink)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let mut side = Side::begin(self.0, permit).await?;
        let asked = attempts::ask(&mut side, "reset", &visitor.origin.ip).await;
        // What was counted stays counted.
        side.commit().await?;
        asked?;
        let (directory, visitor) = (self.0.clone(), visitor.clone());
        self.0.after("an email to a new administrator password", async move {
            directory.administrators().send_what_was_forgotten(&visitor, email).await
        });
        Ok(())
    }

    /// Posts the email if there is somebody to get it.
    async fn send_what_was_forgotten(&self, visitor: &Actor, email: Email) -> Result<()> {
        let mut side = Side::begin(self.0, permit(visitor, Operation::AskForLink)?).await?;
        let found = by_email(side.tx(), &email).await?;
        // Whoever was invited and has no password yet has a link of another kind.
        let Some(stored) = found.filter(|stored| stored.active && stored.password_set_at.is_some()) else {
            return Ok(());
        };
        if stored.user_id.is_some() {
            drop(side);
            return self.0.portal().send_reset(visitor, &Login::Email(email.into())).await;
        }
        let purpose = Purpose::AdminPasswordReset;
        if let Asked::Send(link) = links::ask(&mut side, purpose, Principal::Administrator, stored.id).await?
        {
            send_password_link(&mut side, &stored, link).await?;
        }
        side.commit().await
    }
}

async fn send_password_link(side: &mut Side, stored: &Stored, link: Token) -> Result<()> {
    invitation::post(side, stored, LetterKind::AdminPasswordReset, link).await?;
    // Whoever asked on the sign-in page has not proven who they are.
    let sent = format!("to {}", stored.email);
    side.record(stored.happening(EventKind::AdminPasswordResetRequest).message(sent)).await
}
