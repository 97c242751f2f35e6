//! Billing.

use leptos::prelude::*;
use model::billing::{Billing, BillingForm};
use model::{Json, Problem};

use super::Browser;

#[server(name = ReadBilling, client = Browser, input = Json, output = Json)]
pub async fn billing() -> Result<Billing, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.billing().read(&door.actor).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_billing(version: i64, contact: BillingForm) -> Result<Billing, Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.billing().update(&door.actor, version, &contact).await)?;
    door.answer(door.directory.billing().read(&door.actor).await)
}

/// Pays with the card that was entered at the provider under this reference.
#[server(client = Browser, input = Json, output = Json)]
pub async fn use_card(version: i64, reference: String) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.billing().use_card(&door.actor, version, &reference).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_card(version: i64) -> Result<(), Problem> {
    let door = crate::door::admin().await?;
    door.answer(door.directory.billing().remove_card(&door.actor, version).await)
}
