//! What people see and change of themselves in the User Portal. Password, factors, keys and sessions
//! have pages that the server renders.

use leptos::prelude::*;
use model::portal::{Me, Profile, ProfileForm};
use model::{Json, Problem};

use super::Browser;

/// Who is signed in.
#[server(name = ReadOwner, client = Browser, input = Json, output = Json)]
pub async fn owner() -> Result<Me, Problem> {
    let context = crate::context::user().await?;
    context.answer(context.directory.portal().me(&context.actor).await)
}

#[server(name = ReadProfile, client = Browser, input = Json, output = Json)]
pub async fn profile() -> Result<Profile, Problem> {
    let context = crate::context::user().await?;
    context.answer(context.directory.portal().profile(&context.actor).await)
}

/// Answers with the profile as it is then.
#[server(client = Browser, input = Json, output = Json)]
pub async fn update_profile(form: ProfileForm) -> Result<Profile, Problem> {
    let context = crate::context::user().await?;
    context.answer(context.directory.portal().update_profile(&context.actor, &form).await)?;
    context.answer(context.directory.portal().profile(&context.actor).await)
}
