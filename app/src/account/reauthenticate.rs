//! The password once more, before what is sensitive.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::{Principal, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, card, nothing, page};
use crate::entrance::fields::{Secret, Wrong, hidden, owner};
use crate::entrance::page::see;
use crate::kit::{Button, LinkButton, Look};
use crate::places::{self, Ways};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ReauthenticationForm {
    then: String,
    current_password: String,
}

/// Sends to reauthentication, and from there on to `then`.
pub fn first(ways: &Ways, then: &str) -> Response {
    see(&places::joined(ways.reauthenticate, &format!("then={then}")))
}

/// Where to go after reauthentication: one of these, or back to the overview.
fn known(ways: &Ways, then: &str) -> &'static str {
    let own = (ways.principal == Principal::Administrator).then_some(places::OWN_API_KEY_NEW);
    let pages = [ways.totp, ways.totp_remove, ways.recovery_codes, ways.passkey_new];
    pages.into_iter().chain(own).find(|known| *known == then).unwrap_or(ways.security)
}

/// What it is needed for, and where to go without.
fn reason(ways: &Ways, then: &str) -> (&'static str, &'static str, &'static str) {
    if then == places::OWN_API_KEY_NEW {
        (
            "API key",
            "A key acts in your name, so a new one needs your password once more.",
            places::OWN_API_KEY,
        )
    } else {
        ("Security", "This changes how you sign in, so it needs your password once more.", ways.security)
    }
}

pub async fn show(visit: Visit, Query(asked): Query<ReauthenticationForm>) -> Response {
    form(&visit, known(visit.ways(), &asked.then), None).into_response()
}

pub async fn take(visit: Visit, Form(typed): Form<ReauthenticationForm>) -> Response {
    let then = known(visit.ways(), &typed.then);
    match visit.answer(visit.directory().account().prove(&visit.actor, &typed.current_password).await) {
        Ok(()) => see(then),
        Err(problem) => visit.again(&problem, || form(&visit, then, Some(&problem))),
    }
}

fn form(visit: &Visit, then: &str, problem: Option<&Problem>) -> Html<String> {
    let password = Secret {
        name: "current_password",
        label: "Password",
        autocomplete: "current-password",
        first: true,
        ..Secret::default()
    };
    let ways = visit.ways();
    let (title, why, back) = reason(ways, then);
    page(visit, title, &After::default(), || {
        let wrong = Wrong(problem);
        let body = view! {
            <p>{why}</p>
            <form method="post" action=ways.reauthenticate>
                {hidden("then", then)}
                {owner(visit.email())}
                <div class="narrow">{wrong.secret(password)}</div>
                <p class="actions">
                    <Button look=Look::Primary submit=true>"Continue"</Button>
                    <LinkButton href=back.to_owned() look=Look::Quiet>"Cancel"</LinkButton>
                </p>
            </form>
        };
        view! {
            {wrong.notice()}
            {card("Is it you?", nothing(), body.into_any())}
        }
    })
}
