//! A name and a password, counted and compared, whichever protocol asks; and the lock that too many wrong ones lead to.

use model::event::EventKind;
use model::{Operation, Password, Principal, Timestamp};

use crate::lockout::{Count, Subjects, too_many};
use crate::users;
use directory_core::accounts::{self, Account, Login};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field, instant};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

const REHASH: Sql = sql!(
    "UPDATE credentials SET secret = $3
    WHERE principal = $1 AND principal_id = $2 AND kind = 'password' AND secret = $4"
);

/// What a name and a password came to.
pub(crate) struct Checked {
    /// Who has the name, if anybody does.
    pub account: Option<Account>,
    pub subjects: Subjects,
    pub count: Count,
    /// Whether the password is the account's, and the account may be used at all.
    pub right: bool,
}

/// Counts a try, compares the password, and hashes it anew where the hash costs less than it would today. The try
/// stays counted as wrong until the caller takes it back.
///
/// # Errors
/// `too_many`, before the password is looked at.
pub(crate) async fn check_password(
    context: &Context,
    permit: Permit,
    principal: Principal,
    login: &Login,
    password: &str,
) -> Result<Checked> {
    let mut plain = PlainTx::begin(context, permit).await?;
    let account = accounts::by_login(plain.tx(), principal, login).await?;
    let subjects = Subjects::typed(&mut plain, principal, login.as_str(), account.as_ref()).await?;
    let count = subjects.count(&mut plain, account.as_ref()).await?;
    let shut = matches!(count, Count::Locked { .. });
    let may = account.as_ref().filter(|account| account.active && !shut);
    let hash = match may {
        Some(account) => accounts::password_of(plain.tx(), account.owner()).await?,
        None => None,
    };
    let now = plain.now;
    plain.commit().await?;
    if let Count::Refused { until } = count {
        return Err(too_many(now, until).into());
    }
    let typed = Password::parse(password).ok();
    let kept = hash.clone().filter(|_| typed.is_some());
    let asked = typed.clone().map_or_else(|| Password::parse("-"), Ok).map_err(Error::internal)?;
    let verdict = context.hasher().verify(&asked, kept).await?;
    if let (true, true, Some(account), Some(password), Some(hash)) =
        (verdict.right, verdict.outdated, &account, typed, hash)
    {
        rehash(context, account, &password, hash).await?;
    }
    let right = verdict.right && account.is_some();
    Ok(Checked { account, subjects, count, right })
}

/// Why a try was wrong, as the event tells it.
pub(crate) const fn why_wrong(count: Count) -> &'static str {
    if matches!(count, Count::Locked { .. }) { "locked" } else { "wrong password" }
}

async fn rehash(context: &Context, account: &Account, password: &Password, before: String) -> Result<()> {
    let hash = context.hasher().hash(password).await?;
    let maintenance = permit(&Actor::system(Task::Rehash), Operation::RunMaintenance)?;
    let mut plain = PlainTx::begin(context, maintenance).await?;
    let (principal, id) = account.owner();
    plain.run(REHASH, args![principal, id, hash, before]).await?;
    plain.commit().await
}

/// Locks an account after the last of its tries. A user who could sign in also loses all sessions, and is
/// told. Says until when.
pub(crate) async fn lock(
    change: &mut Change,
    subjects: &Subjects,
    account: Option<&Account>,
    told: bool,
) -> Result<Timestamp> {
    let closed = match account.filter(|account| account.active).map(|account| (account, account.owner())) {
        Some((account, (Principal::User, user))) => {
            let source = change.source(account.principal);
            Some(users::lockout::lock(change, user, &source).await?)
        }
        Some((_, (Principal::Administrator, _))) | None => None,
    };
    let until = subjects.lock(change, account.is_some(), closed, told).await?;
    // Of a user's lock the directory has told already.
    if let Some(account) = account.filter(|account| account.owner().0 == Principal::Administrator) {
        let message = "6 wrong tries; opens by itself after 15 minutes";
        let lockout =
            AuditEvent::new(EventKind::AdminLockout).to("administrator", account.id, account.name());
        let changes = vec![field("lockedUntil", "", instant(until))];
        change.record(lockout.by(account.party()).changes(changes).message(message)).await?;
    }
    Ok(until)
}
