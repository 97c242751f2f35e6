//! The Homepage.

use leptos::prelude::*;
use model::{Json, Problem};

use super::Browser;

#[server(name = ReadHomepage, client = Browser, input = Json, output = Json)]
pub async fn homepage() -> Result<model::home::Homepage, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.home().read(&door.actor, &door.zone).await)
}
