//! The second factor: a code of the authenticator app, or a recovery code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::{Answer, Factors, Stage};
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Line, Wrong, hidden};
use super::page::{entrance, failed, told};
use super::passkey::{self, Ask};
use super::way::Way;
use crate::kit::{Button, Look};
use crate::routes::{self, AuthRoutes};

/// In place of a code, when there is no app.
const PASSKEY: &str = "Use your passkey";

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
    /// What there is to show.
    factors: Factors,
    problem: Option<&'a Problem>,
}

pub async fn show(State(way): State<Way>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = way.routes.wanted(&asked.next);
    match way.step(&request, way.principal()).await {
        Ok(Some((_, Stage::Challenge))) => page(&way, &request, next, asked.recovery.is_some(), None).await,
        Ok(Some((_, open))) => way.elsewhere(Some(open), next),
        Ok(None) if way.step_token(&request.headers, way.principal()).is_none() => way.elsewhere(None, next),
        Ok(None) => way.begin_again(next),
        Err(problem) => failed(&way, &request, &problem),
    }
}

pub async fn take(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.routes.wanted(&typed.next);
    let principal = way.principal();
    let Some(token) = way.step_token(&request.headers, principal) else { return way.begin_again(next) };
    let visitor = way.visitor(&request);
    let said = way.directory.sign_in().challenge(&visitor, principal, &token, &typed.code).await;
    match said.map_err(|error| way.directory.problem(error)) {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(problem) if problem.code == ErrorCode::Gone => way.begin_again(next),
        Err(problem) => page(&way, &request, next, typed.recovery.is_some(), Some(&problem)).await,
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(way): State<Way>, request: Parts) -> Response {
    let Some(token) = way.step_token(&request.headers, way.principal()) else { return passkey::too_late() };
    let visitor = way.visitor(&request);
    passkey::asked(&way, way.directory.sign_in().start_challenge(&visitor, way.principal(), &token).await)
}

pub async fn take_passkey(
    State(way): State<Way>,
    request: Parts,
    Form(typed): Form<passkey::Typed>,
) -> Response {
    let next = way.routes.wanted(&typed.next);
    let principal = way.principal();
    let Some(token) = way.step_token(&request.headers, principal) else { return way.begin_again(next) };
    let (visitor, answer) = (way.visitor(&request), Answer::from(&typed));
    let said = way.directory.sign_in().challenge_passkey(&visitor, principal, &token, &answer).await;
    match said.map_err(|error| way.directory.problem(error)) {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(problem) if problem.code == ErrorCode::Gone => way.begin_again(next),
        Err(problem) => page(&way, &request, next, false, Some(&problem)).await,
    }
}

async fn page(way: &Way, request: &Parts, next: &str, recovery: bool, problem: Option<&Problem>) -> Response {
    let principal = way.principal();
    let Some(token) = way.step_token(&request.headers, principal) else { return way.begin_again(next) };
    // Somebody who was locked just now has no step any more, and is told so all the same.
    let factors = way.directory.sign_in().factors(&way.visitor(request), principal, &token).await;
    let factors = factors.unwrap_or(Factors { totp: true, passkeys: false });
    let shown = Shown { way, next, recovery, factors, problem };
    let title = if factors.totp || recovery { "Verification code" } else { PASSKEY };
    let html = entrance(way.viewer(&request.headers), title, false, || match (recovery, factors.totp) {
        (true, _) => by_recovery(shown),
        (false, true) => by_app(shown),
        (false, false) => by_passkey(shown),
    });
    match shown.problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn by_app(shown: Shown) -> AnyView {
    let lead = "Type the code that your authenticator app shows for Bailiwick.";
    let routes = shown.way.routes;
    view! {
        {asked(shown, lead, Line::code())}
        {shown.factors.passkeys.then(|| with_passkey(shown, "Use a passkey", Look::Secondary))}
        {others(routes, shown.next, "No phone at hand? ")}
    }
    .into_any()
}

fn by_passkey(shown: Shown) -> AnyView {
    view! {
        <header>
            <h1>{PASSKEY}</h1>
            <p class="below">"Your password was right. A passkey of yours confirms that it is you."</p>
        </header>
        {Wrong(shown.problem).notice()}
        {with_passkey(shown, "Continue with a passkey", Look::Primary)}
        {passkey::without(shown.way)}
        {others(shown.way.routes, shown.next, "No passkey at hand? ")}
    }
    .into_any()
}

fn with_passkey(shown: Shown, label: &'static str, look: Look) -> AnyView {
    let fields = hidden("next", shown.next);
    passkey::form(
        shown.way,
        &Ask { action: shown.way.routes.challenge_passkey, makes: false, label, look, cancel: None },
        fields,
    )
}

fn others(routes: &'static AuthRoutes, next: &str, question: &'static str) -> AnyView {
    let other = routes::joined(&routes.then(routes.challenge, next), "recovery=1");
    let again = routes.then(routes.login, next);
    view! {
        <p class="other">{question} <a href=other>"Use a recovery code"</a></p>
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
    let lead = "Type one of the recovery codes that you kept when you set multi-factor authentication up.";
    let back = if shown.factors.totp { "Use the authenticator app" } else { "Use a passkey" };
    let routes = shown.way.routes;
    let other = routes.then(routes.challenge, shown.next);
    view! {
        {asked(shown, lead, code)}
        <p class="other"><a href=other>{back}</a></p>
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
        <form method="post" action=shown.way.routes.challenge>
            {hidden("next", shown.next)}
            {shown.recovery.then(|| hidden("recovery", "1"))}
            {wrong.line(code)}
            <Button look=Look::Primary submit=true>"Continue"</Button>
        </form>
    }
    .into_any()
}
