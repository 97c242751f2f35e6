//! Settings: outgoing mail. The mail server, the outbox, the templates of letters.

mod letter;
mod outbox;
mod paper;
mod server;
mod settings;
mod several;
mod standing;
mod template;
mod templates;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use model::Operation;

use super::Forbidden;
use crate::kit::Erase;
use crate::viewer::account;
use letter::LetterPanel;
use outbox::OutboxPage;
use settings::OutgoingMailPage;
use template::TemplatePanel;
use templates::TemplatesPage;

const OUTGOING_MAIL: &str = "Outgoing mail";
const OUTBOX: &str = "Outbox";
const TEMPLATES: &str = "Email templates";

/// The page for whoever may see it.
fn guarded(title: &'static str, needs: Operation, page: impl FnOnce() -> AnyView) -> AnyView {
    match untrack(|| account().refusal(needs)) {
        Some(reason) => view! { <Forbidden title reason/> }.erased(),
        None => page(),
    }
}

/// The mail server, and who letters are from.
#[derive(Clone)]
pub struct OutgoingMailRoute;

#[lazy_route]
impl LazyRoute for OutgoingMailRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let OutgoingMailRoute = this;
        guarded(OUTGOING_MAIL, Operation::ReadMailSettings, || view! { <OutgoingMailPage/> }.erased())
    }
}

/// The letters that were written.
#[derive(Clone)]
pub struct OutboxRoute;

#[lazy_route]
impl LazyRoute for OutboxRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let OutboxRoute = this;
        guarded(OUTBOX, Operation::ListLetters, || view! { <OutboxPage/> }.erased())
    }
}

/// One letter, over the list.
#[derive(Clone)]
pub struct LetterRoute;

#[lazy_route]
impl LazyRoute for LetterRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let LetterRoute = this;
        view! { <LetterPanel/> }.erased()
    }
}

/// The kinds of letters.
#[derive(Clone)]
pub struct TemplatesRoute;

#[lazy_route]
impl LazyRoute for TemplatesRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let TemplatesRoute = this;
        guarded(TEMPLATES, Operation::ReadMailSettings, || view! { <TemplatesPage/> }.erased())
    }
}

/// The editor of one kind, over them.
#[derive(Clone)]
pub struct TemplateRoute;

#[lazy_route]
impl LazyRoute for TemplateRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let TemplateRoute = this;
        view! { <TemplatePanel/> }.erased()
    }
}
