//! Settings: administrators.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use model::Operation;

use super::Forbidden;
use crate::kit::PageHeader;
use crate::viewer::account;

const TITLE: &str = "Administrators";

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
            Some(reason) => view! { <Forbidden title=TITLE reason/> }.into_any(),
            None => view! { <AdministratorsPage/> }.into_any(),
        }
    }
}

#[component]
fn AdministratorsPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=TITLE.to_owned()/>
        </div>
    }
}
