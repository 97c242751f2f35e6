//! Custom roles.

use leptos::prelude::*;
use model::role::{CustomRole, CustomRoleForm, CustomRoleUpdate};
use model::{Id, Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_roles() -> Result<Vec<CustomRole>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.roles().list(&context.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_role(id: Id) -> Result<CustomRole, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.roles().read(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn create_role(role: CustomRoleForm) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.roles().create(&context.actor, &role).await)
}

/// Answers with the role as it is then.
#[server(client = Browser, input = Json, output = Json)]
pub async fn update_role(role: CustomRoleUpdate) -> Result<CustomRole, Problem> {
    let context = crate::context::admin().await?;
    let roles = context.directory.roles();
    context.answer(roles.update(&context.actor, &role).await)?;
    context.answer(roles.read(&context.actor, role.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_role(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.roles().delete(&context.actor, id).await)
}
