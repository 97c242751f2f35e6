//! The commands that one has been granted: the area of those who run commands and nothing else.

use leptos::prelude::*;
use model::settings::Contact;
use model::{Operation, Scope};

use super::access::{guarded, to_start};
use super::screens::screens;
use crate::api::commands::whom_to_ask;
use crate::kit::{EmptyState, Erase, Look, PageHeader, Skeleton};
use crate::{status, viewer::account};

const TITLE: &str = "Commands";

screens! { commands:
    /// What one may run.
    CommandsRoute, commands_screen => screen();
}

fn screen() -> AnyView {
    if untrack(manages) {
        return not_yet();
    }
    guarded(TITLE, Operation::ReadGrantedCommands, || view! { <CommandsPage/> }.erased())
}

/// Whether one's role is to see or change all commands, not those alone that are granted.
fn manages() -> bool {
    let manages = [Scope::Commands, Scope::CommandsReadonly];
    let account = account();
    let role = account.0.with(|me| me.as_ref().map(|me| me.role.scopes.has_any(&manages)));
    role == Some(true) && !account.may(Operation::ReadGrantedCommands)
}

/// What this address will be for those who manage commands.
fn not_yet() -> AnyView {
    status::answer_with(403);
    let text = "Your role is to have them here, but this release has none: no command can be written, granted or run.";
    view! {
        <div class="page">
            <PageHeader title=TITLE.to_owned()/>
            <EmptyState icon="square-terminal" title="There are no commands yet" text>
                {to_start(Look::Secondary)}
            </EmptyState>
        </div>
    }
    .erased()
}

#[component]
fn CommandsPage() -> impl IntoView {
    let contact = Resource::new(|| (), |()| whom_to_ask());
    view! {
        <div class="page">
            <PageHeader title=TITLE.to_owned()/>
            <section class="card" aria-labelledby="granted">
                <header><h2 id="granted">"Commands granted to you"</h2></header>
                <Transition fallback=|| view! { <Skeleton lines=4/> }>
                    {move || contact.get().map(|contact| nothing(&contact.unwrap_or_default()))}
                </Transition>
            </section>
        </div>
    }
    .erased()
}

/// This release has no commands to grant.
fn nothing(contact: &Contact) -> AnyView {
    let question = contact.question().unwrap_or_else(|| "Questions? Ask your administrator.".to_owned());
    let text = format!(
        "An administrator grants commands one by one; you then run them here and see what became of them. \
         This release cannot grant any yet. {question}"
    );
    view! { <EmptyState icon="square-terminal" title="No command has been granted to you" text/> }.erased()
}
