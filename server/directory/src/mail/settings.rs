//! The mail server and who messages are from: set in the Admin Portal, or in the program's own
//! configuration, which is then heard alone.

use model::event::{EventKind, FieldChange};
use model::mail::{MailServer, MailSettings, MailSettingsForm, Security};
use model::{ErrorCode, Faults, Id, Operation, Problem, Timestamp};
use zeroize::Zeroizing;

use super::server::{MailOptions, Server};
use super::{Delivery, Mail};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, optional_timestamp, sql};
use directory_core::transaction::Change;
use directory_core::vault::Place;

const READ: Sql =
    sql!("SELECT seq, host, port, security, username, password, from_email, from_name FROM mail_settings");
/// Nothing happens when somebody else was faster.
const WRITE: Sql = sql!(
    "INSERT INTO mail_settings (one, seq, host, port, security, username, password, from_email, from_name)
    VALUES (1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, host = excluded.host, port = excluded.port,
        security = excluded.security, username = excluded.username, password = excluded.password,
        from_email = excluded.from_email, from_name = excluded.from_name
    WHERE mail_settings.seq = $1"
);
/// A server that was just mended need not wait for the next try of each message.
const HURRY: Sql = sql!("UPDATE messages SET due_at = $1 WHERE state = 'waiting' AND due_at > $1");
const FIGURES: Sql = sql!(
    "SELECT
    (SELECT COUNT(*) FROM messages WHERE state = 'waiting'),
    (SELECT COUNT(*) FROM messages WHERE state = 'failed'),
    (SELECT COALESCE(MAX(sent_at), 0) FROM messages WHERE sent_at > 0)"
);

/// The settings as they are stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub seq: i64,
    pub host: String,
    pub port: i64,
    pub security: Security,
    pub username: String,
    pub password: String,
    pub from_email: String,
    pub from_name: String,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            seq: 0,
            host: String::new(),
            port: i64::from(Security::Starttls.port()),
            security: Security::Starttls,
            username: String::new(),
            password: String::new(),
            from_email: String::new(),
            from_name: String::new(),
        }
    }
}

impl Stored {
    fn server(&self) -> Option<MailServer> {
        (!self.host.is_empty()).then(|| MailServer {
            host: self.host.clone(),
            port: u16::try_from(self.port).unwrap_or_default(),
            security: self.security,
            username: self.username.clone(),
            has_password: !self.password.is_empty(),
            from: self.from_email.clone(),
        })
    }

    /// Whether the password that is kept may go to this server: it was given for the old one, and
    /// whoever may change settings need not know it.
    fn password_fits(&self, new: &MailServer) -> bool {
        self.password.is_empty()
            || (self.host == new.host
                && self.port == i64::from(new.port)
                && self.username == new.username
                && (new.security != Security::Nothing || self.security == Security::Nothing))
    }
}

/// The settings, or none in force.
pub(super) async fn find(tx: &mut Tx) -> Result<Stored> {
    Ok(tx.optional(READ, args![]).await?.unwrap_or_default())
}

/// Whether a server takes messages now.
pub(crate) async fn has_server(delivery: &Delivery, tx: &mut Tx) -> Result<bool> {
    Ok(delivery.options.server.is_some() || find(tx).await?.server().is_some())
}

/// The server that takes messages now, if there is one.
pub(super) fn in_force(context: &Context, delivery: &Delivery, stored: &Stored) -> Result<Option<Server>> {
    let MailOptions { server, ca } = &delivery.options;
    let (server, password, version) = match (server, stored.server()) {
        (Some(configured), _) => (configured.server.clone(), Zeroizing::new(configured.password.clone()), -1),
        (None, Some(server)) => (server, open(context, stored)?, stored.seq),
        (None, None) => return Ok(None),
    };
    let MailServer { host, port, security, username, from, .. } = server;
    Ok(Some(Server { version, host, port, security, username, password, from, ca: ca.clone() }))
}

fn open(context: &Context, stored: &Stored) -> Result<Zeroizing<String>> {
    if stored.password.is_empty() {
        return Ok(Zeroizing::default());
    }
    let bytes = context.vault().open(password_place(), &stored.password)?;
    Ok(Zeroizing::new(String::from_utf8(bytes.to_vec()).map_err(Error::internal)?))
}

/// Where the password is sealed; there is one row.
fn password_place() -> Place {
    Place { table: "mail_settings", column: "password", row: Id::from([0; 12]) }
}

impl Mail<'_> {
    /// Outgoing mail as it is set up, without the password.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn settings(&self, actor: &Actor) -> Result<MailSettings> {
        permit(actor, Operation::ReadMailSettings)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx).await?;
        let (waiting, failed, sent): (i64, i64, Timestamp) = tx.one(FIGURES, args![]).await?;
        let configured = self.1.options.server.as_ref();
        Ok(MailSettings {
            version: stored.seq,
            server: configured.map_or_else(|| stored.server(), |configured| Some(configured.server.clone())),
            configured: configured.is_some(),
            from_name: stored.from_name,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            failed: u32::try_from(failed).unwrap_or(u32::MAX),
            last_sent_at: optional_timestamp(sent),
        })
    }

    /// Sets outgoing mail up. What waits is tried at once with the new server.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed`, because links in messages open accounts; `invalid` with the fields
    /// at fault; `stale`; `conflict` for the server when the program's configuration names one.
    pub async fn update_settings(&self, actor: &Actor, form: &MailSettingsForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdateMailServer)?;
        directory_core::authz::recently_authenticated(&permit, self.0.env().now())?;
        let from_name = form.sender()?;
        let typed = form.server.as_ref().map(model::mail::ServerForm::parse).transpose()?;
        let configured = self.1.options.server.is_some();
        if configured && typed.is_some() {
            let message = "The mail server comes from the program’s own configuration, and is changed there.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let mut change = Change::begin(self.0, permit).await?;
        let old = find(change.tx()).await?;
        let mut new = Stored { from_name, ..old.clone() };
        if !configured {
            let password = form.server.as_ref().and_then(|server| server.password.as_deref());
            new = self.with_server(new, typed, password)?;
        }
        let changes = changes(&old, &new);
        if changes.is_empty() {
            return Ok(());
        }
        write(&mut change, form.version, &new).await?;
        let now = change.now;
        change.run(HURRY, args![now]).await?;
        change.posted();
        change.record(AuditEvent::new(EventKind::MailSettingsUpdate).changes(changes)).await?;
        change.commit().await
    }

    fn with_server(&self, old: Stored, new: Option<MailServer>, password: Option<&str>) -> Result<Stored> {
        let named = |stored: Stored| Stored { from_name: old.from_name.clone(), seq: old.seq, ..stored };
        let Some(server) = new else { return Ok(named(Stored::default())) };
        let password = match password {
            Some("") => String::new(),
            Some(typed) => self.0.vault().seal(self.0.env(), password_place(), typed.as_bytes())?,
            None if server.username.is_empty() => String::new(),
            None if old.password_fits(&server) => old.password.clone(),
            None => {
                let message =
                    "Type the password again: the one that is kept was given for the server as it was.";
                return Err(Faults::one("password", message).into());
            }
        };
        let MailServer { host, port, security, username, from, .. } = server;
        let server = Stored {
            host,
            port: i64::from(port),
            security,
            username,
            password,
            from_email: from,
            ..Stored::default()
        };
        Ok(named(server))
    }
}

async fn write(change: &mut Change, version: i64, new: &Stored) -> Result<()> {
    let seq = change.seq;
    change
        .run_one(
            WRITE,
            args![
                version,
                seq,
                &new.host,
                new.port,
                new.security.as_str(),
                &new.username,
                &new.password,
                &new.from_email,
                &new.from_name
            ],
        )
        .await
}

fn changes(old: &Stored, new: &Stored) -> Vec<FieldChange> {
    let secret = |password: &str| if password.is_empty() { "" } else { "set" };
    let mut changes = vec![
        field("host", &old.host, &new.host),
        field("port", old.port.to_string(), new.port.to_string()),
        field("security", old.security.as_str(), new.security.as_str()),
        field("username", &old.username, &new.username),
        field("from", &old.from_email, &new.from_email),
        field("from_name", &old.from_name, &new.from_name),
    ];
    changes.retain(|change| change.from != change.to);
    if old.password != new.password {
        let to = if new.password.is_empty() { "" } else { "changed" };
        changes.push(field("password", secret(&old.password), to));
    }
    changes
}
