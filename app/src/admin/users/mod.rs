//! Users: the list, and over it the panel of one user or of a new one.

mod access;
mod action;
mod action_choices;
mod action_preview;
mod action_question;
mod actions;
mod cells;
mod copy;
mod first_password;
mod form;
mod list;
mod list_kind;
mod mailing;
mod many;
mod new;
mod note;
mod panel;
mod row_actions;
mod schedule_question;
mod scheduled;
mod screen;
mod settings;
mod tabs;
mod toolbar;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::UsersPage;
use list_kind::ListKind;
use new::NewUserPanel;
use panel::UserPanel;
pub(super) use row_actions::RowActions;
pub(super) use schedule_question::OnChanged;
use scheduled::ScheduledPage;
pub(super) use scheduled::{change_pill, schedule_entries};
use settings::UserSettingsPage;

/// What stands where a state would.
const DELETED: &str = "Deleted";

screens! { users:
    /// The list.
    UsersRoute, users_screen => list_page(ListKind::Present);
    /// The list of what will happen to users.
    ScheduledRoute, scheduled_screen => guarded(
        scheduled::TITLE,
        Operation::ListUsers,
        || view! { <ScheduledPage/> }.erased(),
    );
    /// The list of deleted users.
    DeletedUsersRoute, deleted_users_screen => list_page(ListKind::Deleted);
}

screens! { user_settings:
    /// The states that new users begin in.
    UserSettingsRoute, user_settings_screen => guarded(
        settings::TITLE,
        Operation::ReadOrganization,
        || view! { <UserSettingsPage/> }.erased(),
    );
}

screens! { user:
    /// One user, over the list.
    UserRoute, user_screen => view! { <UserPanel kind=ListKind::Present/> }.erased();
    /// One user, over the list of deleted users.
    DeletedUserRoute, deleted_user_screen => view! { <UserPanel kind=ListKind::Deleted/> }.erased();
}

screens! { new_user:
    /// The form for a new user, over the list.
    NewUserRoute, new_user_screen => view! { <NewUserPanel/> }.erased();
}

fn list_page(kind: ListKind) -> AnyView {
    guarded(kind.title(), Operation::ListUsers, move || view! { <UsersPage kind/> }.erased())
}
