//! One's own account: who is signed in, details, sessions, and what one chose about lists.

use leptos::prelude::*;
use model::account::{ColumnChoice, OwnDetails, OwnDetailsForm, SessionRow};
use model::{Id, Problem};
use server_fn::codec::Json;

use super::Browser;

/// Who is signed in.
#[server(name = ReadMe, client = Browser, input = Json, output = Json)]
pub async fn me() -> Result<model::account::Me, Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().me(&door.actor).await?)
}

/// The columns that one chose for a list, by the list's name.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_columns(list: String) -> Result<ColumnChoice, Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().columns(&door.actor, &list).await?)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn save_columns(list: String, choice: ColumnChoice) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().save_columns(&door.actor, &list, choice).await?)
}

#[server(name = ReadOwnDetails, client = Browser, input = Json, output = Json)]
pub async fn own_details() -> Result<OwnDetails, Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().details(&door.actor).await?)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_own_details(form: OwnDetailsForm) -> Result<OwnDetails, Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().update_details(&door.actor, form).await?)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn own_sessions() -> Result<Vec<SessionRow>, Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().sessions(&door.actor).await?)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn end_session(id: Id) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().end_session(&door.actor, id).await?)
}

/// Ends all of one's sessions but this one.
#[server(client = Browser, input = Json, output = Json)]
pub async fn end_other_sessions() -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    Ok(door.directory.account().end_other_sessions(&door.actor).await?)
}
