//! What can be done to users from the lists and from their panel: activate, suspend, delete, and
//! with those deleted, restore or erase.

use model::Operation;
use model::list::grouped;
use model::user::UserState;

/// Something done to users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Activate,
    Suspend,
    Delete,
    Restore,
    /// Delete for good.
    Purge,
}

impl Deed {
    pub const fn operation(self) -> Operation {
        match self {
            Self::Activate => Operation::ActivateUser,
            Self::Suspend => Operation::SuspendUser,
            Self::Delete => Operation::DeleteUser,
            Self::Restore => Operation::RestoreUser,
            Self::Purge => Operation::PurgeUser,
        }
    }

    pub const fn icon(self) -> &'static str {
        match self {
            Self::Activate => "circle-play",
            Self::Suspend => "circle-pause",
            Self::Delete | Self::Purge => "trash-2",
            Self::Restore => "undo-2",
        }
    }

    /// Whether something is lost by it.
    pub const fn destroys(self) -> bool {
        matches!(self, Self::Delete | Self::Purge)
    }

    /// "Suspend", or "Suspend 3 users".
    pub fn on(self, whom: &str) -> String {
        let (verb, after) = match self {
            Self::Activate => ("Activate", ""),
            Self::Suspend => ("Suspend", ""),
            Self::Delete => ("Delete", ""),
            Self::Restore => ("Restore", ""),
            Self::Purge => ("Delete", "permanently"),
        };
        let words = [verb, whom, after].into_iter().filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// "Suspended 3 users".
    pub fn done_to(self, whom: &str) -> String {
        match self {
            Self::Activate => format!("Activated {whom}"),
            Self::Suspend => format!("Suspended {whom}"),
            Self::Delete => format!("Deleted {whom}"),
            Self::Restore => format!("Restored {whom}, suspended"),
            Self::Purge => format!("Deleted {whom} permanently"),
        }
    }

    /// What follows from it, in a sentence or two.
    pub const fn follows(self) -> &'static str {
        match self {
            Self::Activate => {
                "They get access to everything they are bound to, at once. Nobody who has been activated can \
                 become Staged again."
            }
            Self::Suspend => {
                "All access is taken away at once, and their sessions end, in the Admin Portal too. What they are \
                 bound to is kept and comes back when they are activated."
            }
            Self::Delete => {
                "All access is taken away at once, and their sessions end. For 30 days they stand in the list \
                 of deleted users, where they can be restored, Suspended, or deleted permanently. Until they \
                 are gone for good, their username and email stay taken. Whoever was made an administrator from \
                 their user is none any more, and restoring does not bring that back."
            }
            Self::Restore => {
                "They come back Suspended, with everything they had but an administrator’s role: they have no \
                 access before somebody activates them."
            }
            Self::Purge => {
                "They are erased at once, and nothing brings them back. Their username, email, employee ID and \
                 UNIX user ID are free for somebody else. What happened to them stays in the history."
            }
        }
    }

    /// Why this cannot be done to somebody in that state; `None` when it can.
    pub const fn refused_for(self, state: UserState) -> Option<&'static str> {
        match (self, state) {
            (Self::Activate, UserState::Activated) => Some("already active"),
            (Self::Suspend, UserState::Suspended) => Some("already suspended"),
            _ => None,
        }
    }

    /// What takes it back, if anything does, for somebody who was in that state before.
    pub const fn undone_by(self, before: UserState) -> Option<Undo> {
        match (self, before) {
            (Self::Activate, UserState::Suspended) => Some(Undo::Suspend),
            (Self::Suspend, UserState::Activated) => Some(Undo::Activate),
            (Self::Delete, _) => Some(Undo::Restore),
            // Nothing returns to Staged.
            _ => None,
        }
    }
}

/// What takes a deed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    Activate,
    Suspend,
    Restore,
}

impl Undo {
    pub const fn done(self) -> &'static str {
        match self {
            Self::Activate => "Active again",
            Self::Suspend => "Suspended again",
            Self::Restore => "Restored as Suspended",
        }
    }
}

/// "Ada Lovelace", "3 users".
pub(super) fn whom(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        many => counted(many.len()),
    }
}

/// "1 user", "3 users".
pub(super) fn counted(count: usize) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { "user" } else { "users" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_offered_where_the_lifecycle_lets_it() {
        for state in UserState::ALL {
            assert_eq!(Deed::Activate.refused_for(state).is_none(), state.may_become(UserState::Activated));
            assert_eq!(Deed::Suspend.refused_for(state).is_none(), state.may_become(UserState::Suspended));
            for deed in [Deed::Delete, Deed::Restore, Deed::Purge] {
                assert!(deed.refused_for(state).is_none());
            }
        }
    }

    #[test]
    fn a_deed_is_named_with_whom_it_is_done_to() {
        assert_eq!(Deed::Suspend.on("3 users"), "Suspend 3 users");
        assert_eq!(Deed::Purge.on("Ada Lovelace"), "Delete Ada Lovelace permanently");
        assert_eq!(Deed::Purge.on(""), "Delete permanently");
    }

    #[test]
    fn nothing_is_undone_into_staged() {
        assert_eq!(Deed::Suspend.undone_by(UserState::Staged), None);
        assert_eq!(Deed::Activate.undone_by(UserState::Staged), None);
        assert_eq!(Deed::Delete.undone_by(UserState::Staged), Some(Undo::Restore));
    }
}
