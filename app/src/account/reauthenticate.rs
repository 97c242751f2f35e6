//! The password again, before a sensitive change.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::{Principal, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, card, nothing, page};
use crate::auth::fields::{Secret, Wrong, hidden, owner};
use crate::auth::page::redirect;
use crate::kit::{Button, LinkButton, Look, joined};
use crate::routes::{self, AuthRoutes};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ReauthenticationForm {
    then: String,
    current_password: String,
}

/// Sends to reauthentication, and from there on to `then`.
pub fn first(routes: &AuthRoutes, then: &str) -> Response {
    redirect(&joined(routes.reauthenticate, &format!("then={then}")))
}

/// Where to go after reauthentication: one of these, or back to the overview.
fn known(routes: &AuthRoutes, then: &str) -> &'static str {
    let own = (routes.principal == Principal::Administrator).then_some(routes::OWN_API_KEY_NEW);
    let pages = [routes.totp, routes.totp_remove, routes.recovery_codes, routes.passkey_new];
    pages.into_iter().chain(own).find(|known| *known == then).unwrap_or(routes.security)
}

/// What it is needed for, and where to go without.
fn reason(routes: &AuthRoutes, then: &str) -> (&'static str, &'static str, &'static str) {
    if then == routes::OWN_API_KEY_NEW {
        ("API key", "A key acts in your name, so a new one needs your password again.", routes::OWN_API_KEY)
    } else {
        ("Security", "This changes how you sign in, so it needs your password again.", routes.security)
    }
}

pub async fn show(visit: Visit, Query(asked): Query<ReauthenticationForm>) -> Response {
    form(&visit, known(visit.routes(), &asked.then), None).into_response()
}

pub async fn take(visit: Visit, Form(typed): Form<ReauthenticationForm>) -> Response {
    let then = known(visit.routes(), &typed.then);
    match visit
        .answer(visit.directory().account().reauthenticate(&visit.actor, &typed.current_password).await)
    {
        Ok(()) => redirect(then),
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
    let routes = visit.routes();
    let (title, why, back) = reason(routes, then);
    page(visit, title, &After::default(), || {
        let wrong = Wrong(problem);
        let body = view! {
            <p>{why}</p>
            <form method="post" action=routes.reauthenticate>
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
