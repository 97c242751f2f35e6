//! The commands that one has been granted: the area of those who run commands and nothing else.

use leptos::prelude::*;
use model::Operation;
use model::settings::Contact;

use super::{guarded, screens::screens};
use crate::api::commands::whom_to_ask;
use crate::kit::{EmptyState, Erase, PageHeader, Skeleton};

const TITLE: &str = "Commands";

screens! { commands:
    /// What one may run.
    CommandsRoute, commands_screen =>
        guarded(TITLE, Operation::ReadGrantedCommands, || view! { <CommandsPage/> }.erased());
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
