//! Adding many users as a job: they are written down with what is wrong with each by itself, and added in
//! chunks. A row that cannot be added is left out with the reason; the others are not in its way.

use model::job::JobKind;
use model::user::{CreationSource, NewUser, Outcome, UserForm, UserState};
use model::{ErrorCode, Fault, Id, Operation, Problem};
use sea_query::{Expr, Query, Value};
use serde::{Deserialize, Serialize};

use super::Jobs;
use super::start::check_open;
use crate::engine::{self, Chunk, Job, Kind, next_items, write_results};
use crate::policy::{self, Subject};
use crate::users::messages::To;
use crate::users::{NewRecord, add, password, welcome};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

/// The most users that one job adds.
pub const CREATE_MAX: usize = 1000;
/// How many of them may bring a password: each is judged and hashed while the request waits.
pub const CREATE_PASSWORDS_MAX: usize = 100;

/// Each is a dozen statements.
const CHUNK: i64 = 50;
/// How many rows stand in one statement.
const ROWS_AT_ONCE: usize = 500;
/// How much is told of what is wrong with one.
const FAULTS_MAX: usize = 5;

const ROWS: Sql = sql!(
    "SELECT user_id, body, fault FROM import_rows
    WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
);
/// They hold hashes of passwords.
const SWEEP: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1 AND position < $2");
const SWEEP_ALL: Sql = sql!("DELETE FROM import_rows WHERE job_id = $1");

/// What a job needs to know beside its rows.
#[derive(Serialize, Deserialize)]
struct Parameters {
    source: String,
    /// Of whoever comes without one.
    state: UserState,
    /// Whether those who have no password yet are sent the link to it.
    email: bool,
}

/// One user, written down. The password is a hash by now.
#[derive(Default, Serialize, Deserialize)]
struct Body {
    form: UserForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<UserState>,
}

/// A row as it is written down.
struct Line {
    user: Id,
    name: String,
    body: Body,
    fault: String,
}

impl Jobs<'_> {
    /// Starts a job that adds users; says its id. What could not be read of one is in place of that user, and
    /// stands in the results. Whoever has no password yet is sent the link to it, if emails are to be sent.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for none or too many; `conflict` with too many jobs.
    pub async fn create_users(
        &self,
        actor: &Actor,
        users: Vec<Result<NewUser, Problem>>,
        source: CreationSource,
        email: bool,
    ) -> Result<Id> {
        let permit = permit(actor, Operation::CreateUser)?;
        let me = actor.auth()?.id;
        check_number(&users)?;
        let mut lines = Vec::with_capacity(users.len());
        for (index, user) in users.into_iter().enumerate() {
            lines.push(self.line(index, user).await?);
        }
        let mut plain = PlainTx::begin(self.0, permit).await?;
        check_open(&mut plain, me).await?;
        let state = crate::settings::read(plain.tx()).await?.profile.new_users.of(source);
        let parameters = Parameters { source: source.as_str().to_owned(), state, email };
        let total = i64::try_from(lines.len()).map_err(Error::internal)?;
        let kept = serde_json::to_string(&parameters)?;
        let job = engine::fill(&mut plain, JobKind::CreateUsers, kept, total).await?;
        write_down(&mut plain, job, lines).await?;
        engine::queue(&mut plain, job, Some(total), false).await?;
        plain.commit().await?;
        Ok(job)
    }

    /// One row with what is wrong with it by itself.
    async fn line(&self, index: usize, read: Result<NewUser, Problem>) -> Result<Line> {
        let id = self.0.env().new_id()?;
        let unnamed = format!("User {}", index + 1);
        let user = match read {
            Ok(user) => user,
            Err(problem) => {
                return Ok(Line { user: id, name: unnamed, body: Body::default(), fault: why(&problem) });
            }
        };
        let name = Some(user.form.name()).filter(|name| !name.is_empty()).unwrap_or(unnamed);
        let name = name.chars().take(NAME_MAX).collect();
        let faulty =
            |name, problem: &Problem| Line { user: id, name, body: Body::default(), fault: why(problem) };
        if let Err(faults) = user.form.parse() {
            return Ok(faulty(name, &faults.into()));
        }
        let hash = match &user.password {
            None => None,
            Some(new) => match password::hash_first(self.0, new, Subject::typed(&user.form)).await {
                Ok(hash) => Some(hash),
                Err(Error::Problem(problem)) => return Ok(faulty(name, &problem)),
                Err(error) => return Err(error),
            },
        };
        let body = Body { form: user.form, password: hash, state: user.state };
        Ok(Line { user: id, name, body, fault: String::new() })
    }
}

/// Names are not longer in the lists of jobs.
const NAME_MAX: usize = 256;

fn check_number(users: &[Result<NewUser, Problem>]) -> Result<()> {
    let with_password = users.iter().flatten().filter(|user| user.password.is_some()).count();
    let message = if users.is_empty() {
        "There is nobody to be added.".to_owned()
    } else if users.len() > CREATE_MAX {
        format!("At most {CREATE_MAX} users at once; these are {}.", users.len())
    } else if with_password > CREATE_PASSWORDS_MAX {
        format!("At most {CREATE_PASSWORDS_MAX} users with a password at once; these are {with_password}.")
    } else {
        return Ok(());
    };
    Err(Problem::new(ErrorCode::Invalid, message).into())
}

/// Why somebody is left out, as what follows their name.
fn why(problem: &Problem) -> String {
    let told = |fault: &Fault| format!("{}: {}", fault.field, fault.message);
    let faults: Vec<String> = problem.faults.iter().take(FAULTS_MAX).map(told).collect();
    let told = if faults.is_empty() { problem.message.clone() } else { faults.join(" ") };
    format!("could not be added. {told}")
}

async fn write_down(plain: &mut PlainTx, job: Id, lines: Vec<Line>) -> Result<()> {
    let mut rows = Vec::with_capacity(lines.len());
    let mut items = Vec::with_capacity(lines.len());
    for (place, Line { user, name, body, fault }) in (0_i64..).zip(lines) {
        let body = serde_json::to_string(&body)?;
        let (job, place, user) = (job.value(), place.value(), user.value());
        rows.push(vec![job.clone(), place.clone(), place.clone(), user.clone(), body.value(), fault.value()]);
        let key = normalize(&name).value();
        items.push(vec![job, place, user, name.value(), key, "waiting".value()]);
    }
    let of_rows = ["job_id", "position", "line", "user_id", "body", "fault"];
    insert(plain, "import_rows", of_rows, rows).await?;
    let of_items = ["job_id", "position", "subject_id", "name", "name_key", "state"];
    insert(plain, "job_items", of_items, items).await
}

async fn insert(
    plain: &mut PlainTx,
    table: &'static str,
    columns: [&'static str; 6],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    for some in rows.chunks(ROWS_AT_ONCE) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns);
        for row in some {
            insert.values_panic(row.iter().cloned().map(Expr::val));
        }
        let (sql, args) = plain.tx().build(&insert);
        plain.run(sql, args).await?;
    }
    Ok(())
}

/// Adding those who were written down.
pub(super) struct CreatedRows;

impl Kind for CreatedRows {
    fn operation(&self) -> Operation {
        Operation::CreateUser
    }

    async fn chunk(&self, change: &mut Change, job: &Job) -> Result<Chunk> {
        let parameters: Parameters = serde_json::from_str(&job.parameters)?;
        let items = next_items(change.tx(), job.id, job.progress, CHUNK).await?;
        let Some(next) = items.last().map(|item| item.position + 1) else {
            return Ok(Chunk { next: job.progress, done: 0, refused: 0, finished: true });
        };
        let rows: Vec<(Id, String, String)> =
            change.tx().all(ROWS, args![job.id, job.progress, CHUNK]).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for (id, body, fault) in rows {
            let refused =
                if fault.is_empty() { take_in(change, &parameters, id, &body).await? } else { Some(fault) };
            outcomes.push(Outcome { id, name: String::new(), refused });
        }
        let refused = write_results(change, job.id, &items, &outcomes).await?;
        change.run(SWEEP, args![job.id, next]).await?;
        let count = i64::try_from(items.len()).map_err(Error::internal)?;
        Ok(Chunk { next, done: count - refused, refused, finished: next >= job.total })
    }

    async fn ended(&self, plain: &mut PlainTx, job: Id) -> Result<()> {
        plain.run(SWEEP_ALL, args![job]).await?;
        Ok(())
    }
}

/// Adds one; or says why not, and has written nothing then.
async fn take_in(change: &mut Change, parameters: &Parameters, id: Id, body: &str) -> Result<Option<String>> {
    let Body { form, password, state } = serde_json::from_str(body)?;
    let draft = form.parse().map_err(|_| Error::internal("a row that does not parse"))?;
    let state = state.unwrap_or(parameters.state);
    let record = NewRecord { id, draft, state, source: parameters.source.clone() };
    match add(change, record).await {
        Ok(()) => {}
        Err(Error::Problem(problem)) if problem.code == ErrorCode::Invalid => return Ok(Some(why(&problem))),
        Err(error) => return Err(error),
    }
    let to = if parameters.email && password.is_none() { To::Default } else { To::Nobody };
    if let Some(hash) = password {
        let policy = policy::read(change.tx()).await?;
        password::bring(change, id, hash, &policy).await?;
    }
    welcome(change, id, &to).await?;
    Ok(None)
}
