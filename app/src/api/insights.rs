//! Directory Insights.

use leptos::prelude::*;
use model::insights::{EventDetails, EventsPage, Histogram};
use model::{Id, Json, ListQuery, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_events(query: ListQuery) -> Result<EventsPage, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.insights().list(&context.actor, &query).await)
}

/// How many there were when, of those that the query matches.
#[server(client = Browser, input = Json, output = Json)]
pub async fn event_histogram(query: ListQuery) -> Result<Histogram, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.insights().histogram(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_event(id: Id) -> Result<EventDetails, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.insights().read(&context.actor, id).await)
}
