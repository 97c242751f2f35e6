//! What was asked of an authenticator and awaits its answer. It stays on the server; the browser has
//! a token of it, which is good once, for a while, and in the session that it was made in.

use std::time::Duration;

use model::{Id, Principal, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

/// How long one may take.
pub(super) const LIFETIME: Duration = Duration::from_mins(5);

const INSERT: Sql = sql!(
    "INSERT INTO ceremonies (token_hash, kind, principal, session_id, state, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
/// Of two that answer at once only one finds it.
const TAKE: Sql = sql!(
    "DELETE FROM ceremonies WHERE token_hash = $1
    RETURNING kind, principal, session_id, state, expires_at"
);
pub(super) const OVER: Sql = sql!("DELETE FROM ceremonies WHERE expires_at <= $1");

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A new passkey.
    Enroll,
    /// A second factor, after the password.
    Challenge,
    /// Signing in without a password.
    SignIn,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Challenge => "challenge",
            Self::SignIn => "sign_in",
        }
    }
}

/// Who may answer, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub kind: Kind,
    pub principal: Principal,
    /// None for whoever is not on the way in yet.
    pub session: Option<Id>,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    principal: Principal,
    session_id: Option<Id>,
    state: String,
    expires_at: Timestamp,
}

/// Keeps what was asked; says the token for the answer.
pub(super) async fn keep(plain: &mut PlainTx, bound: Bound, state: &impl Serialize) -> Result<Token> {
    let token = Token::make(plain.context().env())?;
    let (state, expires) = (serde_json::to_string(state)?, plain.now.plus(LIFETIME));
    let (kind, hash) = (bound.kind.as_str(), token.hash());
    plain.run(INSERT, args![hash, kind, bound.principal, bound.session, state, expires]).await?;
    Ok(token)
}

/// What was asked, which nobody can answer again once this is committed; `None` when it is over, was
/// answered, or is not for whoever asks.
pub(super) async fn take<T: DeserializeOwned>(
    plain: &mut PlainTx,
    bound: Bound,
    token: &Token,
) -> Result<Option<T>> {
    let found: Option<Row> = plain.tx().optional(TAKE, args![token.hash()]).await?;
    let theirs = found.filter(|row| {
        let of = (row.kind.as_str(), row.principal, row.session_id);
        of == (bound.kind.as_str(), bound.principal, bound.session) && row.expires_at > plain.now
    });
    Ok(theirs.map(|row| serde_json::from_str(&row.state)).transpose()?)
}
