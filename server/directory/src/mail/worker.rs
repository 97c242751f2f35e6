//! The delivery worker takes messages that are due to the mail server, each under a lease, so that of many
//! servers on one database only one sends it. One that died leaves a lease that runs out; the
//! message's id tells the receiving side that it had it already.

use std::time::Duration;

use model::event::EventKind;
use model::mail::MessageKind;
use model::settings::OrganizationProfile;
use model::{Id, Operation, Principal, Timestamp};
use sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};

use super::Mail;
use super::message::{Head, Posted, compose};
use super::server::Server;
use super::settings::{self, Stored};
use super::smtp::{Answer, Relay, SEND};
use crate::posting::{UNNAMED, audit_event, layout, opened, place};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

/// How long after each failure the next try is made: two days in all, then a message is given up.
const DELAYS: [Duration; 11] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(8),
    Duration::from_hours(8),
    Duration::from_hours(12),
    Duration::from_hours(12),
];
/// How long a message is nobody else's while it is sent.
pub(super) const LEASE: Duration = Duration::from_mins(5);
/// How many messages are sent side by side.
const AT_ONCE: usize = 8;

/// Names a message for all its tries.
const NAME: Sql = sql!("UPDATE messages SET message_id = $2 WHERE id = $1 AND message_id = ''");
const SENT: Sql = sql!(
    "UPDATE messages SET state = 'sent', sent_at = $3, lease_until = 0, last_error = ''
    WHERE id = $1 AND lease_until = $2"
);
const LATER: Sql = sql!(
    "UPDATE messages SET due_at = $3, lease_until = 0, last_error = $4
    WHERE id = $1 AND lease_until = $2 AND state = 'waiting'"
);
const GIVE_UP: Sql = sql!(
    "UPDATE messages SET state = 'failed', lease_until = 0, last_error = $3
    WHERE id = $1 AND lease_until = $2 AND state = 'waiting'"
);
const LAPSE: Sql = sql!(
    "UPDATE messages SET body = '', link = '', state = 'lapsed',
        last_error = CASE WHEN last_error = '' THEN $2 ELSE last_error END
    WHERE state = 'waiting' AND lapses_at <= $1 AND lease_until <= $1"
);
const ERASE: Sql = sql!(
    "UPDATE messages SET body = '', link = '' WHERE link <> '' AND lapses_at <= $1 AND state <> 'waiting'"
);
const FORGET: Sql = sql!("DELETE FROM messages WHERE created_at <= $1 AND state <> 'waiting'");
const FORGET_LINKS: Sql = sql!("DELETE FROM links WHERE expires_at <= $1");

/// How long it is kept which messages were written, and which links there were.
const KEPT: Duration = Duration::from_hours(90 * 24);
const TOO_LATE: &str = "It could not be sent in time.";

/// A message under lease.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Leased {
    pub id: Id,
    pub kind: MessageKind,
    pub principal: Principal,
    pub principal_id: Id,
    pub recipient: String,
    pub subject: String,
    pub message_id: String,
    pub body: String,
    pub link: String,
    pub created_at: Timestamp,
    pub lapses_at: Timestamp,
    pub lease_until: Timestamp,
    pub attempts: i64,
}

pub(super) const COLUMNS: [&str; 13] = [
    "id",
    "kind",
    "principal",
    "principal_id",
    "recipient",
    "subject",
    "message_id",
    "body",
    "link",
    "created_at",
    "lapses_at",
    "lease_until",
    "attempts",
];

/// Messages under way.
pub(crate) struct Batch(tokio::task::JoinSet<Result<()>>);

impl Batch {
    pub(crate) fn new() -> Self {
        Self(tokio::task::JoinSet::new())
    }

    /// The next that comes to its end, once it does; `None` when none is under way.
    pub(crate) async fn next(&mut self) -> Option<Result<()>> {
        let done = self.0.join_next().await?;
        Some(done.map_err(Error::internal).and_then(|done| done))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Mail<'_> {
    /// Sends what is due, until nothing is; says how many messages were tried. Without a mail server
    /// nothing is.
    ///
    /// # Errors
    /// `unavailable`, `internal`; what was under way is tried again when its lease is over.
    pub async fn deliver(&self) -> Result<usize> {
        let (mut under_way, mut tried) = (Batch::new(), 0);
        loop {
            let sent_out = self.send_out(&mut under_way).await;
            tried += *sent_out.as_ref().unwrap_or(&0);
            match (sent_out, under_way.next().await) {
                (Ok(0), None) => return Ok(tried),
                (Ok(_), None | Some(Ok(()))) => {}
                (Err(error), _) | (_, Some(Err(error))) => {
                    // All of them come to their end, whatever becomes of one.
                    while under_way.next().await.is_some() {}
                    return Err(error);
                }
            }
        }
    }

    /// Sends messages on their way beside those that are under way, as many as there is room for; says
    /// how many. One whose mail server is slow holds no other up.
    pub(crate) async fn send_out(&self, under_way: &mut Batch) -> Result<usize> {
        let room = AT_ONCE.saturating_sub(under_way.0.len());
        if room == 0 {
            return Ok(0);
        }
        let mut tx = self.0.db().read().await?;
        let stored = settings::find(&mut tx).await?;
        let organization = crate::settings::find(&mut tx).await?;
        drop(tx);
        let (Some(server), Some(organization)) = (settings::in_force(self.0, self.1, &stored)?, organization)
        else {
            return Ok(0);
        };
        let messages = claim(self.0, &server, room).await?;
        if messages.is_empty() {
            return Ok(0);
        }
        let relay = self.1.relay(&server).await;
        let desk = Desk {
            context: self.0.clone(),
            server: server.into(),
            stored,
            organization: organization.profile,
        };
        let count = messages.len();
        for message in messages {
            let (desk, relay) = (desk.clone(), relay.clone());
            under_way.0.spawn(async move { desk.carry(message, relay).await });
        }
        Ok(count)
    }
}

fn maintenance() -> Result<Permit> {
    permit(&Actor::system(Task::Delivery), Operation::RunMaintenance)
}

/// Takes messages that are due under a lease. Others that do so at the same time get others.
async fn claim(context: &Context, server: &Server, room: usize) -> Result<Vec<Leased>> {
    let mut plain = PlainTx::begin(context, maintenance()?).await?;
    let now = plain.now.as_micros();
    let free = Expr::col("lease_until").lte(now);
    let due = Query::select()
        .column("id")
        .from("messages")
        .and_where(Expr::col("state").eq("waiting"))
        .and_where(Expr::col("due_at").lte(now))
        .and_where(Expr::col("lapses_at").gt(now))
        .and_where(free.clone())
        .order_by("due_at", sea_query::Order::Asc)
        .limit(room as u64)
        // SQLite has one writer anyway, and leaves this out.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    let take = Query::update()
        .table("messages")
        .value("lease_until", plain.now.plus(LEASE).as_micros())
        .value("attempts", Expr::col("attempts").add(1))
        .and_where(Expr::col("id").in_subquery(due))
        .and_where(free)
        .returning(Query::returning().columns(COLUMNS))
        .take();
    let (sql, args) = plain.tx().build(&take);
    let mut messages: Vec<Leased> = plain.tx().all(sql, args).await?;
    for message in &mut messages {
        name(&mut plain, message, server).await?;
    }
    plain.commit().await?;
    Ok(messages)
}

/// Gives a message its Message-ID, under the domain that it is sent from, before its first try. It keeps
/// it whatever becomes of the server: by it the receiving side knows a message that it had already.
pub(super) async fn name(plain: &mut PlainTx, message: &mut Leased, server: &Server) -> Result<()> {
    if message.message_id == UNNAMED {
        message.message_id = format!("<{}@{}>", message.id, server.domain());
        plain.run(NAME, args![message.id, &message.message_id]).await?;
    }
    Ok(())
}

/// What the messages of one round have in common.
#[derive(Clone)]
pub(super) struct Desk {
    pub context: Context,
    pub server: std::sync::Arc<Server>,
    pub stored: Stored,
    pub organization: OrganizationProfile,
}

impl Desk {
    /// Sends one message and writes down what became of it.
    async fn carry(&self, message: Leased, relay: Result<Relay, String>) -> Result<()> {
        let answer = match relay {
            Ok(relay) => relay.send(&self.posted(&message)?, SEND).await,
            Err(why) => Answer::Later(why),
        };
        self.write_down(&message, &answer, true).await
    }

    /// The message as it travels.
    pub(super) fn posted(&self, message: &Leased) -> Result<Posted> {
        let vault = self.context.vault();
        let body = opened(&self.context, message.id, message.kind, &message.body, message.lapses_at)?;
        let public_url = self.context.public_url();
        let address = match message.kind.purpose() {
            Some(purpose) => {
                let token = vault.open(place(message.id, "link"), &message.link)?;
                let token = Token::presented(std::str::from_utf8(&token).map_err(Error::internal)?);
                Some(purpose.address(public_url, token.expose()))
            }
            None if body.path.is_empty() => None,
            None => Some(format!("{public_url}{}", body.path)),
        };
        let own = &self.stored.from_name;
        let from_name = if own.is_empty() { &self.organization.name } else { own };
        let head = Head {
            id: message.id,
            from_name,
            from: &self.server.from,
            reply_to: &self.organization.contact.email,
            to: &message.recipient,
            subject: &message.subject,
            message_id: &message.message_id,
            written_at: message.created_at,
        };
        compose(&head, layout::parts(&body.written, address.as_deref()))
    }

    /// Writes down what became of a try; one that did not work out is made again, or not.
    pub(super) async fn write_down(&self, message: &Leased, answer: &Answer, again: bool) -> Result<()> {
        let mut plain = PlainTx::begin(&self.context, maintenance()?).await?;
        let (id, lease, now) = (message.id, message.lease_until, plain.now);
        let tries = usize::try_from(message.attempts).unwrap_or(1);
        let delay = DELAYS.get(tries.saturating_sub(1)).filter(|_| again);
        match (answer, delay) {
            (Answer::Taken(_), _) => {
                plain.run(SENT, args![id, lease, now]).await?;
            }
            (Answer::Later(why), Some(delay)) => {
                tracing::warn!(message = %id, why, "a message could not be sent and will be tried again");
                plain.run(LATER, args![id, lease, now.plus(*delay), why]).await?;
            }
            (Answer::Later(why) | Answer::Refused(why), _) => {
                tracing::warn!(message = %id, why, "a message was given up");
                if plain.run(GIVE_UP, args![id, lease, why]).await? > 0 {
                    let whose = (message.principal, message.principal_id);
                    let organization = &self.organization.name;
                    let given_up = audit_event(
                        EventKind::MailFailed,
                        message.kind,
                        whose,
                        &message.recipient,
                        organization,
                    );
                    plain.record(given_up.failed_by(why)).await?;
                }
            }
        }
        plain.commit().await
    }
}

/// Erases what messages said whose links are over, takes those out that are too late to send, and
/// forgets old ones.
pub(crate) async fn clean_up(plain: &mut PlainTx) -> Result<()> {
    let now = plain.now;
    plain.run(LAPSE, args![now, TOO_LATE]).await?;
    plain.run(ERASE, args![now]).await?;
    plain.run(FORGET, args![now.minus(KEPT)]).await?;
    plain.run(FORGET_LINKS, args![now.minus(KEPT)]).await?;
    Ok(())
}
