//! Signing in to either portal: password, then a second factor when there is one, then whatever
//! else must come first.

mod passkey;

use model::event::{EventKind, Party};
use model::{ErrorCode, Operation, Principal, Problem, Timestamp};
use zeroize::Zeroizing;

use crate::lockout::{Count, Subjects, too_many};
use crate::password_check::{Checked, check_password, lock, why_wrong};
use crate::sessions::{self, Opening};
use crate::totp::{self, Given};
use crate::users;
use directory_core::accounts::{Account, Login, Next, per_principal};
use directory_core::authz::{Actor, Stage, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

pub use passkey::Factors;

/// Signing in.
pub struct SignIn<'a>(pub(crate) &'a Context);

/// What a right password, or the step after it, led to.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// The session stands.
    Full(Token),
    /// One step is still to be taken; the token is good for that alone, and not for long.
    Step(Stage, Token),
}

const TALLY: Sql = sql!(
    "INSERT INTO sign_in_hours (realm, hour, succeeded, failed) VALUES ($1, $2, $3, $4)
    ON CONFLICT (realm, hour) DO UPDATE SET succeeded = sign_in_hours.succeeded + excluded.succeeded,
        failed = sign_in_hours.failed + excluded.failed"
);

/// The one answer to a wrong password, an unknown name and an account that may not sign in. It says to
/// everybody that tries can lock, because it cannot say to whom they did.
fn refusal(principal: Principal) -> Error {
    let message = per_principal(
        principal,
        "The email address or the password is not right. Several wrong tries lock an account for a while.",
        "The username, the email address or the password is not right. Several wrong tries can lock an account; \
            an administrator of your organization can open it.",
    );
    Problem::new(ErrorCode::Invalid, message).into()
}

/// The answer to a step that somebody took too long for.
fn late() -> Error {
    Problem::new(ErrorCode::Gone, "Signing in took too long. Begin again with your password.").into()
}

/// A try that turned out wrong.
struct Wrong<'a> {
    principal: Principal,
    subjects: &'a Subjects,
    count: Count,
    account: Option<&'a Account>,
    /// Who it was said to be, when that is nobody.
    typed: &'a str,
    why: &'a str,
}

impl SignIn<'_> {
    /// Takes a name and a password, as typed: an administrator's email address, a user's or their
    /// username.
    ///
    /// # Errors
    /// `invalid` with the same text whatever was wrong; `too_many` with the time to wait;
    /// `forbidden` for somebody who was right but did not enrol a second factor in time.
    pub async fn password(
        &self,
        visitor: &Actor,
        principal: Principal,
        login: &str,
        password: &str,
    ) -> Result<SignedIn> {
        let (context, visitor, login) = (self.0.clone(), visitor.clone(), login.to_owned());
        let password = Zeroizing::new(password.to_owned());
        let work = async move { SignIn(&context).try_password(&visitor, principal, &login, &password).await };
        self.0.to_the_end(work).await
    }

    async fn try_password(
        &self,
        visitor: &Actor,
        principal: Principal,
        login: &str,
        password: &str,
    ) -> Result<SignedIn> {
        let login = Login::parse(principal, login);
        // Access follows the instant of a schedule, and not the work on schedules.
        users::schedules::settle(self.0, principal, &login).await?;
        let permit = permit(visitor, Operation::SignIn)?;
        let Checked { account, subjects, count, right } =
            check_password(self.0, permit, principal, &login, password).await?;
        match (right, account) {
            (true, Some(account)) => self.passed(visitor, &subjects, &account).await,
            (_, account) => {
                let (account, typed) = (account.as_ref(), login.as_str());
                let why = why_wrong(count);
                let wrong = Wrong { principal, subjects: &subjects, count, account, typed, why };
                Err(self.refused(visitor, &wrong).await?.unwrap_or_else(|| refusal(principal)))
            }
        }
    }

    async fn passed(&self, visitor: &Actor, subjects: &Subjects, account: &Account) -> Result<SignedIn> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        if account.is_challenged() {
            // This try was no guess; guesses before it count, together with those of the second factor,
            // until that is right.
            subjects.take_back(&mut plain).await?;
            let token = open(&mut plain, account, Stage::Challenge, "password").await?;
            plain.commit().await?;
            return Ok(SignedIn::Step(Stage::Challenge, token));
        }
        subjects.forgive(&mut plain).await?;
        let led = go_on(&mut plain, account, "password").await?;
        plain.commit().await?;
        led.ok_or_else(lapsed)
    }

    /// Notes a try that was wrong; locks when it was the last. Says what is told then.
    async fn refused(&self, visitor: &Actor, wrong: &Wrong<'_>) -> Result<Option<Error>> {
        let permit = permit(visitor, Operation::SignIn)?;
        let Count::Last { told } = wrong.count else {
            let mut plain = PlainTx::begin(self.0, permit).await?;
            wrong.note(&mut plain).await?;
            let until = match wrong.count {
                Count::Locked { last: true } => Some(wrong.subjects.shut(&mut plain).await?),
                Count::Locked { last: false } | Count::Last { .. } | Count::More | Count::Refused { .. } => {
                    None
                }
            };
            let now = plain.now;
            plain.commit().await?;
            return Ok(until.map(|until| too_many(now, until).into()));
        };
        let mut change = Change::begin(self.0, permit).await?;
        wrong.note(&mut change).await?;
        let until = lock(&mut change, wrong.subjects, wrong.account, told).await?;
        let now = change.now;
        change.commit().await?;
        Ok(told.then(|| too_many(now, until).into()))
    }

    /// Takes the second factor, as typed: a code of the app or a recovery code.
    ///
    /// # Errors
    /// `gone` when the challenge is over (sign in again); `invalid` at `code`; `too_many`;
    /// `forbidden` as for [`password`](Self::password).
    pub async fn challenge(
        &self,
        visitor: &Actor,
        principal: Principal,
        token: &Token,
        code: &str,
    ) -> Result<SignedIn> {
        let (context, visitor) = (self.0.clone(), visitor.clone());
        let (token, code) = (token.clone(), Zeroizing::new(code.to_owned()));
        let work = async move { SignIn(&context).try_code(&visitor, principal, &token, &code).await };
        self.0.to_the_end(work).await
    }

    async fn try_code(
        &self,
        visitor: &Actor,
        principal: Principal,
        token: &Token,
        code: &str,
    ) -> Result<SignedIn> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::SignIn)?).await?;
        let now = plain.now;
        let live = sessions::find(plain.tx(), principal, token, now).await?;
        let live = live.filter(|live| live.stage == Stage::Challenge).ok_or_else(late)?;
        let account = live.account;
        let subjects = Subjects::of(&mut plain, &account).await?;
        let count = subjects.count(&mut plain, Some(&account)).await?;
        if let Count::Refused { until } = count {
            plain.commit().await?;
            return Err(too_many(now, until).into());
        }
        let given = totp::check(&mut plain, account.owner(), code).await?;
        if given == Given::Wrong {
            plain.commit().await?;
            let (subjects, account) = (&subjects, Some(&account));
            let wrong = Wrong { principal, subjects, count, account, typed: "", why: "wrong code" };
            let locked = self.refused(visitor, &wrong).await?;
            let again = || Problem::at("code", "This code is not right, or was used before.").into();
            return Err(locked.unwrap_or_else(again));
        }
        let factor = if given == Given::Totp { "totp" } else { "recovery_code" };
        sessions::end_token(&mut plain, token).await?;
        subjects.forgive(&mut plain).await?;
        let led = go_on(&mut plain, &account, &format!("{} {factor}", live.methods)).await?;
        plain.commit().await?;
        led.ok_or_else(lapsed)
    }
}

async fn open(plain: &mut PlainTx, account: &Account, stage: Stage, methods: &str) -> Result<Token> {
    let of = (account.principal, account.id);
    sessions::open(plain, Opening { of, epoch: account.auth_epoch, stage, methods }).await
}

/// The session that comes next for somebody who has proven who they are; `None` when they are shut
/// out because they did not enrol a second factor in time.
pub(crate) async fn go_on(plain: &mut PlainTx, account: &Account, methods: &str) -> Result<Option<SignedIn>> {
    let stage = match account.next(plain.now) {
        Next::NewPassword => Stage::NewPassword,
        Next::Enroll => Stage::Enroll,
        Next::In => Stage::Full,
        Next::Lapsed => {
            tally(plain, account.principal, false).await?;
            let attempt = attempt(account.principal).failed("no second factor enrolled in time");
            plain
                .record(
                    attempt.to(account.principal.as_str(), account.id, account.name()).by(account.party()),
                )
                .await?;
            return Ok(None);
        }
    };
    let token = open(plain, account, stage, methods).await?;
    if stage != Stage::Full {
        return Ok(Some(SignedIn::Step(stage, token)));
    }
    sessions::let_in(plain, account.principal, account.id).await?;
    tally(plain, account.principal, true).await?;
    let welcome = attempt(account.principal).message(methods);
    plain
        .record(welcome.to(account.principal.as_str(), account.id, account.name()).by(account.party()))
        .await?;
    Ok(Some(SignedIn::Full(token)))
}

/// What somebody is told whose time to enrol has run out.
pub(crate) fn lapsed() -> Error {
    let message = "You were asked to set up multi-factor authentication, and the time for it has run out. Ask an \
        administrator of your organization to give you new time; nothing of yours is lost.";
    Problem::new(ErrorCode::Forbidden, message).into()
}

fn attempt(principal: Principal) -> AuditEvent {
    AuditEvent::new(per_principal(principal, EventKind::AdminLoginAttempt, EventKind::UserLoginAttempt))
}

async fn tally(plain: &mut PlainTx, principal: Principal, succeeded: bool) -> Result<()> {
    let hour = hour_of(plain.now);
    let realm = per_principal(principal, "admin", "user");
    plain.run(TALLY, args![realm, hour, i64::from(succeeded), i64::from(!succeeded)]).await?;
    Ok(())
}

impl Wrong<'_> {
    async fn note(&self, plain: &mut PlainTx) -> Result<()> {
        note(plain, self.principal, self.account, self.typed, self.why).await
    }
}

/// Notes a try that was wrong, with whose it was or what was shown instead.
async fn note(
    plain: &mut PlainTx,
    principal: Principal,
    account: Option<&Account>,
    typed: &str,
    why: &str,
) -> Result<()> {
    tally(plain, principal, false).await?;
    let attempt = attempt(principal).failed(why);
    plain
        .record(match account {
            Some(account) => attempt.to(principal.as_str(), account.id, account.name()).by(account.party()),
            None => attempt.by(Party { kind: "visitor".into(), id: None, name: typed.to_owned() }),
        })
        .await
}

/// The hour that an instant falls in, as hours since the Unix epoch.
pub(crate) fn hour_of(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(3600)
}
