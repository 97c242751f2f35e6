//! Search of everything.

use leptos::prelude::*;
use model::search::Hits;
use model::{Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn search_everything(text: String) -> Result<Hits, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.search().everything(&context.actor, &text).await)
}
