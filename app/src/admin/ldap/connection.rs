//! How programs reach it: addresses and names to copy, and what to write into some of them.

use leptos::prelude::*;
use model::ldap::LdapServer;

use super::recipes::{Recipe, recipes};
use crate::kit::{CopyButton, Erase, Notice, Tone};
use crate::routes;

#[component]
pub(super) fn Connection(server: Memo<LdapServer>) -> impl IntoView {
    view! {
        {move || server.with(notice)}
        <section class="card" aria-label="Connection">
            <header><h2>"Connection"</h2></header>
            <div class="body">{move || server.with(facts)}</div>
        </section>
        <section class="card" aria-label="Set up a client">
            <header>
                <h2>"Set up a client"</h2>
                <span class="muted">"With your organization’s own values. Put the password of the binding user in."</span>
            </header>
            <div class="body">{move || server.with(|server| recipes(server).into_iter().map(recipe).collect_view())}</div>
        </section>
    }
    .erased()
}

/// What keeps programs from reaching it.
fn notice(server: &LdapServer) -> AnyView {
    if server.addresses.ldap.is_none() && server.addresses.ldaps.is_none() {
        return view! {
            <Notice tone=Tone::Waiting>
                "The program does not listen for LDAP. Its own configuration says where: "
                <code>"BAILIWICK_LDAPS_LISTEN"</code> " and " <code>"BAILIWICK_LDAP_LISTEN"</code> "."
            </Notice>
        }
        .erased();
    }
    if !server.form.active {
        return view! {
            <Notice tone=Tone::Info>
                "LDAP is switched off: every connection is closed. "
                <a href=routes::LDAP_SETTINGS>"Switch it on in the settings"</a> "."
            </Notice>
        }
        .erased();
    }
    ().erased()
}

fn facts(server: &LdapServer) -> AnyView {
    let fact = |label: &'static str, value: String| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd><code>{value.clone()}</code> <CopyButton text=Signal::stored(value) small=true/></dd>
            </div>
        }
    };
    view! {
        <dl class="ldap-facts">
            {server.addresses.ldaps.clone().map(|address| fact("LDAPS", address))}
            {server.addresses.ldap.clone().map(|address| fact("StartTLS", address))}
            {fact("Base DN", server.base.clone())}
            {fact("Users and groups", server.users_base())}
            {fact("Groups alone", server.groups_base())}
            {fact("DN of a user", format!("uid=USERNAME,{}", server.users_base()))}
        </dl>
    }
    .erased()
}

fn recipe(Recipe { name, about, text }: Recipe) -> AnyView {
    view! {
        <details class="ldap-recipe">
            <summary>{name}</summary>
            <p class="muted">{about}</p>
            <pre tabindex="0" aria-label=name><code>{text.clone()}</code></pre>
            <CopyButton text=Signal::stored(text) small=true/>
        </details>
    }
    .erased()
}
