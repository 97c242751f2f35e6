//! A forgotten administrator password: asking for a link, and choosing a new password with it.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::Token;
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::connection;
use super::fields::{Line, Secret, Wrong, hidden, owner};
use super::page::{entrance, failed, see, told};
use crate::door::Portal;
use crate::kit::{Button, Erase, LinkButton, Look};
use crate::places;

const ASK: &str = "Reset administrator password";
const CHOOSE: &str = "Choose a new password";

/// In the address of the sign-in page after a password was set.
pub const RESET: &str = "reset";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    token: String,
    password: String,
}

/// The form that asks for the address.
pub async fn show(State(portal): State<Portal>, request: Parts) -> Response {
    ask(&portal, &request, "", None)
}

/// Says the same whoever has the address, or nobody.
pub async fn take(State(portal): State<Portal>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let visitor = portal.visitor(&request);
    match portal.directory.administrators().forgot_password(&visitor, &typed.email).await {
        Ok(()) => {
            entrance(portal.viewer(&request.headers), ASK, false, || sent(&typed.email)).into_response()
        }
        Err(error) => ask(&portal, &request, &typed.email, Some(&portal.directory.problem(error))),
    }
}

/// The page that the link leads to. Looking at it uses nothing up: scanners of mail look at it too.
pub async fn choose(State(portal): State<Portal>, Query(asked): Query<Typed>, request: Parts) -> Response {
    if !portal.is_private(&request) {
        return connection::refused(&portal, &request);
    }
    form(&portal, &request, &asked.token, None).await
}

pub async fn set(State(portal): State<Portal>, request: Parts, Form(typed): Form<Typed>) -> Response {
    if !portal.is_private(&request) {
        return connection::refused(&portal, &request);
    }
    let (visitor, token) = (portal.visitor(&request), Token::presented(&typed.token));
    let set = portal.directory.administrators().reset_password(&visitor, &token, &typed.password).await;
    match set.map_err(|error| portal.directory.problem(error)) {
        Ok(()) => see(&places::joined(places::LOGIN, RESET)),
        Err(problem) if problem.code == ErrorCode::Gone => over(&portal, &request, &problem),
        Err(problem) => form(&portal, &request, &typed.token, Some(&problem)).await,
    }
}

fn ask(portal: &Portal, request: &Parts, email: &str, problem: Option<&Problem>) -> Response {
    let line = Line {
        name: "email",
        label: "Company email",
        kind: "email",
        value: email,
        autocomplete: "username",
        first: true,
        ..Line::default()
    };
    let html = entrance(portal.viewer(&request.headers), ASK, false, || {
        let wrong = Wrong(problem);
        view! {
            <header>
                <h1>{ASK}</h1>
                <p class="below">"We send you a link by e-mail, with which you choose a new one."</p>
            </header>
            {wrong.notice()}
            <form method="post" action=places::FORGOT_PASSWORD>
                {wrong.line(line)}
                <Button look=Look::Primary submit=true>"Send the link"</Button>
                <LinkButton look=Look::Quiet href=places::LOGIN.to_owned()>"Back to the sign-in page"</LinkButton>
            </form>
        }
        .erased()
    });
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn sent(email: &str) -> AnyView {
    view! {
        <header>
            <h1>"Look into your mailbox"</h1>
            <p class="below">
                "If an administrator has the address " <strong>{email.trim().to_owned()}</strong>
                ", a link is on its way there. It is good for 1 hour, and for one time."
            </p>
        </header>
        <p class="hint">
            "Nothing came? Look among the spam, or ask another administrator: they see in the outbox what became of it."
        </p>
        <LinkButton href=places::LOGIN.to_owned()>"Back to the sign-in page"</LinkButton>
    }
    .erased()
}

async fn form(portal: &Portal, request: &Parts, token: &str, problem: Option<&Problem>) -> Response {
    let (visitor, presented) = (portal.visitor(request), Token::presented(token));
    let email = match portal.directory.administrators().check_reset(&visitor, &presented).await {
        Ok(email) => email,
        Err(error) => {
            let problem = portal.directory.problem(error);
            return if problem.code == ErrorCode::Gone {
                over(portal, request, &problem)
            } else {
                failed(portal, request, &problem)
            };
        }
    };
    let password =
        Secret { name: "password", label: "New password", autocomplete: "new-password", first: true };
    let html = entrance(portal.viewer(&request.headers), CHOOSE, false, || {
        let wrong = Wrong(problem);
        view! {
            <header>
                <h1>{CHOOSE}</h1>
                <p class="below">{email.clone()}</p>
            </header>
            {wrong.notice()}
            <form method="post" action=places::RESET_PASSWORD>
                {hidden("token", token)}
                {owner(&email)}
                {wrong.new_secret(password, &email)}
                <Button look=Look::Primary submit=true>"Set the password"</Button>
            </form>
        }
        .erased()
    });
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

/// A link that is used, over, or none; and how to come by another.
fn over(portal: &Portal, request: &Parts, problem: &Problem) -> Response {
    let html = entrance(portal.viewer(&request.headers), "This link is over", false, || {
        view! {
            <header>
                <h1>"This link is over"</h1>
                <p class="below">{problem.message.clone()}</p>
            </header>
            <p class="pair">
                <LinkButton look=Look::Primary href=places::FORGOT_PASSWORD.to_owned()>"Send another link"</LinkButton>
                <LinkButton href=places::LOGIN.to_owned()>"Sign in"</LinkButton>
            </p>
        }
        .erased()
    });
    told(problem, html)
}
