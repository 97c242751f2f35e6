//! How one's own account is secured, and the password: proving it, changing it, setting a new one on
//! the way in.

use model::account::OwnSecurity;
use model::event::EventKind;
use model::{ErrorCode, Operation, Password, PasswordPolicy, Principal, Problem, Timestamp};

use super::{Account, own};
use crate::administrators::{self, hash_good, set_password};
use crate::attempts::{Count, Subjects, too_many};
use crate::passkeys;
use crate::policy;
use crate::revocation::renew;
use crate::sessions;
use crate::sign_in::{SignedIn, go_on, lapsed, lock};
use crate::users::password::{self, By};
use directory_core::accounts::{self, Holder, password_of};
use directory_core::change::{Change, Side};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{self, Happening};
use directory_core::gate::{Actor, Permit, Stage, Standing, not_signed_in, permit};
use directory_core::store::args;
use directory_core::token::Token;

const FACTORS: &str = "SELECT
    (SELECT MAX(confirmed_at) FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'totp'),
    (SELECT COUNT(*) FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery')";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FACTORS];

impl Account<'_> {
    /// How one's own account is secured.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn security(&self, actor: &Actor) -> Result<OwnSecurity> {
        permit(actor, Operation::ReadOwnSecurity)?;
        let mut tx = self.0.db().read().await?;
        let holder = own(&mut tx, actor).await?;
        let (totp, codes): (Option<Timestamp>, i64) =
            tx.one(FACTORS, args![holder.principal, holder.id]).await?;
        Ok(OwnSecurity {
            totp: totp.filter(|_| holder.enrolled),
            passkeys: passkeys::rows(&mut tx, (holder.principal, holder.id)).await?,
            recovery_codes_left: u32::try_from(codes).unwrap_or(0),
            mfa_required: holder.mfa_required,
            mfa_enroll_by: holder.mfa_enroll_by.filter(|_| holder.mfa_required && !holder.enrolled),
            password_changed_at: holder.password_set_at,
            password_expires_at: holder.password_expires_at,
            email: holder.email,
            username: holder.username,
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

    /// Proves one's own password again, for what is sensitive. Wrong ones count like those at
    /// signing in.
    ///
    /// # Errors
    /// `invalid` at `current_password`; `too_many`.
    pub async fn prove(&self, actor: &Actor, password: &str) -> Result<()> {
        let mut side = Side::begin(self.0, permit(actor, Operation::ReadOwnSecurity)?).await?;
        let me = actor.standing()?;
        let holder = accounts::own(side.tx(), me.principal, me.id).await?;
        let subjects = Subjects::of(&mut side, &holder).await?;
        let count = subjects.count(&mut side, Some(&holder)).await?;
        let hash = password_of(side.tx(), holder.keeper()).await?;
        let now = side.now;
        side.commit().await?;
        if let Count::Refused { until } = count {
            return Err(too_many(now, until).into());
        }
        let typed =
            Password::parse(password).map_err(|error| Problem::at("current_password", error.to_string()))?;
        let verdict = self.0.hasher().verify(&typed, hash).await?;
        let permit = permit(actor, Operation::ReadOwnSecurity)?;
        if verdict.right {
            let mut side = Side::begin(self.0, permit).await?;
            subjects.forgive(&mut side).await?;
            sessions::prove(&mut side, me.session()?).await?;
            return side.commit().await;
        }
        let wrong = holder.happening(EventKind::AdminPasswordProof, EventKind::UserPasswordProof);
        let wrong = wrong.failed("wrong password");
        if matches!(count, Count::Last { .. }) {
            let mut change = Change::begin(self.0, permit).await?;
            change.record(wrong).await?;
            let until = lock(&mut change, &subjects, Some(&holder), true).await?;
            let now = change.now;
            change.commit().await?;
            return Err(too_many(now, until).into());
        }
        let mut side = Side::begin(self.0, permit).await?;
        side.record(wrong).await?;
        side.commit().await?;
        Err(Problem::at("current_password", "This is not your password.").into())
    }

    /// Changes one's own password. All other sessions end; this one goes on under a new token.
    ///
    /// # Errors
    /// `invalid` at `current_password` or `password`; `too_many`.
    pub async fn change_password(&self, actor: &Actor, current: &str, new: &str) -> Result<Token> {
        permit(actor, Operation::ChangeOwnPassword)?;
        self.prove(actor, current).await?;
        if current == new {
            return Err(Problem::at("password", "This is the password you have now. Choose another.").into());
        }
        let me = actor.standing()?.clone();
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
        let me = actor.standing()?.clone();
        if me.stage != Stage::NewPassword {
            return Err(Problem::new(ErrorCode::Conflict, "Your password need not be changed.").into());
        }
        let change = self.set(actor, &me, new).await?;
        next_step(change, &me).await
    }

    /// Writes a good new password, and the event.
    async fn set(&self, actor: &Actor, me: &Standing, new: &str) -> Result<Change> {
        let permit = permit(actor, Operation::ChangeOwnPassword)?;
        let mut tx = self.0.db().read().await?;
        let holder = accounts::own(&mut tx, me.principal, me.id).await?;
        // A session that is over learns nothing of passwords; the change looks again.
        if holder.auth_epoch != me.epoch {
            return Err(not_signed_in().into());
        }
        let holder = accounts::keeper(&mut tx, holder).await?;
        drop(tx);
        match holder.principal {
            Principal::Administrator => set_of_administrator(self.0, permit, &holder, new).await,
            Principal::User => set_of_user(self.0, permit, &holder, new).await,
        }
    }
}

async fn set_of_administrator(
    context: &Context,
    permit: Permit,
    holder: &Holder,
    new: &str,
) -> Result<Change> {
    let names = [holder.first_name.as_str(), holder.last_name.as_str()];
    let hash = hash_good(context, new, &holder.email, &names).await?;
    let mut change = Change::begin(context, permit).await?;
    set_password(&mut change, holder.id, hash).await?;
    let changed =
        Happening::new(EventKind::AdminPasswordChange).to("administrator", holder.id, holder.name());
    change.record(changed.changes(vec![events::password(holder.password_set_at.is_some())])).await?;
    administrators::password_changed(&mut change, holder.id).await?;
    Ok(change)
}

async fn set_of_user(context: &Context, permit: Permit, holder: &Holder, new: &str) -> Result<Change> {
    let prepared = password::prepare(context, holder.id, new, By::Themselves).await?;
    let mut change = Change::begin(context, permit).await?;
    password::set(&mut change, prepared).await?;
    Ok(change)
}

/// Ends what stands on the old epoch, but lets this session go on under a new token.
pub(super) async fn live_on(mut change: Change, me: &Standing) -> Result<Token> {
    let epoch = renew(&mut change, me.principal, me.id).await?;
    let token = sessions::follow(&mut change, me.session()?, epoch).await?;
    change.commit().await?;
    Ok(token)
}

/// Ends what stands on the old epoch, this session too, and opens what comes next on the way in.
pub(super) async fn next_step(mut change: Change, me: &Standing) -> Result<SignedIn> {
    renew(&mut change, me.principal, me.id).await?;
    let methods = sessions::end(&mut change, me).await?;
    let holder = accounts::own(change.tx(), me.principal, me.id).await?;
    let led = go_on(&mut change, &holder, &methods).await?;
    change.commit().await?;
    led.ok_or_else(lapsed)
}
