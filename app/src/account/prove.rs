//! The password once more, before what is sensitive.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::Problem;
use serde::Deserialize;

use super::Visit;
use super::addresses::{CODES, REMOVE, TOTP};
use super::frame::{After, card, nothing, page};
use crate::entrance::fields::{Secret, Wrong, hidden, owner};
use crate::entrance::page::see;
use crate::kit::{Button, LinkButton, Look};
use crate::places;

pub const PROVE: &str = "/admin/account/security/prove";

/// Where to go once the password was proven: one of these, or back to the overview.
const THEN: [&str; 3] = [TOTP, REMOVE, CODES];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    then: String,
    current_password: String,
}

/// Off to prove the password, and from there on to `then`.
pub fn first(then: &str) -> Response {
    see(&places::joined(PROVE, &format!("then={then}")))
}

fn known(then: &str) -> &'static str {
    THEN.into_iter().find(|known| *known == then).unwrap_or(places::OWN_SECURITY)
}

pub async fn show(visit: Visit, Query(asked): Query<Typed>) -> Response {
    form(&visit, known(&asked.then), None).into_response()
}

pub async fn take(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let then = known(&typed.then);
    match visit.answer(visit.directory().account().prove(&visit.actor, &typed.current_password).await) {
        Ok(()) => see(then),
        Err(problem) => visit.again(&problem, || form(&visit, then, Some(&problem))),
    }
}

fn form(visit: &Visit, then: &str, problem: Option<&Problem>) -> Html<String> {
    let password =
        Secret { name: "current_password", label: "Password", autocomplete: "current-password", first: true };
    page(visit, "Security", &After::default(), || {
        let wrong = Wrong(problem);
        let body = view! {
            <p>"This changes how you sign in, so it needs your password once more."</p>
            <form method="post" action=PROVE>
                {hidden("then", then)}
                {owner(&visit.me.email)}
                <div class="narrow">{wrong.secret(password)}</div>
                <p class="actions">
                    <Button look=Look::Primary submit=true>"Continue"</Button>
                    <LinkButton href=places::OWN_SECURITY.to_owned() look=Look::Quiet>"Cancel"</LinkButton>
                </p>
            </form>
        };
        view! {
            {wrong.notice()}
            {card("Is it you?", nothing(), body.into_any())}
        }
    })
}
