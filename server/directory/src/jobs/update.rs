//! Changing many users as a job, each in a way of its own: what is to become of each is written down, and done in
//! chunks. One that cannot be changed is left out with the reason; the others are not in its way.

use std::collections::BTreeSet;

use model::job::JobKind;
use model::user::{Outcome, UserForm, UserPatch, UserState};
use model::{ErrorCode, Id, Operation, Problem};
use serde::{Deserialize, Serialize};

use super::Jobs;
use super::rows::{self, Line};
use super::start::check_open;
use crate::engine::{self, Chunk, Job, Kind};
use crate::users::patch_in_job;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::transaction::{Change, PlainTx};

/// The most users that one job changes.
pub const UPDATE_MAX: usize = 1000;

/// Follows a name.
const COULD_NOT: &str = "could not be changed.";

/// A change, written down.
#[derive(Serialize, Deserialize)]
struct Body {
    base: UserForm,
    form: UserForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<UserState>,
    state_alone: bool,
}

impl Jobs<'_> {
    /// Starts a job that changes users; says its id. What could not be read for one, given with the id if that
    /// is known, stands in the results.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for none, too many, or one who is there twice; `conflict` with too many jobs.
    pub async fn update_users(
        &self,
        actor: &Actor,
        patches: Vec<Result<UserPatch, (Option<Id>, Problem)>>,
    ) -> Result<Id> {
        let permit = permit(actor, Operation::UpdateUser)?;
        let me = actor.auth()?.id;
        check(&patches)?;
        let mut lines = Vec::with_capacity(patches.len());
        for (index, patch) in patches.into_iter().enumerate() {
            lines.push(self.line_of(index, patch)?);
        }
        let mut plain = PlainTx::begin(self.0, permit).await?;
        check_open(&mut plain, me).await?;
        let total = i64::try_from(lines.len()).map_err(Error::internal)?;
        let job = engine::fill(&mut plain, JobKind::UpdateUsers, String::new(), total).await?;
        rows::write_down(&mut plain, job, lines).await?;
        engine::queue(&mut plain, job, Some(total), false).await?;
        plain.commit().await?;
        Ok(job)
    }

    fn line_of(&self, index: usize, read: Result<UserPatch, (Option<Id>, Problem)>) -> Result<Line> {
        match read {
            Ok(UserPatch { id, base, form, state, state_alone, .. }) => {
                let name = base.name();
                let body = serde_json::to_string(&Body { base, form, state, state_alone })?;
                Ok(Line { user: id, name, body, fault: String::new() })
            }
            Err((id, problem)) => {
                let id = id.map_or_else(|| self.0.env().new_id(), Ok)?;
                Ok(Line::faulty(id, format!("User {}", index + 1), rows::why(COULD_NOT, &problem)))
            }
        }
    }
}

fn check(patches: &[Result<UserPatch, (Option<Id>, Problem)>]) -> Result<()> {
    if patches.is_empty() {
        return Err(Problem::new(ErrorCode::Invalid, "There is nobody to be changed.").into());
    }
    if patches.len() > UPDATE_MAX {
        let message = format!("At most {UPDATE_MAX} users at once; these are {}.", patches.len());
        return Err(Problem::new(ErrorCode::Invalid, message).into());
    }
    let mut seen = BTreeSet::new();
    for (index, patch) in patches.iter().enumerate() {
        let id = match patch {
            Ok(patch) => Some(patch.id),
            Err((id, _)) => *id,
        };
        if id.is_some_and(|id| !seen.insert(id)) {
            return Err(Problem::at(format!("[{index}].id"), "This user is there twice.").into());
        }
    }
    Ok(())
}

/// Changing those who were written down.
pub(super) struct UpdatedRows;

impl Kind for UpdatedRows {
    fn operation(&self) -> Operation {
        Operation::UpdateUser
    }

    async fn chunk(&self, change: &mut Change, job: &Job) -> Result<Chunk> {
        let (items, rows) = rows::next(change, job).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for (id, body, fault) in rows {
            let refused = if fault.is_empty() { alter(change, id, &body).await? } else { Some(fault) };
            outcomes.push(Outcome { id, name: String::new(), refused });
        }
        rows::done(change, job, &items, &outcomes).await
    }

    async fn ended(&self, plain: &mut PlainTx, job: Id) -> Result<()> {
        rows::sweep(plain, job).await
    }
}

/// Changes one; or says why not, and has written nothing then.
async fn alter(change: &mut Change, id: Id, body: &str) -> Result<Option<String>> {
    let Body { base, form, state, state_alone } = serde_json::from_str(body)?;
    let patch = UserPatch { id, versions: None, base, form, state, state_alone };
    match patch_in_job(change, &patch).await {
        Ok(()) => Ok(None),
        Err(Error::Problem(problem)) => Ok(Some(rows::why(COULD_NOT, &problem))),
        Err(error) => Err(error),
    }
}
