//! What is new, and that one has seen it.

use leptos::prelude::*;
use model::news::Release;
use model::{Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn whats_new() -> Result<Vec<Release>, Problem> {
    crate::door::admin().await?;
    Ok(crate::news::all().to_vec())
}

/// Up to what this program knows of.
#[server(client = Browser, input = Json, output = Json)]
pub async fn see_whats_new() -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.preferences().see_news(&door.actor, crate::news::edition()).await)
}
