//! Settings: administrators. The list, and over it the panel of one of them.

mod list;
mod panel;
mod unlock;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use model::{Id, Operation};

use super::Forbidden;
use crate::kit::Erase;
use crate::viewer::account;
use list::AdministratorsPage;
use panel::AdministratorPanel;
pub(super) use unlock::UnlockButton;

const TITLE: &str = "Administrators";

/// The list.
#[derive(Clone)]
pub struct AdministratorsRoute;

#[lazy_route]
impl LazyRoute for AdministratorsRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let AdministratorsRoute = this;
        match account().refusal(Operation::ListAdministrators) {
            Some(reason) => view! { <Forbidden title=TITLE reason/> }.erased(),
            None => view! { <AdministratorsPage/> }.erased(),
        }
    }
}

/// One administrator, over the list.
#[derive(Clone)]
pub struct AdministratorRoute;

#[lazy_route]
impl LazyRoute for AdministratorRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let AdministratorRoute = this;
        view! { <AdministratorPanel/> }.erased()
    }
}

/// Whether this administrator is the one who looks.
fn is_oneself(id: Id) -> bool {
    account().0.with_untracked(|me| me.as_ref().is_some_and(|me| me.id == id))
}
