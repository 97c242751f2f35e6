//! Settings: custom roles. The list, and over it the panel of one of them or of a new one.

mod areas;
mod fields;
mod list;
mod new;
mod panel;

use leptos::{prelude::*, task::spawn_local};
use model::role::CustomRole;
use model::{Filter, ListQuery, Operation};

use super::user_stats::user_stats;
use super::{access::guarded, screens::screens};
use crate::kit::{Erase, with_query};
use crate::viewer::account;
use crate::{api, routes};
use list::CustomRolesPage;
use new::NewCustomRolePanel;
use panel::CustomRolePanel;

const TITLE: &str = "Custom roles";

screens! { custom_roles:
    /// The list.
    CustomRolesRoute, custom_roles_screen =>
        guarded(TITLE, Operation::ListRoles, || view! { <CustomRolesPage/> }.erased());
    /// One custom role, over the list.
    CustomRoleRoute, custom_role_screen => view! { <CustomRolePanel/> }.erased();
    /// The form for a new one.
    NewCustomRoleRoute, new_custom_role_screen => view! { <NewCustomRolePanel/> }.erased();
}

/// The custom roles that can be chosen, once they are there; none for who may not see them.
pub(super) fn offered() -> RwSignal<Vec<CustomRole>> {
    let (stats, account, roles) = (user_stats(), account(), RwSignal::new(vec![]));
    Effect::new(move |_| {
        stats.version();
        if account.may(Operation::ListRoles) {
            spawn_local(async move {
                if let Ok(found) = api::roles::list_roles().await {
                    roles.try_set(found);
                }
            });
        }
    });
    roles
}

/// The administrators who have a role.
fn holders(role: &CustomRole) -> String {
    let filters = vec![Filter::is("role", [role.name.as_str()])];
    with_query(routes::ADMINISTRATORS, &ListQuery { filters, ..ListQuery::default() })
}

/// "1 administrator", "3 administrators".
fn counted(role: &CustomRole) -> String {
    match role.administrators {
        0 => "Nobody".to_owned(),
        1 => "1 administrator".to_owned(),
        many => format!("{many} administrators"),
    }
}
