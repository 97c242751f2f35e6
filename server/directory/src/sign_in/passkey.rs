//! Signing in with a passkey: by itself, or as the second factor.

use model::{ErrorCode, Operation, Principal, Problem};

use super::{SignIn, SignedIn, Wrong, go_on, lapsed, late, note};
use crate::factors::{self, There};
use crate::lockout::{self, Count, Subjects, too_many};
use crate::passkeys::{self, Answer, Bound, Ceremony, Kind, Shown};
use crate::sessions::{self, ActiveSession};
use crate::users;
use directory_core::accounts::{self, Account};
use directory_core::authz::{Actor, Stage, permit};
use directory_core::error::{Error, Result};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

/// Which second factors somebody on the way in can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factors {
    pub totp: bool,
    pub passkeys: bool,
}

/// The one answer to a passkey that does not open: wrong, unknown, removed, somebody else's, or of an
/// account that may not sign in.
fn refusal() -> Error {
    let message = "This passkey does not open an account here. Sign in with your password, or ask an administrator \
        of your organization.";
    Problem::new(ErrorCode::Invalid, message).into()
}

/// The step that somebody is at, which asks for a second factor.
async fn challenged(plain: &mut PlainTx, principal: Principal, token: &Token) -> Result<ActiveSession> {
    let now = plain.now;
    let live = sessions::find(plain.tx(), principal, token, now).await?;
    live.filter(|live| live.stage == Stage::Challenge).ok_or_else(late)
}

/// Why somebody cannot come in whose passkey was right, if so.
async fn shut(plain: &mut PlainTx, account: Option<&Account>) -> Result<Option<&'static str>> {
    let now = plain.now;
    let Some(account) = account.filter(|account| account.active) else {
        return Ok(Some("passkey of an account that is not active"));
    };
    let noted = lockout::locked_until(plain.tx(), account.owner().0, &account.email, now).await?;
    let locked = noted.is_some() || account.locked(now).is_some();
    Ok(locked.then_some("passkey of an account that is locked"))
}

impl SignIn<'_> {
    /// Which second factors somebody on the way in has.
    ///
    /// # Errors
    /// `gone` when the challenge is over.
    pub async fn factors(&self, visitor: &Actor, principal: Principal, token: &Token) -> Result<Factors> {
        permit(visitor, Operation::SignIn)?;
        let mut tx = self.0.db().read().await?;
        let live = sessions::find(&mut tx, principal, token, self.0.env().now()).await?;
        let live = live.filter(|live| live.stage == Stage::Challenge).ok_or_else(late)?;
        let There { totp, passkeys } = factors::there(&mut tx, live.account.owner()).await?;
        Ok(Factors { totp, passkeys })
    }

    /// Asks for a passkey in place of name and password.
    ///
    /// # Errors
    /// `too_many`; `conflict` when passkeys cannot be used here.
    pub async fn start_passkey(&self, visitor: &Actor, principal: Principal) -> Result<Ceremony> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let asked = lockout::begin(&mut plain, &visitor.origin().ip).await;
        if let Err(error) = asked {
            // What was counted stays counted.
            plain.commit().await?;
            return Err(error);
        }
        let bound = Bound { kind: Kind::SignIn, principal, session: None };
        let ceremony = passkeys::ask(&mut plain, bound, &[]).await?;
        plain.commit().await?;
        Ok(ceremony)
    }

    /// Takes a passkey in place of name and password. A lock, a password that must be changed and
    /// everything else that stands before somebody stands before their passkey too.
    ///
    /// # Errors
    /// `invalid` with the same text whatever was wrong; `too_many` from one address; `forbidden` as
    /// for [`password`](Self::password).
    pub async fn passkey(&self, visitor: &Actor, principal: Principal, answer: &Answer) -> Result<SignedIn> {
        let (context, visitor, answer) = (self.0.clone(), visitor.clone(), answer.clone());
        let work = async move { SignIn(&context).try_passkey(&visitor, principal, &answer).await };
        self.0.to_the_end(work).await
    }

    async fn try_passkey(&self, visitor: &Actor, principal: Principal, answer: &Answer) -> Result<SignedIn> {
        // Whose passkey it is turns out later.
        users::schedules::settle_all(self.0).await?;
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let ip = &visitor.origin().ip;
        if let Some(until) = lockout::count_address(&mut plain, ip).await? {
            let now = plain.now;
            plain.commit().await?;
            return Err(too_many(now, until).into());
        }
        let bound = Bound { kind: Kind::SignIn, principal, session: None };
        let shown = passkeys::judge(&mut plain, bound, answer).await?;
        let (whose, mut why) = match shown {
            Shown::Right(whose) => (Some(whose), None),
            Shown::Wrong(whose, why) => (whose, Some(why)),
        };
        let account = match whose {
            Some((Principal::User, user)) if principal == Principal::Administrator => {
                accounts::administrator_of(plain.tx(), user).await?
            }
            Some((kind, whose)) => accounts::find(plain.tx(), kind, whose).await?,
            None => None,
        };
        if why.is_none() {
            why = shut(&mut plain, account.as_ref()).await?;
        }
        if let (None, Some(account)) = (why, &account) {
            lockout::forgive_address(&mut plain, ip).await?;
            let led = go_on(&mut plain, account, "passkey").await?;
            plain.commit().await?;
            return led.ok_or_else(lapsed);
        }
        note(&mut plain, principal, account.as_ref(), "a passkey", why.unwrap_or("unknown passkey")).await?;
        plain.commit().await?;
        Err(refusal())
    }

    /// Asks for one of one's passkeys as the second factor.
    ///
    /// # Errors
    /// `gone` when the challenge is over; `conflict` when there is none, or none can be used here.
    pub async fn start_challenge(
        &self,
        visitor: &Actor,
        principal: Principal,
        token: &Token,
    ) -> Result<Ceremony> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let live = challenged(&mut plain, principal, token).await?;
        let owner = live.account.owner();
        let theirs = passkeys::of(plain.tx(), owner).await?;
        if theirs.is_empty() {
            return Err(Problem::new(ErrorCode::Conflict, "There is no passkey of yours any more.").into());
        }
        let bound = Bound { kind: Kind::Challenge, principal: owner.0, session: Some(live.session) };
        let ceremony = passkeys::ask(&mut plain, bound, &theirs).await?;
        plain.commit().await?;
        Ok(ceremony)
    }

    /// Takes a passkey as the second factor. Wrong ones count like wrong codes.
    ///
    /// # Errors
    /// `gone` when the challenge is over (sign in again); `invalid`; `too_many`; `forbidden` as for
    /// [`password`](Self::password).
    pub async fn challenge_passkey(
        &self,
        visitor: &Actor,
        principal: Principal,
        token: &Token,
        answer: &Answer,
    ) -> Result<SignedIn> {
        let (context, visitor) = (self.0.clone(), visitor.clone());
        let (token, answer) = (token.clone(), answer.clone());
        let work =
            async move { SignIn(&context).try_second_passkey(&visitor, principal, &token, &answer).await };
        self.0.to_the_end(work).await
    }

    async fn try_second_passkey(
        &self,
        visitor: &Actor,
        principal: Principal,
        token: &Token,
        answer: &Answer,
    ) -> Result<SignedIn> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let live = challenged(&mut plain, principal, token).await?;
        let account = live.account;
        let subjects = Subjects::of(&mut plain, &account).await?;
        let count = subjects.count(&mut plain, Some(&account)).await?;
        if let Count::Refused { until } = count {
            let now = plain.now;
            plain.commit().await?;
            return Err(too_many(now, until).into());
        }
        let owner = account.owner();
        let bound = Bound { kind: Kind::Challenge, principal: owner.0, session: Some(live.session) };
        let why = match passkeys::judge(&mut plain, bound, answer).await? {
            Shown::Right(whose) if whose == owner => None,
            Shown::Right(_) => Some("passkey of another account"),
            Shown::Wrong(_, why) => Some(why),
        };
        if let Some(why) = why {
            plain.commit().await?;
            let (subjects, account) = (&subjects, Some(&account));
            let wrong = Wrong { principal, subjects, count, account, typed: "", why };
            let locked = self.refused(visitor, &wrong).await?;
            let again =
                || Problem::new(ErrorCode::Invalid, "This passkey was not accepted. Try again.").into();
            return Err(locked.unwrap_or_else(again));
        }
        sessions::end_token(&mut plain, token).await?;
        subjects.forgive(&mut plain).await?;
        let led = go_on(&mut plain, &account, &format!("{} passkey", live.methods)).await?;
        plain.commit().await?;
        led.ok_or_else(lapsed)
    }
}
