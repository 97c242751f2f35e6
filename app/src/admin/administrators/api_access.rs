//! The panel's part about an administrator's API key.

use leptos::prelude::*;
use model::administrator::{Action, Administrator};
use model::api_key::ApiKey;

use super::actions::Actions;
use super::copy::Whom;
use super::fields::{Field, section};
use super::is_oneself;
use super::parts::{Doing, fact};
use crate::kit::{Editing, Erase, Notice, Pill, Show, Time, Tone, When};
use crate::viewer::clock;

/// Whether programs may act in their name, and the key by which they do.
#[component]
pub(super) fn ApiAccess(
    editing: Editing<Administrator>,
    actions: Actions,
    readonly: Signal<bool>,
) -> impl IntoView {
    let field = Field { form: editing.form, readonly, whom: Whom::They };
    let base = editing.base;
    let own = base
        .with_untracked(|base| is_oneself(base.id))
        .then_some("This is your own API access. Another Administrator With Billing can change it.");
    let key = move || base.with(|base| base.api_key.as_ref().map(key_facts));
    let ends = move || {
        let withdrawn = editing.form.with(|form| !form.api_access);
        let key = base.with(|base| base.api_key.as_ref().map(|key| key.hint.clone()));
        key.filter(|_| withdrawn).map(|hint| {
            view! { <Notice tone=Tone::Waiting>"Saving this revokes the key " <code>{hint}"…"</code> ", for good."</Notice> }
        })
    };
    let there = Memo::new(move |_| base.with(|base| base.api_key.is_some()));
    let body = view! {
        {field.api_access(own)}
        {ends}
        <dl class="administrator-facts">{key}</dl>
        <Show when=move || there.get()>
            <div class="administrator-actions"><Doing editing actions action=Action::RevokeApiKey/></div>
        </Show>
    };
    section("API access", body.erased())
}

fn key_facts(key: &ApiKey) -> AnyView {
    let expired = key.has_expired(clock().now());
    let expires = match key.expires_at {
        Some(at) => view! { <Time at when=When::Full/> }.erased(),
        None => "Never".erased(),
    };
    let used = match key.last_used_at {
        Some(at) => view! { <Time at when=When::Full/> }.erased(),
        None => "Not yet".erased(),
    };
    view! {
        {fact("API key", view! {
            <code>{key.hint.clone()}"…"</code>
            {expired.then(|| view! { <Pill tone=Tone::Bad word="Expired"/> })}
        })}
        {fact("Made", view! { <Time at=key.created_at when=When::Full/> })}
        {fact("Expires", expires)}
        {fact("Last used", used)}
    }
    .erased()
}
