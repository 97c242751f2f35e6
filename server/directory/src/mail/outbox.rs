//! The outbox: what was written to whom, what became of it, and doing something about it by hand.

use model::event::{EventKind, FieldChange};
use model::list::ListSpec;
use model::mail::{
    MESSAGES, MESSAGES_AT_ONCE, MessageDetails, MessageKind, MessageRow, MessageState, Outbox,
};
use model::user::Outcome;
use model::{ErrorCode, Filter, Id, ListQuery, Operation, Page, Principal, Problem, Timestamp};
use sea_query::{CaseStatement, Cond, Expr, ExprTrait};

use super::Mail;
use super::settings::{find as settings, in_force};
use crate::escalation;
use crate::links;
use crate::lists::{self, Listed, SearchStrategy, SortKey, text_filter, time_filter};
use crate::posting::{audit_event, opened, place};
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::{Error, Result};
use directory_core::events::field;
use directory_core::store::{Engine, Sql, Tx, args, optional_timestamp, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

const READ: Sql = sql!(
    "SELECT id, kind, state, principal, principal_id, recipient, subject, body, link, created_at,
    lapses_at, due_at, lease_until, attempts, sent_at, last_error FROM messages WHERE id = $1"
);
const RETRY: Sql = sql!(
    "UPDATE messages SET state = 'waiting', due_at = $2, attempts = 0
    WHERE id = $1 AND state IN ('waiting', 'failed') AND lease_until <= $2 AND lapses_at > $2 AND body <> ''"
);
const DISCARD: Sql = sql!(
    "UPDATE messages SET state = 'discarded', body = '', link = ''
    WHERE id = $1 AND state IN ('waiting', 'failed') AND lease_until <= $2"
);
/// Nobody is to come by a link whose message was taken out.
const END_LINK: Sql = sql!(
    "UPDATE links SET revoked_at = $2 WHERE used_at IS NULL AND revoked_at IS NULL
    AND id = (SELECT link_id FROM messages WHERE id = $1)"
);

/// Messages about billing are in it for those alone who see that.
struct List<const BILLING: bool>;

impl<const BILLING: bool> Listed for List<BILLING> {
    const SPEC: &'static ListSpec = &MESSAGES;
    const TABLE: &'static str = "messages";

    fn base() -> Cond {
        let of_billing =
            MessageKind::ALL.iter().filter(|kind| kind.is_of_billing()).map(|kind| kind.as_str());
        Cond::all().add_option((!BILLING).then(|| Expr::col("kind").is_not_in(of_billing)))
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        Some(match column {
            // It begins with the subject, folded.
            "name" => SortKey::text("search_text"),
            "recipient" => SortKey::text("recipient"),
            "kind" => SortKey::shown("kind", MessageKind::CHOICES),
            "created" => SortKey::number("created_at"),
            "state" => SortKey::rank(by_state()),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "recipient" => text_filter(filter, "recipient", None),
            "kind" => text_filter(filter, "kind", None),
            "state" => text_filter(filter, "state", None),
            "created" => time_filter(filter, "created_at", now),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// Messages are forgotten after a while: reading their folded text is enough.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// As the filter offers them: what waits first, what nobody gets any more last.
fn by_state() -> Expr {
    let mut rank = CaseStatement::new();
    for (state, place) in MessageState::ALL.iter().zip(0_i64..) {
        rank = rank.case(Expr::col("state").eq(state.as_str()), place);
    }
    rank.finally(i64::MAX).into()
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    kind: MessageKind,
    state: MessageState,
    recipient: String,
    subject: String,
    created_at: Timestamp,
    due_at: Timestamp,
    attempts: i64,
    sent_at: Timestamp,
    last_error: String,
}

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "state",
    "recipient",
    "subject",
    "created_at",
    "due_at",
    "attempts",
    "sent_at",
    "last_error",
];

#[derive(sqlx::FromRow)]
struct Stored {
    #[sqlx(flatten)]
    line: Line,
    principal: Principal,
    principal_id: Id,
    body: String,
    link: String,
    lapses_at: Timestamp,
    lease_until: Timestamp,
}

impl Stored {
    fn is_seen_by(&self, actor: &Actor) -> bool {
        !self.line.kind.is_of_billing() || actor.may(Operation::ReadBilling)
    }
}

impl Line {
    fn into_row(self) -> MessageRow {
        MessageRow {
            id: self.id,
            kind: self.kind,
            state: self.state,
            recipient: self.recipient,
            subject: self.subject,
            created_at: self.created_at,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            due_at: (self.state == MessageState::Waiting).then_some(self.due_at),
            sent_at: optional_timestamp(self.sent_at),
            last_error: self.last_error,
        }
    }
}

async fn find(tx: &mut Tx, id: Id) -> Result<Stored> {
    tx.optional(READ, args![id]).await?.ok_or_else(|| Problem::not_found("message").into())
}

impl Mail<'_> {
    /// A page of the outbox.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Outbox> {
        permit(actor, Operation::ListMessages)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let found = if actor.may(Operation::ReadBilling) {
            lists::page::<List<true>, Line>(&mut tx, query, now, COLUMNS).await?
        } else {
            lists::page::<List<false>, Line>(&mut tx, query, now, COLUMNS).await?
        };
        let has_server = in_force(self.0, self.1, &settings(&mut tx).await?)?.is_some();
        let columns = MESSAGES.columns.iter().filter(|column| !column.fixed);
        let page = Page {
            rows: found.rows.into_iter().map(Line::into_row).collect(),
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        };
        Ok(Outbox { page, has_server })
    }

    /// One message with what it says, but without its link.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn message(&self, actor: &Actor, id: Id) -> Result<MessageDetails> {
        permit(actor, Operation::ReadMessage)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, id).await?;
        if !stored.is_seen_by(actor) {
            return Err(Problem::not_found("message").into());
        }
        let has_server = in_force(self.0, self.1, &settings(&mut tx).await?)?.is_some();
        let written = match stored.body.as_str() {
            "" => None,
            sealed => Some(opened(self.0, id, stored.line.kind, sealed, stored.lapses_at)?.written),
        };
        Ok(MessageDetails {
            written,
            principal: stored.principal,
            principal_id: stored.principal_id,
            has_link: !stored.link.is_empty() && stored.lapses_at > self.0.env().now(),
            lapses_at: stored.lapses_at,
            has_server,
            row: stored.line.into_row(),
        })
    }

    /// The link that a message brings, for whoever hands it over in another way. It opens somebody's
    /// account, so it takes what setting their password takes, and each reading is an event.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `reauthentication_needed`; `gone` when it is used or over.
    pub async fn read_link(&self, actor: &Actor, id: Id) -> Result<String> {
        permit(actor, Operation::ReadMessage)?;
        let whose = find(&mut self.0.db().read().await?, id).await?.principal;
        let permit = permit(
            actor,
            match whose {
                Principal::User => Operation::ReadUserLink,
                Principal::Administrator => Operation::ReadAdministratorLink,
            },
        )?;
        recently_authenticated(&permit, self.0.env().now())?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let stored = find(plain.tx(), id).await?;
        escalation::check_account(plain.tx(), actor, stored.principal, stored.principal_id).await?;
        let gone = || Problem::new(ErrorCode::Gone, "This message’s link has been used, or is over.");
        let purpose = stored.line.kind.purpose().filter(|_| stored.lapses_at > plain.now).ok_or_else(gone)?;
        if stored.link.is_empty() {
            return Err(gone().into());
        }
        let token = self.0.vault().open(place(id, "link"), &stored.link)?;
        let token = Token::presented(std::str::from_utf8(&token).map_err(Error::internal)?);
        let whose = (stored.principal, stored.principal_id);
        links::hand_over(&mut plain, purpose, stored.principal_id).await?;
        // None that tells of billing has a link.
        plain
            .record(audit_event(EventKind::MailLinkRead, stored.line.kind, whose, &stored.line.recipient, ""))
            .await?;
        plain.commit().await?;
        Ok(purpose.address(self.0.public_url(), token.expose()))
    }

    /// Tries messages again at once: those that wait, and those that were given up.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn retry(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        self.each(actor, ids, (RETRY, None), EventKind::MailRetry).await
    }

    /// Takes messages out that have not been sent, and ends the links in them. One to an administrator,
    /// or one that opens an account, is left to who could write another: a warning is not silenced, nor
    /// a link ended, by who may less than whom it is for.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn discard(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        self.each(actor, ids, (DISCARD, Some(END_LINK)), EventKind::MailDiscard).await
    }

    /// What `statement` could do to a message `following` may then take further.
    async fn each(
        &self,
        actor: &Actor,
        ids: &[Id],
        (statement, following): (Sql, Option<Sql>),
        kind: EventKind,
    ) -> Result<Vec<Outcome>> {
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::UpdateOutbox)?).await?;
        if ids.len() > MESSAGES_AT_ONCE {
            return Err(Problem::at("ids", format!("At most {MESSAGES_AT_ONCE} messages at once.")).into());
        }
        let now = plain.now;
        let organization = crate::settings::read(plain.tx()).await?.profile.name;
        let (mut outcomes, mut events) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids {
            let found: Option<Stored> = plain.tx().optional(READ, args![*id]).await?;
            let Some(stored) = found.filter(|stored| stored.is_seen_by(actor)) else {
                let refused = Some("is not there any more".to_owned());
                outcomes.push(Outcome { id: *id, name: id.to_string(), refused });
                continue;
            };
            if following.is_some()
                && let Some(why) = kept_from(plain.tx(), actor, &stored).await?
            {
                outcomes.push(Outcome { id: *id, name: stored.line.recipient, refused: Some(why) });
                continue;
            }
            let done = plain.run(statement, args![*id, now]).await? == 1;
            if let (true, Some(statement)) = (done, following) {
                plain.run(statement, args![*id, now]).await?;
            }
            let refused = (!done).then(|| why_not(&stored, now).to_owned());
            let Stored { line, principal, principal_id, .. } = stored;
            if done {
                let whose = (principal, principal_id);
                let happened = audit_event(kind, line.kind, whose, &line.recipient, &organization);
                events.push(happened.changes(told_of(kind, &line)));
            }
            outcomes.push(Outcome { id: *id, name: line.recipient, refused });
        }
        plain.record_all(events).await?;
        plain.posted();
        plain.commit().await?;
        Ok(outcomes)
    }
}

/// Why this actor must not take that message out, if so; it follows the address.
async fn kept_from(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<Option<String>> {
    let kind = stored.line.kind;
    match stored.principal {
        Principal::Administrator if !kind.is_of_billing() && !actor.may(Operation::ReadAdministratorLink) => {
            Ok(Some("is an administrator, whom your role does not manage".to_owned()))
        }
        Principal::Administrator => Ok(None),
        Principal::User if kind.has_link() && !actor.may(Operation::ReadUserLink) => {
            Ok(Some("gets a link with it that your role does not send".to_owned()))
        }
        Principal::User => {
            Ok(escalation::refusals(tx, actor, &[stored.principal_id]).await?.remove(&stored.principal_id))
        }
    }
}

/// What an event tells of a message that nobody gets any more.
fn told_of(event: EventKind, message: &Line) -> Vec<FieldChange> {
    if event != EventKind::MailDiscard {
        return vec![];
    }
    vec![
        field("message", message.kind.label(), ""),
        field("recipient", &message.recipient, ""),
        field("state", message.state.as_str(), MessageState::Discarded.as_str()),
    ]
}

fn why_not(stored: &Stored, now: Timestamp) -> &'static str {
    match stored.line.state.refusal() {
        Some(why) => why,
        None if stored.lease_until > now => "is being sent at this moment",
        None => "is too old: it must be written anew",
    }
}
