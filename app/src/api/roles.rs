//! Custom roles.

use leptos::prelude::*;
use model::role::{CustomRole, CustomRoleForm, CustomRoleUpdate};
use model::{Id, Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_roles() -> Result<Vec<CustomRole>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.roles().list(&door.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_role(id: Id) -> Result<CustomRole, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.roles().read(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn create_role(role: CustomRoleForm) -> Result<Id, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.roles().create(&door.actor, &role).await)
}

/// Answers with the role as it is then.
#[server(client = Browser, input = Json, output = Json)]
pub async fn update_role(role: CustomRoleUpdate) -> Result<CustomRole, Problem> {
    let door = crate::door::admin().await?;
    let roles = door.directory.roles();
    door.answer(roles.update(&door.actor, &role).await)?;
    door.answer(roles.read(&door.actor, role.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_role(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.roles().delete(&door.actor, id).await)
}
