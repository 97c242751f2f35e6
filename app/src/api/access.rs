//! Access: who reaches which resources, binding, and unbinding.

use leptos::prelude::*;
use model::access::{Access, AccessLoss, Binding, BoundGroup, Reaching, ResourceRef};
use model::user::Outcome;
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

/// What a user reaches, and by which ways.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_access_of_user(id: Id, query: ListQuery) -> Result<Page<Access>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().of_user(&context.actor, id, &query).await)
}

/// Who reaches a resource, and by which ways.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_users_of_resource(id: Id, query: ListQuery) -> Result<Page<Reaching>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().of_resource(&context.actor, id, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn groups_of_resource(id: Id) -> Result<Vec<BoundGroup>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().groups_of(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn resources_of_group(id: Id) -> Result<Vec<ResourceRef>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().of_group(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn bind(binding: Binding) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().bind(&context.actor, &binding).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unbind(binding: Binding) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().unbind(&context.actor, &binding).await)
}

/// Who would lose a resource by unbinding.
#[server(client = Browser, input = Json, output = Json)]
pub async fn loss_of_binding(binding: Binding) -> Result<AccessLoss, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.access().loss(&context.actor, &binding).await)
}
