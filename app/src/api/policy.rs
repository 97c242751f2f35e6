//! The rules for users' passwords.

use leptos::prelude::*;
use model::password_policy::{PolicyForm, PolicySettings};
use model::{Json, Problem};

use super::Browser;

/// The policy in force, and whom a change of it would meet.
#[server(client = Browser, input = Json, output = Json)]
pub async fn password_policy() -> Result<PolicySettings, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.policy().settings(&context.actor).await)
}

/// Saves the policy over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_password_policy(version: i64, form: PolicyForm) -> Result<PolicySettings, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.policy().update(&context.actor, version, &form).await)?;
    context.answer(context.directory.policy().settings(&context.actor).await)
}
