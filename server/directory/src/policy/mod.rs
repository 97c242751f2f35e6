//! The organization's rules for users' passwords: kept, changed, and applied to what is there.

mod administrators;
mod expiry;
mod validate;

use model::event::{EventKind, FieldChange};
use model::password_policy::{Lockout, PolicyFigures, PolicyForm, PolicySettings};
use model::{ErrorCode, Operation, PasswordPolicy, Problem, Timestamp};

use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

pub use administrators::{ADMINISTRATOR_MIN, administrator_password_fault};
pub(crate) use validate::{Subject, faults, generate};

/// The rules for users' passwords.
pub struct Policy<'a>(pub(crate) &'a Context);

const READ: Sql = sql!("SELECT seq, body FROM password_policy");
const WRITE: Sql = sql!(
    "INSERT INTO password_policy (one, seq, body) VALUES (1, $1, $2)
    ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, body = excluded.body"
);
/// `$1` is now.
const FIGURES: Sql = sql!(
    "SELECT
        CAST(COALESCE(SUM(CASE WHEN NOT password_never_expires THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN password_never_expires THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN NOT password_never_expires AND password_expires_at <= $1
            THEN 1 ELSE 0 END), 0) AS BIGINT)
    FROM users WHERE deleted_at IS NULL AND password_set_at IS NOT NULL"
);
const FORGET_FORMER: Sql =
    sql!("DELETE FROM credentials WHERE principal = 'user' AND kind = 'former_password'");

/// The policy in force, with its version; the default one until somebody saves another.
pub(crate) async fn versioned(tx: &mut Tx) -> Result<(i64, PasswordPolicy)> {
    match tx.optional::<(i64, String)>(READ, args![]).await? {
        Some((version, body)) => Ok((version, serde_json::from_str(&body)?)),
        None => Ok((0, PasswordPolicy::default())),
    }
}

/// The policy in force.
pub(crate) async fn read(tx: &mut Tx) -> Result<PasswordPolicy> {
    Ok(versioned(tx).await?.1)
}

/// When wrong tries lock a user, and for how long.
pub(crate) async fn lockout(tx: &mut Tx) -> Result<Lockout> {
    Ok(read(tx).await?.lockout())
}

impl Policy<'_> {
    /// The rules for whoever chooses a password, signed in or not: every page that asks for one
    /// shows them.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn rules(&self) -> Result<PasswordPolicy> {
        read(&mut self.0.db().read().await?).await
    }

    /// The policy in force, for the screen that changes it and those that explain it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn settings(&self, actor: &Actor) -> Result<PolicySettings> {
        permit(actor, Operation::ReadPasswordPolicy)?;
        let mut tx = self.0.db().read().await?;
        let (version, policy) = versioned(&mut tx).await?;
        let figures = figures(&mut tx, self.0.env().now()).await?;
        Ok(PolicySettings { version, policy, figures })
    }

    /// Changes the policy. Passwords that are there stay good; what they may last is counted from
    /// now, if that changes.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault; `stale` when somebody else was faster.
    pub async fn update(&self, actor: &Actor, version: i64, form: &PolicyForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdatePasswordPolicy)?;
        let after = form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let (current, before) = versioned(change.tx()).await?;
        if current != version {
            let message = "The password settings have been changed meanwhile, by somebody else or by you in another window. \
                Load them again.";
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let changes = differences(&before, &after);
        if changes.is_empty() {
            return Ok(());
        }
        let seq = change.seq;
        change.run(WRITE, args![seq, serde_json::to_string(&after)?]).await?;
        if after.max_history.is_none() {
            change.run(FORGET_FORMER, args![]).await?;
        }
        expiry::apply(&mut change, &before, &after).await?;
        let organization = crate::settings::read(change.tx()).await?;
        let audit_event = AuditEvent::new(EventKind::PasswordPolicyUpdate)
            .to("organization", organization.id, organization.profile.name)
            .changes(changes);
        change.record(audit_event).await?;
        change.commit().await
    }
}

async fn figures(tx: &mut Tx, now: Timestamp) -> Result<PolicyFigures> {
    let (ageing, ageless, expired): (i64, i64, i64) = tx.one(FIGURES, args![now]).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(PolicyFigures { ageing: count(ageing), ageless: count(ageless), expired: count(expired) })
}

/// Every field that differs, under its name in the reference.
fn differences(before: &PasswordPolicy, after: &PasswordPolicy) -> Vec<FieldChange> {
    let flag = |name: &str, part: fn(&PasswordPolicy) -> bool| {
        field(name, part(before).to_string(), part(after).to_string())
    };
    let number = |name: &str, part: fn(&PasswordPolicy) -> Option<u32>| {
        let shown =
            |number: Option<u32>| number.map_or_else(|| "off".to_owned(), |number| number.to_string());
        field(name, shown(part(before)), shown(part(after)))
    };
    let mut changes = vec![
        number("minLength", |policy| Some(policy.min_length)),
        flag("needsLowercase", |policy| policy.needs_lowercase),
        flag("needsUppercase", |policy| policy.needs_uppercase),
        flag("needsNumeric", |policy| policy.needs_numeric),
        flag("needsSymbolic", |policy| policy.needs_symbolic),
        flag("allowUsernameSubstring", |policy| policy.allow_username_substring),
        flag("disallowCommonlyUsedPasswords", |policy| policy.disallow_commonly_used),
        flag("disallowSequentialOrRepetitiveChars", |policy| policy.disallow_sequential_or_repetitive),
        flag("displayComplexityOnResetScreen", |policy| policy.display_on_reset_screen),
        number("maxHistory", |policy| policy.max_history),
        number("minChangePeriodInDays", |policy| policy.min_change_days),
        number("passwordExpirationInDays", |policy| policy.expiration_days),
        number("daysBeforeExpirationToForceReset", |policy| policy.warning_days),
        number("maxLoginAttempts", |policy| policy.max_attempts),
        number("resetLockoutCounterMinutes", |policy| Some(policy.window_minutes)),
        number("lockoutTimeInMinutes", |policy| policy.unlock_minutes),
    ];
    changes.retain(|change| change.from != change.to);
    changes
}
