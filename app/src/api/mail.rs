//! Outgoing mail: the mail server, the outbox, templates.

use leptos::prelude::*;
use model::mail::{
    MailSettings, MailSettingsForm, MessageDetails, MessageKind, Outbox, Template, TemplateUpdate,
    TestOutcome,
};
use model::user::Outcome;
use model::{Id, Json, ListQuery, Problem};

use super::Browser;

#[server(name = ReadMailSettings, client = Browser, input = Json, output = Json)]
pub async fn mail_settings() -> Result<MailSettings, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().settings(&context.actor).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_mail_settings(settings: MailSettingsForm) -> Result<MailSettings, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().update_settings(&context.actor, &settings).await)?;
    context.answer(context.directory.mail().settings(&context.actor).await)
}

/// Sends a message to try the mail server out; answers with what the server said.
#[server(client = Browser, input = Json, output = Json)]
pub async fn send_test_mail(email: String) -> Result<TestOutcome, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().send_test(&context.actor, &email).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_messages(query: ListQuery) -> Result<Outbox, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().list(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_message(id: Id) -> Result<MessageDetails, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().message(&context.actor, id).await)
}

/// The link that a message brings; each reading is an event.
#[server(client = Browser, input = Json, output = Json)]
pub async fn read_message_link(id: Id) -> Result<String, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().read_link(&context.actor, id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn retry_messages(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().retry(&context.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn discard_messages(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().discard(&context.actor, &ids).await)
}

/// The kinds whose templates somebody edited.
#[server(client = Browser, input = Json, output = Json)]
pub async fn edited_templates() -> Result<Vec<MessageKind>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().edited_templates(&context.actor).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_template(kind: MessageKind) -> Result<Template, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().template(&context.actor, kind).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_template(template: TemplateUpdate) -> Result<Template, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.mail().update_template(&context.actor, &template).await)?;
    context.answer(context.directory.mail().template(&context.actor, template.kind).await)
}
