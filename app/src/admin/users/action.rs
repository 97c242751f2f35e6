//! Whom an action may be about, whether it can be done to users in a state, and what takes it back.

use std::sync::Arc;

use model::Id;
use model::user::{Action, User, UserRow, UserState};

use super::DELETED;

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

/// Hears which action was done, and whether to anybody.
pub(super) type OnDone = Arc<dyn Fn(Action, bool) + Send + Sync>;

/// Whether something is lost by it.
pub(super) const fn destroys(action: Action) -> bool {
    matches!(action, Action::Delete | Action::Purge)
}

/// Why this cannot be done to somebody in that state; `None` when it can. A list knows no more of them.
pub(super) const fn refused_for(action: Action, state: UserState) -> Option<&'static str> {
    match (action, state) {
        (Action::Activate, UserState::Activated) => Some("already active"),
        (Action::Suspend, UserState::Suspended) => Some("already suspended"),
        _ => None,
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
        match (action, before) {
            (Action::Activate, UserState::Suspended) => Some(Self::Suspend),
            (Action::Suspend, UserState::Activated) => Some(Self::Activate),
            (Action::Delete, _) => Some(Self::Restore),
            // Nothing returns to Staged.
            _ => None,
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
