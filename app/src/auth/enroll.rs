//! Enrolling a second factor at sign-in: at once for whom it is required without a period, else when they
//! like until the period is over.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::{Actor, Answer, SignedIn, Stage};
use leptos::prelude::*;
use model::account::TotpEnrollment;
use model::{ErrorCode, Problem, Timestamp};
use serde::Deserialize;

use super::enrollment::{Codes, Confirm};
use super::fields::{Wrong, hidden};
use super::flow::AuthFlow;
use super::page::{auth_page, failed, redirect, response};
use super::passkey::{self, Ask};
use crate::kit::{Button, LinkButton, Look, Notice, Time, Tone, When};
use crate::viewer::Viewer;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EnrollQuery {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EnrollForm {
    code: String,
    next: String,
}

const TITLE: &str = "Set up multi-factor authentication";

pub async fn show(
    State(flow): State<AuthFlow>,
    Query(asked): Query<EnrollQuery>,
    request: Parts,
) -> Response {
    let next = flow.routes.wanted(&asked.next);
    if let Some(until) = time_left(&flow, &request).await {
        return later(&flow, &request, next, until);
    }
    let actor = match arrived(&flow, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    match flow.directory.account().pending_totp(&actor).await {
        Ok(Some(enrollment)) => scan(&flow, &request, next, &enrollment, None),
        Ok(None) => start(&flow, &request, next, None),
        Err(error) => failed(&flow, &request, &flow.directory.problem(error)),
    }
}

/// Begins, or begins anew.
pub async fn begin(State(flow): State<AuthFlow>, request: Parts, Form(typed): Form<EnrollForm>) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let actor = match arrived(&flow, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    match flow.directory.account().start_totp(&actor).await {
        Ok(_) => redirect(&flow.routes.then(flow.routes.enroll, next)),
        Err(error) => failed(&flow, &request, &flow.directory.problem(error)),
    }
}

pub async fn confirm(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<EnrollForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let actor = match arrived(&flow, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = flow.directory.account().finish_totp(&actor, &typed.code).await;
    let problem = match said.map_err(|error| flow.directory.problem(error)) {
        Ok((led, codes)) => return kept(&flow, &request, &led, next, &codes).await,
        Err(problem) => problem,
    };
    match problem.code {
        ErrorCode::Invalid => match flow.directory.account().pending_totp(&actor).await {
            Ok(Some(enrollment)) => scan(&flow, &request, next, &enrollment, Some(&problem)),
            Ok(None) => redirect(&flow.routes.then(flow.routes.enroll, next)),
            Err(error) => failed(&flow, &request, &flow.directory.problem(error)),
        },
        ErrorCode::Conflict => redirect(&flow.routes.then(flow.routes.enroll, next)),
        ErrorCode::NotSignedIn => flow.begin_again(next),
        _ => failed(&flow, &request, &problem),
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(flow): State<AuthFlow>, request: Parts) -> Response {
    match flow.step(&request, flow.principal()).await {
        Ok(Some((actor, Stage::Enroll))) => {
            passkey::asked(&flow, flow.directory.account().start_passkey(&actor).await)
        }
        Ok(_) => passkey::too_late(),
        Err(problem) => passkey::refused(&problem),
    }
}

pub async fn take_passkey(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<passkey::PasskeyForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let actor = match arrived(&flow, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = flow.directory.account().finish_passkey(&actor, &typed.name, &Answer::from(&typed)).await;
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok((led, codes)) => kept(&flow, &request, &led, next, &codes).await,
        Err(problem) if problem.code == ErrorCode::NotSignedIn => flow.begin_again(next),
        Err(problem) if problem.code == ErrorCode::Conflict => start(&flow, &request, next, Some(&problem)),
        Err(problem) => failed(&flow, &request, &problem),
    }
}

/// Whoever is at this step; anybody else is sent to where they are.
async fn arrived(flow: &AuthFlow, request: &Parts, next: &str) -> Result<Actor, Response> {
    match flow.step(request, flow.principal()).await {
        Ok(Some((actor, Stage::Enroll))) => Ok(actor),
        Ok(Some((_, open))) => Err(flow.elsewhere(Some(open), next)),
        Ok(None) if flow.signed_in(request, flow.principal()).await.is_ok() => Err(redirect(next)),
        Ok(None) if flow.step_token(&request.headers, flow.principal()).is_none() => {
            Err(flow.elsewhere(None, next))
        }
        Ok(None) => Err(flow.begin_again(next)),
        Err(problem) => Err(failed(flow, request, &problem)),
    }
}

/// Until when somebody who is in already may put this off.
async fn time_left(flow: &AuthFlow, request: &Parts) -> Option<Timestamp> {
    let actor = flow.signed_in(request, flow.principal()).await.ok()?;
    flow.directory.account().security(&actor).await.ok()?.mfa_enroll_by
}

fn later(flow: &AuthFlow, request: &Parts, next: &str, until: Timestamp) -> Response {
    let viewer = Viewer::from_request(flow, &request.headers);
    let left = until.since(viewer.now).as_secs().div_ceil(24 * 60 * 60);
    let days = if left == 1 { "1 day is left".to_owned() } else { format!("{left} days are left") };
    let html = auth_page(viewer, TITLE, false, || {
        view! {
            <header>
                <h1>{TITLE}</h1>
                <p class="below">
                    "Your organization asks for it: after the password, signing in then takes a code that an app on "
                    "your phone shows, or a passkey."
                </p>
            </header>
            <Notice tone=Tone::Waiting>
                {days} ", until " <Time at=until when=When::Full/> ". After that you cannot sign in without it."
            </Notice>
            <form method="post" action=flow.routes.totp>
                <Button look=Look::Primary submit=true>"Set up an app now"</Button>
            </form>
            {flow.directory.passkey_origin().is_ok().then(|| view! {
                <LinkButton href=flow.routes.passkey_new.to_owned()>"Add a passkey instead"</LinkButton>
            })}
            <LinkButton href=next.to_owned()>"Later"</LinkButton>
        }
    });
    html.into_response()
}

fn start(flow: &AuthFlow, request: &Parts, next: &str, problem: Option<&Problem>) -> Response {
    let (action, label) = (flow.routes.enroll_passkey, "Use a passkey instead");
    let ask = Ask { action, makes: true, label, look: Look::Secondary, cancel: None };
    let html = auth_page(Viewer::from_request(flow, &request.headers), TITLE, false, || {
        view! {
            <header>
                <h1>{TITLE}</h1>
                <p class="below">
                    "Your organization requires it. Have your phone at hand, with an authenticator app on it: any that "
                    "knows TOTP will do."
                </p>
            </header>
            {Wrong(problem).notice()}
            <form method="post" action=flow.routes.enroll>
                {hidden("next", next)}
                <Button look=Look::Primary submit=true>"Continue"</Button>
            </form>
            {passkey::form(flow, &ask, hidden("next", next))}
        }
    });
    match problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}

fn scan(
    flow: &AuthFlow,
    request: &Parts,
    next: &str,
    enrollment: &TotpEnrollment,
    problem: Option<&Problem>,
) -> Response {
    let html = auth_page(Viewer::from_request(flow, &request.headers), TITLE, true, || {
        let wrong = Wrong(problem);
        let confirm = Confirm { enrollment, wrong, action: flow.routes.enroll_confirm, next, cancel: None };
        view! {
            <header>
                <h1>{TITLE}</h1>
            </header>
            {wrong.notice()}
            {confirm.view()}
        }
    });
    match problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}

/// The recovery codes, this once, and on from there.
async fn kept(flow: &AuthFlow, request: &Parts, led: &SignedIn, next: &str, codes: &[String]) -> Response {
    let on = flow.onward(led, next);
    let html = auth_page(Viewer::from_request(flow, &request.headers), "Your recovery codes", true, || {
        view! {
            <header>
                <h1>"Your recovery codes"</h1>
            </header>
            {Codes { codes, on }.view()}
        }
    });
    flow.carry(request, html.into_response(), led).await
}
