//! An import as a job: its rows are written down first, then taken over in chunks, each chunk with
//! its progress in one transaction. After a crash it has either not begun, or goes on where it
//! was; nobody is there twice.

use std::collections::HashSet;

use model::event::{EventKind, Party};
use model::import::RowOutcome;
use model::job::JobKind;
use model::list::grouped;
use model::user::{UserState, origin_label};
use model::{ErrorCode, Id, Operation, Password, Problem};
use sea_query::{Expr, Query};
use serde::{Deserialize, Serialize};

use super::checking::secret_place;
use super::settle::Settled;
use super::staged::{Body, FAULT, Staged};
use super::written;
use super::{Import, ImportOptions, Prepared};
use crate::engine::{self, Item, Job};
use crate::users::messages::{self, To};
use crate::users::{NewRecord, find, insert_all, password};
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// Rows that one transaction takes over: short, so that sign-ins get their turn.
const CHUNK: i64 = 1000;
/// Passwords that are hashed before one.
const HASHED_AT_ONCE: i64 = 50;

const ROWS: Sql = sql!(
    "SELECT position, user_id, body, secret FROM import_rows
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);
const LOST: Sql = sql!(
    "SELECT line, fault FROM import_rows WHERE job_id = $1 AND fault <> '' ORDER BY position LIMIT 10000"
);
const LOST_USERS: Sql =
    sql!("SELECT user_id FROM import_rows WHERE job_id = $1 AND fault <> '' LIMIT 1000000");
const CAME_TO: Sql = sql!("SELECT why FROM jobs WHERE id = $1");
const SECRETS: Sql = sql!(
    "SELECT position, user_id, body, secret FROM import_rows
    WHERE job_id = $1 AND position >= $2 AND secret <> '' ORDER BY position LIMIT $3"
);
const HASHED: Sql = sql!(
    "UPDATE import_rows SET body = $3, secret = '' WHERE job_id = $1 AND position = $2 AND secret <> ''"
);
/// They hold hashes of passwords, which nobody needs who is not taken over.
const SWEEP_ALL: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1 AND fault = ''");
const SWEEP: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1 AND position <= $2 AND fault = ''");

/// What a job needs to know beside its rows.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub source: String,
    pub state: UserState,
    pub by: Party,
    /// New users who are Active get their first email.
    #[serde(default)]
    pub email: bool,
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
        let mut ordered: Vec<&Settled> = prepared.rows.iter().filter(|row| row.is_written()).collect();
        // Managers come before those they manage.
        ordered.sort_by_key(|row| (row.depth, row.row));
        let mut plain = PlainTx::begin(context, permit(actor, Operation::ImportUsers)?).await?;
        let state = options.state.unwrap_or(state);
        let payload = Payload { source: options.source.clone(), state, by: party_of(actor), email: false };
        let total = i64::try_from(ordered.len()).map_err(Error::internal)?;
        let job = engine::fill(&mut plain, JobKind::Import, serde_json::to_string(&payload)?, total).await?;
        plain.commit().await?;

        let chunk = usize::try_from(CHUNK).map_err(Error::internal)?;
        for (index, rows) in ordered.chunks(chunk).enumerate() {
            let mut bodies = Vec::with_capacity(rows.len());
            for row in rows {
                bodies.push((row.row, row.id, self.body(row, options).await?));
            }
            let mut plain = PlainTx::begin(context, permit(actor, Operation::ImportUsers)?).await?;
            insert_rows(&mut plain, job, index * chunk, bodies).await?;
            plain.commit().await?;
        }
        Ok(job)
    }

    async fn body(&self, row: &Settled, options: &ImportOptions) -> Result<String> {
        let password = match &row.typed {
            Some(password) => Some(self.0.hasher().hash(password).await?),
            None => None,
        };
        let state = row.state.or_else(|| sample_state(&options.source, row.row));
        row.to_body(state, password)
    }

    /// Takes a job's rows over, from where it stands to its end. Says which rows somebody else's change kept
    /// out. Two runners do no harm to each other.
    pub(crate) async fn run(&self, job: Id) -> Result<Vec<(u64, String)>> {
        while engine::step(self.0, &ImportedRows, job).await? {
            // Others who write wait in a queue; this one goes to its end.
            tokio::task::yield_now().await;
        }
        let mut tx = self.0.db().read().await?;
        let lost: Vec<(i64, String)> = tx.all(LOST, args![job]).await?;
        let (why,): (String,) = tx.one(CAME_TO, args![job]).await?;
        if !why.is_empty() {
            return Err(Problem::new(ErrorCode::Conflict, format!("The import was given up. {why}")).into());
        }
        Ok(lost.into_iter().map(|(line, why)| (line.unsigned_abs(), why)).collect())
    }
}

/// Taking over what was written down.
pub(crate) struct ImportedRows;

impl engine::Kind for ImportedRows {
    fn operation(&self) -> Operation {
        Operation::ImportUsers
    }

    /// Hashes the first passwords that come next, while nobody waits for a transaction.
    async fn prepare(&self, context: &Context, job: &Job) -> Result<()> {
        hash_secrets(context, job).await
    }

    async fn chunk(&self, change: &mut Change, job: &Job) -> Result<engine::Chunk> {
        let payload: Payload = serde_json::from_str(&job.parameters)?;
        let mut staged: Vec<Staged> = change.tx().all(ROWS, args![job.id, job.progress, CHUNK]).await?;
        let hashed = staged.iter().position(|row| !row.secret.is_empty()).unwrap_or(staged.len());
        if hashed == 0 && !staged.is_empty() {
            return Ok(engine::Chunk { next: job.progress, done: 0, refused: 0, finished: false });
        }
        staged.truncate(hashed);
        let Some(last) = staged.last().map(|row| row.position) else {
            finish(change, job, &payload).await?;
            return Ok(engine::Chunk { next: job.progress, done: 0, refused: 0, finished: true });
        };
        let lost = lost_users(change.tx(), job.id).await?;
        let refused = take_over(change, job.id, &payload, &staged, &lost).await?;
        change.run(SWEEP, args![job.id, last]).await?;
        let count = i64::try_from(staged.len()).map_err(Error::internal)?;
        Ok(engine::Chunk { next: last + 1, done: count - refused, refused, finished: false })
    }

    async fn ended(&self, plain: &mut PlainTx, job: Id) -> Result<()> {
        plain.run(SWEEP_ALL, args![job]).await?;
        Ok(())
    }
}

async fn hash_secrets(context: &Context, job: &Job) -> Result<()> {
    let mut tx = context.db().read().await?;
    let rows: Vec<Staged> = tx.all(SECRETS, args![job.id, job.progress, HASHED_AT_ONCE]).await?;
    drop(tx);
    let mut hashed = Vec::with_capacity(rows.len());
    for row in rows {
        let opened = context.vault().open(secret_place(row.user_id), &row.secret)?;
        let text = std::str::from_utf8(&opened).map_err(Error::internal)?;
        let password = Password::parse(text).map_err(Error::internal)?;
        let mut body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&row.body)?;
        body.insert("password".to_owned(), context.hasher().hash(&password).await?.into());
        hashed.push((row.position, serde_json::to_string(&body)?));
    }
    if hashed.is_empty() {
        return Ok(());
    }
    let permit = permit(&Actor::system(Task::Jobs), Operation::RunMaintenance)?;
    let mut plain = PlainTx::begin(context, permit).await?;
    for (position, body) in hashed {
        plain.run(HASHED, args![job.id, position, body]).await?;
    }
    plain.commit().await
}

/// Lets a job begin: from the commit on, whatever happens, it goes to its end. Whoever waits for it drives it.
pub(crate) async fn ready(plain: &mut PlainTx, job: Id) -> Result<()> {
    engine::queue(plain, job, None, true).await
}

async fn lost_users(tx: &mut Tx, job: Id) -> Result<HashSet<Id>> {
    let lost: Vec<(Id,)> = tx.all(LOST_USERS, args![job]).await?;
    Ok(lost.into_iter().map(|(id,)| id).collect())
}

/// Says how many rows somebody else's change kept out.
async fn take_over(
    change: &mut Change,
    job: Id,
    payload: &Payload,
    staged: &[Staged],
    lost: &HashSet<Id>,
) -> Result<i64> {
    let mut rows = Vec::with_capacity(staged.len());
    for row in staged {
        rows.push((row, serde_json::from_str::<Body>(&row.body)?));
    }
    let (new, there): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(_, body)| body.outcome == RowOutcome::Create);
    let left = add(change, job, payload, new, lost).await?;
    Ok(left + written::update(change, job, there, lost).await?)
}

/// Adds new users; says how many were kept out.
async fn add(
    change: &mut Change,
    job: Id,
    payload: &Payload,
    rows: Vec<(&Staged, Body)>,
    lost: &HashSet<Id>,
) -> Result<i64> {
    let (mut records, mut staged) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut passwords = Vec::new();
    for (row, body) in rows {
        let mut draft = body.form.parse().map_err(|_| Error::internal("a staged row that does not parse"))?;
        // The manager's row may have lost a race; better nobody than somebody who is not there.
        draft.manager = draft.manager.filter(|manager| !lost.contains(manager));
        let state = body.state.unwrap_or(payload.state);
        passwords.extend(body.password.map(|hash| (row.user_id, hash)));
        records.push(NewRecord { id: row.user_id, draft, state, source: payload.source.clone() });
        staged.push(row);
    }
    let inserted: HashSet<Id> = insert_all(change, &records).await?.into_iter().collect();
    let left = keep_out(change, job, &staged, &records, &inserted).await?;
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
    change.record_all(events).await?;
    for record in records.iter().filter(|record| payload.email && inserted.contains(&record.id)) {
        let record = find(change.tx(), record.id).await?;
        messages::first(change, &record, &To::Default).await?;
    }
    i64::try_from(left).map_err(Error::internal)
}

/// Writes down whom somebody else's change kept out; says how many.
async fn keep_out(
    change: &mut Change,
    job: Id,
    staged: &[&Staged],
    records: &[NewRecord],
    inserted: &HashSet<Id>,
) -> Result<usize> {
    let mut left = Vec::new();
    for (row, record) in staged.iter().zip(records).filter(|(row, _)| !inserted.contains(&row.user_id)) {
        let why = "Somebody took the username, email address or employee ID after the file was checked.";
        change.run(FAULT, args![job, row.position, why]).await?;
        left.push(Item { position: row.position, subject_id: row.user_id, name: record.draft.name() });
    }
    let why = "has a username, email address or employee ID that somebody took after the file was checked";
    engine::leave_out(change, job, &left, why).await?;
    Ok(left.len())
}

async fn finish(change: &mut Change, job: &Job, payload: &Payload) -> Result<()> {
    let lost = i64::try_from(lost_users(change.tx(), job.id).await?.len()).map_err(Error::internal)?;
    let audit_event = AuditEvent::new(EventKind::UsersImport).by(payload.by.clone()).message(format!(
        "{} users. Origin: {}",
        grouped((job.total - lost).unsigned_abs()),
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

/// The sample organization has people in every state, so that there is something to see.
fn sample_state(source: &str, row: u64) -> Option<UserState> {
    (source == "sample").then_some(match row {
        row if row % 31 == 0 => UserState::Staged,
        row if row % 28 == 0 => UserState::Suspended,
        _ => UserState::Activated,
    })
}
