//! Sessions: a random token in a cookie, its hash in the database, an epoch that makes it worthless
//! the moment the account's access changes.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use model::account::SessionRow;
use model::event::EventKind;
use model::{Id, Operation, Problem, Timestamp};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::Directory;
use crate::change::Side;
use crate::environment::Environment;
use crate::error::Result;
use crate::gate::{Actor, Origin, Permit, Standing, not_signed_in, permit};
use crate::history::Happening;
use crate::store::{Tx, args};

/// An administrator's session ends after this long without use (decisions: 1 hour).
pub(crate) const IDLE: Duration = Duration::from_hours(1);
/// And after this long in any case.
pub(crate) const ABSOLUTE: Duration = Duration::from_hours(12);
/// How long somebody may take for the second factor.
pub(crate) const CHALLENGE: Duration = Duration::from_mins(10);
/// How long a proof of the password is good for changing what is sensitive.
pub(crate) const PROOF: Duration = Duration::from_mins(10);
/// Use is written down at most this often.
const TOUCH: Duration = Duration::from_mins(1);

/// What a session's cookie holds: 256 random bits. Shown once, kept as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(crate) fn make(env: &Environment) -> Result<Self> {
        Ok(Self(BASE64URL_NOPAD.encode(&env.bytes::<32>()?)))
    }

    /// A token as it came in; whether it is one shows only when it is looked up.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The password was right; the second factor is still to come.
    Challenge,
    Full,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Full => "full",
        }
    }
}

/// Sessions of administrators.
pub struct Sessions<'a>(pub(crate) &'a Directory);

const INSERT: &str =
    "INSERT INTO sessions (id, token_hash, principal, principal_id, auth_epoch, stage, created_at,
    last_seen_at, expires_at, proven_at, methods, client_ip, user_agent)
    VALUES ($1, $2, 'administrator', $3, $4, $5, $6, $6, $7, $6, $8, $9, $10)";
const BY_TOKEN: &str = "SELECT s.id AS session_id, s.last_seen_at, s.proven_at, s.client_ip,
        a.id, a.first_name, a.last_name, a.email, a.role, a.auth_epoch
    FROM sessions s JOIN administrators a ON a.id = s.principal_id AND a.auth_epoch = s.auth_epoch
    WHERE s.token_hash = $1 AND s.principal = 'administrator' AND s.stage = $2
        AND s.expires_at > $3 AND s.last_seen_at > $4 AND NOT a.suspended";
const SEEN: &str =
    "UPDATE sessions SET last_seen_at = $2, client_ip = $3 WHERE id = $1 AND last_seen_at < $2";
const OF_ADMINISTRATOR: &str =
    "SELECT s.id, s.client_ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at
    FROM sessions s JOIN administrators a ON a.id = s.principal_id AND a.auth_epoch = s.auth_epoch
    WHERE s.principal = 'administrator' AND s.principal_id = $1 AND s.stage = 'full'
        AND s.expires_at > $2 AND s.last_seen_at > $3
    ORDER BY s.last_seen_at DESC LIMIT 100";
const END: &str = "DELETE FROM sessions WHERE id = $1 AND principal = 'administrator' AND principal_id = $2";
const END_OTHERS: &str =
    "DELETE FROM sessions WHERE principal = 'administrator' AND principal_id = $1 AND id <> $2";
const END_TOKEN: &str = "DELETE FROM sessions WHERE token_hash = $1";
const PROVEN: &str = "UPDATE sessions SET proven_at = $2 WHERE id = $1";
const FOLLOW: &str = "UPDATE sessions SET auth_epoch = $2, token_hash = $3 WHERE id = $1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, BY_TOKEN, SEEN, OF_ADMINISTRATOR, END, END_OTHERS, END_TOKEN, PROVEN, FOLLOW];

/// A session with the administrator it belongs to, both still good.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Live {
    pub session_id: Id,
    pub last_seen_at: Timestamp,
    pub proven_at: Timestamp,
    pub client_ip: String,
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: String,
    pub auth_epoch: i64,
}

#[derive(sqlx::FromRow)]
struct Listed {
    id: Id,
    client_ip: String,
    user_agent: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

/// Whose session, and how it was opened.
pub(crate) struct Opening<'a> {
    pub administrator: Id,
    pub epoch: i64,
    pub stage: Stage,
    pub methods: &'a str,
}

/// Begins a session; says its token, this once.
pub(crate) async fn open(side: &mut Side, opening: Opening<'_>) -> Result<Token> {
    let token = Token::make(side.directory().env())?;
    let id = side.directory().env().new_id()?;
    let now = side.now;
    let expires = now.plus(if opening.stage == Stage::Full { ABSOLUTE } else { CHALLENGE });
    let Origin { ip, user_agent } = side.permit().actor().origin.clone();
    let agent: String = user_agent.chars().take(400).collect();
    side.run(
        INSERT,
        args![
            id,
            token.hash(),
            opening.administrator,
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

pub(crate) async fn find(tx: &mut Tx, token: &Token, stage: Stage, now: Timestamp) -> Result<Option<Live>> {
    Ok(tx.optional(BY_TOKEN, args![token.hash(), stage.as_str(), now, now.minus(IDLE)]).await?)
}

pub(crate) async fn end_token(side: &mut Side, token: &Token) -> Result<u64> {
    Ok(side.run(END_TOKEN, args![token.hash()]).await?)
}

/// Lets one's own session live on through a change that ends all others, under a new token.
pub(crate) async fn follow(side: &mut Side, session: Id, epoch: i64) -> Result<Token> {
    let token = Token::make(side.directory().env())?;
    side.run_one(FOLLOW, args![session, epoch, token.hash()]).await?;
    Ok(token)
}

impl Sessions<'_> {
    /// Whoever a session's token belongs to, as an actor. `used` says whether a person did
    /// something, or a page by itself: only the former keeps the session open.
    ///
    /// # Errors
    /// `not_signed_in` when the session has ended, was revoked, or never was.
    pub async fn administrator(&self, token: &Token, origin: Origin, used: bool) -> Result<Actor> {
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let live = find(&mut tx, token, Stage::Full, now).await?.ok_or_else(not_signed_in)?;
        drop(tx);
        if used && (now.since(live.last_seen_at) >= TOUCH || live.client_ip != origin.ip) {
            self.touch(&live, &origin).await?;
        }
        let standing = Standing {
            id: live.id,
            name: format!("{} {}", live.first_name, live.last_name),
            role: crate::administrators::role_named(&live.role)?,
            epoch: live.auth_epoch,
            session: live.session_id,
            proven_at: live.proven_at,
        };
        Ok(Actor::administrator(standing, origin))
    }

    async fn touch(&self, live: &Live, origin: &Origin) -> Result<()> {
        let permit = permit(&Actor::system("a session is used"), Operation::KeepHouse)?;
        let mut side = Side::begin(self.0, permit).await?;
        let now = side.now;
        side.run(SEEN, args![live.session_id, now, &origin.ip]).await?;
        side.commit().await
    }

    /// One's own sessions, the last used first.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<SessionRow>> {
        permit(actor, Operation::ManageOwnSessions)?;
        let standing = actor.standing()?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let listed: Vec<Listed> = tx.all(OF_ADMINISTRATOR, args![standing.id, now, now.minus(IDLE)]).await?;
        Ok(listed.into_iter().map(|row| row.into_row(standing.session)).collect())
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// `not_found` when it is over already or somebody else's.
    pub async fn end(&self, actor: &Actor, session: Id) -> Result<()> {
        let permit = permit(actor, Operation::ManageOwnSessions)?;
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit).await?;
        if side.run(END, args![session, me.id]).await? == 0 {
            return Err(Problem::not_found("session").into());
        }
        side.record(ended(&me, "one session")).await?;
        side.commit().await
    }

    /// Ends all of one's own sessions but this one.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn end_others(&self, actor: &Actor) -> Result<u64> {
        let permit = permit(actor, Operation::ManageOwnSessions)?;
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit).await?;
        let count = side.run(END_OTHERS, args![me.id, me.session]).await?;
        if count > 0 {
            side.record(ended(&me, "all other sessions")).await?;
        }
        side.commit().await?;
        Ok(count)
    }

    /// Logs out: this session ends. Being logged out already is fine.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn log_out(&self, token: &Token, origin: Origin) -> Result<()> {
        let Ok(actor) = self.administrator(token, origin, false).await else { return Ok(()) };
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit(&actor, Operation::ManageOwnSessions)?).await?;
        end_token(&mut side, token).await?;
        side.record(Happening::new(EventKind::AdminLogout).to("administrator", me.id, &me.name)).await?;
        side.commit().await
    }
}

fn ended(me: &Standing, what: &str) -> Happening {
    Happening::new(EventKind::AdminSessionEnd).to("administrator", me.id, &me.name).message(what)
}

impl Listed {
    fn into_row(self, current: Id) -> SessionRow {
        SessionRow {
            current: self.id == current,
            id: self.id,
            client_ip: self.client_ip,
            useragent: self.user_agent,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at.min(self.last_seen_at.plus(IDLE)),
        }
    }
}

/// Writes down that the password was proven in this session.
pub(crate) async fn prove(side: &mut Side, session: Id) -> Result<()> {
    let now = side.now;
    side.run_one(PROVEN, args![session, now]).await
}

/// Whether the password was proven lately enough for what is sensitive.
pub(crate) fn proven_lately(permit: &Permit, now: Timestamp) -> Result<()> {
    let standing = permit.actor().standing()?;
    if now.since(standing.proven_at) <= PROOF {
        return Ok(());
    }
    Err(Problem::new(
        model::ErrorCode::ProofNeeded,
        "This needs your password again, because you gave it more than 10 minutes ago.",
    )
    .into())
}
