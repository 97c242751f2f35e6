//! Posting: messages are written into the outbox in the transaction of their cause. Sending them, and what
//! administrators do about them, is above.

mod defaults;
pub(crate) mod layout;
mod message;
pub(crate) mod template;

use std::time::Duration;

use model::event::EventKind;
use model::mail::{MessageKind, MessageState};
use model::{Email, Id, Principal, Problem, Timestamp};
use sea_query::{CaseStatement, Expr, ExprTrait, Query};

use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;
use directory_core::vault::Place;

use message::Body;
pub(crate) use message::{Facts, Message, instant};

/// A message without a link that could not be sent for so long is no news any more.
const NEWS: Duration = Duration::from_hours(7 * 24);

const INSERT: Sql = sql!(
    "INSERT INTO messages (id, kind, state, principal, principal_id, recipient, subject, search_text,
    message_id, link_id, body, link, created_at, lapses_at, due_at, last_error, about_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $15, $16)"
);
const LINK: Sql = sql!("SELECT id, expires_at FROM links WHERE token_hash = $1");
const CREATED_BY: Sql = sql!("SELECT created_by FROM users WHERE id = $1");
/// A message whose link is no good any more keeps nothing that it said, and is not sent.
const ERASE_DEAD: Sql = sql!(
    "UPDATE messages SET body = '', link = '',
        last_error = CASE WHEN state = 'waiting' THEN $2 ELSE last_error END,
        state = CASE WHEN state = 'waiting' THEN 'lapsed' ELSE state END
    WHERE principal_id = $1 AND link <> '' AND link_id NOT IN (SELECT id FROM links
        WHERE principal_id = $1 AND used_at IS NULL AND revoked_at IS NULL)"
);
const WITH_LINK: Sql = sql!(
    "SELECT id, created_at, link FROM messages WHERE link_id = $1 AND link <> ''
    ORDER BY created_at DESC, id DESC LIMIT 1"
);
/// Gives a message to whoever is about to send it.
pub(crate) const LEASE: Sql =
    sql!("UPDATE messages SET lease_until = $2, attempts = attempts + 1 WHERE id = $1");
/// Whoever is to get no messages any more gets none that waits, nor one that was given up.
const WITHDRAW: Sql = sql!(
    "UPDATE messages SET body = '', link = '', last_error = $2,
        state = CASE WHEN state = 'waiting' THEN 'lapsed' ELSE state END
    WHERE principal_id = $1 AND state IN ('waiting', 'failed') AND body <> ''"
);

/// A message has no Message-ID until its first try: only then it is known from where it is sent.
pub(crate) const UNNAMED: &str = "";

/// Why nobody of the sample organization gets a message.
const SAMPLE: &str = "People of the sample organization are never emailed.";

/// Puts a message into the outbox. It leaves with the transaction that it is posted in, or never was.
///
/// # Errors
/// `invalid` at `email` for an address that is none.
pub(crate) async fn post(plain: &mut PlainTx, message: Message) -> Result<Id> {
    let id = plain.context().env().new_id()?;
    write(plain, id, message, None).await?;
    plain.posted();
    Ok(id)
}

/// Writes a message into the outbox under this id; whoever has a lease sends it themselves.
pub(crate) async fn write(
    plain: &mut PlainTx,
    id: Id,
    message: Message,
    lease: Option<Timestamp>,
) -> Result<()> {
    let to = Email::parse(&message.to).map_err(|error| Problem::at("email", error.to_string()))?;
    let link: Option<(Id, Timestamp)> = match &message.link {
        Some(token) => plain.tx().optional(LINK, args![token.hash()]).await?,
        None => None,
    };
    if message.kind.has_link() != link.is_some() {
        return Err(Error::internal(format!(
            "a message of {} and its link do not fit",
            message.kind.as_str()
        )));
    }
    let (state, why) = if is_of_the_sample(plain, &message).await? {
        (MessageState::Discarded, SAMPLE)
    } else {
        (MessageState::Waiting, "")
    };
    let good_until = link.map(|(_, expires)| instant(expires)).unwrap_or_default();
    let Sealed { subject, body, token } = seal(plain, id, &message, &good_until).await?;
    let search = normalize(&format!("{subject} {to} {}", message.first_name));
    let now = plain.now;
    let lapses = link.map_or_else(|| now.plus(NEWS), |(_, expires)| expires);
    let Message { kind, principal, principal_id, facts, .. } = message;
    let about = facts.user.map(|(user, _)| user).filter(|_| principal == Principal::Administrator);
    let (kind, state, link) = (kind.as_str(), state.as_str(), link.map(|(link, _)| link));
    let row = args![
        id,
        kind,
        state,
        principal,
        principal_id,
        &to,
        subject,
        search,
        UNNAMED,
        link,
        body,
        token,
        now,
        lapses,
        why,
        about
    ];
    plain.run(INSERT, row).await?;
    if let Some(until) = lease {
        plain.run(LEASE, args![id, until]).await?;
    }
    Ok(())
}

/// What the outbox keeps of a message.
struct Sealed {
    subject: String,
    body: String,
    /// That of its link; empty without one.
    token: String,
}

/// Fills everything in, and seals what only the delivery worker needs to read.
async fn seal(plain: &mut PlainTx, id: Id, message: &Message, good_until: &str) -> Result<Sealed> {
    let organization = crate::settings::read(plain.tx()).await?;
    let template = template::read(plain.tx(), message.kind).await?.text;
    let context = plain.context();
    let (vault, env, public_url) = (context.vault(), context.env(), context.public_url());
    let body = message.body(&template, &organization.profile, public_url, good_until);
    let token = match &message.link {
        Some(token) => vault.seal(env, place(id, "link"), token.expose().as_bytes())?,
        None => String::new(),
    };
    Ok(Sealed {
        subject: layout::subject(&body.written),
        body: vault.seal(env, place(id, "body"), &serde_json::to_vec(&body)?)?,
        token,
    })
}

async fn is_of_the_sample(plain: &mut PlainTx, message: &Message) -> Result<bool> {
    if message.kind.principal() != Principal::User {
        return Ok(false);
    }
    let found: Option<(String,)> = plain.tx().optional(CREATED_BY, args![message.principal_id]).await?;
    Ok(found.is_some_and(|(created_by,)| created_by == "sample"))
}

/// Erases somebody's messages whose links are used or withdrawn. `why` is told of those that waited.
pub(crate) async fn erase_dead(plain: &mut PlainTx, principal_id: Id, why: &str) -> Result<()> {
    plain.run(ERASE_DEAD, args![principal_id, why]).await?;
    Ok(())
}

/// Takes out what still waits for somebody who is to get no messages any more; `why` is told of it.
pub(crate) async fn withdraw(plain: &mut PlainTx, principal_id: Id, why: &str) -> Result<()> {
    plain.run(WITHDRAW, args![principal_id, why]).await?;
    Ok(())
}

/// The same of many.
pub(crate) async fn withdraw_all(plain: &mut PlainTx, ids: &[Id], why: &str) -> Result<()> {
    let state = CaseStatement::new()
        .case(Expr::col("state").eq("waiting"), Expr::val("lapsed"))
        .finally(Expr::col("state"));
    let withdraw = Query::update()
        .table("messages")
        .value("body", "")
        .value("link", "")
        .value("last_error", why)
        .value("state", state)
        .and_where(Expr::col("principal_id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("state").is_in(["waiting", "failed"]))
        .and_where(Expr::col("body").ne(""))
        .take();
    let (sql, args) = plain.tx().build(&withdraw);
    plain.run(sql, args).await?;
    Ok(())
}

/// When a link was sent last, and what it was.
pub(crate) struct PostedLink {
    pub at: Timestamp,
    pub token: Token,
}

/// The newest message with a link, if what it said is still kept.
pub(crate) async fn posted_with(plain: &mut PlainTx, link: Id) -> Result<Option<PostedLink>> {
    let found: Option<(Id, Timestamp, String)> = plain.tx().optional(WITH_LINK, args![link]).await?;
    let Some((id, at, sealed)) = found else { return Ok(None) };
    let token = plain.context().vault().open(place(id, "link"), &sealed)?;
    let token = Token::presented(std::str::from_utf8(&token).map_err(Error::internal)?);
    Ok(Some(PostedLink { at, token }))
}

/// The vault's place of a part of a message. `letters` was the table's first name; existing rows are sealed under
/// it, so it must not change.
pub(crate) fn place(message: Id, column: &'static str) -> Place {
    Place { table: "letters", column, row: message }
}

/// What a message says, by what the outbox keeps of it.
pub(crate) fn opened(
    context: &Context,
    id: Id,
    kind: MessageKind,
    sealed: &str,
    lapses_at: Timestamp,
) -> Result<Body> {
    let mut body: Body = serde_json::from_slice(&context.vault().open(place(id, "body"), sealed)?)?;
    if kind.has_link() {
        body.written.good_until = instant(lapses_at);
    }
    Ok(body)
}

/// What was done to a message, told of whom it is about; `organization` is whom those of billing are about.
pub(crate) fn audit_event(
    event: EventKind,
    kind: MessageKind,
    (principal, id): (Principal, Id),
    recipient: &str,
    organization: &str,
) -> AuditEvent {
    let label = kind.label();
    if kind.is_of_billing() {
        let what = format!("{label}, to {recipient}");
        return AuditEvent::new(event).to("organization", id, organization).message(what);
    }
    AuditEvent::new(event).to(principal.as_str(), id, recipient).message(label)
}
