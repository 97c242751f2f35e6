//! A second factor on the way in: at once for whom it is required without a period, else when they
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

use super::fields::{Wrong, hidden};
use super::page::{entrance, failed, see, told};
use super::passkey::{self, Ask};
use super::way::Way;
use crate::account::enrollment::{Codes, Confirm};
use crate::kit::{Button, LinkButton, Look, Notice, Time, Tone, When};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
    next: String,
}

const TITLE: &str = "Set up multi-factor authentication";

pub async fn show(State(way): State<Way>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = way.routes.wanted(&asked.next);
    if let Some(until) = time_left(&way, &request).await {
        return later(&way, &request, next, until);
    }
    let actor = match arrived(&way, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    match way.directory.account().pending_totp(&actor).await {
        Ok(Some(enrollment)) => scan(&way, &request, next, &enrollment, None),
        Ok(None) => start(&way, &request, next, None),
        Err(error) => failed(&way, &request, &way.directory.problem(error)),
    }
}

/// Begins, or begins anew.
pub async fn begin(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.routes.wanted(&typed.next);
    let actor = match arrived(&way, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    match way.directory.account().start_totp(&actor).await {
        Ok(_) => see(&way.routes.then(way.routes.enroll, next)),
        Err(error) => failed(&way, &request, &way.directory.problem(error)),
    }
}

pub async fn confirm(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.routes.wanted(&typed.next);
    let actor = match arrived(&way, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = way.directory.account().finish_totp(&actor, &typed.code).await;
    let problem = match said.map_err(|error| way.directory.problem(error)) {
        Ok((led, codes)) => return kept(&way, &request, &led, next, &codes).await,
        Err(problem) => problem,
    };
    match problem.code {
        ErrorCode::Invalid => match way.directory.account().pending_totp(&actor).await {
            Ok(Some(enrollment)) => scan(&way, &request, next, &enrollment, Some(&problem)),
            Ok(None) => see(&way.routes.then(way.routes.enroll, next)),
            Err(error) => failed(&way, &request, &way.directory.problem(error)),
        },
        ErrorCode::Conflict => see(&way.routes.then(way.routes.enroll, next)),
        ErrorCode::NotSignedIn => way.begin_again(next),
        _ => failed(&way, &request, &problem),
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(way): State<Way>, request: Parts) -> Response {
    match way.step(&request, way.principal()).await {
        Ok(Some((actor, Stage::Enroll))) => {
            passkey::asked(&way, way.directory.account().start_passkey(&actor).await)
        }
        Ok(_) => passkey::too_late(),
        Err(problem) => passkey::refused(&problem),
    }
}

pub async fn take_passkey(
    State(way): State<Way>,
    request: Parts,
    Form(typed): Form<passkey::Typed>,
) -> Response {
    let next = way.routes.wanted(&typed.next);
    let actor = match arrived(&way, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = way.directory.account().finish_passkey(&actor, &typed.name, &Answer::from(&typed)).await;
    match said.map_err(|error| way.directory.problem(error)) {
        Ok((led, codes)) => kept(&way, &request, &led, next, &codes).await,
        Err(problem) if problem.code == ErrorCode::NotSignedIn => way.begin_again(next),
        Err(problem) if problem.code == ErrorCode::Conflict => start(&way, &request, next, Some(&problem)),
        Err(problem) => failed(&way, &request, &problem),
    }
}

/// Whoever is at this step; anybody else is sent to where they are.
async fn arrived(way: &Way, request: &Parts, next: &str) -> Result<Actor, Response> {
    match way.step(request, way.principal()).await {
        Ok(Some((actor, Stage::Enroll))) => Ok(actor),
        Ok(Some((_, open))) => Err(way.elsewhere(Some(open), next)),
        Ok(None) if way.signed_in(request, way.principal()).await.is_ok() => Err(see(next)),
        Ok(None) if way.step_token(&request.headers, way.principal()).is_none() => {
            Err(way.elsewhere(None, next))
        }
        Ok(None) => Err(way.begin_again(next)),
        Err(problem) => Err(failed(way, request, &problem)),
    }
}

/// Until when somebody who is in already may put this off.
async fn time_left(way: &Way, request: &Parts) -> Option<Timestamp> {
    let actor = way.signed_in(request, way.principal()).await.ok()?;
    way.directory.account().security(&actor).await.ok()?.mfa_enroll_by
}

fn later(way: &Way, request: &Parts, next: &str, until: Timestamp) -> Response {
    let viewer = way.viewer(&request.headers);
    let left = until.since(viewer.now).as_secs().div_ceil(24 * 60 * 60);
    let days = if left == 1 { "1 day is left".to_owned() } else { format!("{left} days are left") };
    let html = entrance(viewer, TITLE, false, || {
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
            <form method="post" action=way.routes.totp>
                <Button look=Look::Primary submit=true>"Set up an app now"</Button>
            </form>
            {way.directory.passkey_origin().is_ok().then(|| view! {
                <LinkButton href=way.routes.passkey_new.to_owned()>"Add a passkey instead"</LinkButton>
            })}
            <LinkButton href=next.to_owned()>"Later"</LinkButton>
        }
    });
    html.into_response()
}

fn start(way: &Way, request: &Parts, next: &str, problem: Option<&Problem>) -> Response {
    let (action, label) = (way.routes.enroll_passkey, "Use a passkey instead");
    let ask = Ask { action, makes: true, label, look: Look::Secondary, cancel: None };
    let html = entrance(way.viewer(&request.headers), TITLE, false, || {
        view! {
            <header>
                <h1>{TITLE}</h1>
                <p class="below">
                    "Your organization requires it. Have your phone at hand, with an authenticator app on it: any that "
                    "knows TOTP will do."
                </p>
            </header>
            {Wrong(problem).notice()}
            <form method="post" action=way.routes.enroll>
                {hidden("next", next)}
                <Button look=Look::Primary submit=true>"Continue"</Button>
            </form>
            {passkey::form(way, &ask, hidden("next", next))}
        }
    });
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn scan(
    way: &Way,
    request: &Parts,
    next: &str,
    enrollment: &TotpEnrollment,
    problem: Option<&Problem>,
) -> Response {
    let html = entrance(way.viewer(&request.headers), TITLE, true, || {
        let wrong = Wrong(problem);
        let confirm = Confirm { enrollment, wrong, action: way.routes.enroll_confirm, next, cancel: None };
        view! {
            <header>
                <h1>{TITLE}</h1>
            </header>
            {wrong.notice()}
            {confirm.view()}
        }
    });
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

/// The recovery codes, this once, and on from there.
async fn kept(way: &Way, request: &Parts, led: &SignedIn, next: &str, codes: &[String]) -> Response {
    let on = way.onward(led, next);
    let html = entrance(way.viewer(&request.headers), "Your recovery codes", true, || {
        view! {
            <header>
                <h1>"Your recovery codes"</h1>
            </header>
            {Codes { codes, on }.view()}
        }
    });
    way.carry(request, html.into_response(), led).await
}
