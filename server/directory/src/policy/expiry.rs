//! What a changed policy means for the passwords that are there, in whole sets.

use model::PasswordPolicy;
use model::password_policy::DAY;

use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

/// Counts from now for everybody whose password has not expired yet: nobody expires by a change of
/// settings, and nobody who has expired gets away.
const BEGIN_ANEW: Sql = sql!(
    "UPDATE users SET password_expires_at = $1, seq = $2
    WHERE password_set_at IS NOT NULL AND (password_expires_at IS NULL OR password_expires_at > $3)"
);
const NEVER: Sql =
    sql!("UPDATE users SET password_expires_at = NULL, seq = $1 WHERE password_expires_at IS NOT NULL");
const FORGET_TIMERS: Sql = sql!("DELETE FROM timers WHERE kind IN ('password_warning', 'password_expired')");
const TIME_EXPIRY: Sql = sql!(
    "INSERT INTO timers (kind, subject, due_at)
    SELECT 'password_expired', id, password_expires_at FROM users
    WHERE deleted_at IS NULL AND NOT password_never_expires AND password_expires_at > $1"
);
/// `$1` is now, `$2` how long before the end to begin, `$3` a day from now: somebody may have been
/// warned today.
const TIME_WARNINGS: Sql = sql!(
    "INSERT INTO timers (kind, subject, due_at)
    SELECT 'password_warning', id,
        CASE WHEN password_expires_at - $2 > $3 THEN password_expires_at - $2 ELSE $3 END
    FROM users WHERE deleted_at IS NULL AND NOT password_never_expires AND password_expires_at > $1"
);

/// Brings what is there under the new policy.
pub(crate) async fn apply(
    change: &mut Change,
    before: &PasswordPolicy,
    after: &PasswordPolicy,
) -> Result<()> {
    let (seq, now) = (change.seq, change.now);
    let same_expiry = before.expiration_days == after.expiration_days;
    if same_expiry && before.warning_days == after.warning_days {
        return Ok(());
    }
    match after.expiry(now) {
        _ if same_expiry => {}
        Some(expiry) => drop(change.run(BEGIN_ANEW, args![expiry, seq, now]).await?),
        None => drop(change.run(NEVER, args![seq]).await?),
    }
    change.run(FORGET_TIMERS, args![]).await?;
    change.run(TIME_EXPIRY, args![now]).await?;
    if let Some(days) = after.warning_days {
        let span = i64::try_from((DAY * days).as_micros()).unwrap_or(i64::MAX);
        change.run(TIME_WARNINGS, args![now, span, now.plus(DAY)]).await?;
    }
    Ok(())
}
