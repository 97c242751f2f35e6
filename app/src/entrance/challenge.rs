//! The second factor: a code of the authenticator app, or a recovery code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::Stage;
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Line, Wrong, hidden};
use super::page::{entrance, failed, told};
use super::way::Way;
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
    way: &'a Way,
    next: &'a str,
    recovery: bool,
    problem: Option<&'a Problem>,
}

pub async fn show(State(way): State<Way>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = way.ways.wanted(&asked.next);
    match way.step(&request, way.principal()).await {
        Ok(Some((_, Stage::Challenge))) => {
            page(&request, Shown { way: &way, next, recovery: asked.recovery.is_some(), problem: None })
        }
        Ok(Some((_, open))) => way.elsewhere(Some(open), next),
        Ok(None) if way.step_token(&request.headers, way.principal()).is_none() => way.elsewhere(None, next),
        Ok(None) => way.begin_again(next),
        Err(problem) => failed(&way, &request, &problem),
    }
}

pub async fn take(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.ways.wanted(&typed.next);
    let principal = way.principal();
    let Some(token) = way.step_token(&request.headers, principal) else { return way.begin_again(next) };
    let visitor = way.visitor(&request);
    let said = way.directory.sign_in().challenge(&visitor, principal, &token, &typed.code).await;
    match said.map_err(|error| way.directory.problem(error)) {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(problem) if problem.code == ErrorCode::Gone => way.begin_again(next),
        Err(problem) => {
            let recovery = typed.recovery.is_some();
            page(&request, Shown { way: &way, next, recovery, problem: Some(&problem) })
        }
    }
}

fn page(request: &Parts, shown: Shown) -> Response {
    let html = entrance(shown.way.viewer(&request.headers), "Verification code", false, || {
        if shown.recovery { by_recovery(shown) } else { by_app(shown) }
    });
    match shown.problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn by_app(shown: Shown) -> AnyView {
    let lead = "Type the code that your authenticator app shows for Bailiwick.";
    let ways = shown.way.ways;
    let other = places::joined(&ways.then(ways.challenge, shown.next), "recovery=1");
    let again = ways.then(ways.login, shown.next);
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
    let ways = shown.way.ways;
    let other = ways.then(ways.challenge, shown.next);
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
        <form method="post" action=shown.way.ways.challenge>
            {hidden("next", shown.next)}
            {shown.recovery.then(|| hidden("recovery", "1"))}
            {wrong.line(code)}
            <Button look=Look::Primary submit=true>"Continue"</Button>
        </form>
    }
    .into_any()
}
