//! Sessions: a random token in a cookie, its hash in the database, an epoch that makes it worthless
//! the moment the account's access changes.

use std::time::Duration;

use model::account::SessionRow;
use model::event::EventKind;
use model::{Id, Operation, Principal, Problem, Timestamp};

use crate::settings;
use directory_core::accounts::{self, Account, per_principal};
use directory_core::authz::{Actor, AuthContext, CredentialUsed, Origin, Stage, Task, not_signed_in, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

/// A session of an administrator ends after this long without use (decisions: 1 hour); for users the
/// organization says how long.
const IDLE: Duration = Duration::from_hours(1);
/// And after this long in any case, unless users may stay longer without use.
pub(crate) const ABSOLUTE: Duration = Duration::from_hours(12);
/// How long somebody may take for the second factor.
pub(crate) const CHALLENGE: Duration = Duration::from_mins(10);
/// And for a new password, or for enrolling a factor, which may begin with finding an app for it.
pub(crate) const STEP: Duration = Duration::from_mins(30);
/// Use is written down at most this often.
const TOUCH: Duration = Duration::from_mins(1);

/// Sessions of administrators and of users.
pub struct Sessions<'a>(pub(crate) &'a Context);

const INSERT: Sql = sql!(
    "INSERT INTO sessions (id, token_hash, principal, principal_id, auth_epoch, stage, created_at,
    last_seen_at, expires_at, proven_at, methods, client_ip, user_agent)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $7, $9, $10, $11)"
);
const BY_TOKEN: Sql = sql!(
    "SELECT id, principal_id, auth_epoch, stage, last_seen_at, proven_at, methods, client_ip
    FROM sessions WHERE token_hash = $1 AND principal = $2 AND expires_at > $3"
);
const SEEN: Sql =
    sql!("UPDATE sessions SET last_seen_at = $2, client_ip = $3 WHERE id = $1 AND last_seen_at < $2");
const OWN: Sql = sql!(
    "SELECT id, methods, client_ip, user_agent, created_at, last_seen_at, expires_at FROM sessions
    WHERE principal = $1 AND principal_id = $2 AND auth_epoch = $3 AND stage = 'full'
        AND expires_at > $4 AND last_seen_at > $5
    ORDER BY last_seen_at DESC LIMIT 100"
);
const HOW_MANY: Sql = sql!(
    "SELECT COUNT(*) FROM sessions
    WHERE principal = $1 AND principal_id = $2 AND auth_epoch = $3 AND stage = 'full'
        AND expires_at > $4 AND last_seen_at > $5"
);
const END: Sql = sql!("DELETE FROM sessions WHERE id = $1 AND principal = $2 AND principal_id = $3");
const END_OTHERS: Sql = sql!("DELETE FROM sessions WHERE principal = $1 AND principal_id = $2 AND id <> $3");
const END_ALL: Sql = sql!("DELETE FROM sessions WHERE principal = $1 AND principal_id = $2");
const END_STEP: Sql =
    sql!("DELETE FROM sessions WHERE id = $1 AND principal = $2 AND principal_id = $3 RETURNING methods");
const END_TOKEN: Sql = sql!("DELETE FROM sessions WHERE token_hash = $1");
const PROVEN: Sql = sql!("UPDATE sessions SET proven_at = $2 WHERE id = $1");
const FOLLOW: Sql = sql!("UPDATE sessions SET auth_epoch = $2, token_hash = $3 WHERE id = $1");

const ADMINISTRATOR_LET_IN: Sql = sql!("UPDATE administrators SET last_login_at = $2 WHERE id = $1");
const USER_LET_IN: Sql = sql!("UPDATE users SET last_login_at = $2 WHERE id = $1");

#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    id: Id,
    principal_id: Id,
    auth_epoch: i64,
    stage: String,
    last_seen_at: Timestamp,
    proven_at: Timestamp,
    methods: String,
    client_ip: String,
}

/// A session with the account it belongs to, both still good.
#[derive(Clone, Debug)]
pub(crate) struct ActiveSession {
    pub account: Account,
    pub session: Id,
    pub stage: Stage,
    pub last_seen_at: Timestamp,
    pub proven_at: Timestamp,
    /// How it came about: "password totp".
    pub methods: String,
    pub client_ip: String,
}

impl ActiveSession {
    /// Whoever it belongs to.
    pub(crate) fn into_actor(self, origin: Origin) -> Result<Actor> {
        let Self { account, session, stage, proven_at, .. } = self;
        let (principal, id, epoch) = (account.principal, account.id, account.auth_epoch);
        let (name, credential) = (account.name(), CredentialUsed::Session(session));
        let auth = AuthContext { principal, id, name, epoch, credential, stage, proven_at };
        Ok(match principal {
            Principal::Administrator => Actor::administrator(auth, account.assigned_role.role()?, origin),
            Principal::User => Actor::user(auth, origin),
        })
    }
}

#[derive(sqlx::FromRow)]
struct Listed {
    id: Id,
    methods: String,
    client_ip: String,
    user_agent: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

/// Whose session, and how it was opened.
pub(crate) struct Opening<'a> {
    pub of: (Principal, Id),
    pub epoch: i64,
    pub stage: Stage,
    pub methods: &'a str,
}

/// How long a session may last without use.
async fn idle(tx: &mut Tx, principal: Principal) -> Result<Duration> {
    match principal {
        Principal::Administrator => Ok(IDLE),
        Principal::User => settings::portal_idle(tx).await,
    }
}

/// After how long without use any session is over.
pub(crate) async fn longest_idle(tx: &mut Tx) -> Result<Duration> {
    Ok(IDLE.max(settings::portal_idle(tx).await?))
}

/// Begins a session; says its token, this once.
pub(crate) async fn open(plain: &mut PlainTx, opening: Opening<'_>) -> Result<Token> {
    let token = Token::make(plain.context().env())?;
    let id = plain.context().env().new_id()?;
    let now = plain.now;
    let expires = now.plus(match opening.stage {
        Stage::Challenge => CHALLENGE,
        Stage::NewPassword | Stage::Enroll => STEP,
        Stage::Full => ABSOLUTE.max(idle(plain.tx(), opening.of.0).await?),
    });
    let Origin { ip, user_agent } = plain.permit().actor().origin().clone();
    let agent: String = user_agent.chars().take(400).collect();
    plain
        .run(
            INSERT,
            args![
                id,
                token.hash(),
                opening.of.0,
                opening.of.1,
                opening.epoch,
                opening.stage.as_str(),
                now,
                expires,
                opening.methods,
                ip,
                agent
            ],
        )
        .await?;
    Ok(token)
}

/// The session of a token, if it and its account are still good for its stage.
pub(crate) async fn find(
    tx: &mut Tx,
    principal: Principal,
    token: &Token,
    now: Timestamp,
) -> Result<Option<ActiveSession>> {
    let found: Option<Row> = tx.optional(BY_TOKEN, args![token.hash(), principal, now]).await?;
    let Some(row) = found else { return Ok(None) };
    let Some(stage) = Stage::parse(&row.stage) else { return Ok(None) };
    // What leads to a session is over by itself before that.
    if stage == Stage::Full && row.last_seen_at <= now.minus(idle(tx, principal).await?) {
        return Ok(None);
    }
    let account = accounts::find(tx, principal, row.principal_id).await?;
    let good = |account: &Account| account.auth_epoch == row.auth_epoch && account.is_good_for(stage, now);
    Ok(account.filter(good).map(|account| ActiveSession {
        account,
        session: row.id,
        stage,
        last_seen_at: row.last_seen_at,
        proven_at: row.proven_at,
        methods: row.methods,
        client_ip: row.client_ip,
    }))
}

pub(crate) async fn end_token(plain: &mut PlainTx, token: &Token) -> Result<u64> {
    Ok(plain.run(END_TOKEN, args![token.hash()]).await?)
}

/// How many sessions somebody has.
pub(crate) async fn how_many(tx: &mut Tx, principal: Principal, id: Id, now: Timestamp) -> Result<i64> {
    let Some(account) = accounts::find(tx, principal, id).await? else { return Ok(0) };
    let unused = now.minus(idle(tx, principal).await?);
    let of = args![principal, id, account.auth_epoch, now, unused];
    let (number,): (i64,) = tx.one(HOW_MANY, of).await?;
    Ok(number)
}

/// Ends all of somebody's sessions.
pub(crate) async fn end_all(plain: &mut PlainTx, principal: Principal, id: Id) -> Result<()> {
    plain.run(END_ALL, args![principal, id]).await?;
    Ok(())
}

/// Ends a session that leads on to another; says how it came about.
pub(crate) async fn end(plain: &mut PlainTx, me: &AuthContext) -> Result<String> {
    let ended: Option<(String,)> =
        plain.tx().optional(END_STEP, args![me.session()?, me.principal, me.id]).await?;
    Ok(ended.map(|(methods,)| methods).ok_or_else(not_signed_in)?)
}

/// Lets one's own session live on through a change that ends all others, under a new token.
pub(crate) async fn follow(plain: &mut PlainTx, session: Id, epoch: i64) -> Result<Token> {
    let token = Token::make(plain.context().env())?;
    plain.run_one(FOLLOW, args![session, epoch, token.hash()]).await?;
    Ok(token)
}

impl Sessions<'_> {
    /// Whoever a session's token belongs to, as an actor. `used` says whether a person did
    /// something, or a page by itself: only the former keeps the session open. A session of one
    /// kind of principal is none of the other's.
    ///
    /// # Errors
    /// `not_signed_in` when the session has ended, was revoked, or never was.
    pub async fn find(
        &self,
        principal: Principal,
        token: &Token,
        origin: Origin,
        used: bool,
    ) -> Result<Actor> {
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let live = find(&mut tx, principal, token, now).await?;
        let live = live.filter(|live| live.stage == Stage::Full).ok_or_else(not_signed_in)?;
        drop(tx);
        if used && (now.since(live.last_seen_at) >= TOUCH || live.client_ip != origin.ip) {
            self.touch(&live, &origin).await?;
        }
        live.into_actor(origin)
    }

    /// [`find`](Self::find) for the Admin Portal.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn administrator(&self, token: &Token, origin: Origin, used: bool) -> Result<Actor> {
        self.find(Principal::Administrator, token, origin, used).await
    }

    /// [`find`](Self::find) for the User Portal.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn user(&self, token: &Token, origin: Origin, used: bool) -> Result<Actor> {
        self.find(Principal::User, token, origin, used).await
    }

    /// Somebody on the way in, with the step that comes next; `None` when that took too long. The
    /// actor may take that step and nothing else.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn step(
        &self,
        principal: Principal,
        token: &Token,
        origin: Origin,
    ) -> Result<Option<(Actor, Stage)>> {
        let now = self.0.env().now();
        let live = find(&mut self.0.db().read().await?, principal, token, now).await?;
        let Some(live) = live.filter(|live| live.stage != Stage::Full) else { return Ok(None) };
        let stage = live.stage;
        Ok(Some((live.into_actor(origin)?, stage)))
    }

    async fn touch(&self, live: &ActiveSession, origin: &Origin) -> Result<()> {
        let permit = permit(&Actor::system(Task::UseSession), Operation::RunMaintenance)?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let now = plain.now;
        plain.run(SEEN, args![live.session, now, &origin.ip]).await?;
        plain.commit().await
    }

    /// One's own sessions, the last used first.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<SessionRow>> {
        permit(actor, Operation::ManageOwnSessions)?;
        let me = actor.auth()?;
        let session = me.session()?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let idle = idle(&mut tx, me.principal).await?;
        let listed: Vec<Listed> =
            tx.all(OWN, args![me.principal, me.id, me.epoch, now, now.minus(idle)]).await?;
        Ok(listed.into_iter().map(|row| row.into_row(session, idle)).collect())
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// `not_found` when it is over already or somebody else's.
    pub async fn end(&self, actor: &Actor, session: Id) -> Result<()> {
        let permit = permit(actor, Operation::ManageOwnSessions)?;
        let me = actor.auth()?.clone();
        let mut plain = PlainTx::begin(self.0, permit).await?;
        if plain.run(END, args![session, me.principal, me.id]).await? == 0 {
            return Err(Problem::not_found("session").into());
        }
        let gone = vec![field("session", session.to_string(), "")];
        plain.record(ended(&me, "one session").changes(gone)).await?;
        plain.commit().await
    }

    /// Ends all of one's own sessions but this one.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn end_others(&self, actor: &Actor) -> Result<u64> {
        let permit = permit(actor, Operation::ManageOwnSessions)?;
        let me = actor.auth()?.clone();
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let count = plain.run(END_OTHERS, args![me.principal, me.id, me.session()?]).await?;
        if count > 0 {
            let left = vec![field("sessions", (count + 1).to_string(), "1")];
            plain.record(ended(&me, "all other sessions").changes(left)).await?;
        }
        plain.commit().await?;
        Ok(count)
    }

    /// Logs out: this session ends. Having logged out already is fine.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn log_out(&self, principal: Principal, token: &Token, origin: Origin) -> Result<()> {
        let Ok(actor) = self.find(principal, token, origin, false).await else { return Ok(()) };
        let me = actor.auth()?.clone();
        let mut plain = PlainTx::begin(self.0, permit(&actor, Operation::ManageOwnSessions)?).await?;
        end_token(&mut plain, token).await?;
        plain.record(audit_event(&me, EventKind::AdminLogout, EventKind::UserLogout)).await?;
        plain.commit().await
    }
}

fn audit_event(me: &AuthContext, administrator: EventKind, user: EventKind) -> AuditEvent {
    let kind = per_principal(me.principal, administrator, user);
    AuditEvent::new(kind).to(me.principal.as_str(), me.id, &me.name)
}

fn ended(me: &AuthContext, what: &str) -> AuditEvent {
    audit_event(me, EventKind::AdminSessionEnd, EventKind::UserSessionEnd).message(what)
}

impl Listed {
    fn into_row(self, current: Id, idle: Duration) -> SessionRow {
        SessionRow {
            current: self.id == current,
            id: self.id,
            methods: self.methods,
            client_ip: self.client_ip,
            useragent: self.user_agent,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at.min(self.last_seen_at.plus(idle)),
        }
    }
}

/// Notes when somebody was last let in.
pub(crate) async fn let_in(plain: &mut PlainTx, principal: Principal, id: Id) -> Result<()> {
    let now = plain.now;
    plain.run(per_principal(principal, ADMINISTRATOR_LET_IN, USER_LET_IN), args![id, now]).await?;
    Ok(())
}

/// Notes that the password was just given in this session.
pub(crate) async fn mark_reauthenticated(plain: &mut PlainTx, session: Id) -> Result<()> {
    let now = plain.now;
    plain.run_one(PROVEN, args![session, now]).await
}
