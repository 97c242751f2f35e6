//! How one's own account is secured, and the password: proving it, changing it, setting a new one on
//! the way in.

use model::account::OwnSecurity;
use model::event::EventKind;
use model::{ErrorCode, Operation, Password, PasswordPolicy, Principal, Problem, Timestamp};
use zeroize::Zeroizing;

use super::{OwnAccount, own};
use crate::administrators::{self, hash_good, set_password};
use crate::lockout::{Count, Subjects, too_many};
use crate::passkeys;
use crate::password_check::lock;
use crate::policy;
use crate::revocation::renew;
use crate::sessions;
use crate::sign_in::{SignedIn, go_on, lapsed};
use crate::users::password::{self, PasswordChangedBy};
use directory_core::accounts::{self, Account, password_of};
use directory_core::authz::{Actor, AuthContext, Permit, Stage, not_signed_in, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{self, AuditEvent};
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

const FACTORS: Sql = sql!(
    "SELECT
    (SELECT MAX(confirmed_at) FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'totp'),
    (SELECT COUNT(*) FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery')"
);

impl OwnAccount<'_> {
    /// How one's own account is secured.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn security(&self, actor: &Actor) -> Result<OwnSecurity> {
        permit(actor, Operation::ReadOwnSecurity)?;
        let mut tx = self.0.db().read().await?;
        let account = own(&mut tx, actor).await?;
        let (totp, codes): (Option<Timestamp>, i64) =
            tx.one(FACTORS, args![account.principal, account.id]).await?;
        Ok(OwnSecurity {
            totp: totp.filter(|_| account.enrolled),
            passkeys: passkeys::rows(&mut tx, (account.principal, account.id)).await?,
            recovery_codes_left: u32::try_from(codes).unwrap_or(0),
            mfa_required: account.mfa_required,
            mfa_enroll_by: account.mfa_enroll_by.filter(|_| account.mfa_required && !account.enrolled),
            password_changed_at: account.password_set_at,
            password_expires_at: account.password_expires_at,
            email: account.email,
            username: account.username,
        })
    }

    /// The rules for one's own password: those of users, or `None` for administrators' own, which are
    /// always the same.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn password_rules(&self, actor: &Actor) -> Result<Option<PasswordPolicy>> {
        permit(actor, Operation::ChangeOwnPassword)?;
        let mut tx = self.0.db().read().await?;
        match own(&mut tx, actor).await?.principal {
            Principal::Administrator => Ok(None),
            Principal::User => policy::read(&mut tx).await.map(Some),
        }
    }

    /// Checks the actor's own password again, before a sensitive change. Wrong ones count like those at
    /// signing in.
    ///
    /// # Errors
    /// `invalid` at `current_password`; `too_many`.
    pub async fn reauthenticate(&self, actor: &Actor, password: &str) -> Result<()> {
        let (context, actor) = (self.0.clone(), actor.clone());
        let password = Zeroizing::new(password.to_owned());
        let work = async move { try_own_password(&context, &actor, &password).await };
        self.0.to_the_end(work).await
    }

    /// Changes one's own password. All other sessions end; this one goes on under a new token.
    ///
    /// # Errors
    /// `invalid` at `current_password` or `password`; `too_many`.
    pub async fn change_password(&self, actor: &Actor, current: &str, new: &str) -> Result<Token> {
        permit(actor, Operation::ChangeOwnPassword)?;
        self.reauthenticate(actor, current).await?;
        if current == new {
            return Err(Problem::at("password", "This is the password you have now. Choose another.").into());
        }
        let me = actor.auth()?.clone();
        let change = self.set(actor, &me, new).await?;
        live_on(change, &me).await
    }

    /// Sets a new password on the way in, in place of one that has expired or must be changed, and
    /// goes on from there.
    ///
    /// # Errors
    /// `gone` when it took too long; `invalid` at `password`.
    pub async fn renew_password(&self, actor: &Actor, new: &str) -> Result<SignedIn> {
        permit(actor, Operation::ChangeOwnPassword)?;
        let me = actor.auth()?.clone();
        if me.stage != Stage::NewPassword {
            return Err(Problem::new(ErrorCode::Conflict, "Your password need not be changed.").into());
        }
        let change = self.set(actor, &me, new).await?;
        next_step(change, &me).await
    }

    /// Writes a good new password, and the event.
    async fn set(&self, actor: &Actor, me: &AuthContext, new: &str) -> Result<Change> {
        let permit = permit(actor, Operation::ChangeOwnPassword)?;
        let mut tx = self.0.db().read().await?;
        let account = accounts::own(&mut tx, me.principal, me.id).await?;
        // A session that is over learns nothing of passwords; the change looks again.
        if account.auth_epoch != me.epoch {
            return Err(not_signed_in().into());
        }
        let account = accounts::owner(&mut tx, account).await?;
        drop(tx);
        match account.principal {
            Principal::Administrator => set_of_administrator(self.0, permit, &account, new).await,
            Principal::User => set_of_user(self.0, permit, &account, new).await,
        }
    }
}

async fn try_own_password(context: &Context, actor: &Actor, password: &str) -> Result<()> {
    let mut plain = PlainTx::begin(context, permit(actor, Operation::ReadOwnSecurity)?).await?;
    let me = actor.auth()?;
    let account = accounts::own(plain.tx(), me.principal, me.id).await?;
    let subjects = Subjects::of(&mut plain, &account).await?;
    let count = subjects.count(&mut plain, Some(&account)).await?;
    let hash = password_of(plain.tx(), account.owner()).await?;
    let now = plain.now;
    plain.commit().await?;
    if let Count::Refused { until } = count {
        return Err(too_many(now, until).into());
    }
    let typed =
        Password::parse(password).map_err(|error| Problem::at("current_password", error.to_string()))?;
    let verdict = context.hasher().verify(&typed, hash).await?;
    let permit = permit(actor, Operation::ReadOwnSecurity)?;
    if verdict.right {
        let mut plain = PlainTx::begin(context, permit).await?;
        subjects.forgive(&mut plain).await?;
        sessions::mark_reauthenticated(&mut plain, me.session()?).await?;
        return plain.commit().await;
    }
    let wrong = account.audit_event(EventKind::AdminPasswordProof, EventKind::UserPasswordProof);
    let wrong = wrong.failed("wrong password");
    if matches!(count, Count::Last { .. }) {
        let mut change = Change::begin(context, permit).await?;
        change.record(wrong).await?;
        let until = lock(&mut change, &subjects, Some(&account), true).await?;
        let now = change.now;
        change.commit().await?;
        return Err(too_many(now, until).into());
    }
    let mut plain = PlainTx::begin(context, permit).await?;
    plain.record(wrong).await?;
    plain.commit().await?;
    Err(Problem::at("current_password", "This is not your password.").into())
}

async fn set_of_administrator(
    context: &Context,
    permit: Permit,
    account: &Account,
    new: &str,
) -> Result<Change> {
    let names = [account.first_name.as_str(), account.last_name.as_str()];
    let hash = hash_good(context, new, &account.email, &names).await?;
    let mut change = Change::begin(context, permit).await?;
    set_password(&mut change, account.id, hash).await?;
    let changed =
        AuditEvent::new(EventKind::AdminPasswordChange).to("administrator", account.id, account.name());
    change.record(changed.changes(vec![events::password(account.password_set_at.is_some())])).await?;
    administrators::password_changed(&mut change, account.id).await?;
    Ok(change)
}

async fn set_of_user(context: &Context, permit: Permit, account: &Account, new: &str) -> Result<Change> {
    let prepared = password::prepare(context, account.id, new, PasswordChangedBy::Themselves).await?;
    let mut change = Change::begin(context, permit).await?;
    password::set(&mut change, prepared).await?;
    Ok(change)
}

/// Ends what stands on the old epoch, but lets this session go on under a new token.
pub(super) async fn live_on(mut change: Change, me: &AuthContext) -> Result<Token> {
    let epoch = renew(&mut change, me.principal, me.id).await?;
    let token = sessions::follow(&mut change, me.session()?, epoch).await?;
    change.commit().await?;
    Ok(token)
}

/// Ends what stands on the old epoch, this session too, and opens what comes next on the way in.
pub(super) async fn next_step(mut change: Change, me: &AuthContext) -> Result<SignedIn> {
    renew(&mut change, me.principal, me.id).await?;
    let methods = sessions::end(&mut change, me).await?;
    let account = accounts::own(change.tx(), me.principal, me.id).await?;
    let led = go_on(&mut change, &account, &methods).await?;
    change.commit().await?;
    led.ok_or_else(lapsed)
}
