//! The list of custom roles: twenty at most, so that it has no pages.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::role::{CUSTOM_ROLES_MAX, CustomRole, too_many_roles};
use model::{Operation, Problem};

use super::{TITLE, counted, holders};
use crate::admin::settings::SettingsHead;
use crate::admin::user_stats::user_stats;
use crate::kit::{Button, EmptyState, Erase, Failed, LinkButton, Look, Skeleton, Time, covered, keep_focus};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn CustomRolesPage() -> impl IntoView {
    let (covered, stats) = (covered(), user_stats());
    let roles = Resource::new(move || stats.version(), |_| api::roles::list_roles());
    let retry = Callback::new(move |()| roles.refetch());
    let shown = move |found: Result<Vec<CustomRole>, Problem>| {
        keep_focus();
        match found {
            Ok(roles) => view! { <Roles roles/> }.erased(),
            Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
        }
    };
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=TITLE current=routes::CUSTOM_ROLES/>
            <section class="table-card" aria-label=TITLE>
                <Transition fallback=|| view! { <div class="toolbar"><Skeleton lines=4/></div> }>
                    {move || roles.get().map(shown)}
                </Transition>
            </section>
        </div>
        <Outlet/>
    }
    .erased()
}

#[component]
fn Roles(roles: Vec<CustomRole>) -> impl IntoView {
    let (account, count) = (account(), roles.len());
    let full = count >= CUSTOM_ROLES_MAX;
    let refusal = move || account.refusal(Operation::CreateRole).or_else(|| full.then(too_many_roles));
    let add = move || {
        // A link that leads nowhere is a button that says why.
        match refusal() {
            Some(why) => view! {
                <Button look=Look::Primary icon="plus" disabled_because=Signal::stored(Some(why))>
                    "Add custom role"
                </Button>
            }
            .erased(),
            None => view! {
                <LinkButton look=Look::Primary icon="plus" href=routes::NEW_CUSTOM_ROLE.to_owned()>
                    "Add custom role"
                </LinkButton>
            }
            .erased(),
        }
    };
    let body = if roles.is_empty() {
        view! {
            <EmptyState
                icon="shield-check"
                title="No custom roles"
                text="A custom role begins as one of the roles that come with Bailiwick, and then allows exactly what you choose."
            />
        }
        .erased()
    } else {
        table(roles)
    };
    view! {
        <div class="toolbar">
            <p class="muted">{format!("{count} of at most {CUSTOM_ROLES_MAX}")}</p>
            <div class="end">{add}</div>
        </div>
        {body}
    }
    .erased()
}

fn table(roles: Vec<CustomRole>) -> AnyView {
    let row = |role: CustomRole| {
        let held = if role.administrators == 0 {
            view! { <span>"Nobody"</span> }.erased()
        } else {
            view! { <a href=holders(&role)>{counted(&role)}</a> }.erased()
        };
        view! {
            <tr>
                <td class="col-name">
                    <span class="lead">
                        <span class="text">
                            <a href=routes::custom_role(role.id) data-noscroll="">{role.name}</a>
                            <span class="sub wide">{role.description}</span>
                            <span class="sub narrow">{format!("From {}", role.template)}</span>
                        </span>
                    </span>
                </td>
                <td>{role.template.as_str()}</td>
                <td class="aside">{held}</td>
                <td><Time at=role.updated_at/></td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="data roles" aria-label=TITLE>
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Name"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"Administrators"</th>
                        <th scope="col">"Updated"</th>
                    </tr>
                </thead>
                <tbody>{roles.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .erased()
}
