//! One's own second factor: an authenticator app (TOTP), and recovery codes in place of it.

use model::account::TotpEnrollment;
use model::event::EventKind;
use model::{ErrorCode, Operation, Problem};

use super::Account;
use super::security::{live_on, next_step};
use crate::change::{Change, Side};
use crate::error::Result;
use crate::factors;
use crate::gate::{Actor, permit};
use crate::links::{self, Purpose};
use crate::principals::{self, Holder, Stage};
use crate::sessions::{Token, proven_lately};
use crate::sign_in::SignedIn;
use crate::store::Tx;
use crate::totp;

impl Account<'_> {
    /// Begins to enrol TOTP. It counts once [`finish_totp`](Self::finish_totp) was given a code.
    ///
    /// # Errors
    /// `proof_needed`.
    pub async fn start_totp(&self, actor: &Actor) -> Result<TotpEnrollment> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let mut side = Side::begin(self.0, permit).await?;
        let holder = own(side.tx(), actor).await?;
        let organization = crate::settings::read(side.tx()).await?;
        let of = (holder.principal, holder.id);
        let enrollment = totp::start(&mut side, of, &holder.email, &organization.profile.name).await?;
        side.record(holder.happening(EventKind::AdminTotpStartEnrollment, EventKind::TotpStartEnrollment))
            .await?;
        side.commit().await?;
        Ok(enrollment)
    }

    /// The enrolment that was begun and not finished, if any: to show it again.
    ///
    /// # Errors
    /// `proof_needed`.
    pub async fn pending_totp(&self, actor: &Actor) -> Result<Option<TotpEnrollment>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let mut tx = self.0.db().read().await?;
        let holder = own(&mut tx, actor).await?;
        let organization = crate::settings::read(&mut tx).await?;
        let of = (holder.principal, holder.id);
        totp::pending(self.0, &mut tx, of, &holder.email, &organization.profile.name).await
    }

    /// Finishes enrolling TOTP with a code of the app. All other sessions end; this one goes on
    /// under a new token, and whoever is on the way in goes on from there. Also says the recovery
    /// codes, this once, unless there is a passkey that brought them.
    ///
    /// # Errors
    /// `proof_needed`; `invalid` at `code`; `conflict` when nothing was begun.
    pub async fn finish_totp(&self, actor: &Actor, code: &str) -> Result<(SignedIn, Vec<String>)> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        let holder = own(change.tx(), actor).await?;
        let of = (holder.principal, holder.id);
        totp::finish(&mut change, of, code).await?;
        // With a passkey there the codes are there too, and stand in for either.
        let kept = factors::there(change.tx(), of).await?.passkeys;
        let codes = if kept { vec![] } else { totp::new_codes(&mut change, of).await? };
        // Who has just enrolled needs no link to begin anew.
        links::revoke(&mut change, of.0, of.1, &[Purpose::TotpReset, Purpose::AdminTotpReset]).await?;
        change
            .record(holder.happening(EventKind::AdminTotpFinishEnrollment, EventKind::TotpFinishEnrollment))
            .await?;
        let led = match me.stage {
            Stage::Full => SignedIn::Full(live_on(change, &me).await?),
            _ => next_step(change, &me).await?,
        };
        Ok((led, codes))
    }

    /// Removes TOTP, and the recovery codes with the last factor.
    ///
    /// # Errors
    /// `proof_needed`; `conflict` when there is none, or when it is the last factor and one is required.
    pub async fn remove_totp(&self, actor: &Actor) -> Result<Token> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        let holder = own(change.tx(), actor).await?;
        let of = (holder.principal, holder.id);
        let there = factors::there(change.tx(), of).await?;
        if !there.totp {
            return Err(Problem::new(ErrorCode::Conflict, "TOTP is not enrolled.").into());
        }
        if holder.mfa_required && !there.passkeys {
            let message = "Your organization requires multi-factor authentication, so it stays on.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        totp::forget(&mut change, of).await?;
        factors::taken_away(&mut change, of).await?;
        change.record(holder.happening(EventKind::AdminTotpDisable, EventKind::TotpDeleteEnrollment)).await?;
        live_on(change, &me).await
    }

    /// Makes new recovery codes; the old ones end. Says them, this once.
    ///
    /// # Errors
    /// `proof_needed`; `conflict` without a factor.
    pub async fn new_recovery_codes(&self, actor: &Actor) -> Result<Vec<String>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let mut side = Side::begin(self.0, permit).await?;
        let holder = own(side.tx(), actor).await?;
        if !holder.enrolled {
            return Err(Problem::new(
                ErrorCode::Conflict,
                "Add a second factor first; the codes stand in for it.",
            )
            .into());
        }
        let codes = totp::new_codes(&mut side, (holder.principal, holder.id)).await?;
        side.record(
            holder.happening(EventKind::AdminRecoveryCodesCreate, EventKind::UserRecoveryCodesCreate),
        )
        .await?;
        side.commit().await?;
        Ok(codes)
    }
}

/// The account whose password and factors these are.
pub(super) async fn own(tx: &mut Tx, actor: &Actor) -> Result<Holder> {
    let me = actor.standing()?;
    let holder = principals::own(tx, me.principal, me.id).await?;
    principals::keeper(tx, holder).await
}
