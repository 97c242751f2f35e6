//! Writing: a numbered change of the directory, or a plain transaction (sign-ins, sessions, attempts) that
//! takes no number. Both begin with a permit and check again, inside, what it rests on.

use std::ops::{Deref, DerefMut};

use model::event::Event;
use model::{ErrorCode, Id, Operation, Principal, Problem, Role, Timestamp};
use sea_query::{Expr, OnConflict, Query};
use sea_query_sqlx::SqlxValues;

use crate::accounts::{self, per_principal};
use crate::authz::{AuthContext, CredentialUsed, Identity, Permit, not_signed_in};
use crate::context::Context;
use crate::error::Result;
use crate::events::AuditEvent;
use crate::store::{Arg as _, Sql, Statement, Tx, WriteTx, args, sql};

/// A change of the directory, numbered in the order of commits. Changes run one after another on
/// both engines, because each begins by taking the head.
pub struct Change {
    plain: PlainTx,
    /// The number of this change; rows carry that of their last one.
    pub seq: i64,
}

/// A write that is not a change of the directory: sign-ins, sessions, attempts, sealing.
pub struct PlainTx {
    tx: WriteTx,
    context: Context,
    permit: Permit,
    /// The instant of everything in this transaction.
    pub now: Timestamp,
    recorded: bool,
    posted: bool,
    queued: bool,
}

const TAKE_NUMBER: Sql = sql!("UPDATE head SET seq = seq + 1 RETURNING seq");
const TOMBSTONE: Sql = sql!(
    "INSERT INTO tombstones (seq, kind, id, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq, at = excluded.at"
);

impl Change {
    pub async fn begin(context: &Context, permit: Permit) -> Result<Self> {
        let mut plain = PlainTx::open(context, permit).await?;
        let (seq,): (i64,) = plain.tx.one(TAKE_NUMBER, args![]).await?;
        plain.check_standing().await?;
        Ok(Self { plain, seq })
    }

    /// Notes that something is gone for good, for those who follow the changes.
    pub async fn tombstone(&mut self, kind: &str, id: Id) -> Result<()> {
        let (seq, now) = (self.seq, self.now);
        self.run(TOMBSTONE, args![seq, kind, id, now]).await?;
        Ok(())
    }

    /// The same of many.
    pub async fn tombstones(&mut self, kind: &str, ids: &[Id]) -> Result<()> {
        let (seq, now) = (self.seq, self.now);
        let mut insert = Query::insert();
        insert.into_table("tombstones").columns(["seq", "kind", "id", "at"]);
        for id in ids {
            insert.values_panic([seq.value(), kind.value(), id.value(), now.value()].map(Expr::val));
        }
        insert.on_conflict(OnConflict::columns(["kind", "id"]).update_columns(["seq", "at"]).to_owned());
        if ids.is_empty() {
            return Ok(());
        }
        let (sql, args) = self.tx().build(&insert);
        self.run(sql, args).await?;
        Ok(())
    }

    pub async fn commit(self) -> Result<()> {
        let context = self.plain.context.clone();
        self.plain.commit().await?;
        context.wake_rules();
        Ok(())
    }
}

impl Deref for Change {
    type Target = PlainTx;
    fn deref(&self) -> &PlainTx {
        &self.plain
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut PlainTx {
        &mut self.plain
    }
}

impl PlainTx {
    pub async fn begin(context: &Context, permit: Permit) -> Result<Self> {
        let mut plain = Self::open(context, permit).await?;
        plain.check_standing().await?;
        Ok(plain)
    }

    async fn open(context: &Context, permit: Permit) -> Result<Self> {
        let tx = context.db().write().await?;
        let now = context.env().now();
        Ok(Self { tx, context: context.clone(), permit, now, recorded: false, posted: false, queued: false })
    }

    /// What the permit rests on may have changed since the request came in.
    async fn check_standing(&mut self) -> Result<()> {
        let (Identity::Administrator(auth, _) | Identity::User(auth)) = self.permit.actor().identity() else {
            return Ok(());
        };
        let AuthContext { principal, id, epoch, credential, stage, .. } = *auth;
        let account = accounts::own(&mut self.tx, principal, id).await?;
        // What ends the sessions, such as a new password, leaves a key alone.
        let (stands, ended) = match credential {
            CredentialUsed::Session(_) | CredentialUsed::LdapBind => (true, account.auth_epoch != epoch),
            CredentialUsed::ApiKey(key) => (accounts::key_is_good(&mut self.tx, key, self.now).await?, false),
        };
        if !stands || !account.is_good_for(stage, self.now) {
            return Err(not_signed_in().into());
        }
        match self.permit.actor().identity() {
            Identity::Administrator(_, role) => self.check_role(role, &account.assigned_role.role()?, ended),
            Identity::User(_) if ended => Err(not_signed_in().into()),
            Identity::User(_) | Identity::Visitor | Identity::Operator(_) | Identity::System(_) => Ok(()),
        }
    }

    /// A changed role ends the sessions; the error names the role's change, not the ended session.
    fn check_role(&self, before: &Role, now: &Role, ended: bool) -> Result<()> {
        let same = before.scopes == now.scopes;
        if same && !ended {
            return Ok(());
        }
        if same && before.key() == now.key() {
            return Err(not_signed_in().into());
        }
        Err(match (self.permit.refusal(now), ended) {
            (Some(why), false) => Problem::new(ErrorCode::Forbidden, why),
            (Some(why), true) => {
                let message = format!("{why} Your session ended with the role before: sign in again.");
                Problem::new(ErrorCode::Forbidden, message)
            }
            (None, true) => {
                let message = format!(
                    "Your role is {} now, and your session ended with the role before. Sign in again.",
                    now.name
                );
                Problem { message, ..not_signed_in() }
            }
            (None, false) => {
                let message = "What your role allows has been changed just now. Try again.";
                Problem::new(ErrorCode::Conflict, message)
            }
        }
        .into())
    }

    /// Where the request came from, for somebody who is told of it.
    pub fn source(&self, portal: Principal) -> String {
        let portal = per_principal(portal, "Admin Portal", "User Portal");
        match self.permit.actor().origin().ip.as_str() {
            "" => "on the server".to_owned(),
            ip if self.permit.operation() == Operation::BindToLdap => format!("over LDAP, from {ip}"),
            ip => format!("at the {portal}, from {ip}"),
        }
    }

    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Reading inside this transaction.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Runs a statement that writes; says how many rows it touched.
    pub async fn run(&mut self, sql: impl Statement, args: SqlxValues) -> sqlx::Result<u64> {
        self.tx.run(sql, args).await
    }

    /// Runs a statement that must touch exactly one row; otherwise somebody was faster.
    pub async fn run_one(&mut self, sql: impl Statement, args: SqlxValues) -> Result<()> {
        if self.tx.run(sql, args).await? == 1 {
            return Ok(());
        }
        let message =
            "This has been changed meanwhile, by somebody else or by you in another window. Load it again.";
        Err(Problem::new(ErrorCode::Stale, message).into())
    }

    /// Writes the event of what this transaction does, in the same transaction.
    pub async fn record(&mut self, audit_event: AuditEvent) -> Result<()> {
        self.recorded = true;
        let event = audit_event.into_event(self.context.env().new_id()?, self.now, self.permit.actor());
        crate::events::append(&mut self.tx, &event).await
    }

    /// Writes many events at once.
    pub async fn record_all(&mut self, events: Vec<AuditEvent>) -> Result<()> {
        self.recorded = true;
        let mut written = Vec::with_capacity(events.len());
        for event in events {
            written.push(event.into_event(self.context.env().new_id()?, self.now, self.permit.actor()));
        }
        crate::events::append_all(&mut self.tx, &written).await
    }

    /// Writes the events of what happened before, each with its own time and who did it.
    pub async fn record_past(&mut self, events: &[Event]) -> Result<()> {
        self.recorded = true;
        crate::events::append_all(&mut self.tx, events).await
    }

    /// There is mail to send once this is committed.
    pub fn posted(&mut self) {
        self.posted = true;
    }

    /// There is a job to work on once this is committed.
    pub fn queued(&mut self) {
        self.queued = true;
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if self.recorded {
            self.context.wake_sealer();
        }
        if self.posted {
            self.context.wake_delivery();
        }
        if self.queued {
            self.context.wake_jobs();
        }
        Ok(())
    }
}
