//! Signing in to the Admin Portal: password, then a second factor when there is one.

use model::event::{EventKind, Party};
use model::{Email, ErrorCode, Id, Operation, Password, Problem, Timestamp};

use crate::Directory;
use crate::attempts::{Count, Subjects, too_many};
use crate::change::Side;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::history::Happening;
use crate::sessions::{self, Opening, Stage, Token};
use crate::store::{Tx, args};
use crate::totp::{self, Given};

/// Signing in.
pub struct SignIn<'a>(pub(crate) &'a Directory);

/// What a right password led to.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// The session stands.
    Full(Token),
    /// A second factor is still asked for; the token is good for that alone, for 10 minutes.
    Challenge(Token),
}

/// The one answer to a wrong password, an unknown address and an account that may not sign in.
const REFUSAL: &str = "The e-mail address or the password is not right.";

const BY_EMAIL: &str =
    "SELECT a.id, a.first_name, a.last_name, a.email, a.suspended, a.auth_epoch, a.totp_enrolled,
        c.secret
    FROM administrators a LEFT JOIN credentials c
        ON c.principal = 'administrator' AND c.principal_id = a.id AND c.kind = 'password'
    WHERE a.email = $1";
const REHASH: &str = "UPDATE credentials SET secret = $2
    WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'password' AND secret = $3";
const LOGGED_IN: &str = "UPDATE administrators SET last_login_at = $2 WHERE id = $1";
const TALLY: &str = "INSERT INTO sign_in_hours (realm, hour, succeeded, failed) VALUES ('admin', $1, $2, $3)
    ON CONFLICT (realm, hour) DO UPDATE SET succeeded = sign_in_hours.succeeded + excluded.succeeded,
        failed = sign_in_hours.failed + excluded.failed";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BY_EMAIL, REHASH, LOGGED_IN, TALLY];

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Account {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub suspended: bool,
    pub auth_epoch: i64,
    pub totp_enrolled: bool,
    pub secret: Option<String>,
}

impl Account {
    fn party(&self) -> Party {
        let name = format!("{} {}", self.first_name, self.last_name);
        Party { kind: "administrator".into(), id: Some(self.id), name }
    }
}

pub(crate) async fn account_by_email(tx: &mut Tx, email: &str) -> Result<Option<Account>> {
    Ok(tx.optional(BY_EMAIL, args![email]).await?)
}

impl SignIn<'_> {
    /// Takes an e-mail address and a password, as typed.
    ///
    /// # Errors
    /// `invalid` with the same text whatever was wrong; `too_many` with the time to wait.
    pub async fn password(&self, visitor: &Actor, email: &str, password: &str) -> Result<SignedIn> {
        let email = Email::parse(email).map(String::from).unwrap_or_default();
        let subjects = Subjects::new(&email, &visitor.origin.ip);
        let mut side = Side::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let count = subjects.count(&mut side).await?;
        let account = account_by_email(side.tx(), &email).await?;
        let now = side.now;
        side.commit().await?;
        if let Count::Refused { until } = count {
            return Err(too_many(now, until).into());
        }
        let may = account.as_ref().filter(|account| !account.suspended);
        let typed = Password::parse(password).ok();
        let hash = may.and_then(|account| account.secret.clone()).filter(|_| typed.is_some());
        let asked = typed.clone().map_or_else(|| Password::parse("-"), Ok).map_err(crate::Error::internal)?;
        let verdict = self.0.hasher().verify(&asked, hash).await?;
        match (verdict.right, account) {
            (true, Some(account)) => {
                if verdict.outdated
                    && let Some(password) = typed
                {
                    self.rehash(&account, &password).await?;
                }
                self.passed(visitor, &subjects, account).await
            }
            (_, account) => self.refused(visitor, &subjects, count, account, &email).await,
        }
    }

    async fn passed(&self, visitor: &Actor, subjects: &Subjects, account: Account) -> Result<SignedIn> {
        let mut side = Side::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let stage = if account.totp_enrolled { Stage::Challenge } else { Stage::Full };
        let opening =
            Opening { administrator: account.id, epoch: account.auth_epoch, stage, methods: "password" };
        let token = sessions::open(&mut side, opening).await?;
        if stage == Stage::Challenge {
            // The count stays until the second factor is right: guesses of either count together.
            side.commit().await?;
            return Ok(SignedIn::Challenge(token));
        }
        subjects.forgive(&mut side).await?;
        welcome(&mut side, &account, "password").await?;
        side.commit().await?;
        Ok(SignedIn::Full(token))
    }

    async fn refused(
        &self,
        visitor: &Actor,
        subjects: &Subjects,
        count: Count,
        account: Option<Account>,
        email: &str,
    ) -> Result<SignedIn> {
        let mut side = Side::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let until = wrong(&mut side, subjects, count, account.as_ref(), email, "wrong password").await?;
        let now = side.now;
        side.commit().await?;
        match until {
            Some(until) => Err(too_many(now, until).into()),
            None => Err(Problem::new(ErrorCode::Invalid, REFUSAL).into()),
        }
    }

    /// Takes the second factor, as typed: a code of the app or a recovery code.
    ///
    /// # Errors
    /// `gone` when the challenge is over (sign in again); `invalid` at `code`; `too_many`.
    pub async fn challenge(&self, visitor: &Actor, token: &Token, code: &str) -> Result<Token> {
        let gone =
            || Problem::new(ErrorCode::Gone, "Signing in took too long. Begin again with your password.");
        let mut side = Side::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let now = side.now;
        let live = sessions::find(side.tx(), token, Stage::Challenge, now).await?.ok_or_else(gone)?;
        let account = account_by_email(side.tx(), &live.email).await?.ok_or_else(gone)?;
        let subjects = Subjects::new(&account.email, &visitor.origin.ip);
        let count = subjects.count(&mut side).await?;
        if let Count::Refused { until } = count {
            side.commit().await?;
            return Err(too_many(now, until).into());
        }
        let given = totp::check(&mut side, account.id, code).await?;
        if given == Given::Wrong {
            let until = wrong(&mut side, &subjects, count, Some(&account), "", "wrong code").await?;
            side.commit().await?;
            return Err(match until {
                Some(until) => too_many(now, until).into(),
                None => Problem::at("code", "This code is not right, or was used before.").into(),
            });
        }
        let methods = if given == Given::Totp { "password totp" } else { "password recovery_code" };
        sessions::end_token(&mut side, token).await?;
        let opening =
            Opening { administrator: account.id, epoch: account.auth_epoch, stage: Stage::Full, methods };
        let full = sessions::open(&mut side, opening).await?;
        subjects.forgive(&mut side).await?;
        welcome(&mut side, &account, methods).await?;
        side.commit().await?;
        Ok(full)
    }

    /// Whether a challenge is still open: its page asks, to send a late visitor to the beginning.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn is_challenged(&self, visitor: &Actor, token: &Token) -> Result<bool> {
        permit(visitor, Operation::SignIn)?;
        let mut tx = self.0.db().read().await?;
        Ok(sessions::find(&mut tx, token, Stage::Challenge, self.0.env().now()).await?.is_some())
    }

    async fn rehash(&self, account: &Account, password: &Password) -> Result<()> {
        let hash = self.0.hasher().hash(password).await?;
        let housekeeping = permit(&Actor::system("a hash costs more now"), Operation::KeepHouse)?;
        let mut side = Side::begin(self.0, housekeeping).await?;
        side.run(REHASH, args![account.id, hash, account.secret.clone().unwrap_or_default()]).await?;
        side.commit().await
    }
}

/// Notes when an administrator was last let in.
pub(crate) async fn let_in(side: &mut Side, administrator: Id) -> Result<()> {
    let now = side.now;
    side.run(LOGGED_IN, args![administrator, now]).await?;
    Ok(())
}

/// Notes a sign-in that worked.
async fn welcome(side: &mut Side, account: &Account, methods: &str) -> Result<()> {
    let now = side.now;
    let_in(side, account.id).await?;
    side.run(TALLY, args![hour_of(now), 1, 0]).await?;
    let party = account.party();
    let happening = Happening::new(EventKind::AdminLoginAttempt)
        .to("administrator", account.id, &party.name)
        .by(party)
        .message(methods);
    side.record(happening).await
}

/// Notes one that did not; locks when it was the last try. Says until when.
async fn wrong(
    side: &mut Side,
    subjects: &Subjects,
    count: Count,
    account: Option<&Account>,
    email: &str,
    why: &str,
) -> Result<Option<Timestamp>> {
    side.run(TALLY, args![hour_of(side.now), 0, 1]).await?;
    let mut attempt = Happening::new(EventKind::AdminLoginAttempt).failed(why);
    attempt = match account {
        Some(account) => attempt.to("administrator", account.id, account.party().name).by(account.party()),
        None => attempt.by(Party { kind: "visitor".into(), id: None, name: email.to_owned() }),
    };
    side.record(attempt).await?;
    if count != Count::Last {
        return Ok(None);
    }
    let until = subjects.lock(side).await?;
    if let Some(account) = account {
        let lockout = Happening::new(EventKind::AdminLockout)
            .to("administrator", account.id, account.party().name)
            .by(account.party())
            .message("6 wrong tries; opens by itself after 15 minutes");
        side.record(lockout).await?;
    }
    Ok(Some(until))
}

/// The hour that an instant falls in, as hours since the Unix epoch.
pub(crate) fn hour_of(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(3600)
}
