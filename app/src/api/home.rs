//! The Homepage.

use leptos::prelude::*;
use model::home::Widget;
use model::{Json, Problem};

use super::{Background, Browser};

#[server(name = ReadHomepage, client = Browser, input = Json, output = Json)]
pub async fn homepage() -> Result<model::home::Homepage, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.home().read(&context.actor, &context.zone).await)
}

/// The same, as an open page asks for it by itself.
#[server(client = Background, input = Json, output = Json)]
pub async fn refresh_homepage() -> Result<model::home::Homepage, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.home().read(&context.actor, &context.zone).await)
}

/// Keeps which parts one's Homepage shows, and in which order.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_widgets(widgets: Vec<Widget>) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.preferences().set_widgets(&context.actor, &widgets).await)
}
