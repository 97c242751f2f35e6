//! The Homepage.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::kit::PageHeader;
use crate::viewer::account;

#[derive(Clone)]
pub struct HomeRoute;

#[lazy_route]
impl LazyRoute for HomeRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let HomeRoute = this;
        view! { <HomePage/> }.into_any()
    }
}

#[component]
fn HomePage() -> impl IntoView {
    let me = account().0;
    let title = move || {
        me.with(|me| {
            me.as_ref().map_or_else(|| "Welcome".to_owned(), |me| format!("Welcome, {}", me.first_name))
        })
    };
    view! {
        <div class="page">
            <PageHeader title=Signal::derive(title) document="Home"/>
        </div>
    }
}
