//! Wrong passwords, counted in the database: by account, so that guessing stops, and by address,
//! so that trying many accounts stops. Both open again by themselves.

use std::time::Duration;

use model::password_policy::Lockout;
use model::{ErrorCode, Principal, Problem, Timestamp};

use crate::policy;
use directory_core::accounts::Account;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;

/// Failures from one address within the window.
pub(crate) const ADDRESS_LIMIT: i64 = 60;
pub(crate) const WINDOW: Duration = Duration::from_mins(15);

/// Under what wrong API keys are counted.
const WRONG_KEY: &str = "api_key";

/// How often something may be asked for from one address within the window.
const ASKED_LIMIT: i64 = 20;

/// How often one address may ask for a passkey within the window; many people can be behind one.
const BEGUN_LIMIT: i64 = 300;

/// A lock of a name that nobody has ends some time, even when only an administrator opens locks.
const LONG: Duration = Duration::from_hours(30 * 24);

/// 6 in 15 minutes lock an administrator for 15.
const USUAL: Lockout = Lockout { limit: Some(6), window: WINDOW, opens_after: Some(WINDOW) };

/// The limits for an account of this kind: the password policy has those of users.
pub(crate) async fn limits(tx: &mut Tx, principal: Principal) -> Result<Lockout> {
    match principal {
        Principal::Administrator => Ok(USUAL),
        Principal::User => policy::lockout(tx).await,
    }
}

/// How long failures may count at most.
pub(crate) async fn longest_window(tx: &mut Tx) -> Result<Duration> {
    Ok(limits(tx, Principal::User).await?.window.max(WINDOW))
}

/// Counts one more failure before the password is looked at, so that many tries at once count too.
/// A count from before the window starts again.
const COUNT: Sql = sql!(
    "INSERT INTO attempts (subject, failures, since) VALUES ($1, 1, $2)
    ON CONFLICT (subject) DO UPDATE SET
        failures = CASE WHEN attempts.since <= $3 THEN 1 ELSE attempts.failures + 1 END,
        since = CASE WHEN attempts.since <= $3 THEN excluded.since ELSE attempts.since END
    RETURNING failures, since"
);
const COUNTED: Sql = sql!("SELECT failures, since FROM attempts WHERE subject = $1 AND since > $2");
const LOCK_UP: Sql = sql!("UPDATE attempts SET locked_until = $2 WHERE subject = $1");
const FORGET: Sql = sql!("DELETE FROM attempts WHERE subject = $1");
const TAKE_BACK: Sql =
    sql!("UPDATE attempts SET failures = failures - 1 WHERE subject = $1 AND failures > 0");
const LOCKED_UNTIL: Sql = sql!("SELECT locked_until FROM attempts WHERE subject = $1 AND locked_until > $2");

/// Whose failures are counted.
#[derive(Clone, Debug)]
pub(crate) struct Subjects {
    /// Who it is said to be, known or not: both lock alike, so that locking tells nothing.
    account_key: String,
    /// What a user has typed, who has more than one name: only what is counted under the very name
    /// is told, or else two names that lock together would be known to belong together.
    typed: Option<(String, Lockout)>,
    address: String,
    limits: Lockout,
}

/// What counting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// Go on; this is the failure that locks the account if the password is wrong, and whether that
    /// is told.
    Last { told: bool },
    /// Go on.
    More,
    /// The account is locked, which is not told of this name, but at its own last try: no password is
    /// right.
    Locked { last: bool },
    /// Do not even look at the password.
    Refused { until: Timestamp },
}

impl Subjects {
    /// Those of a name that was typed, and of the account that it led to. What is found is counted under
    /// its email address, whichever of its names was typed; what is not, under what was typed.
    pub(crate) async fn typed(
        plain: &mut PlainTx,
        principal: Principal,
        typed: &str,
        account: Option<&Account>,
    ) -> Result<Self> {
        let Some(account) = account else {
            let account_key = Self::new(plain, principal, typed).await?;
            let named =
                (principal == Principal::User).then(|| (named(&account_key.account_key), account_key.limits));
            return Ok(Self { typed: named, ..account_key });
        };
        let told = limits(plain.tx(), principal).await?;
        let account_key = account_subject(principal, typed);
        let named = match (principal, account.owner().0) {
            (Principal::User, _) => Some(named(&account_key)),
            // The lock is the user's; who tries learns no more than of any other administrator.
            (Principal::Administrator, Principal::User) => Some(account_key),
            (Principal::Administrator, Principal::Administrator) => None,
        };
        Ok(Self { typed: named.map(|named| (named, told)), ..Self::of(plain, account).await? })
    }

    /// Those of an account.
    pub(crate) async fn of(plain: &mut PlainTx, account: &Account) -> Result<Self> {
        Self::new(plain, account.owner().0, &account.email).await
    }

    async fn new(plain: &mut PlainTx, principal: Principal, login: &str) -> Result<Self> {
        let limits = limits(plain.tx(), principal).await?;
        let address = address_subject(&plain.permit().actor().origin().ip);
        Ok(Self { account_key: account_subject(principal, login), typed: None, address, limits })
    }

    /// Counts an attempt as failed until it is known to be right.
    pub(crate) async fn count(&self, plain: &mut PlainTx, account: Option<&Account>) -> Result<Count> {
        let now = plain.now;
        let limit = self.limits.limit.map(i64::from);
        let told = match &self.typed {
            None => None,
            Some((typed, limits)) => Some(match within(plain, typed, *limits).await? {
                Err(until) => return Ok(Count::Refused { until }),
                Ok(failures) => Some(failures) == limits.limit.map(i64::from),
            }),
        };
        let account_key = match account.and_then(|account| account.locked(now)) {
            Some(until) => Err(until),
            None => within(plain, &self.account_key, self.limits).await?,
        };
        let (from_address, since) = count(plain, &self.address, WINDOW).await?;
        if from_address > ADDRESS_LIMIT {
            return Ok(Count::Refused { until: since.plus(WINDOW) });
        }
        Ok(match (account_key, told) {
            (Err(until), None) => Count::Refused { until },
            (Err(_), Some(last)) => Count::Locked { last },
            (Ok(failures), _) if Some(failures) == limit => Count::Last { told: told.unwrap_or(true) },
            (Ok(_), Some(true)) => Count::Last { told: true },
            (Ok(_), _) => Count::More,
        })
    }

    /// The attempt was wrong and the last of its window: nothing more until the lock opens. `until` says
    /// when that is for a user's account, whose lock is closed with it. `known` says whether anybody has the
    /// name.
    pub(crate) async fn lock(
        &self,
        plain: &mut PlainTx,
        known: bool,
        until: Option<Timestamp>,
        told: bool,
    ) -> Result<Timestamp> {
        let now = plain.now;
        let noted = |until: Timestamp| {
            // The answer is the same for a name that nobody has, but what is noted for it ends.
            if known { until } else { until.min(now.plus(LONG)) }
        };
        let (told_until, account_until) = (self.told().until(now), self.limits.until(now));
        let (named_until, account_until) = (noted(told_until), noted(account_until));
        plain.run(LOCK_UP, args![&self.account_key, until.unwrap_or(account_until)]).await?;
        if told {
            self.shut_name(plain, named_until).await?;
        }
        Ok(told_until)
    }

    /// The limits that whoever tries is told of.
    fn told(&self) -> Lockout {
        self.typed.as_ref().map_or(self.limits, |(_, limits)| *limits)
    }

    /// The last try under a name whose account is locked already: the answer is that of any other name.
    pub(crate) async fn shut(&self, plain: &mut PlainTx) -> Result<Timestamp> {
        let until = self.told().until(plain.now);
        self.shut_name(plain, until.min(plain.now.plus(LONG))).await?;
        Ok(until)
    }

    async fn shut_name(&self, plain: &mut PlainTx, until: Timestamp) -> Result<()> {
        if let Some((typed, _)) = &self.typed {
            plain.run(LOCK_UP, args![typed, until]).await?;
        }
        Ok(())
    }

    /// The attempt was right, and another step is still to come: only this one is not counted.
    pub(crate) async fn take_back(&self, plain: &mut PlainTx) -> Result<()> {
        let typed = self.typed.iter().map(|(typed, _)| typed);
        for subject in [&self.account_key, &self.address].into_iter().chain(typed) {
            plain.run(TAKE_BACK, args![subject]).await?;
        }
        Ok(())
    }

    /// The attempt was right, and so are all before it.
    pub(crate) async fn forgive(&self, plain: &mut PlainTx) -> Result<()> {
        let typed = self.typed.iter().map(|(typed, _)| typed);
        for subject in std::iter::once(&self.account_key).chain(typed) {
            plain.run(FORGET, args![subject]).await?;
        }
        plain.run(TAKE_BACK, args![&self.address]).await?;
        Ok(())
    }
}

/// Counts under one name: how often by now, or until when there may be no more. A try during the lock
/// is not counted: it would shut the account again as soon as it opens.
async fn within(
    plain: &mut PlainTx,
    subject: &str,
    limits: Lockout,
) -> Result<std::result::Result<i64, Timestamp>> {
    let now = plain.now;
    let locked: Option<(Timestamp,)> = plain.tx().optional(LOCKED_UNTIL, args![subject, now]).await?;
    if let Some((until,)) = locked {
        return Ok(Err(until));
    }
    let (failures, since) = count(plain, subject, limits.window).await?;
    let over = limits.limit.is_some_and(|limit| failures > i64::from(limit));
    Ok(if over { Err(since.plus(limits.window)) } else { Ok(failures) })
}

/// Counts that something was asked for by a visitor, such as a link by email.
///
/// # Errors
/// `too_many`.
pub(crate) async fn ask(plain: &mut PlainTx, what: &str, ip: &str) -> Result<()> {
    ask_within(plain, what, ip, ASKED_LIMIT).await.map(drop)
}

/// Counts that a visitor began to sign in with a passkey, which is written down before it is answered.
///
/// # Errors
/// `too_many`.
pub(crate) async fn begin(plain: &mut PlainTx, ip: &str) -> Result<()> {
    ask_within(plain, "passkey", ip, BEGUN_LIMIT).await.map(drop)
}

/// Counts an API key that opened nothing. Apart from passwords: a program with a key that is over must
/// not keep the people behind its address from signing in. Says whether it is the last of its window, after
/// which nobody counts any more: see [`few_wrong_keys`].
///
/// # Errors
/// `too_many`.
pub(crate) async fn wrong_key(plain: &mut PlainTx, ip: &str) -> Result<bool> {
    Ok(ask_within(plain, WRONG_KEY, ip, ADDRESS_LIMIT).await? == ADDRESS_LIMIT)
}

/// Whether one more wrong key may be counted, without counting it.
///
/// # Errors
/// `too_many`, as [`wrong_key`] says it.
pub(crate) async fn few_wrong_keys(tx: &mut Tx, ip: &str, now: Timestamp) -> Result<()> {
    let subject = asked_subject(WRONG_KEY, ip);
    let counted: Option<(i64, Timestamp)> = tx.optional(COUNTED, args![subject, now.minus(WINDOW)]).await?;
    match counted {
        Some((failures, since)) if failures >= ADDRESS_LIMIT => Err(too_many(now, since.plus(WINDOW)).into()),
        _ => Ok(()),
    }
}

async fn ask_within(plain: &mut PlainTx, what: &str, ip: &str, limit: i64) -> Result<i64> {
    let (asked, since) = count(plain, &asked_subject(what, ip), WINDOW).await?;
    if asked <= limit {
        return Ok(asked);
    }
    Err(too_many(plain.now, since.plus(WINDOW)).into())
}

/// Counts a try of nobody in particular as failed until it is known to be right; says until when
/// there may be none from its address, if so.
pub(crate) async fn count_address(plain: &mut PlainTx, ip: &str) -> Result<Option<Timestamp>> {
    let (failures, since) = count(plain, &address_subject(ip), WINDOW).await?;
    Ok((failures > ADDRESS_LIMIT).then(|| since.plus(WINDOW)))
}

/// That try was right.
pub(crate) async fn forgive_address(plain: &mut PlainTx, ip: &str) -> Result<()> {
    plain.run(TAKE_BACK, args![address_subject(ip)]).await?;
    Ok(())
}

async fn count(plain: &mut PlainTx, subject: &str, window: Duration) -> Result<(i64, Timestamp)> {
    let (now, horizon) = (plain.now, plain.now.minus(window));
    Ok(plain.tx().one(COUNT, args![subject, now, horizon]).await?)
}

fn asked_subject(what: &str, ip: &str) -> String {
    format!("{what}:{}", network_of(ip))
}

fn address_subject(ip: &str) -> String {
    format!("address:{}", network_of(ip))
}

fn account_subject(principal: Principal, login: &str) -> String {
    format!("{}:{login}", principal.as_str())
}

/// Beside the account itself: what was counted under the very name that was typed.
fn named(account_key: &str) -> String {
    format!("typed:{account_key}")
}

/// Opens an account's lock and forgets its failures; says whether there were any. The column of a
/// user that says so too is for the caller to clear.
pub(crate) async fn unlock(plain: &mut PlainTx, principal: Principal, email: &str) -> Result<bool> {
    Ok(plain.run(FORGET, args![account_subject(principal, email)]).await? > 0)
}

/// Until when an account is locked, if it is.
pub(crate) async fn locked_until(
    tx: &mut Tx,
    principal: Principal,
    email: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let found: Option<(Timestamp,)> =
        tx.optional(LOCKED_UNTIL, args![account_subject(principal, email), now]).await?;
    Ok(found.map(|(until,)| until))
}

/// The network that counts as one address: an IPv6 host has 2^64 of them.
fn network_of(ip: &str) -> String {
    match ip.parse() {
        Ok(std::net::IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            let network = || format!("{a:x}:{b:x}:{c:x}:{d:x}::/64");
            v6.to_ipv4_mapped().map_or_else(network, |v4| v4.to_string())
        }
        _ => ip.to_owned(),
    }
}

/// "Too many tries", with how long to wait.
pub(crate) fn too_many(now: Timestamp, until: Timestamp) -> Problem {
    let wait = until.since(now);
    if wait >= LONG / 2 {
        let message = "Too many tries. Ask an administrator of your organization to open your account again.";
        return Problem::new(ErrorCode::TooMany, message);
    }
    let seconds = wait.as_secs().max(1);
    let minutes = seconds.div_ceil(60);
    let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    let message = format!("Too many tries. Wait {wait}, then try again.");
    Problem { retry_after: u32::try_from(seconds).ok(), ..Problem::new(ErrorCode::TooMany, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_address() {
        assert_eq!(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2:ffff::1"));
        assert_ne!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
        assert_eq!(network_of("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(network_of("10.0.0.1"), "10.0.0.1");
    }
}
