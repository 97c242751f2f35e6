//! A forgotten administrator password: a link by email, and a new password for it.

use model::administrator::AdministratorDraft;
use model::event::{EventKind, Party};
use model::mail::LetterKind;
use model::{Email, ErrorCode, Id, Operation, Principal, Problem};

use super::{Administrators, BY_EMAIL, READ, Stored, WITH_BILLING, new_epoch, set_password};
use crate::attempts;
use crate::change::{Change, Side};
use crate::error::{Error, Result};
use crate::gate::{Actor, permit};
use crate::history::Happening;
use crate::links::{self, Asked, Purpose};
use crate::mail::{self, Facts, Letter};
use crate::sessions::Token;
use crate::store::{Tx, args};

impl Administrators<'_> {
    /// Sends a link for a new password to whoever has this address. Nobody learns from the answer
    /// whether anybody has it.
    ///
    /// # Errors
    /// `invalid` at `email` for what is no address; `too_many`.
    pub async fn forgot_password(&self, visitor: &Actor, email: &str) -> Result<()> {
        let permit = permit(visitor, Operation::AskForLink)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let mut side = Side::begin(self.0, permit).await?;
        let asked = attempts::ask(&mut side, "reset", &visitor.origin.ip).await;
        let found: Option<Stored> = side.tx().optional(BY_EMAIL, args![&email]).await?;
        // Whoever was invited and has no password yet has a link of another kind.
        let known = found.filter(|stored| !stored.suspended && stored.password_set_at.is_some());
        if let (Ok(()), Some(stored)) = (&asked, known) {
            send_link(&mut side, &stored).await?;
        }
        // What was counted stays counted.
        side.commit().await?;
        asked
    }

    /// Whether a link for a new password is good; its page asks, and uses nothing up.
    ///
    /// # Errors
    /// `gone`, with the reason.
    pub async fn check_reset(&self, visitor: &Actor, token: &Token) -> Result<String> {
        permit(visitor, Operation::UseLink)?;
        let mut tx = self.0.db().read().await?;
        let link = links::find(&mut tx, token, Purpose::AdminPasswordReset, self.0.env().now()).await?;
        Ok(holder(&mut tx, link.principal_id).await?.email)
    }

    /// Sets a new password with a link, which is used up. All sessions end and the lock opens; the
    /// second factor stays.
    ///
    /// # Errors
    /// `gone`; `invalid` at `password`, and then the link stays good.
    pub async fn reset_password(&self, visitor: &Actor, token: &Token, password: &str) -> Result<()> {
        let email = self.check_reset(visitor, token).await?;
        let mut tx = self.0.db().read().await?;
        let stored: Stored = tx.optional(BY_EMAIL, args![&email]).await?.ok_or_else(over)?;
        drop(tx);
        let draft = AdministratorDraft {
            first_name: stored.first_name.clone(),
            last_name: stored.last_name.clone(),
            email: Email::parse(&stored.email).map_err(Error::internal)?,
            role: WITH_BILLING,
        };
        let hash = self.hash_good(password, &draft).await?;
        let mut change = Change::begin(self.0, permit(visitor, Operation::UseLink)?).await?;
        let link = links::take(&mut change, token, Purpose::AdminPasswordReset).await?;
        let stored = holder(change.tx(), link.principal_id).await?;
        new_epoch(&mut change, Principal::Administrator, stored.id).await?;
        set_password(&mut change, stored.id, hash).await?;
        attempts::unlock(&mut change, Principal::Administrator, &stored.email).await?;
        change
            .record(
                Happening::new(EventKind::AdminPasswordChange)
                    .to("administrator", stored.id, stored.name())
                    .by(party(&stored))
                    .message("with a link by email"),
            )
            .await?;
        change.commit().await
    }
}

async fn send_link(side: &mut Side, stored: &Stored) -> Result<()> {
    let asked = links::ask(side, Purpose::AdminPasswordReset, Principal::Administrator, stored.id).await?;
    let Asked::Send(token) = asked else { return Ok(()) };
    let letter = Letter {
        kind: LetterKind::AdminPasswordReset,
        to: stored.email.clone(),
        principal: Principal::Administrator,
        principal_id: stored.id,
        first_name: stored.first_name.clone(),
        link: Some(token),
        facts: Facts::default(),
    };
    mail::post(side, letter).await?;
    // Whoever asked has not proven who they are.
    side.record(Happening::new(EventKind::AdminPasswordResetRequest).to(
        "administrator",
        stored.id,
        stored.name(),
    ))
    .await
}

/// Whose link it is, if they may still sign in.
async fn holder(tx: &mut Tx, id: Id) -> Result<Stored> {
    let stored: Option<Stored> = tx.optional(READ, args![id]).await?;
    stored.filter(|stored| !stored.suspended).ok_or_else(|| over().into())
}

fn party(stored: &Stored) -> Party {
    Party { kind: "administrator".into(), id: Some(stored.id), name: stored.name() }
}

/// For an account that is gone or suspended since the link was made.
fn over() -> Problem {
    let message = "This account cannot be signed in to any more. Ask an Administrator With Billing.";
    Problem::new(ErrorCode::Gone, message)
}
