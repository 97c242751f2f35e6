//! What one has been granted to run.

use leptos::prelude::*;
use model::settings::Contact;
use model::{Json, Problem};

use super::Browser;

/// Whom one asks to be granted a command.
#[server(client = Browser, input = Json, output = Json)]
pub async fn whom_to_ask() -> Result<Contact, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.settings().whom_to_ask(&context.actor).await)
}
