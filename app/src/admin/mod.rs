//! The Admin Portal.

mod users;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{A, Route, Router, Routes},
    path,
};

use users::UsersRoute;

#[component]
pub fn AdminApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page: String| format!("{page} · Bailiwick")/>
        <Router>
            <nav aria-label="Main">
                <A href="/admin">"Home"</A>
                " "
                <A href="/admin/users">"Users"</A>
            </nav>
            <main>
                <Routes fallback=|| "There is no such page.">
                    <Route path=path!("/admin") view=HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/users") view={Lazy::<UsersRoute>::new()} ssr=SsrMode::Async/>
                </Routes>
            </main>
        </Router>
    }
}

#[component]
fn HomePage() -> impl IntoView {
    view! {
        <Title text="Home"/>
        <h1>"Home"</h1>
    }
}
