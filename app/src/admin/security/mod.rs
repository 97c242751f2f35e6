//! Security Management: the rules for users' passwords.

mod fields;
mod passwords;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use model::Operation;

use super::Forbidden;
use crate::kit::Erase;
use crate::viewer::account;
use passwords::PasswordSettingsPage;

const TITLE: &str = "Password settings";

/// The password settings.
#[derive(Clone)]
pub struct PasswordSettingsRoute;

#[lazy_route]
impl LazyRoute for PasswordSettingsRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let PasswordSettingsRoute = this;
        match untrack(|| account().refusal(Operation::ReadPasswordPolicy)) {
            Some(reason) => view! { <Forbidden title=TITLE reason/> }.erased(),
            None => view! { <PasswordSettingsPage/> }.erased(),
        }
    }
}
