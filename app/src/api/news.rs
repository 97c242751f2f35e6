//! What is new, and that one has seen it.

use leptos::prelude::*;
use model::news::Release;
use model::{Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn whats_new() -> Result<Vec<Release>, Problem> {
    crate::context::admin().await?;
    Ok(crate::news::all().to_vec())
}

/// Up to what this program knows of.
#[server(client = Browser, input = Json, output = Json)]
pub async fn see_whats_new() -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.preferences().see_news(&context.actor, crate::news::edition()).await)
}
