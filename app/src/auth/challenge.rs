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
use super::flow::AuthFlow;
use super::page::{auth_page, failed, response};
use super::passkey::{self, Ask};
use crate::kit::{Button, Look, joined};
use crate::routes::AuthRoutes;
use crate::viewer::Viewer;

/// In place of a code, when there is no app.
const PASSKEY: &str = "Use your passkey";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ChallengeQuery {
    next: String,
    /// The phone is not at hand.
    recovery: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ChallengeForm {
    code: String,
    next: String,
    recovery: Option<String>,
}

#[derive(Clone, Copy)]
struct Shown<'a> {
    flow: &'a AuthFlow,
    next: &'a str,
    recovery: bool,
    /// What there is to show.
    factors: Factors,
    problem: Option<&'a Problem>,
}

pub async fn show(
    State(flow): State<AuthFlow>,
    Query(asked): Query<ChallengeQuery>,
    request: Parts,
) -> Response {
    let next = flow.routes.wanted(&asked.next);
    match flow.step(&request, flow.principal()).await {
        Ok(Some((_, Stage::Challenge))) => page(&flow, &request, next, asked.recovery.is_some(), None).await,
        Ok(Some((_, open))) => flow.elsewhere(Some(open), next),
        Ok(None) if flow.step_token(&request.headers, flow.principal()).is_none() => {
            flow.elsewhere(None, next)
        }
        Ok(None) => flow.begin_again(next),
        Err(problem) => failed(&flow, &request, &problem),
    }
}

pub async fn take(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<ChallengeForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let principal = flow.principal();
    let Some(token) = flow.step_token(&request.headers, principal) else { return flow.begin_again(next) };
    let visitor = flow.visitor(&request);
    let said = flow.directory.sign_in().challenge(&visitor, principal, &token, &typed.code).await;
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok(led) => flow.lead(&request, &led, next).await,
        Err(problem) if problem.code == ErrorCode::Gone => flow.begin_again(next),
        Err(problem) => page(&flow, &request, next, typed.recovery.is_some(), Some(&problem)).await,
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(flow): State<AuthFlow>, request: Parts) -> Response {
    let Some(token) = flow.step_token(&request.headers, flow.principal()) else { return passkey::too_late() };
    let visitor = flow.visitor(&request);
    passkey::asked(&flow, flow.directory.sign_in().start_challenge(&visitor, flow.principal(), &token).await)
}

pub async fn take_passkey(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<passkey::PasskeyForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let principal = flow.principal();
    let Some(token) = flow.step_token(&request.headers, principal) else { return flow.begin_again(next) };
    let (visitor, answer) = (flow.visitor(&request), Answer::from(&typed));
    let said = flow.directory.sign_in().challenge_passkey(&visitor, principal, &token, &answer).await;
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok(led) => flow.lead(&request, &led, next).await,
        Err(problem) if problem.code == ErrorCode::Gone => flow.begin_again(next),
        Err(problem) => page(&flow, &request, next, false, Some(&problem)).await,
    }
}

async fn page(
    flow: &AuthFlow,
    request: &Parts,
    next: &str,
    recovery: bool,
    problem: Option<&Problem>,
) -> Response {
    let principal = flow.principal();
    let Some(token) = flow.step_token(&request.headers, principal) else { return flow.begin_again(next) };
    // Somebody who was locked just now has no step any more, and is told so all the same.
    let factors = flow.directory.sign_in().factors(&flow.visitor(request), principal, &token).await;
    let factors = factors.unwrap_or(Factors { totp: true, passkeys: false });
    let shown = Shown { flow, next, recovery, factors, problem };
    let title = if factors.totp || recovery { "Verification code" } else { PASSKEY };
    let html = auth_page(Viewer::from_request(flow, &request.headers), title, false, || {
        match (recovery, factors.totp) {
            (true, _) => by_recovery(shown),
            (false, true) => by_app(shown),
            (false, false) => by_passkey(shown),
        }
    });
    match shown.problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}

fn by_app(shown: Shown) -> AnyView {
    let lead = "Type the code that your authenticator app shows for Bailiwick.";
    let routes = shown.flow.routes;
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
        {passkey::without(shown.flow)}
        {others(shown.flow.routes, shown.next, "No passkey at hand? ")}
    }
    .into_any()
}

fn with_passkey(shown: Shown, label: &'static str, look: Look) -> AnyView {
    let fields = hidden("next", shown.next);
    passkey::form(
        shown.flow,
        &Ask { action: shown.flow.routes.challenge_passkey, makes: false, label, look, cancel: None },
        fields,
    )
}

fn others(routes: &'static AuthRoutes, next: &str, question: &'static str) -> AnyView {
    let other = joined(&routes.then(routes.challenge, next), "recovery=1");
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
    let routes = shown.flow.routes;
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
        <form method="post" action=shown.flow.routes.challenge>
            {hidden("next", shown.next)}
            {shown.recovery.then(|| hidden("recovery", "1"))}
            {wrong.line(code)}
            <Button look=Look::Primary submit=true>"Continue"</Button>
        </form>
    }
    .into_any()
}
