//! Adding many users as a job: they are written down with what is wrong with each by itself, and added in
//! chunks. A row that cannot be added is left out with the reason; the others are not in its way.

use model::job::JobKind;
use model::user::{CreationSource, NewUser, Outcome, UserForm, UserState};
use model::{ErrorCode, Id, Operation, Problem, Username};
use serde::{Deserialize, Serialize};

use super::Jobs;
use super::rows::{self, Line};
use super::start::check_open;
use crate::engine::{self, Chunk, Job, Kind};
use crate::policy::{self, Subject};
use crate::users::messages::To;
use crate::users::{NewRecord, add, password, welcome};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::transaction::{Change, PlainTx};

/// The most users that one job adds.
pub const CREATE_MAX: usize = 1000;
/// How many of them may bring a password: each is judged and hashed while the request waits.
pub const CREATE_PASSWORDS_MAX: usize = 100;

/// Follows a name.
const COULD_NOT: &str = "could not be added.";

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
#[derive(Serialize, Deserialize)]
struct Body {
    form: UserForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<UserState>,
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
        rows::write_down(&mut plain, job, lines).await?;
        engine::queue(&mut plain, job, Some(total), false).await?;
        plain.commit().await?;
        Ok(job)
    }

    /// One row with what is wrong with it by itself.
    async fn line(&self, index: usize, read: Result<NewUser, Problem>) -> Result<Line> {
        let id = self.0.env().new_id()?;
        let faulty = |name, problem: &Problem| Line::faulty(id, name, rows::why(COULD_NOT, problem));
        let unnamed = || format!("User {}", index + 1);
        let user = match read {
            Ok(user) => user,
            Err(problem) => return Ok(faulty(unnamed(), &problem)),
        };
        let name = match user.form.parse() {
            Ok(draft) => draft.name(),
            Err(faults) => {
                let username = Username::parse(&user.form.username);
                return Ok(faulty(username.map_or_else(|_| unnamed(), String::from), &faults.into()));
            }
        };
        let hash = match &user.password {
            None => None,
            Some(new) => match password::hash_first(self.0, new, Subject::typed(&user.form)).await {
                Ok(hash) => Some(hash),
                Err(Error::Problem(problem)) => return Ok(faulty(name, &problem)),
                Err(error) => return Err(error),
            },
        };
        let body = Body { form: user.form, password: hash, state: user.state };
        Ok(Line { user: id, name, body: serde_json::to_string(&body)?, fault: String::new() })
    }
}

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

/// Adding those who were written down.
pub(super) struct CreatedRows;

impl Kind for CreatedRows {
    fn operation(&self) -> Operation {
        Operation::CreateUser
    }

    async fn chunk(&self, change: &mut Change, job: &Job) -> Result<Chunk> {
        let parameters: Parameters = serde_json::from_str(&job.parameters)?;
        let (items, rows) = rows::next(change, job).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for (id, body, fault) in rows {
            let refused =
                if fault.is_empty() { take_in(change, &parameters, id, &body).await? } else { Some(fault) };
            outcomes.push(Outcome { id, name: String::new(), refused });
        }
        rows::done(change, job, &items, &outcomes).await
    }

    async fn ended(&self, plain: &mut PlainTx, job: Id) -> Result<()> {
        rows::sweep(plain, job).await
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
        Err(Error::Problem(problem)) if problem.code == ErrorCode::Invalid => {
            return Ok(Some(rows::why(COULD_NOT, &problem)));
        }
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
