//! What stands at an address in place of its screen: nothing there, nothing for one's role, or another
//! address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, components::Redirect};
use model::{ErrorCode, Operation, Problem};

use crate::kit::{EmptyState, Erase, LinkButton, Look, PageHeader};
use crate::{routes, status, viewer};

/// To where one begins, for somebody who has come to nothing.
pub(super) fn to_start(look: Look) -> AnyView {
    let has_home = untrack(|| viewer::account().may(Operation::ReadHomepage));
    let word = if has_home { "Go to the Homepage" } else { "Go to your first page" };
    view! { <LinkButton look href=routes::HOME.to_owned()>{word}</LinkButton> }.erased()
}

/// Redirects to another address, in place of this one.
pub(super) fn redirect(path: &'static str) -> AnyView {
    if cfg!(feature = "ssr") {
        status::redirect_to(path);
        return ().erased();
    }
    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
    view! { <Redirect path options/> }.erased()
}

/// There is no such page.
#[component]
pub(super) fn NotFound() -> impl IntoView {
    status::answer_with(404);
    view! {
        <div class="page">
            <PageHeader title="Page not found".to_owned()/>
            <EmptyState
                icon="search"
                title="There is no page at this address"
                text="It may have been moved, or the address may be misspelt."
            >
                {to_start(Look::Primary)}
            </EmptyState>
        </div>
    }
    .erased()
}

/// Beside what says that there is no such thing: the page's title and its status say so, too.
#[component]
pub(super) fn NotFoundTitle(problem: Problem) -> impl IntoView {
    (problem.code == ErrorCode::NotFound).then(|| {
        status::answer_with(404);
        view! { <Title text="Not found"/> }
    })
}

/// The screen for whoever may see it; anybody else is told why not.
pub(super) fn guarded(title: &'static str, needs: Operation, screen: impl FnOnce() -> AnyView) -> AnyView {
    match untrack(|| viewer::account().refusal(needs)) {
        Some(reason) => view! { <Forbidden title reason/> }.erased(),
        None => screen(),
    }
}

/// What stands at an address that one's role may not see.
#[component]
fn Forbidden(
    /// What it would be.
    title: &'static str,
    reason: String,
) -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=title.to_owned()/>
            <Refused reason/>
        </div>
    }
    .erased()
}

/// Why one's role may not have what stands here; the page's status says so, too.
#[component]
pub(super) fn Refused(reason: String) -> impl IntoView {
    status::answer_with(403);
    view! {
        <EmptyState icon="lock" title="Not for your role" text=reason>
            {to_start(Look::Secondary)}
        </EmptyState>
    }
}
