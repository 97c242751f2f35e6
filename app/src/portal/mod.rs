//! The User Portal: what people can sign in to, and what they see and change of themselves. The pages
//! about passwords and factors are the server's alone (`account`).

mod applications;
pub(crate) mod bar;
mod profile;
mod tiles;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use model::portal::Me;

use crate::browser::unsaved;
use crate::kit::{
    Addresses, Announcements, Announcer, EmptyState, Erase, LinkButton, Look, PageHeader, Toaster, Toasts,
    literal,
};
use crate::viewer::{self, Theme};
use crate::{routes, status};
use applications::Applications;
use bar::{Bar, PortalPage};
use profile::ProfilePage;

const MAIN: &str = "main";

/// The whole portal, on the server and in the browser.
#[component]
pub fn PortalApp() -> impl IntoView {
    provide_meta_context();
    // Before the router, which would hear of each way out first.
    unsaved::watch();
    let viewer = viewer::provide_user();
    provide_context(Addresses { sign_in: routes::USER_LOGIN, is_served_alone: routes::is_served_alone });
    Toaster::provide();
    let organization = viewer.me.as_ref().map(|me| me.organization.clone()).unwrap_or_default();
    view! {
        <Title formatter=move |page: String| literal(&format!("{page} · {organization}"))/>
        <Router>
            <Frame me=viewer.me theme=viewer.theme>
                <Routes fallback=|| view! { <NotFound/> }>
                    <Route path=path!("/") view=Applications ssr=SsrMode::Async/>
                    <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/profile/*rest") view=NotFound ssr=SsrMode::Async/>
                </Routes>
            </Frame>
        </Router>
    }
}

/// What stands around each page.
#[component]
fn Frame(me: Option<Me>, theme: Theme, children: Children) -> impl IntoView {
    Announcer::provide();
    let path = use_location().pathname;
    let page = Signal::derive(move || {
        path.with(|path| match path.as_str() {
            routes::PORTAL => Some(PortalPage::Applications),
            routes::PROFILE => Some(PortalPage::Profile),
            _ => None,
        })
    });
    view! {
        <a class="skip visually-hidden" href=format!("#{MAIN}") rel="external">"Skip to the content"</a>
        <div class="portal">
            {me.map(|me| view! { <Bar me page theme/> })}
            <main id=MAIN tabindex="-1">{children()}</main>
        </div>
        <Toasts/>
        <Announcements/>
    }
    .erased()
}

/// There is no such page.
#[component]
fn NotFound() -> impl IntoView {
    status::answer_with(404);
    view! {
        <PageHeader title="Page not found".to_owned()/>
        <EmptyState
            icon="search"
            title="There is no page at this address"
            text="It may have been moved, or the address may be misspelt."
        >
            <LinkButton look=Look::Primary href=routes::PORTAL.to_owned()>"Go to your applications"</LinkButton>
        </EmptyState>
    }
    .erased()
}
