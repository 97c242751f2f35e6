//! Users' passwords: judged and hashed first, then written in one change, so that no hash is made
//! while others wait to write.

use model::event::EventKind;
use model::link::Purpose;
use model::password_policy::{DAY, Rule};
use model::user::NewPassword;
use model::{ErrorCode, Id, Operation, Password, PasswordPolicy, Principal, Problem, Timestamp};
use sea_query::Value;

use super::eligible::{ColumnUpdate, update_columns};
use super::{Record, Users, factors, find, lockout, messages, scheduled};
use crate::administrators;
use crate::escalation;
use crate::links;
use crate::policy::{self, Subject};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{self, AuditEvent, field};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::Change;

/// The password of now and former ones, the newest first.
const HASHES: Sql = sql!(
    "SELECT secret FROM credentials
    WHERE principal = 'user' AND principal_id = $1 AND kind IN ('password', 'former_password')
    ORDER BY created_at DESC, id DESC LIMIT $2"
);
const BECOMES_FORMER: Sql = sql!(
    "UPDATE credentials SET kind = 'former_password'
    WHERE principal = 'user' AND principal_id = $1 AND kind = 'password'"
);
/// Keeps so many of the former ones.
const FORGET_OLDEST: Sql = sql!(
    "DELETE FROM credentials
    WHERE principal = 'user' AND principal_id = $1 AND kind = 'former_password' AND id NOT IN
        (SELECT id FROM credentials
            WHERE principal = 'user' AND principal_id = $1 AND kind = 'former_password'
            ORDER BY created_at DESC, id DESC LIMIT $2)"
);
const INSERT: Sql = sql!(
    "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
    VALUES ($1, 'user', $2, 'password', $3, $4)"
);
const BROUGHT: Sql = sql!(
    "UPDATE users SET password_set_at = $2, password_expires_at = $3, password_given = $4
    WHERE id = $1"
);
const EPOCH: Sql = sql!("SELECT auth_epoch FROM users WHERE id = $1");

/// Who sets a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordChangedBy {
    /// Neither history nor minimum age holds for what an administrator sets.
    Administrator { must_change: bool },
    /// The user, signed in.
    Themselves,
    /// The user, by a link; without minimum age, because what is forgotten cannot wait. Or an administrator
    /// to whom the link was handed.
    Link { handed: bool },
}

impl PasswordChangedBy {
    /// Whether somebody other than the user knows the password.
    const fn gives(self) -> bool {
        matches!(self, Self::Administrator { .. } | Self::Link { handed: true })
    }
}

/// A password that will do, hashed.
pub(crate) struct Prepared {
    user: Id,
    hash: String,
    by: PasswordChangedBy,
    /// What it was judged by: the policy's version, and when the password before it was set.
    policy: i64,
    before: Option<Timestamp>,
}

impl Prepared {
    /// The link by which it is set was handed to an administrator after it was judged.
    pub(crate) fn by(self, by: PasswordChangedBy) -> Self {
        Self { by, ..self }
    }
}

/// Judges what was typed for a user, and hashes it.
///
/// # Errors
/// `not_found`; `invalid` at `password` with every rule that is broken.
pub(crate) async fn prepare(
    context: &Context,
    user: Id,
    typed: &str,
    by: PasswordChangedBy,
) -> Result<Prepared> {
    let mut tx = context.db().read().await?;
    let record = find(&mut tx, user).await?;
    let (version, policy) = policy::versioned(&mut tx).await?;
    let kept = i64::from(policy.max_history.unwrap_or(1));
    let hashes: Vec<(String,)> = match by {
        PasswordChangedBy::Administrator { .. } => vec![],
        PasswordChangedBy::Themselves | PasswordChangedBy::Link { .. } => {
            tx.all(HASHES, args![user, kept]).await?
        }
    };
    drop(tx);
    if by == PasswordChangedBy::Themselves {
        old_enough(&record, &policy, context.env().now())?;
    }
    let password = judge(context, &policy, typed, record.subject()).await?;
    for (hash,) in hashes {
        if context.hasher().verify(&password, Some(hash)).await?.right {
            let rule = Rule::NotUsedBefore(policy.max_history.unwrap_or(1));
            return Err(Problem::at("password", rule.fault()).into());
        }
    }
    let hash = context.hasher().hash(&password).await?;
    Ok(Prepared { user, hash, by, policy: version, before: record.password_set_at })
}

/// Judges and hashes the password of somebody about to be added under this id.
///
/// # Errors
/// `invalid` at `password`.
pub(crate) async fn first(
    context: &Context,
    user: Id,
    new: &NewPassword,
    subject: &Subject,
) -> Result<Prepared> {
    let (version, policy) = policy::versioned(&mut context.db().read().await?).await?;
    let hash = hash_by(context, &policy, new, subject.clone()).await?;
    let by = PasswordChangedBy::Administrator { must_change: new.must_change };
    Ok(Prepared { user, hash, by, policy: version, before: None })
}

/// The same where the hash is written down, and brought later.
///
/// # Errors
/// `invalid` at `password`.
pub(crate) async fn hash_first(context: &Context, new: &NewPassword, subject: Subject) -> Result<String> {
    let policy = policy::read(&mut context.db().read().await?).await?;
    hash_by(context, &policy, new, subject).await
}

async fn hash_by(
    context: &Context,
    policy: &PasswordPolicy,
    new: &NewPassword,
    subject: Subject,
) -> Result<String> {
    let password = judge(context, policy, &new.password, subject).await?;
    context.hasher().hash(&password).await
}

async fn judge(
    context: &Context,
    policy: &PasswordPolicy,
    typed: &str,
    subject: Subject,
) -> Result<Password> {
    let password = Password::parse(typed).map_err(|error| Problem::at("password", error.to_string()))?;
    let (policy, asked) = (policy.clone(), password.clone());
    let faults = context.hasher().away(move || Ok(policy::faults(&policy, asked.expose(), &subject))).await?;
    faults.check()?;
    Ok(password)
}

/// A password that need not be changed may not be changed again too soon.
fn old_enough(record: &Record, policy: &PasswordPolicy, now: Timestamp) -> Result<()> {
    let (Some(days), Some(set_at)) = (policy.min_change_days, record.password_set_at) else { return Ok(()) };
    let expired = record.password().expires_at.is_some_and(|at| at <= now);
    let free_at = set_at.plus(DAY * days);
    if free_at <= now || expired || record.password_must_change {
        return Ok(());
    }
    let hours = free_at.since(now).as_secs().div_ceil(3600);
    let wait = match hours {
        0 | 1 => "an hour".to_owned(),
        hours if hours < 48 => format!("{hours} hours"),
        hours => format!("{} days", hours.div_ceil(24)),
    };
    let message = format!(
        "This password is too new to be changed; it can be in {wait}. An administrator can set another sooner."
    );
    Err(Problem::at("password", message).into())
}

/// Writes a prepared password: it counts from now on, and whatever stood on the one before ends.
/// Says the new epoch.
///
/// # Errors
/// `stale` when the password or the policy was changed since it was judged.
pub(crate) async fn set(change: &mut Change, new: Prepared) -> Result<i64> {
    let Prepared { user, hash, by, .. } = new;
    let record = find(change.tx(), user).await?;
    let (version, policy) = policy::versioned(change.tx()).await?;
    if version != new.policy || record.password_set_at != new.before {
        let message = "The password or its rules were changed meanwhile. Try again.";
        return Err(Problem::new(ErrorCode::Stale, message).into());
    }
    write(change, user, hash, &policy).await?;
    let now = change.now;
    let expires = policy.expiry(now);
    let must_change = by == PasswordChangedBy::Administrator { must_change: true };
    let columns: [(&str, Value); 5] = [
        ("password_set_at", now.value()),
        ("password_expires_at", expires.value()),
        ("password_must_change", must_change.value()),
        ("password_given", by.gives().value()),
        ("locked_until", None::<Timestamp>.value()),
    ];
    update_columns(change, &[user], ColumnUpdate { columns: &columns, revokes: true }).await?;
    if record.password_set_at.is_none() {
        factors::renew_days(change, &record).await?;
    }
    lockout::forget(change, &record).await?;
    scheduled::plan(change, user, expires.filter(|_| !record.password_never_expires), &policy).await?;
    links::revoke(change, Principal::User, user, &[Purpose::Activation, Purpose::PasswordReset]).await?;
    tell(change, &record, by).await?;
    let (epoch,): (i64,) = change.tx().one(EPOCH, args![user]).await?;
    Ok(epoch)
}

async fn write(change: &mut Change, user: Id, hash: String, policy: &PasswordPolicy) -> Result<()> {
    let (id, now) = (change.context().env().new_id()?, change.now);
    // The new one is the first of those that the history keeps.
    let former = i64::from(policy.max_history.unwrap_or(1)) - 1;
    change.run(BECOMES_FORMER, args![user]).await?;
    change.run(FORGET_OLDEST, args![user, former]).await?;
    change.run(INSERT, args![id, user, hash, now]).await?;
    Ok(())
}

/// The event of it; and the message, if another password was replaced.
async fn tell(change: &mut Change, record: &Record, by: PasswordChangedBy) -> Result<()> {
    let had = record.password_set_at.is_some();
    let (kind, message) = match by {
        PasswordChangedBy::Administrator { must_change: true } => {
            (EventKind::UserPasswordSet, "must change at next sign-in")
        }
        PasswordChangedBy::Administrator { must_change: false } => (EventKind::UserPasswordSet, ""),
        PasswordChangedBy::Themselves => (EventKind::UserPasswordChange, ""),
        PasswordChangedBy::Link { .. } if had => (EventKind::UserPasswordChange, "by the link of an email"),
        PasswordChangedBy::Link { .. } => (EventKind::UserPasswordSet, "by the link of an email"),
    };
    // A new password opens a lock.
    let opened = record.locked_until.map(|until| lockout::locked(Some(until), None));
    let changes: Vec<_> = std::iter::once(events::password(had)).chain(opened).collect();
    let audit_event =
        AuditEvent::new(kind).to("user", record.id, record.name()).changes(changes.clone()).message(message);
    change.record(audit_event).await?;
    administrators::password_followed(change, record.id, &changes).await?;
    if had {
        messages::password_changed(change, record).await?;
    }
    Ok(())
}

/// The password's rules and the user's own words, for judging.
impl Record {
    fn subject(&self) -> Subject {
        let known = [&self.username, &self.email, &self.first_name, &self.last_name, &self.display_name];
        Subject {
            username: self.username.clone(),
            known: known.into_iter().filter(|text| !text.is_empty()).cloned().collect(),
        }
    }
}

impl Users<'_> {
    /// Sets a user's password.
    ///
    /// # Errors
    /// `forbidden`, also for whoever would gain an administrator's power by it; `reauthentication_needed` when the
    /// user is an administrator, too; `not_found`;
    /// `invalid` at `password` with every rule that is broken; `stale`.
    pub async fn set_password(&self, actor: &Actor, id: Id, new: &NewPassword) -> Result<()> {
        let permit = permit(actor, Operation::SetUserPassword)?;
        let mut tx = self.0.db().read().await?;
        let name = find(&mut tx, id).await?.name();
        escalation::check(&mut tx, actor, id, &name).await?;
        // Before a hash is made for nothing; the change looks again.
        escalation::require_reauthentication_in(&mut tx, &permit, self.0.env().now(), &[id]).await?;
        drop(tx);
        let by = PasswordChangedBy::Administrator { must_change: new.must_change };
        let prepared = prepare(self.0, id, &new.password, by).await?;
        let mut change = Change::begin(self.0, permit).await?;
        escalation::check_sign_in_change(&mut change, id, &name).await?;
        set(&mut change, prepared).await?;
        change.commit().await
    }

    /// A password that keeps the rules, to be set by whoever asked. Nothing keeps it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn suggest_password(&self, actor: &Actor) -> Result<String> {
        permit(actor, Operation::SetUserPassword)?;
        let policy = policy::read(&mut self.0.db().read().await?).await?;
        policy::generate(&policy, self.0.env())
    }

    /// Lets the passwords of users open nothing but the page that changes them, and ends their
    /// sessions. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn force_password_change(
        &self,
        actor: &Actor,
        selection: &model::user::Selection,
    ) -> Result<Vec<model::user::Outcome>> {
        let (change, eligible) = self.forced(actor, selection).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `not_found`; `conflict` for who has no
    /// password or has to change it already.
    pub async fn force_password_change_of(&self, actor: &Actor, user: Id) -> Result<()> {
        let whom = model::user::Selection::These(vec![user]);
        let (change, eligible) = self.forced(actor, &whom).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn forced(
        &self,
        actor: &Actor,
        selection: &model::user::Selection,
    ) -> Result<(Change, super::Eligible)> {
        use model::user::Action::ForcePasswordChange as Force;
        let mut change = Change::begin(self.0, permit(actor, Force.operation())?).await?;
        let eligible = super::Eligible::of(&mut change, selection, |facts| Force.refusal(facts)).await?;
        force(&mut change, &eligible).await?;
        Ok((change, eligible))
    }
}

/// Lets passwords open nothing but the page that changes them.
pub(super) async fn force(change: &mut Change, eligible: &super::Eligible) -> Result<()> {
    let columns = [("password_must_change", true.value())];
    update_columns(change, &eligible.ids(), ColumnUpdate { columns: &columns, revokes: true }).await?;
    let audit_event = |record: &Record| {
        AuditEvent::new(EventKind::UserPasswordForceChange)
            .to("user", record.id, record.name())
            .changes(vec![field("passwordMustChange", record.password_must_change.to_string(), "true")])
    };
    change.record_all(eligible.able.iter().map(audit_event).collect()).await
}

/// Writes the password that somebody brings who was just added, judged and hashed before.
pub(crate) async fn bring(
    change: &mut Change,
    user: Id,
    hash: String,
    policy: &PasswordPolicy,
) -> Result<()> {
    write(change, user, hash, policy).await?;
    let (now, expires) = (change.now, policy.expiry(change.now));
    change.run(BROUGHT, args![user, now, expires, true]).await?;
    scheduled::plan(change, user, expires, policy).await
}
