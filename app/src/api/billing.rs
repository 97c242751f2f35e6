//! Billing.

use leptos::prelude::*;
use model::billing::{Billing, BillingForm, Card, CardEntry};
use model::{Json, Problem};

use super::Browser;

#[server(name = ReadBilling, client = Browser, input = Json, output = Json)]
pub async fn billing() -> Result<Billing, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.billing().read(&context.actor).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_billing(version: i64, contact: BillingForm) -> Result<Billing, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.billing().update(&context.actor, version, &contact).await)?;
    context.answer(context.directory.billing().read(&context.actor).await)
}

/// The card that was entered at the provider, for asking whether to pay with it.
#[server(client = Browser, input = Json, output = Json)]
pub async fn entered_card(entry: CardEntry) -> Result<Card, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.billing().entered(&context.actor, &entry).await)
}

/// Pays with that card.
#[server(client = Browser, input = Json, output = Json)]
pub async fn use_card(version: i64, entry: CardEntry) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.billing().use_card(&context.actor, version, &entry).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_card(version: i64) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.billing().remove_card(&context.actor, version).await)
}
