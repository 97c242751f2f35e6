//! Applications: the list, one application, and the tiles of the user who is signed in to the User Portal.

use leptos::prelude::*;
use model::access::AccessLoss;
use model::application::{Application, ApplicationForm, ApplicationRow, ApplicationUpdate, Tile};
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_applications(query: ListQuery) -> Result<Page<ApplicationRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().list(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_application(id: Id) -> Result<Application, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().read(&context.actor, id).await)
}

/// Adds an application that nobody is bound to; answers with its id.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_application(form: ApplicationForm) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().create(&context.actor, &form).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_application(update: ApplicationUpdate) -> Result<Application, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().update(&context.actor, &update).await)?;
    context.answer(context.directory.applications().read(&context.actor, update.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_applications(ids: Vec<Id>) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().delete(&context.actor, &ids).await)
}

/// Who loses an application when these are deleted.
#[server(client = Browser, input = Json, output = Json)]
pub async fn loss_of_applications(ids: Vec<Id>) -> Result<AccessLoss, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.applications().loss(&context.actor, &ids).await)
}

/// The tiles of the user who is signed in to the User Portal.
#[server(client = Browser, input = Json, output = Json)]
pub async fn own_applications() -> Result<Vec<Tile>, Problem> {
    let context = crate::context::user().await?;
    context.answer(context.directory.applications().tiles(&context.actor).await)
}
