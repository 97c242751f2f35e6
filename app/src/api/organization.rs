//! The organization's profile.

use leptos::prelude::*;
use model::settings::{Organization, OrganizationProfile};
use model::{Json, Problem};

use super::Browser;

#[server(name = ReadOrganization, client = Browser, input = Json, output = Json)]
pub async fn organization() -> Result<Organization, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.settings().organization(&context.actor).await)
}

/// Saves over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_organization(version: i64, profile: OrganizationProfile) -> Result<Organization, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.settings().update(&context.actor, version, &profile).await)?;
    context.answer(context.directory.settings().organization(&context.actor).await)
}
