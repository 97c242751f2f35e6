//! How the LDAP server is set up.

use leptos::prelude::*;
use model::ldap::{LdapForm, LdapServer};
use model::{Json, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_ldap_server() -> Result<LdapServer, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.ldap().read(&context.actor).await)
}

/// Saves the settings over the version that was seen; answers with what holds now.
#[server(client = Browser, input = Json, output = Json)]
pub async fn save_ldap_settings(version: i64, form: LdapForm) -> Result<LdapServer, Problem> {
    let context = crate::context::admin().await?;
    let update = model::ldap::LdapUpdate { version, form };
    context.answer(context.directory.ldap().update(&context.actor, &update).await)?;
    context.answer(context.directory.ldap().read(&context.actor).await)
}
