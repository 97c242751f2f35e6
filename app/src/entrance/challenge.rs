//! The second factor: a code of the authenticator app, or a recovery code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Line, Wrong, hidden};
use super::login::{LATE, end_former};
use super::page::{entrance, failed, see, told};
use crate::door::{Keep, Portal};
use crate::kit::{Button, Look};
use crate::places;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
    /// The phone is not at hand.
    recovery: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
    next: String,
    recovery: Option<String>,
}

#[derive(Clone, Copy)]
struct Shown<'a> {
    next: &'a str,
    recovery: bool,
    problem: Option<&'a Problem>,
}

pub async fn show(State(portal): State<Portal>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = places::wanted(&asked.next);
    let Some(token) = portal.challenge(&request.headers) else { return see(&places::login(next)) };
    match portal.directory.sign_in().is_challenged(&portal.visitor(&request), &token).await {
        Ok(true) => {
            page(&portal, &request, Shown { next, recovery: asked.recovery.is_some(), problem: None })
        }
        Ok(false) => begin_again(&portal, next),
        Err(error) => failed(&portal, &request, &portal.directory.problem(error)),
    }
}

pub async fn take(State(portal): State<Portal>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = places::wanted(&typed.next);
    let Some(token) = portal.challenge(&request.headers) else { return begin_again(&portal, next) };
    let said = portal.directory.sign_in().challenge(&portal.visitor(&request), &token, &typed.code).await;
    match said.map_err(|error| portal.directory.problem(error)) {
        Ok(token) => {
            end_former(&portal, &request).await;
            let mut answer = see(next);
            portal.keep(answer.headers_mut(), &Keep::Session(&token));
            portal.keep(answer.headers_mut(), &Keep::NoChallenge);
            answer
        }
        Err(problem) if problem.code == ErrorCode::Gone => begin_again(&portal, next),
        Err(problem) => {
            let recovery = typed.recovery.is_some();
            page(&portal, &request, Shown { next, recovery, problem: Some(&problem) })
        }
    }
}

fn begin_again(portal: &Portal, next: &str) -> Response {
    let mut answer = see(&places::joined(&places::login(next), LATE));
    portal.keep(answer.headers_mut(), &Keep::NoChallenge);
    answer
}

fn page(portal: &Portal, request: &Parts, shown: Shown) -> Response {
    let html = entrance(portal.viewer(&request.headers), "Verification code", false, || {
        if shown.recovery { by_recovery(shown) } else { by_app(shown) }
    });
    match shown.problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn by_app(shown: Shown) -> AnyView {
    let lead = "Type the code that your authenticator app shows for Bailiwick.";
    let other = places::joined(&places::then(places::CHALLENGE, shown.next), "recovery=1");
    let again = places::login(shown.next);
    view! {
        {asked(shown, lead, Line::code())}
        <p class="other">"No phone at hand? " <a href=other>"Use a recovery code"</a></p>
        <p class="other"><a href=again>"Back to the password"</a></p>
    }
    .into_any()
}

fn by_recovery(shown: Shown) -> AnyView {
    let code = Line {
        name: "code",
        label: "Recovery code",
        autocomplete: "off",
        hint: "Such as abcd-efgh-ijkl-mnop. Each is good once.",
        first: true,
        ..Line::default()
    };
    let lead = "Type one of the recovery codes that you kept when you turned multi-factor authentication on.";
    let other = places::then(places::CHALLENGE, shown.next);
    view! {
        {asked(shown, lead, code)}
        <p class="other"><a href=other>"Use the authenticator app"</a></p>
    }
    .into_any()
}

fn asked(shown: Shown, lead: &'static str, code: Line) -> AnyView {
    let wrong = Wrong(shown.problem);
    view! {
        <header>
            <h1>"Verification code"</h1>
            <p class="below">{lead}</p>
        </header>
        {wrong.notice()}
        <form method="post" action=places::CHALLENGE>
            {hidden("next", shown.next)}
            {shown.recovery.then(|| hidden("recovery", "1"))}
            {wrong.line(code)}
            <Button look=Look::Primary submit=true>"Continue"</Button>
        </form>
    }
    .into_any()
}
