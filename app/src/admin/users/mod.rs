//! Users: the list, and over it the panel of one user or of a new one.

mod access;
mod cells;
mod deed;
mod deeds;
mod first_password;
mod form;
mod list;
mod mailing;
mod new;
mod note;
mod panel;
mod screen;
mod toolbar;
mod which;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::UsersPage;
use new::NewUserPanel;
use panel::UserPanel;
use which::Which;

/// What stands where a state would.
const DELETED: &str = "Deleted";

screens! { users:
    /// The list.
    UsersRoute, users_screen => list_page(Which::Present);
    /// The list of deleted users.
    DeletedUsersRoute, deleted_users_screen => list_page(Which::Deleted);
}

screens! { user:
    /// One user, over the list.
    UserRoute, user_screen => view! { <UserPanel which=Which::Present/> }.erased();
    /// One user, over the list of deleted users.
    DeletedUserRoute, deleted_user_screen => view! { <UserPanel which=Which::Deleted/> }.erased();
    /// The form for a new user, over the list.
    NewUserRoute, new_user_screen => view! { <NewUserPanel/> }.erased();
}

fn list_page(which: Which) -> AnyView {
    guarded(which.title(), Operation::ListUsers, move || view! { <UsersPage which/> }.erased())
}
