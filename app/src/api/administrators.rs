//! Administrators.

use leptos::prelude::*;
use model::administrator::{Administrator, AdministratorForm, AdministratorRow, AdministratorUpdate};
use model::user::Outcome;
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_administrators(query: ListQuery) -> Result<Page<AdministratorRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().list(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_administrator(id: Id) -> Result<Administrator, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().read(&context.actor, id).await)
}

/// By themselves, or from a user.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_administrator(administrator: AdministratorForm, from: Option<Id>) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    let administrators = context.directory.administrators();
    context.answer(match from {
        Some(user) => administrators.create_from_user(&context.actor, user, &administrator).await,
        None => administrators.create(&context.actor, &administrator).await,
    })
}

/// Answers with the administrator as it is then.
#[server(client = Browser, input = Json, output = Json)]
pub async fn update_administrator(administrator: AdministratorUpdate) -> Result<Administrator, Problem> {
    let context = crate::context::admin().await?;
    let administrators = context.directory.administrators();
    context.answer(administrators.update(&context.actor, &administrator).await)?;
    context.answer(administrators.read(&context.actor, administrator.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn suspend_administrator(id: Id, version: i64, suspended: bool) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(
        context.directory.administrators().set_suspended(&context.actor, id, version, suspended).await,
    )
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_administrators(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().delete(&context.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn invite_administrator(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().invite(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_administrator_password_reset(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().send_password_reset(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_administrator_totp_reset(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().send_totp_reset(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn end_administrator_sessions(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().end_sessions(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn revoke_api_key(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.api_keys().revoke(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unlock_administrator(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.administrators().unlock(&context.actor, id).await)
}
