//! One's own SSH public keys.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::portal::{SshKey, SshKeys, is_private_key};
use model::{ErrorCode, Id, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use crate::auth::fields::{Line, Wrong, hidden};
use crate::kit::{Button, Icon, Look, Notice, Time, Tone, When};
use crate::routes;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SshKeyForm {
    name: String,
    public_key: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SshKeyChoice {
    id: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().portal().ssh_keys(&visit.actor).await) {
        Ok(keys) => overview(&visit, &after, keys, &SshKeyForm::default(), None).into_response(),
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn add(visit: Visit, Form(typed): Form<SshKeyForm>) -> Response {
    let said = visit.directory().portal().add_ssh_key(&visit.actor, &typed.name, &typed.public_key).await;
    let Err(problem) = visit.answer(said) else { return after(routes::SSH_KEYS, "key-added") };
    match visit.answer(visit.directory().portal().ssh_keys(&visit.actor).await) {
        Ok(keys) => {
            visit.again(&problem, || overview(&visit, &After::default(), keys, &typed, Some(&problem)))
        }
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn remove(visit: Visit, Form(chosen): Form<SshKeyChoice>) -> Response {
    let Ok(id) = chosen.id.parse::<Id>() else { return after(routes::SSH_KEYS, "key-gone") };
    match visit.answer(visit.directory().portal().remove_ssh_key(&visit.actor, id).await) {
        Ok(()) => after(routes::SSH_KEYS, "key-removed"),
        Err(problem) if problem.code == ErrorCode::NotFound => after(routes::SSH_KEYS, "key-gone"),
        Err(problem) => visit.failed(&problem),
    }
}

fn overview(
    visit: &Visit,
    after: &After,
    SshKeys { keys, placed }: SshKeys,
    typed: &SshKeyForm,
    problem: Option<&Problem>,
) -> Html<String> {
    page(visit, "SSH keys", after, || {
        let wrong = Wrong(problem);
        let list = if keys.is_empty() {
            view! { <p class="muted">"You have added none yet."</p> }.into_any()
        } else {
            view! { <ul class="lines">{keys.into_iter().map(key).collect_view()}</ul> }.into_any()
        };
        view! {
            {wrong.notice()}
            {(!placed).then(|| view! {
                <Notice tone=Tone::Info>
                    "Your organization does not place your keys on its devices and servers at the moment. What you add \
                     here is kept; an administrator can switch it on."
                </Notice>
            })}
            {card("Your public keys", nothing(), list)}
            {card("Add a key", nothing(), form(typed, wrong))}
        }
    })
}

fn key(key: SshKey) -> AnyView {
    let name = format!("Remove the key {}", key.name);
    view! {
        <li>
            <Icon name="key-round"/>
            <div class="what">
                <p>{key.name}</p>
                <p class="muted">
                    {key.algorithm} " · " <code>{key.fingerprint}</code> " · added "
                    <Time at=key.created_at when=When::Day/>
                </p>
            </div>
            <form method="post" action=routes::SSH_KEYS_REMOVE aria-label=name>
                {hidden("id", &key.id.to_string())}
                <Button small=true submit=true>"Remove"</Button>
            </form>
        </li>
    }
    .into_any()
}

fn form(typed: &SshKeyForm, wrong: Wrong) -> AnyView {
    let name = Line {
        name: "name",
        label: "Name (optional)",
        value: &typed.name,
        autocomplete: "off",
        hint: "What you call it, such as the device that it is on.",
        optional: true,
        ..Line::default()
    };
    // What should never have been sent does not come back.
    let key = if is_private_key(&typed.public_key) { "" } else { &typed.public_key };
    view! {
        <p>
            "With its private half, SSH knows you on the devices and servers where your organization places your keys."
        </p>
        <form method="post" action=routes::SSH_KEYS>
            {wrong.text(
                "public_key",
                "Public key",
                key,
                "One line, as in the file that ends in .pub: ssh-ed25519 AAAA… name",
            )}
            <div class="narrow">{wrong.line(name)}</div>
            <p class="actions"><Button look=Look::Primary submit=true>"Add key"</Button></p>
        </form>
    }
    .into_any()
}
