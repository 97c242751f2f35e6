//! Administrators.

use leptos::prelude::*;
use model::administrator::{Administrator, AdministratorRow};
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_administrators(query: ListQuery) -> Result<Page<AdministratorRow>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().list(&door.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_administrator(id: Id) -> Result<Administrator, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().read(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unlock_administrator(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().unlock(&door.actor, id).await)
}
