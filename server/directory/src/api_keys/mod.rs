//! API keys: made by the administrator whom they belong to, and good as long as that administrator is
//! there and active, with the role that they have at each request.

mod pace;
mod secret;

use std::time::Duration;

use model::administrator::Action;
use model::api_key::{ApiKey, LIFETIMES, Lifetime, OwnApiKey};
use model::event::EventKind;
use model::{ErrorCode, Id, Operation, Principal, Problem, Timestamp};

use crate::administrators::{self, Grantor, Stored, key_expiry};
use crate::lockout;
use directory_core::accounts::{self, Account, good_key};
use directory_core::authz::{
    Actor, AuthContext, CredentialUsed, Origin, Stage, Task, not_signed_in, permit, recently_authenticated,
};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

pub(crate) use pace::Pace;

/// API keys of administrators.
pub struct ApiKeys<'a>(pub(crate) &'a Context, pub(crate) &'a Pace);

/// Use is written down at most this often.
const TOUCH: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

const INSERT: Sql = sql!(
    "INSERT INTO api_keys (administrator_id, id, seq, key_hash, hint, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
/// The history forgets nothing, so that this never comes to a number twice.
const MADE: Sql = sql!("SELECT COUNT(*) FROM events WHERE target_id = $1 AND kind = 'admin_api_key_create'");
const USED: Sql = sql!("UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2");

/// A key with the administrator whom it belongs to, both good.
struct ActiveKey {
    key: Id,
    account: Account,
    last_used_at: Timestamp,
}

impl ActiveKey {
    /// Whoever has the key acts as its owner, but has never proven the owner's password.
    fn into_actor(self, origin: Origin) -> Result<Actor> {
        let Self { key, account, .. } = self;
        let auth = AuthContext {
            principal: account.principal,
            id: account.id,
            name: account.name(),
            epoch: account.auth_epoch,
            credential: CredentialUsed::ApiKey(key),
            stage: Stage::Full,
            proven_at: Timestamp::default(),
        };
        Ok(Actor::administrator(auth, account.assigned_role.role()?, origin))
    }
}

/// Judged at use: a key rests with its owner, while they are suspended or have not come yet, and with the
/// user they were made from, while that one is suspended or locked or the password that opens both has
/// expired. What is in the way of signing in alone is not in its way: wrong passwords at the owner's own
/// account, with which strangers could shut off what runs by the key, and a second factor that is required
/// and not enrolled yet.
async fn live(tx: &mut Tx, key: &Token, now: Timestamp) -> Result<Option<ActiveKey>> {
    let Some(row) = good_key(tx, &key.hash(), now).await? else { return Ok(None) };
    let account = accounts::find(tx, Principal::Administrator, row.administrator_id).await?;
    let good = |account: &Account| account.password_set_at.is_some() && account.is_good_for(Stage::Full, now);
    Ok(account.filter(good).map(|account| ActiveKey { key: row.id, account, last_used_at: row.last_used_at }))
}

/// How many keys an administrator has ever made.
async fn made_by(tx: &mut Tx, administrator: Id) -> Result<u64> {
    let (made,): (i64,) = tx.one(MADE, args![administrator]).await?;
    Ok(u64::try_from(made).unwrap_or(0))
}

impl ApiKeys<'_> {
    /// The administrator in whose name a program comes, by the key that it shows. What it may do is what
    /// the administrator's role allows now; what is theirs as a person it may not.
    ///
    /// # Errors
    /// `not_signed_in`, whatever is wrong with the key or its owner; `too_many` for an address from
    /// which many wrong ones came. A good one is let in even then: others behind the same address must
    /// not be able to shut it out. `too_many` also for a key that asks too fast.
    pub async fn find(&self, key: &Token, origin: Origin) -> Result<Actor> {
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let Some(live) = live(&mut tx, key, now).await? else {
            // Whoever goes on with wrong ones keeps nobody from writing.
            lockout::few_wrong_keys(&mut tx, &origin.ip, now).await?;
            drop(tx);
            return Err(self.wrong(origin).await);
        };
        drop(tx);
        self.1.check(live.key)?;
        if now.since(live.last_used_at) >= TOUCH {
            self.touch(live.key).await?;
        }
        live.into_actor(origin)
    }

    /// Counts a wrong one against where it came from; the history hears of it once they are too many.
    async fn wrong(&self, origin: Origin) -> Error {
        let counted = async {
            let permit = permit(&Actor::visitor(origin.clone()), Operation::UseApiKey)?;
            let mut plain = PlainTx::begin(self.0, permit).await?;
            let asked = lockout::wrong_key(&mut plain, &origin.ip).await;
            if matches!(asked, Ok(true)) {
                let many = AuditEvent::new(EventKind::AdminApiKeyAttempt);
                plain.record(many.failed("many wrong API keys; more are refused for a while")).await?;
            }
            plain.commit().await?;
            asked.map(drop)
        };
        counted.await.err().unwrap_or_else(|| not_signed_in().into())
    }

    async fn touch(&self, key: Id) -> Result<()> {
        let permit = permit(&Actor::system(Task::UseApiKey), Operation::RunMaintenance)?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let now = plain.now;
        plain.run(USED, args![key, now]).await?;
        plain.commit().await
    }

    /// One's own key, and whether one may have any.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn own(&self, actor: &Actor) -> Result<OwnApiKey> {
        permit(actor, Operation::ManageOwnApiKey)?;
        let me = actor.auth()?.id;
        let mut tx = self.0.db().read().await?;
        let allowed = administrators::find(&mut tx, me).await?.api_access;
        let key = administrators::api_key(&mut tx, me).await?;
        let tells = !allowed && actor.may(Operation::ListAdministrators);
        let grantors = if tells { administrators::grantors(&mut tx, me).await? } else { vec![] };
        let grantors = grantors.iter().map(Grantor::name).collect();
        Ok(OwnApiKey { allowed, key, made: made_by(&mut tx, me).await?, grantors })
    }

    /// Makes oneself a key; says it, this once. The one before ends with it. `made` is how many there had
    /// been when it was asked for: a request that is sent twice makes one key.
    ///
    /// # Errors
    /// `forbidden` without API access; `stale` once another was made; `reauthentication_needed`; `invalid` at
    /// `expires`.
    pub async fn generate(&self, actor: &Actor, lifetime: Lifetime, made: u64) -> Result<(Token, ApiKey)> {
        let permit = permit(actor, Operation::ManageOwnApiKey)?;
        let mut change = Change::begin(self.0, permit).await?;
        let me = administrators::find(change.tx(), actor.auth()?.id).await?;
        if !me.api_access {
            let message = "API access is off for you. An Administrator With Billing can turn it on.";
            return Err(Problem::new(ErrorCode::Forbidden, message).into());
        }
        if made_by(change.tx(), me.id).await? != made {
            return Err(Problem::new(ErrorCode::Stale, "This form has made a key already.").into());
        }
        recently_authenticated(change.permit(), change.now)?;
        let expires_at = end(lifetime, change.now)?;
        let made = make(&mut change, &me, expires_at).await?;
        change.commit().await?;
        Ok(made)
    }

    /// Revokes one's own key, at once.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn revoke_own(&self, actor: &Actor) -> Result<()> {
        let permit = permit(actor, Operation::ManageOwnApiKey)?;
        let mut change = Change::begin(self.0, permit).await?;
        let me = administrators::find(change.tx(), actor.auth()?.id).await?;
        end_key(change, me.id, &me.name()).await
    }

    /// Revokes another administrator's key, at once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for somebody who has none.
    pub async fn revoke(&self, actor: &Actor, administrator: Id) -> Result<()> {
        let permit = permit(actor, Operation::RevokeApiKey)?;
        let mut change = Change::begin(self.0, permit).await?;
        let whose = administrators::able(&mut change, administrator, Action::RevokeApiKey).await?;
        end_key(change, whose.id, &whose.name()).await
    }
}

/// Makes an administrator a key in place of the one before, with the event and the message of it.
pub(crate) async fn make(
    change: &mut Change,
    whose: &Stored,
    expires_at: Option<Timestamp>,
) -> Result<(Token, ApiKey)> {
    let key = secret::make(change.context().env())?;
    let (id, hint) = (change.context().env().new_id()?, secret::hint(&key));
    let (seq, now) = (change.seq, change.now);
    let before = administrators::revoke_api_key(change, whose.id).await?;
    let (replaced, ended) = before.map(|key| (key.hint, key_expiry(key.expires_at))).unwrap_or_default();
    change.run(INSERT, args![whose.id, id, seq, key.hash(), &hint, now, expires_at]).await?;
    let changes = vec![field("apiKey", &replaced, &hint), field("expireAt", ended, key_expiry(expires_at))];
    let made = AuditEvent::new(EventKind::AdminApiKeyCreate).to("administrator", whose.id, whose.name());
    change.record(made.changes(changes)).await?;
    let shown = ApiKey { hint, created_at: now, expires_at, last_used_at: None };
    administrators::api_key_made(change, whose, &shown, &replaced).await?;
    Ok((key, shown))
}

async fn end_key(mut change: Change, whose: Id, name: &str) -> Result<()> {
    let gone = administrators::revoke_api_key(&mut change, whose)
        .await?
        .ok_or_else(|| Problem::not_found("API key"))?;
    let revoked = AuditEvent::new(EventKind::AdminApiKeyRevoke).to("administrator", whose, name);
    change.record(revoked.changes(gone.changes())).await?;
    change.commit().await
}

/// When a key that is made now ends.
fn end(lifetime: Lifetime, now: Timestamp) -> Result<Option<Timestamp>> {
    match lifetime {
        Lifetime::Endless => Ok(None),
        Lifetime::Days(days) if LIFETIMES.contains(&days) => Ok(Some(now.plus(DAY * days))),
        Lifetime::Days(_) => Err(Problem::at("expires", "Choose how long the key is to be good.").into()),
        Lifetime::Until(at) if at > now => Ok(Some(at)),
        Lifetime::Until(_) => Err(Problem::at("expires", "This day is over. Choose one to come.").into()),
    }
}
