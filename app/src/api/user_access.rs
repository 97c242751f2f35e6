//! What administrators do about users' access: passwords, emails, locks, factors.

use leptos::prelude::*;
use model::user::{MfaRequirement, NewPassword, Notify, Outcome, Selection};
use model::{Id, Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn set_user_password(id: Id, new: NewPassword) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().set_password(&door.actor, id, &new).await)
}

/// A password that keeps the rules; nothing keeps it.
#[server(client = Browser, input = Json, output = Json)]
pub async fn suggest_password() -> Result<String, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().suggest_password(&door.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_activation_email(selection: Selection, notify: Notify) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().send_activation_email(&door.actor, &selection, &notify).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn send_password_reset(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().send_password_reset(&door.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn force_password_change(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().force_password_change(&door.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn unlock_users(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().unlock(&door.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn reset_users_totp(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().reset_totp(&door.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn change_mfa(selection: Selection, requirement: MfaRequirement) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().change_mfa(&door.actor, &selection, requirement).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_user_passkey(user: Id, passkey: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().remove_passkey(&door.actor, user, passkey).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_user_ssh_key(user: Id, key: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.users().remove_ssh_key(&door.actor, user, key).await)
}
