//! Settings: administrators. The list, and over it the panel of one of them or of a new one.

mod action_question;
mod action_target;
mod actions;
mod api_access;
mod copy;
mod fields;
mod list;
mod new;
mod panel;
mod parts;
mod unlock;

use leptos::prelude::*;
use model::{Id, Operation};

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use crate::viewer::account;
use list::AdministratorsPage;
use new::{NewAdministratorPanel, Origin};
use panel::AdministratorPanel;
pub(super) use unlock::UnlockButton;

const TITLE: &str = "Administrators";

screens! { administrators:
    /// The list.
    AdministratorsRoute, administrators_screen =>
        guarded(TITLE, Operation::ListAdministrators, || view! { <AdministratorsPage/> }.erased());
    /// One administrator, over the list.
    AdministratorRoute, administrator_screen => view! { <AdministratorPanel/> }.erased();
}

screens! { new_administrator:
    /// The form for a new one.
    NewAdministratorRoute, new_administrator_screen =>
        view! { <NewAdministratorPanel from=Origin::Nobody/> }.erased();
    /// The form for one made from a user.
    AdministratorFromUserRoute, administrator_from_user_screen =>
        view! { <NewAdministratorPanel from=Origin::User/> }.erased();
}

/// Whom a text about this administrator addresses.
fn whom(id: Id) -> copy::Whom {
    if is_oneself(id) { copy::Whom::You } else { copy::Whom::They }
}

/// Whether this administrator is the one who looks.
fn is_oneself(id: Id) -> bool {
    account().0.with_untracked(|me| me.as_ref().is_some_and(|me| me.id == id))
}
