//! The Admin Portal: its screens and their addresses.

mod access;
mod access_paths;
mod administrators;
mod applications;
mod billing;
mod commands;
mod create_panel;
mod group_field;
mod groups;
mod home;
mod import;
mod insights;
mod jobs;
mod ldap;
mod mail;
mod news;
mod organization;
mod outcomes;
mod own;
mod palette;
mod panels;
mod people_choice;
mod period;
mod question_dialog;
mod questions;
mod reason;
mod reauthentication;
mod resource;
mod roles;
mod screens;
mod security;
mod settings;
mod shell;
mod user_stats;
mod users;
mod views;
mod when;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::browser::unsaved;
use crate::kit::{Addresses, Chunks, Covered, Toaster, literal};
use crate::{routes, viewer};
use access::NotFound;
use administrators::{
    AdministratorFromUserRoute, AdministratorRoute, AdministratorsRoute, NewAdministratorRoute,
};
use applications::{ApplicationRoute, ApplicationsRoute, NewApplicationRoute};
use billing::BillingRoute;
use commands::CommandsRoute;
use groups::{GroupRoute, GroupsRoute, NewGroupRoute};
use home::HomeRoute;
use import::ImportRoute;
use insights::{EventRoute, InsightsRoute};
use jobs::{JobRoute, JobsRoute};
use ldap::LdapRoute;
use mail::{MessageRoute, OutboxRoute, OutgoingMailRoute, TemplateRoute, TemplatesRoute};
use news::NewsRoute;
use organization::OrganizationRoute;
use questions::Questions;
use reauthentication::Reauthentication;
use roles::{CustomRoleRoute, CustomRolesRoute, NewCustomRoleRoute};
use security::PasswordSettingsRoute;
use shell::Shell;
use user_stats::UserStats;
use users::{
    DeletedUserRoute, DeletedUsersRoute, NewUserRoute, ScheduledRoute, UserRoute, UserSettingsRoute,
    UsersRoute,
};

const TITLE_END: &str = " · Bailiwick";

/// What the server called the page: the screen names it anew once its code is there.
fn title_so_far() -> String {
    if cfg!(feature = "ssr") {
        return String::new();
    }
    let title = document().title();
    title.strip_suffix(TITLE_END).unwrap_or(&title).to_owned()
}

/// The whole portal, on the server and in the browser.
#[component]
pub fn AdminApp() -> impl IntoView {
    provide_meta_context();
    // Before the router, which would hear of each way out first.
    unsaved::watch();
    let viewer = viewer::provide();
    provide_context(Addresses { sign_in: routes::LOGIN, is_served_alone: routes::is_served_alone });
    Chunks::provide();
    Toaster::provide();
    Covered::provide();
    UserStats::provide();
    Reauthentication::provide();
    Questions::provide();
    view! {
        <Title text=title_so_far() formatter=|page: String| literal(&format!("{page}{TITLE_END}"))/>
        <Router>
            <Shell nav=viewer.nav theme=viewer.theme>
                <Routes fallback=|| view! { <NotFound/> }>
                    <Route path=path!("/admin") view={Lazy::<HomeRoute>::new()} ssr=SsrMode::Async/>
                    <Route
                        path=path!("/admin/users/settings")
                        view={Lazy::<UserSettingsRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/admin/users/scheduled")
                        view={Lazy::<ScheduledRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <ParentRoute
                        path=path!("/admin/users/deleted")
                        view={Lazy::<DeletedUsersRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!(":id/:tab?") view={Lazy::<DeletedUserRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route
                        path=path!("/admin/users/import/:id?")
                        view={Lazy::<ImportRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <ParentRoute path=path!("/admin/users") view={Lazy::<UsersRoute>::new()} ssr=SsrMode::Async>
                        // Without a child of its own the list would have no outlet to open one in.
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!("new") view={Lazy::<NewUserRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!(":id/:tab?") view={Lazy::<UserRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute path=path!("/admin/user-groups") view={Lazy::<GroupsRoute>::new()} ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!("new") view={Lazy::<NewGroupRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!(":id/:tab?") view={Lazy::<GroupRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute
                        path=path!("/admin/applications")
                        view={Lazy::<ApplicationsRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!("new") view={Lazy::<NewApplicationRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!(":id/:tab?") view={Lazy::<ApplicationRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/admin/ldap/:tab?") view={Lazy::<LdapRoute>::new()} ssr=SsrMode::Async/>
                    <ParentRoute
                        path=path!("/admin/insights")
                        view={Lazy::<InsightsRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!(":id") view={Lazy::<EventRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute path=path!("/admin/jobs") view={Lazy::<JobsRoute>::new()} ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!(":id") view={Lazy::<JobRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route
                        path=path!("/admin/security/passwords")
                        view={Lazy::<PasswordSettingsRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/admin/settings/organization")
                        view={Lazy::<OrganizationRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/admin/settings/billing")
                        view={Lazy::<BillingRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/admin/commands") view={Lazy::<CommandsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin/whats-new") view={Lazy::<NewsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin/settings") view=settings::first ssr=SsrMode::Async/>
                    <ParentRoute
                        path=path!("/admin/settings/administrators")
                        view={Lazy::<AdministratorsRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!("new") view={Lazy::<NewAdministratorRoute>::new()} ssr=SsrMode::Async/>
                        <Route
                            path=path!("from-user")
                            view={Lazy::<AdministratorFromUserRoute>::new()}
                            ssr=SsrMode::Async
                        />
                        <Route path=path!(":id") view={Lazy::<AdministratorRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute
                        path=path!("/admin/settings/custom-roles")
                        view={Lazy::<CustomRolesRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!("new") view={Lazy::<NewCustomRoleRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!(":id") view={Lazy::<CustomRoleRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route
                        path=path!("/admin/settings/outgoing-mail")
                        view={Lazy::<OutgoingMailRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <ParentRoute
                        path=path!("/admin/settings/outbox")
                        view={Lazy::<OutboxRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!(":id") view={Lazy::<MessageRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <ParentRoute
                        path=path!("/admin/settings/email-templates")
                        view={Lazy::<TemplatesRoute>::new()}
                        ssr=SsrMode::Async
                    >
                        <Route path=path!("") view=|| () ssr=SsrMode::Async/>
                        <Route path=path!(":kind") view={Lazy::<TemplateRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/admin/*rest") view=NotFound ssr=SsrMode::Async/>
                </Routes>
            </Shell>
        </Router>
    }
}
