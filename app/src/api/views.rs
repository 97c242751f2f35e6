//! Saved views of lists.

use leptos::prelude::*;
use model::view::{SavedView, ViewForm, ViewUpdate};
use model::{Id, Json, Problem};

use super::Browser;

/// One's own views of a list and those that are shared, by the list's name.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_views(list: String) -> Result<Vec<SavedView>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.views().list(&context.actor, &list).await)
}

/// Saves a view of a list; answers with its id.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_view(list: String, view: ViewForm) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.views().create(&context.actor, &list, &view).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_view(view: ViewUpdate) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.views().update(&context.actor, &view).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_view(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.views().delete(&context.actor, id).await)
}
