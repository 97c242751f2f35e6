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
mod panel;
mod selection;
mod toolbar;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use model::Operation;

use super::Forbidden;
use crate::kit::Erase;
use crate::viewer::account;
use list::UsersPage;
use new::NewUserPanel;
use panel::UserPanel;

const TITLE: &str = "Users";

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
        match untrack(|| account().refusal(Operation::ListUsers)) {
            Some(reason) => view! { <Forbidden title=TITLE reason/> }.erased(),
            None => view! { <UsersPage/> }.erased(),
        }
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
        view! { <UserPanel/> }.erased()
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
