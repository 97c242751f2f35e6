//! Links by email: 256 random bits, kept as a hash, bound to a purpose and to whom they are for,
//! good for a while and for one use. A newer one for the same purpose ends the older.

use std::collections::BTreeSet;
use std::time::Duration;

use model::link::Purpose;
use model::{ErrorCode, Id, Principal, Problem, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use crate::posting;
use directory_core::accounts::per_principal;
use directory_core::error::{Error, Result};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

/// What somebody's link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFor {
    /// The first password.
    Activation,
    /// A password in place of one that is forgotten.
    PasswordReset,
    /// A second factor in place of one that is lost.
    TotpReset,
}

impl LinkFor {
    pub(crate) const fn purpose(self, whose: Principal) -> Purpose {
        match self {
            Self::Activation => per_principal(whose, Purpose::AdminInvitation, Purpose::Activation),
            Self::PasswordReset => per_principal(whose, Purpose::AdminPasswordReset, Purpose::PasswordReset),
            Self::TotpReset => per_principal(whose, Purpose::AdminTotpReset, Purpose::TotpReset),
        }
    }
}

/// Whose link it is, for the page that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOwner {
    pub name: String,
    pub username: String,
    pub email: String,
    /// Of an administrator's.
    pub role: Option<String>,
    /// Who sent an administrator's invitation, if a person did.
    pub invited_by: Option<String>,
    /// Which second factors there are.
    pub totp: bool,
    pub passkeys: bool,
}

/// A link as it was found.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Whose it is; the purpose says of which kind.
    pub principal_id: Id,
    /// An administrator has seen it, or chose the address that it was sent to.
    pub handed: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    purpose: String,
    principal_id: Id,
    handed: bool,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

const REVOKE: Sql = sql!(
    "UPDATE links SET revoked_at = $3
    WHERE principal_id = $1 AND purpose = $2 AND used_at IS NULL AND revoked_at IS NULL"
);
/// Of two that are made at once the later one stays.
const INSERT: Sql = sql!(
    "INSERT INTO links (id, token_hash, purpose, principal, principal_id, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (principal_id, purpose) WHERE used_at IS NULL AND revoked_at IS NULL DO UPDATE SET
        id = excluded.id, token_hash = excluded.token_hash, created_at = excluded.created_at,
        expires_at = excluded.expires_at, handed = excluded.handed"
);
const FIND: Sql = sql!(
    "SELECT purpose, principal_id, handed, expires_at, used_at, revoked_at FROM links
    WHERE token_hash = $1"
);
/// Of two that use it at once only one finds it unused.
const TAKE: Sql = sql!(
    "UPDATE links SET used_at = $3 WHERE token_hash = $1 AND purpose = $2
    AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3
    RETURNING purpose, principal_id, handed, expires_at, used_at, revoked_at"
);

const GOOD: Sql = sql!(
    "SELECT id FROM links WHERE principal_id = $1 AND purpose = $2 AND expires_at > $3
    AND used_at IS NULL AND revoked_at IS NULL"
);

/// Of the link for a purpose that is good, if there is one.
const HAND_OVER: Sql = sql!(
    "UPDATE links SET handed = $3 WHERE principal_id = $1 AND purpose = $2
    AND used_at IS NULL AND revoked_at IS NULL"
);

const HOW_MANY: Sql = sql!(
    "SELECT COUNT(*) FROM links
    WHERE principal_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2"
);

/// Whoever asks for a link again within this time has just been sent one: so nobody fills somebody
/// else's mailbox.
const PAUSE: Duration = Duration::from_mins(2);

/// A link that is good for so long still is sent again to whoever asks without having proven who they
/// are, rather than ended: nobody is to end what others have been sent.
const REST: Duration = Duration::from_mins(10);

/// Makes a link for somebody, which ends an earlier one for the same purpose. Says its token, this
/// once.
pub(crate) async fn make(
    plain: &mut PlainTx,
    purpose: Purpose,
    principal: Principal,
    principal_id: Id,
) -> Result<Token> {
    if purpose.principal() != principal {
        return Err(Error::internal(format!("a link for {purpose:?} is not for a {principal:?}")));
    }
    revoke(plain, principal, principal_id, &[purpose]).await?;
    let env = plain.context().env();
    let (id, token, now) = (env.new_id()?, Token::make(env)?, plain.now);
    let expires = now.plus(purpose.lifetime());
    plain
        .run(INSERT, args![id, token.hash(), purpose.as_str(), principal, principal_id, now, expires])
        .await?;
    Ok(token)
}

/// What is to be sent to somebody who asks for a link.
pub(crate) enum Asked {
    /// They have just been sent one.
    Lately,
    /// This one, again or for the first time.
    Send(Token),
}

/// The link for somebody who asks for one without having proven who they are.
pub(crate) async fn ask(
    plain: &mut PlainTx,
    purpose: Purpose,
    principal: Principal,
    principal_id: Id,
) -> Result<Asked> {
    let (now, rest) = (plain.now, plain.now.plus(REST));
    let found: Option<(Id,)> = plain.tx().optional(GOOD, args![principal_id, purpose.as_str(), rest]).await?;
    if let Some((link,)) = found
        && let Some(posted) = posting::posted_with(plain, link).await?
    {
        let lately = posted.at > now.minus(PAUSE);
        return Ok(if lately { Asked::Lately } else { Asked::Send(posted.token) });
    }
    make(plain, purpose, principal, principal_id).await.map(Asked::Send)
}

/// Looks at a link without using it up, for the page that it leads to.
///
/// # Errors
/// `gone`, with a sentence that says why and how to come by another.
pub(crate) async fn find(tx: &mut Tx, token: &Token, purpose: Purpose, now: Timestamp) -> Result<Link> {
    let row: Option<Row> = tx.optional(FIND, args![token.hash()]).await?;
    let gone = |why: &str| Problem::new(ErrorCode::Gone, format!("{why} {}", purpose.another()));
    let lifetime = purpose.lifetime_in_words();
    Err(match row {
        None => gone(
            "This link is not known here. It may have been cut short: copy the whole of it from the email.",
        ),
        Some(row) if row.purpose != purpose.as_str() => {
            gone("This link is for another page than this one: open it as it stands in the email.")
        }
        Some(Row { used_at: Some(_), .. }) => {
            gone("This link has been used already, and is good for one time.")
        }
        Some(Row { revoked_at: Some(_), .. }) => {
            gone(
                "This link does not work any more: a newer one was sent, which alone counts, or your account has changed.",
            )
        }
        Some(row) if row.expires_at <= now => {
            gone(&format!("This link has expired: it was good for {lifetime}."))
        }
        Some(row) => return Ok(row.into_link()),
    }
    .into())
}

/// Uses a link up. What it leads to must happen in the same transaction. Erases the message that
/// brought it.
///
/// # Errors
/// `gone`, as [`find`] says it.
pub(crate) async fn take(plain: &mut PlainTx, token: &Token, purpose: Purpose) -> Result<Link> {
    let now = plain.now;
    let taken: Option<Row> = plain.tx().optional(TAKE, args![token.hash(), purpose.as_str(), now]).await?;
    let Some(row) = taken else {
        find(plain.tx(), token, purpose, now).await?;
        return Err(Error::internal("a link that is good could not be used"));
    };
    posting::erase_dead(plain, row.principal_id, "Its link was used before it was sent.").await?;
    Ok(row.into_link())
}

/// An administrator sees the link that somebody was sent, or chose where it is sent: whoever sets a password
/// by it need not be its owner.
pub(crate) async fn hand_over(plain: &mut PlainTx, purpose: Purpose, principal_id: Id) -> Result<()> {
    plain.run(HAND_OVER, args![principal_id, purpose.as_str(), true]).await?;
    Ok(())
}

/// How many links of somebody's are good.
pub(crate) async fn how_many(tx: &mut Tx, principal_id: Id, now: Timestamp) -> Result<i64> {
    let (number,): (i64,) = tx.one(HOW_MANY, args![principal_id, now]).await?;
    Ok(number)
}

/// Ends somebody's links for these purposes, and erases the messages that bring them.
pub(crate) async fn revoke(
    plain: &mut PlainTx,
    principal: Principal,
    principal_id: Id,
    purposes: &[Purpose],
) -> Result<()> {
    let now = plain.now;
    let mut ended = 0;
    for purpose in purposes.iter().filter(|purpose| purpose.principal() == principal) {
        ended += plain.run(REVOKE, args![principal_id, purpose.as_str(), now]).await?;
    }
    if ended > 0 {
        posting::erase_dead(plain, principal_id, "Its link was withdrawn before it was sent.").await?;
    }
    Ok(())
}

/// Revokes all links of many accounts and erases the messages that carry them.
pub(crate) async fn revoke_all(plain: &mut PlainTx, principal: Principal, ids: &[Id]) -> Result<()> {
    let now = plain.now;
    let purposes = Purpose::ALL.iter().filter(|purpose| purpose.principal() == principal);
    let revoke = Query::update()
        .table("links")
        .value("revoked_at", now.as_micros())
        .and_where(Expr::col("principal_id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("purpose").is_in(purposes.map(|purpose| purpose.as_str())))
        .and_where(Expr::col("used_at").is_null())
        .and_where(Expr::col("revoked_at").is_null())
        .returning(Query::returning().column("principal_id"))
        .take();
    let (sql, args) = plain.tx().build(&revoke);
    let ended: Vec<(Id,)> = plain.tx().all(sql, args).await?;
    let whose: BTreeSet<Id> = ended.into_iter().map(|(id,)| id).collect();
    for id in whose {
        posting::erase_dead(plain, id, "Its link was withdrawn before it was sent.").await?;
    }
    Ok(())
}

impl Row {
    fn into_link(self) -> Link {
        Link { principal_id: self.principal_id, handed: self.handed }
    }
}
