//! One's own second factor: an authenticator app (TOTP), and recovery codes in place of it.

use model::account::TotpEnrollment;
use model::event::EventKind;
use model::link::Purpose;
use model::{ErrorCode, Operation, Problem};

use super::security::{live_on, next_step};
use super::{OwnAccount, own};
use crate::administrators;
use crate::factors::{self, Kept};
use crate::links;
use crate::sign_in::SignedIn;
use crate::totp;
use directory_core::accounts::Account;
use directory_core::authz::{Actor, Stage, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

impl OwnAccount<'_> {
    /// Begins to enrol TOTP. It counts once [`finish_totp`](Self::finish_totp) was given a code.
    ///
    /// # Errors
    /// `reauthentication_needed`.
    pub async fn start_totp(&self, actor: &Actor) -> Result<TotpEnrollment> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let account = own(plain.tx(), actor).await?;
        let organization = crate::settings::read(plain.tx()).await?;
        let of = (account.principal, account.id);
        let enrollment = totp::start(&mut plain, of, &account.email, &organization.profile.name).await?;
        plain
            .record(account.audit_event(EventKind::AdminTotpStartEnrollment, EventKind::TotpStartEnrollment))
            .await?;
        plain.commit().await?;
        Ok(enrollment)
    }

    /// The enrolment that was begun and not finished, if any: to show it again.
    ///
    /// # Errors
    /// `reauthentication_needed`.
    pub async fn pending_totp(&self, actor: &Actor) -> Result<Option<TotpEnrollment>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let mut tx = self.0.db().read().await?;
        let account = own(&mut tx, actor).await?;
        let organization = crate::settings::read(&mut tx).await?;
        let of = (account.principal, account.id);
        totp::pending(self.0, &mut tx, of, &account.email, &organization.profile.name).await
    }

    /// Finishes enrolling TOTP with a code of the app. All other sessions end; this one goes on
    /// under a new token, and whoever is on the way in goes on from there. Also says the recovery
    /// codes, this once, unless those that a passkey brought are there.
    ///
    /// # Errors
    /// `reauthentication_needed`; `invalid` at `code`; `conflict` when nothing was begun.
    pub async fn finish_totp(&self, actor: &Actor, code: &str) -> Result<(SignedIn, Vec<String>)> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let me = actor.auth()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        let account = own(change.tx(), actor).await?;
        let of = (account.principal, account.id);
        let before = factors::kept(change.tx(), of).await?;
        totp::finish(&mut change, of, code).await?;
        factors::added(&mut change, of).await?;
        let beside = factors::there(change.tx(), of).await?.passkeys;
        let codes = factors::codes_with(&mut change, of, beside).await?;
        // Who has just enrolled needs no link to begin anew.
        links::revoke(&mut change, of.0, of.1, &[Purpose::TotpReset, Purpose::AdminTotpReset]).await?;
        let kinds = (EventKind::AdminTotpFinishEnrollment, EventKind::TotpFinishEnrollment);
        tell(&mut change, &account, &before, kinds).await?;
        let led = match me.stage {
            Stage::Full => SignedIn::Full(live_on(change, &me).await?),
            Stage::Challenge | Stage::NewPassword | Stage::Enroll => next_step(change, &me).await?,
        };
        Ok((led, codes))
    }

    /// Removes TOTP, and the recovery codes with the last factor.
    ///
    /// # Errors
    /// `reauthentication_needed`; `conflict` when there is none, or when it is the last factor and one is required.
    pub async fn remove_totp(&self, actor: &Actor) -> Result<Token> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let me = actor.auth()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        let account = own(change.tx(), actor).await?;
        let of = (account.principal, account.id);
        let there = factors::there(change.tx(), of).await?;
        if !there.totp {
            return Err(Problem::new(ErrorCode::Conflict, "TOTP is not enrolled.").into());
        }
        if account.mfa_required && !there.passkeys {
            let message = "Your organization requires multi-factor authentication, so it stays on.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let before = factors::kept(change.tx(), of).await?;
        totp::forget(&mut change, of).await?;
        factors::taken_away(&mut change, of).await?;
        let kinds = (EventKind::AdminTotpDisable, EventKind::TotpDeleteEnrollment);
        tell(&mut change, &account, &before, kinds).await?;
        live_on(change, &me).await
    }

    /// Makes new recovery codes; the old ones end. Says them, this once.
    ///
    /// # Errors
    /// `reauthentication_needed`; `conflict` without a factor.
    pub async fn new_recovery_codes(&self, actor: &Actor) -> Result<Vec<String>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let account = own(plain.tx(), actor).await?;
        if !account.enrolled {
            return Err(Problem::new(
                ErrorCode::Conflict,
                "Add a second factor first; the codes stand in for it.",
            )
            .into());
        }
        let of = (account.principal, account.id);
        let before = factors::kept(plain.tx(), of).await?;
        let codes = totp::new_codes(&mut plain, of).await?;
        let kinds = (EventKind::AdminRecoveryCodesCreate, EventKind::UserRecoveryCodesCreate);
        tell(&mut plain, &account, &before, kinds).await?;
        plain.commit().await?;
        Ok(codes)
    }
}

/// Tells of a change of factors, by the kind of event of whose they are.
pub(super) async fn tell(
    plain: &mut PlainTx,
    account: &Account,
    before: &Kept,
    (administrator, user): (EventKind, EventKind),
) -> Result<()> {
    let of = (account.principal, account.id);
    let changes = before.since(plain.tx(), of).await?;
    administrators::factors_changed(plain, of, administrator, &changes).await?;
    plain.record(account.audit_event(administrator, user).changes(changes)).await
}
