//! An import as a job: its rows are written down first, then taken over in chunks, each chunk with
//! its progress in one transaction. After a crash it has either not begun, or goes on where it
//! was; nobody is there twice.

use std::collections::{HashMap, HashSet};

use model::event::{EventKind, Party};
use model::list::grouped;
use model::user::{UserForm, UserState, origin_label};
use model::{Id, Operation};
use sea_query::{Expr, Query};
use serde::{Deserialize, Serialize};

use super::check::{Good, Manager, Prepared};
use super::{Import, ImportFault, ImportOptions};
use crate::users::{NewRecord, insert_all, password};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// Rows that one transaction takes over: short, so that sign-ins get their turn.
const CHUNK: i64 = 1000;

const FILL: Sql = sql!(
    "INSERT INTO jobs (id, kind, state, payload, total, created_at) VALUES ($1, 'import', 'filling', $2, $3, $4)"
);
const READY: Sql = sql!("UPDATE jobs SET state = 'ready' WHERE id = $1 AND state = 'filling'");
const HALF_FILLED: Sql =
    sql!("DELETE FROM jobs WHERE kind = 'import' AND state = 'filling' AND created_at <= $1");
const WAITING: Sql =
    sql!("SELECT id FROM jobs WHERE kind = 'import' AND state = 'ready' ORDER BY created_at LIMIT 10");
const JOB: Sql = sql!("SELECT state, payload, progress, total FROM jobs WHERE id = $1");
const ROWS: Sql = sql!(
    "SELECT position, user_id, body FROM import_rows
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);
const FAULT: Sql = sql!("UPDATE import_rows SET fault = $3 WHERE job_id = $1 AND position = $2");
const PROGRESS: Sql = sql!("UPDATE jobs SET progress = $2 WHERE id = $1");
const DONE: Sql = sql!("UPDATE jobs SET state = 'done', finished_at = $2 WHERE id = $1");
const LOST: Sql = sql!(
    "SELECT line, fault FROM import_rows WHERE job_id = $1 AND fault <> '' ORDER BY position LIMIT 10000"
);
const LOST_USERS: Sql =
    sql!("SELECT user_id FROM import_rows WHERE job_id = $1 AND fault <> '' LIMIT 1000000");
const SWEEP: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1 AND position <= $2 AND fault = ''");

/// What a job needs to know beside its rows.
#[derive(Serialize, Deserialize)]
struct Payload {
    source: String,
    state: UserState,
    by: Party,
}

/// One row, written down. The password is a hash by now.
#[derive(Serialize, Deserialize)]
struct Body {
    form: UserForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<UserState>,
}

#[derive(sqlx::FromRow)]
struct Staged {
    position: i64,
    user_id: Id,
    body: String,
}

impl Import<'_> {
    /// Writes the rows of a job down, managers before those they manage; says the job's id. It
    /// begins once it is [`ready`], and is forgotten if it never is.
    pub(crate) async fn fill(
        &self,
        actor: &Actor,
        prepared: &Prepared,
        options: &ImportOptions,
        state: UserState,
    ) -> Result<Id> {
        let context = self.0;
        let job = context.env().new_id()?;
        let ids: HashMap<u64, Id> = prepared
            .rows
            .iter()
            .map(|good| Ok((good.row, context.env().new_id()?)))
            .collect::<Result<_>>()?;
        let mut plain = PlainTx::begin(context, permit(actor, Operation::ImportUsers)?).await?;
        let state = options.state.unwrap_or(state);
        let payload = Payload { source: options.source.clone(), state, by: party_of(actor) };
        let now = plain.now;
        let total = i64::try_from(prepared.rows.len()).map_err(Error::internal)?;
        plain.run(FILL, args![job, serde_json::to_string(&payload)?, total, now]).await?;
        plain.commit().await?;

        let ordered = managers_first(prepared);
        let chunk = usize::try_from(CHUNK).map_err(Error::internal)?;
        for (index, rows) in ordered.chunks(chunk).enumerate() {
            let mut bodies = Vec::with_capacity(rows.len());
            for good in rows {
                bodies.push((
                    good.row,
                    *ids.get(&good.row).ok_or_else(|| Error::internal("a row without id"))?,
                    self.body(good, prepared, &ids, options).await?,
                ));
            }
            let mut plain = PlainTx::begin(context, permit(actor, Operation::ImportUsers)?).await?;
            insert_rows(&mut plain, job, index * chunk, bodies).await?;
            plain.commit().await?;
        }
        Ok(job)
    }

    async fn body(
        &self,
        good: &Good,
        prepared: &Prepared,
        ids: &HashMap<u64, Id>,
        options: &ImportOptions,
    ) -> Result<String> {
        let manager = match prepared.managers.get(&good.row) {
            Some(Manager::Known(id)) => Some(*id),
            Some(Manager::Row(row)) => ids.get(row).copied(),
            None => None,
        };
        let password = match &good.password {
            Some(password) => Some(self.0.hasher().hash(password).await?),
            None => None,
        };
        let form = UserForm { manager, ..good.draft.clone().into() };
        let state = good.state.or_else(|| sample_state(&options.source, good.row));
        Ok(serde_json::to_string(&Body { form, password, state })?)
    }

    /// Takes a job's rows over, from where it stands to its end. Says how many users it wrote, and
    /// which rows somebody else's change kept out. Two runners do no harm to each other.
    pub(crate) async fn run(&self, job: Id) -> Result<(u64, Vec<ImportFault>)> {
        while self.chunk(job).await? {
            // Others who write wait in a queue; this one goes to its end.
            tokio::task::yield_now().await;
        }
        let mut tx = self.0.db().read().await?;
        let lost: Vec<(i64, String)> = tx.all(LOST, args![job]).await?;
        let (_, _, _, total): (String, String, i64, i64) = tx.one(JOB, args![job]).await?;
        let lost: Vec<ImportFault> = lost
            .into_iter()
            .map(|(line, message)| ImportFault { row: line.unsigned_abs(), column: String::new(), message })
            .collect();
        Ok((total.unsigned_abs() - lost.len() as u64, lost))
    }

    /// Goes on with what a restart interrupted; drops what was never written down whole.
    pub(crate) async fn resume(&self) -> Result<()> {
        const FILLING_TAKES_AT_MOST: std::time::Duration = std::time::Duration::from_hours(1);
        let permit = permit(&Actor::system(Task::ForgetImport), Operation::RunMaintenance)?;
        let mut tx = self.0.db().read().await?;
        let waiting: Vec<(Id,)> = tx.all(WAITING, args![]).await?;
        drop(tx);
        for (job,) in waiting {
            tracing::info!(%job, "going on with an import");
            self.run(job).await?;
        }
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let horizon = plain.now.minus(FILLING_TAKES_AT_MOST);
        let dropped = plain.run(HALF_FILLED, args![horizon]).await?;
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "imports that were cut short before they began are dropped; send them again"
            );
        }
        plain.commit().await
    }

    /// One chunk; says whether there may be more.
    async fn chunk(&self, job: Id) -> Result<bool> {
        let permit: Permit = permit(&Actor::system(Task::Import), Operation::ImportUsers)?;
        let mut change = Change::begin(self.0, permit).await?;
        // Read under the head's lock: whoever comes second sees the first one's progress.
        let found: Option<(String, String, i64, i64)> = change.tx().optional(JOB, args![job]).await?;
        let Some((state, payload, progress, total)) = found else { return Ok(false) };
        if state != "ready" {
            return Ok(false);
        }
        let payload: Payload = serde_json::from_str(&payload)?;
        let staged: Vec<Staged> = change.tx().all(ROWS, args![job, progress, CHUNK]).await?;
        let Some(last) = staged.last().map(|row| row.position) else {
            finish(&mut change, job, &payload, total).await?;
            change.commit().await?;
            return Ok(false);
        };
        let lost = lost_users(change.tx(), job).await?;
        take_over(&mut change, job, &payload, staged, &lost).await?;
        change.run(PROGRESS, args![job, last + 1]).await?;
        change.run(SWEEP, args![job, last]).await?;
        change.commit().await?;
        Ok(true)
    }
}

/// Lets a job begin: from the commit on, whatever happens, it goes to its end.
pub(crate) async fn ready(plain: &mut PlainTx, job: Id) -> Result<()> {
    plain.run_one(READY, args![job]).await
}

async fn lost_users(tx: &mut Tx, job: Id) -> Result<HashSet<Id>> {
    let lost: Vec<(Id,)> = tx.all(LOST_USERS, args![job]).await?;
    Ok(lost.into_iter().map(|(id,)| id).collect())
}

async fn take_over(
    change: &mut Change,
    job: Id,
    payload: &Payload,
    staged: Vec<Staged>,
    lost: &HashSet<Id>,
) -> Result<()> {
    let mut records = Vec::with_capacity(staged.len());
    let mut passwords = Vec::new();
    for row in &staged {
        let body: Body = serde_json::from_str(&row.body)?;
        let mut draft = body.form.parse().map_err(|_| Error::internal("a staged row that does not parse"))?;
        // The manager's row may have lost a race; better nobody than somebody who is not there.
        draft.manager = draft.manager.filter(|manager| !lost.contains(manager));
        let state = body.state.unwrap_or(payload.state);
        passwords.extend(body.password.map(|hash| (row.user_id, hash)));
        records.push(NewRecord { id: row.user_id, draft, state, source: payload.source.clone() });
    }
    let inserted: HashSet<Id> = insert_all(change, &records).await?.into_iter().collect();
    for row in staged.iter().filter(|row| !inserted.contains(&row.user_id)) {
        let why = "Somebody took the username, email address or employee ID after the file was checked.";
        change.run(FAULT, args![job, row.position, why]).await?;
    }
    let policy = crate::policy::read(change.tx()).await?;
    for (user, hash) in passwords.into_iter().filter(|(user, _)| inserted.contains(user)) {
        password::bring(change, user, hash, &policy).await?;
    }
    let events = records.iter().filter(|record| inserted.contains(&record.id)).map(|record| {
        AuditEvent::new(EventKind::UserCreate)
            .to("user", record.id, record.draft.name())
            .by(payload.by.clone())
            .changes(vec![
                field("username", "", record.draft.username.as_str()),
                field("email", "", record.draft.email.as_str()),
                field("state", "", record.state.as_str()),
            ])
            .message(format!("Origin: {}", origin_label(&payload.source)))
    });
    let events = events.collect();
    change.record_all(events).await
}

async fn finish(change: &mut Change, job: Id, payload: &Payload, total: i64) -> Result<()> {
    let now = change.now;
    change.run(DONE, args![job, now]).await?;
    let lost = lost_users(change.tx(), job).await?.len();
    let audit_event = AuditEvent::new(EventKind::UsersImport).by(payload.by.clone()).message(format!(
        "{} users. Origin: {}",
        grouped(total.unsigned_abs() - lost as u64),
        origin_label(&payload.source)
    ));
    change.record(audit_event).await
}

async fn insert_rows(plain: &mut PlainTx, job: Id, from: usize, rows: Vec<(u64, Id, String)>) -> Result<()> {
    let mut insert = Query::insert();
    insert.into_table("import_rows").columns(["job_id", "position", "line", "user_id", "body"]);
    for (index, (line, user, body)) in rows.into_iter().enumerate() {
        let position = i64::try_from(from + index).map_err(Error::internal)?;
        let line = i64::try_from(line).map_err(Error::internal)?;
        insert.values_panic(
            [job.value(), position.value(), line.value(), user.value(), body.value()].map(Expr::val),
        );
    }
    let (sql, args) = plain.tx().build(&insert);
    plain.run(sql, args).await?;
    Ok(())
}

/// Rows in an order in which a manager comes before those they manage; circles were refused.
fn managers_first(prepared: &Prepared) -> Vec<&Good> {
    let manager_of = |row: u64| match prepared.managers.get(&row) {
        Some(Manager::Row(manager)) => Some(*manager),
        Some(Manager::Known(_)) | None => None,
    };
    let depth = |row: u64| {
        let mut depth = 0_u32;
        let mut at = row;
        while let Some(manager) = manager_of(at) {
            depth += 1;
            at = manager;
        }
        depth
    };
    let mut ordered: Vec<(u32, &Good)> = prepared.rows.iter().map(|good| (depth(good.row), good)).collect();
    ordered.sort_by_key(|(depth, good)| (*depth, good.row));
    ordered.into_iter().map(|(_, good)| good).collect()
}

/// The sample organization has people in every state, so that there is something to see.
fn sample_state(source: &str, row: u64) -> Option<UserState> {
    (source == "sample").then_some(match row {
        row if row % 31 == 0 => UserState::Staged,
        row if row % 28 == 0 => UserState::Suspended,
        _ => UserState::Activated,
    })
}
