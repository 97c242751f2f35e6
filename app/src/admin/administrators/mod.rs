//! Settings: administrators. The list, and over it the panel of one of them or of a new one.

mod api_access;
mod deeds;
mod fields;
mod list;
mod new;
mod panel;
mod unlock;
mod words;

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
    /// The form for a new one.
    NewAdministratorRoute, new_administrator_screen =>
        view! { <NewAdministratorPanel from=Origin::Nobody/> }.erased();
    /// The form for one made from a user.
    AdministratorFromUserRoute, administrator_from_user_screen =>
        view! { <NewAdministratorPanel from=Origin::User/> }.erased();
}

/// Whom words about this administrator are about.
fn whom(id: Id) -> words::Whom {
    if is_oneself(id) { words::Whom::You } else { words::Whom::They }
}

/// Whether this administrator is the one who looks.
fn is_oneself(id: Id) -> bool {
    account().0.with_untracked(|me| me.as_ref().is_some_and(|me| me.id == id))
}
