//! Whom an action may be about, whether it can be done to users in a state, and what takes it back.

use std::sync::Arc;

use model::list::grouped;
use model::user::{Action, SELECTION_MAX, Selection, User, UserRow, UserState};
use model::{Count, Id, ListQuery};

use super::DELETED;
use super::copy;

/// Somebody whom an action may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionTarget {
    pub id: Id,
    pub name: String,
    pub state: UserState,
    pub deleted: bool,
}

impl From<&UserRow> for ActionTarget {
    fn from(row: &UserRow) -> Self {
        Self { id: row.id, name: row.name(), state: row.state, deleted: row.deleted.is_some() }
    }
}

impl From<&User> for ActionTarget {
    fn from(user: &User) -> Self {
        Self { id: user.id, name: user.name(), state: user.state, deleted: user.deleted.is_some() }
    }
}

impl ActionTarget {
    pub const fn state_label(&self) -> &'static str {
        if self.deleted { DELETED } else { self.state.label() }
    }
}

/// Those whom a question is about.
#[derive(Clone, Debug)]
pub(super) enum Whom {
    /// Selected one by one.
    These(Vec<ActionTarget>),
    /// All that a list matches, and how many it says they are.
    Matching(ListQuery, Count),
}

impl Whom {
    /// What the server is asked about.
    pub fn selection(&self) -> Selection {
        match self {
            Self::These(targets) => Selection::These(targets.iter().map(|one| one.id).collect()),
            Self::Matching(query, _) => Selection::Matching(query.clone()),
        }
    }

    /// Whether they are more than one request acts upon, so that it goes on as a job.
    pub fn needs_job(&self) -> bool {
        match self {
            Self::These(targets) => targets.len() > SELECTION_MAX,
            Self::Matching(..) => true,
        }
    }

    /// The only one.
    pub fn single(&self) -> Option<&ActionTarget> {
        match self {
            Self::These(targets) => match targets.as_slice() {
                [one] => Some(one),
                _ => None,
            },
            Self::Matching(..) => None,
        }
    }

    pub fn targets(&self) -> &[ActionTarget] {
        match self {
            Self::These(targets) => targets,
            Self::Matching(..) => &[],
        }
    }

    /// "Ada Lovelace", "3 users", "3,412 users".
    pub fn named(&self) -> String {
        match self {
            Self::These(targets) => {
                let names: Vec<_> = targets.iter().map(|one| one.name.as_str()).collect();
                copy::whom(&names)
            }
            Self::Matching(_, count) if count.more => format!("{count} users"),
            Self::Matching(_, count) => format!("{} users", grouped(u64::from(count.counted))),
        }
    }
}

/// Hears which action was done, and whether to anybody.
pub(super) type OnDone = Arc<dyn Fn(Action, bool) + Send + Sync>;

/// Whether something is lost by it.
pub(super) const fn destroys(action: Action) -> bool {
    matches!(action, Action::Delete | Action::Purge)
}

/// Why this cannot be done to somebody in that state; `None` when it can. A list knows no more of them.
pub(super) const fn refused_for(action: Action, state: UserState) -> Option<&'static str> {
    match action {
        Action::Activate if matches!(state, UserState::Activated) => Some("already active"),
        Action::Suspend if matches!(state, UserState::Suspended) => Some("already suspended"),
        Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::RequireMfa
        | Action::RemoveMfa
        | Action::AddToGroup
        | Action::Delete
        | Action::Restore
        | Action::Purge => None,
    }
}

/// What takes an action back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    Activate,
    Suspend,
    Restore,
}

impl Undo {
    /// What takes it back, if anything does, for somebody who was in that state before.
    pub const fn of(action: Action, before: UserState) -> Option<Self> {
        match action {
            Action::Activate if matches!(before, UserState::Suspended) => Some(Self::Suspend),
            Action::Suspend if matches!(before, UserState::Activated) => Some(Self::Activate),
            Action::Delete => Some(Self::Restore),
            // Nothing returns to Staged; what is scheduled is cancelled in the list of what will happen.
            Action::Activate
            | Action::Suspend
            | Action::ScheduleActivation
            | Action::ScheduleSuspension
            | Action::SetPassword
            | Action::SendActivationEmail
            | Action::SendPasswordReset
            | Action::ForcePasswordChange
            | Action::Unlock
            | Action::ResetTotp
            | Action::RequireMfa
            | Action::RemoveMfa
            | Action::AddToGroup
            | Action::Restore
            | Action::Purge => None,
        }
    }

    pub const fn done(self) -> &'static str {
        match self {
            Self::Activate => "Active again",
            Self::Suspend => "Suspended again",
            Self::Restore => "Restored as Suspended",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_offered_where_the_lifecycle_lets_it() {
        for state in UserState::ALL {
            let able = |action| refused_for(action, state).is_none();
            assert_eq!(able(Action::Activate), state.may_become(UserState::Activated));
            assert_eq!(able(Action::Suspend), state.may_become(UserState::Suspended));
            assert!([Action::Delete, Action::Restore, Action::Purge].into_iter().all(able));
        }
    }

    #[test]
    fn nothing_is_undone_into_staged() {
        assert_eq!(Undo::of(Action::Suspend, UserState::Staged), None);
        assert_eq!(Undo::of(Action::Activate, UserState::Staged), None);
        assert_eq!(Undo::of(Action::Delete, UserState::Staged), Some(Undo::Restore));
    }
}
