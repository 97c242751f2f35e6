//! Administrators.

use leptos::prelude::*;
use model::administrator::{Administrator, AdministratorForm, AdministratorRow, AdministratorUpdate};
use model::user::Outcome;
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

/// By themselves, or from a user.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_administrator(administrator: AdministratorForm, from: Option<Id>) -> Result<Id, Problem> {
    let door = crate::door::admin().await?;
    let administrators = door.directory.administrators();
    door.answer(match from {
        Some(user) => administrators.create_from_user(&door.actor, user, &administrator).await,
        None => administrators.create(&door.actor, &administrator).await,
    })
}

/// Answers with the administrator as it is then.
#[server(client = Browser, input = Json, output = Json)]
pub async fn update_administrator(administrator: AdministratorUpdate) -> Result<Administrator, Problem> {
    let door = crate::door::admin().await?;
    let administrators = door.directory.administrators();
    door.answer(administrators.update(&door.actor, &administrator).await)?;
    door.answer(administrators.read(&door.actor, administrator.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn suspend_administrator(id: Id, version: i64, suspended: bool) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().set_suspended(&door.actor, id, version, suspended).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_administrators(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().delete(&door.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn invite_administrator(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().invite(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_administrator_password_reset(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().send_password_reset(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_administrator_totp_reset(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().send_totp_reset(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn end_administrator_sessions(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().end_sessions(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn revoke_api_key(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.api_keys().revoke(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unlock_administrator(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.administrators().unlock(&door.actor, id).await)
}
