//! Importing users: one's own files, what the check found, and starting the import.

use leptos::prelude::*;
use model::import::{CheckedRow, Choices, Encoding, Separator, Upload};
use model::{Id, Json, ListQuery, Page, Problem};

use super::{Background, Browser};

/// The file that one brought last and has not imported.
#[server(client = Browser, input = Json, output = Json)]
pub async fn waiting_upload() -> Result<Option<Upload>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().waiting_upload(&context.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_upload(id: Id) -> Result<Upload, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().upload(&context.actor, id).await)
}

/// How far a check has come; a page asks it by itself.
#[server(client = Background, input = Json, output = Json)]
pub async fn upload_progress(id: Id) -> Result<Upload, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().upload(&context.actor, id).await)
}

/// Reads a file with another encoding or separator.
#[server(client = Browser, input = Json, output = Json)]
pub async fn read_upload_again(id: Id, encoding: Encoding, separator: Separator) -> Result<Upload, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().read_again(&context.actor, id, encoding, separator).await)
}

/// Begins to check every row.
#[server(client = Browser, input = Json, output = Json)]
pub async fn check_upload(id: Id, choices: Choices) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().check(&context.actor, id, choices).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_upload_rows(id: Id, query: ListQuery) -> Result<Page<CheckedRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().rows(&context.actor, id, &query).await)
}

/// Starts the import; answers with its job.
#[server(client = Browser, input = Json, output = Json)]
pub async fn start_import(id: Id) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().start(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn forget_upload(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.import().forget_upload(&context.actor, id).await)
}
