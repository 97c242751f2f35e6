//! The kind of a list of users, and of the panels over it: those of the organization, or those deleted.

use model::list::ListSpec;
use model::user::{Action, DELETED_USERS, USERS, UserRow};
use model::{Id, ListQuery, Page, Problem};

use crate::api::users as api;
use crate::kit::ListState;
use crate::routes;

/// A page of either list.
pub(super) type Answer = Result<Page<UserRow>, Problem>;

/// The tabs of a panel, as their addresses end.
pub(super) const DETAILS: &str = "details";
pub(super) const ACTIVITY: &str = "activity";
pub(super) const GROUPS: &str = "groups";
pub(super) const ACCESS: &str = "access";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListKind {
    Present,
    Deleted,
}

impl ListKind {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Present => "Users",
            Self::Deleted => "Deleted users",
        }
    }

    pub const fn spec(self) -> &'static ListSpec {
        match self {
            Self::Present => &USERS,
            Self::Deleted => &DELETED_USERS,
        }
    }

    /// What can be done to them, what belongs together apart from the rest.
    pub const fn actions(self) -> &'static [&'static [Action]] {
        match self {
            Self::Present => &[
                &[Action::AddToGroup],
                &[
                    Action::SendActivationEmail,
                    Action::SendPasswordReset,
                    Action::ForcePasswordChange,
                    Action::Unlock,
                    Action::ResetTotp,
                    Action::RequireMfa,
                ],
                &[Action::Activate, Action::ScheduleActivation, Action::Suspend, Action::ScheduleSuspension],
                &[Action::Delete],
            ],
            Self::Deleted => &[&[Action::Restore], &[Action::Purge]],
        }
    }

    /// Those of them that a row offers; the others stand in its panel.
    pub const fn row_actions(self) -> &'static [&'static [Action]] {
        match self {
            Self::Present => &[
                &[Action::Activate, Action::ScheduleActivation, Action::Suspend, Action::ScheduleSuspension],
                &[Action::Delete],
            ],
            Self::Deleted => self.actions(),
        }
    }

    /// The list's address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Present => routes::USERS,
            Self::Deleted => routes::DELETED_USERS,
        }
    }

    /// The address of one of them, over the list.
    pub fn user(self, id: Id) -> String {
        match self {
            Self::Present => routes::user(id),
            Self::Deleted => routes::deleted_user(id),
        }
    }

    /// The address of a tab of their panel.
    pub fn tab(self, id: Id, tab: &str) -> String {
        format!("{}/{tab}", self.user(id))
    }

    pub fn list(self) -> ListState {
        ListState::new(self.path(), self.spec())
    }

    pub async fn page(self, query: ListQuery) -> Answer {
        match self {
            Self::Present => api::list_users(query).await,
            Self::Deleted => api::list_deleted_users(query).await,
        }
    }
}
