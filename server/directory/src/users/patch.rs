//! Changing a user as programs do: some attributes, the state, or both in one change.

use model::user::{Action, Selection, UserPatch, UserState};
use model::{ErrorCode, Operation, Problem};

use super::checks::stale;
use super::details::form_of;
use super::letters::To;
use super::{Chosen, Users, find, lifecycle};
use crate::change::Change;
use crate::detour;
use crate::error::Result;
use crate::gate::{Actor, permit};

impl Users<'_> {
    /// Changes what differs from what the caller had before it, and the state if one is asked for: all of
    /// it, or nothing. What somebody else has changed meanwhile stays, unless it is the same field, or
    /// the caller insists on a version. Nobody is emailed.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with every field at fault; `stale` for another version than the
    /// one insisted on; `conflict` for a state that cannot follow; `last_administrator`.
    pub async fn patch(&self, actor: &Actor, patch: &UserPatch) -> Result<()> {
        let edits = patch.form != patch.base;
        let state = patch.state.map(action_of).transpose()?;
        let permit = match state {
            Some(action) if edits => {
                permit(actor, Operation::UpdateUser)?;
                permit(actor, action.operation())?
            }
            Some(action) => permit(actor, action.operation())?,
            None => permit(actor, Operation::UpdateUser)?,
        };
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), patch.id).await?;
        if patch.version.is_some_and(|version| version != record.seq) {
            return Err(stale(&mut change, patch.id).await?.into());
        }
        let mut changed = false;
        if edits {
            let before = form_of(change.tx(), &record).await?;
            let draft = patch.form.onto(&patch.base, &before).parse()?;
            changed = self.amend(&mut change, &record, &before, &draft).await?;
        }
        if let Some(action) = state.filter(|_| patch.state != Some(record.state)) {
            detour::check(change.tx(), actor, patch.id, &record.name()).await?;
            turn(&mut change, patch, action).await?;
            changed = true;
        }
        if changed { change.commit().await } else { Ok(()) }
    }
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

async fn turn(change: &mut Change, patch: &UserPatch, action: Action) -> Result<()> {
    let whom = Selection::These(vec![patch.id]);
    let chosen = Chosen::of(change, &whom, |facts| action.refusal(facts)).await?;
    let chosen = if action == Action::Suspend {
        lifecycle::suspend(change, chosen).await?
    } else {
        lifecycle::activate(change, chosen, &To::Nobody).await?
    };
    for outcome in chosen.outcomes() {
        if let Some(why) = outcome.refused {
            return Err(Problem::new(ErrorCode::Conflict, format!("{} {why}.", outcome.name)).into());
        }
    }
    Ok(())
}
