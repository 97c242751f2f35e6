//! The Homepage.

use leptos::prelude::*;
use model::{Json, Problem};

use super::Browser;

#[server(name = ReadHomepage, client = Browser, input = Json, output = Json)]
pub async fn homepage() -> Result<model::home::Homepage, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.home().read(&context.actor, &context.zone).await)
}
