//! Changing a user as programs do: some attributes, the state, or both in one change.

use model::user::{Action, Selection, UserPatch, UserState};
use model::{ErrorCode, Operation, Problem};

use super::details::form_of;
use super::messages::To;
use super::{Eligible, Record, Users, find, lifecycle};
use crate::administrators;
use crate::escalation;
use crate::history::last_change;
use directory_core::authz::{Actor, permit, permit_any};
use directory_core::error::Result;
use directory_core::transaction::Change;

/// What a program may come to do by one request.
pub const PATCH_OPERATIONS: &[Operation] =
    &[Operation::UpdateUser, Operation::SuspendUser, Operation::ActivateUser];

impl Users<'_> {
    /// Changes what differs from what the caller had before it, and the state if one is asked for: all of
    /// it, or nothing. What somebody else has changed meanwhile stays, unless it is the same field, or
    /// the caller insists on a version. Nobody is emailed. What changes nothing asks for no more than that
    /// the role allows one of these ways of writing.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with every field at fault; `stale` for another version than those
    /// insisted on, and without one for a state that lifts a suspension and came with other fields;
    /// `conflict` for a state that cannot follow; `last_administrator`.
    pub async fn patch(&self, actor: &Actor, patch: &UserPatch) -> Result<()> {
        let edits = patch.form != patch.base;
        let state = patch.state.map(action_of).transpose()?;
        let begun =
            if edits { permit(actor, Operation::UpdateUser)? } else { permit_any(actor, PATCH_OPERATIONS)? };
        let mut change = Change::begin(self.0, begun).await?;
        if self.apply(&mut change, patch, state).await? { change.commit().await } else { Ok(()) }
    }

    /// Says whether that was anything. Whatever can stand in the way is looked at before anything is written, but
    /// for what must remain of administrators.
    async fn apply(&self, change: &mut Change, patch: &UserPatch, state: Option<Action>) -> Result<bool> {
        let actor = change.permit().actor().clone();
        let record = find(change.tx(), patch.id).await?;
        let state = state.filter(|_| patch.state != Some(record.state));
        if let Some(action) = state {
            permit(&actor, action.operation())?;
        }
        if !is_latest(change, patch.versions.as_deref(), &record).await? {
            check_unseen(patch, &record, state)?;
        }
        if let Some(action) = state {
            escalation::check(change.tx(), &actor, patch.id, &record.name()).await?;
            able(change, patch, action).await?.done()?;
        }
        let mut changed = false;
        if patch.form != patch.base {
            let before = form_of(change.tx(), &record).await?;
            let draft = patch.form.onto(&patch.base, &before).parse()?;
            changed = self.amend(change, &record, &before, &draft).await?;
        }
        if let Some(action) = state {
            turn(change, patch, action).await?;
            changed = true;
        }
        Ok(changed)
    }
}

/// The same to one of those that a job is about. Whoever is an administrator, too, is left to a hand that does it
/// to them alone.
///
/// # Errors
/// As [`Users::patch`]; nothing is written then.
pub(crate) async fn patch_in_job(change: &mut Change, patch: &UserPatch) -> Result<()> {
    if administrators::among(change.tx(), &[patch.id]).await?.contains(&patch.id) {
        let message = "They are also an administrator, to whom this is done one by one.";
        return Err(Problem::new(ErrorCode::Forbidden, message).into());
    }
    let state = patch.state.map(action_of).transpose()?;
    let context = change.context().clone();
    Users(&context).apply(change, patch, state).await.map(drop)
}

/// Whether a user is at one of the versions that the caller insists on, if on any.
///
/// # Errors
/// `stale` with who changed the user last.
pub(super) async fn is_latest(
    change: &mut Change,
    versions: Option<&[i64]>,
    record: &Record,
) -> Result<bool> {
    match versions {
        None => Ok(false),
        Some(versions) if versions.contains(&record.seq) => Ok(true),
        Some(_) => {
            let last = last_change(change, record.id).await?;
            let who = last.map_or_else(|| "Somebody".to_owned(), |by| by.name);
            let message = format!(
                "This user is at another version: {who} changed it last. Read it again before changing it."
            );
            Err(Problem::new(ErrorCode::Stale, message).into())
        }
    }
}

/// Lifting a suspension needs the current version unless it is the only change, so that an old copy sent back whole
/// does not undo it.
fn check_unseen(patch: &UserPatch, record: &Record, state: Option<Action>) -> Result<()> {
    if state.is_none() || record.state != UserState::Suspended || patch.state_alone {
        return Ok(());
    }
    let message = format!(
        "{} is Suspended. To activate them together with other fields, send If-Match with the ETag of the \
         user as they are now; or send the state alone.",
        record.name()
    );
    Err(Problem::new(ErrorCode::Stale, message).into())
}

/// How a state is come to.
fn action_of(state: UserState) -> Result<Action> {
    match state {
        UserState::Activated => Ok(Action::Activate),
        UserState::Suspended => Ok(Action::Suspend),
        UserState::Staged => {
            let message = "A state becomes ACTIVATED or SUSPENDED; nobody returns to STAGED.";
            Err(Problem::at("state", message).into())
        }
    }
}

async fn able(change: &mut Change, patch: &UserPatch, action: Action) -> Result<Eligible> {
    let whom = Selection::These(vec![patch.id]);
    Eligible::of(change, &whom, |facts| action.refusal(facts)).await
}

async fn turn(change: &mut Change, patch: &UserPatch, action: Action) -> Result<()> {
    let eligible = able(change, patch, action).await?;
    let eligible = if action == Action::Suspend {
        lifecycle::suspend(change, eligible).await?
    } else {
        lifecycle::activate(change, eligible, &To::Nobody).await?
    };
    eligible.done()
}
