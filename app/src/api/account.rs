//! Who is signed in, and what one chose about lists. One's own details, factors and sessions have
//! pages that the server renders.

use leptos::prelude::*;
use model::account::ColumnChoice;
use model::{Json, Problem};

use super::Browser;

/// Who is signed in.
#[server(name = ReadMe, client = Browser, input = Json, output = Json)]
pub async fn me() -> Result<model::account::Me, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.account().me(&context.actor).await)
}

/// The columns that one chose for a list, by the list's name.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_columns(list: String) -> Result<ColumnChoice, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.preferences().columns(&context.actor, &list).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn save_columns(list: String, choice: ColumnChoice) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.preferences().set_columns(&context.actor, &list, &choice).await)
}

/// Checks the actor's own password again, before a sensitive change.
#[server(client = Browser, input = Json, output = Json)]
pub async fn reauthenticate(password: String) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.account().reauthenticate(&context.actor, &password).await)
}
