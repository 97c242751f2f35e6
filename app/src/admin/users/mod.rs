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
use leptos_router::{LazyRoute, lazy_route};
use model::Operation;

use super::Forbidden;
use crate::kit::Erase;
use crate::viewer::account;
use list::UsersPage;
use new::NewUserPanel;
use panel::UserPanel;
use which::Which;

/// What stands where a state would.
const DELETED: &str = "Deleted";

/// The list.
#[derive(Clone)]
pub struct UsersRoute;

#[lazy_route]
impl LazyRoute for UsersRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let UsersRoute = this;
        list_page(Which::Present)
    }
}

/// The list of deleted users.
#[derive(Clone)]
pub struct DeletedUsersRoute;

#[lazy_route]
impl LazyRoute for DeletedUsersRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let DeletedUsersRoute = this;
        list_page(Which::Deleted)
    }
}

fn list_page(which: Which) -> AnyView {
    match untrack(|| account().refusal(Operation::ListUsers)) {
        Some(reason) => view! { <Forbidden title=which.title() reason/> }.erased(),
        None => view! { <UsersPage which/> }.erased(),
    }
}

/// One user, over the list.
#[derive(Clone)]
pub struct UserRoute;

#[lazy_route]
impl LazyRoute for UserRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let UserRoute = this;
        view! { <UserPanel which=Which::Present/> }.erased()
    }
}

/// One user, over the list of deleted users.
#[derive(Clone)]
pub struct DeletedUserRoute;

#[lazy_route]
impl LazyRoute for DeletedUserRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let DeletedUserRoute = this;
        view! { <UserPanel which=Which::Deleted/> }.erased()
    }
}

/// The form for a new user, over the list.
#[derive(Clone)]
pub struct NewUserRoute;

#[lazy_route]
impl LazyRoute for NewUserRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let NewUserRoute = this;
        view! { <NewUserPanel/> }.erased()
    }
}
