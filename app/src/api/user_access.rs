//! What administrators do about users' access: passwords, emails, locks, factors.

use leptos::prelude::*;
use model::user::{MfaRequirement, NewPassword, Notify, Outcome, Selection};
use model::{Id, Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn set_user_password(id: Id, new: NewPassword) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().set_password(&context.actor, id, &new).await)
}

/// A password that keeps the rules; nothing keeps it.
#[server(client = Browser, input = Json, output = Json)]
pub async fn suggest_password() -> Result<String, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().suggest_password(&context.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_activation_email(selection: Selection, notify: Notify) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().send_activation_email(&context.actor, &selection, &notify).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_password_reset(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().send_password_reset(&context.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn force_password_change(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().force_password_change(&context.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unlock_users(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().unlock(&context.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn reset_users_totp(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().reset_totp(&context.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn change_mfa(selection: Selection, requirement: MfaRequirement) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().change_mfa(&context.actor, &selection, requirement).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_user_passkey(user: Id, passkey: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().remove_passkey(&context.actor, user, passkey).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_user_ssh_key(user: Id, key: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().remove_ssh_key(&context.actor, user, key).await)
}
