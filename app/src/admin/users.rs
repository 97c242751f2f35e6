//! The list of users.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

#[derive(Clone)]
pub struct UsersRoute;

#[lazy_route]
impl LazyRoute for UsersRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let UsersRoute = this;
        view! { <UsersPage/> }.into_any()
    }
}

#[component]
fn UsersPage() -> impl IntoView {
    view! {
        <Title text="Users"/>
        <h1>"Users"</h1>
    }
}
