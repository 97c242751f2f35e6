//! Outgoing mail: the mail server, the outbox, templates.

use leptos::prelude::*;
use model::mail::{
    LetterDetails, LetterKind, MailSettings, MailSettingsForm, Outbox, Template, TemplateUpdate, TestOutcome,
};
use model::user::Outcome;
use model::{Id, Json, ListQuery, Problem};

use super::Browser;

#[server(name = ReadMailSettings, client = Browser, input = Json, output = Json)]
pub async fn mail_settings() -> Result<MailSettings, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().settings(&door.actor).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_mail_settings(settings: MailSettingsForm) -> Result<MailSettings, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().update_settings(&door.actor, &settings).await)?;
    door.answer(door.directory.mail().settings(&door.actor).await)
}

/// Sends a letter to try the mail server out; answers with what the server said.
#[server(client = Browser, input = Json, output = Json)]
pub async fn send_test_mail(email: String) -> Result<TestOutcome, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().send_test(&door.actor, &email).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_letters(query: ListQuery) -> Result<Outbox, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().list(&door.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_letter(id: Id) -> Result<LetterDetails, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().letter(&door.actor, id).await)
}

/// The link that a letter brings; each reading is an event.
#[server(client = Browser, input = Json, output = Json)]
pub async fn read_letter_link(id: Id) -> Result<String, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().read_link(&door.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn retry_letters(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().retry(&door.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn discard_letters(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().discard(&door.actor, &ids).await)
}

/// The kinds whose templates somebody edited.
#[server(client = Browser, input = Json, output = Json)]
pub async fn edited_templates() -> Result<Vec<LetterKind>, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().edited_templates(&door.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_template(kind: LetterKind) -> Result<Template, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().template(&door.actor, kind).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_template(template: TemplateUpdate) -> Result<Template, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.mail().update_template(&door.actor, &template).await)?;
    door.answer(door.directory.mail().template(&door.actor, template.kind).await)
}
