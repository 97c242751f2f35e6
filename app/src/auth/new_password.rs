//! A new password at sign-in, in place of one that has expired or that must be changed.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::{Actor, Stage};
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Rules, Secret, Wrong, hidden};
use super::flow::AuthFlow;
use super::page::{auth_page, failed, response};
use crate::kit::{Button, Look};
use crate::viewer::Viewer;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewPasswordQuery {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewPasswordForm {
    password: String,
    next: String,
}

const TITLE: &str = "Choose a new password";

pub async fn show(
    State(flow): State<AuthFlow>,
    Query(asked): Query<NewPasswordQuery>,
    request: Parts,
) -> Response {
    let next = flow.routes.wanted(&asked.next);
    match arrived(&flow, &request, next).await {
        Ok(actor) => page(&flow, &request, &actor, next, None).await,
        Err(answer) => answer,
    }
}

pub async fn take(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<NewPasswordForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let actor = match arrived(&flow, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = flow.directory.account().renew_password(&actor, &typed.password).await;
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok(led) => flow.lead(&request, &led, next).await,
        Err(problem) => match problem.code {
            ErrorCode::NotSignedIn | ErrorCode::Gone => flow.begin_again(next),
            ErrorCode::Internal | ErrorCode::Unavailable => failed(&flow, &request, &problem),
            _ => page(&flow, &request, &actor, next, Some(&problem)).await,
        },
    }
}

/// Whoever is at this step; anybody else is sent to where they are.
async fn arrived(flow: &AuthFlow, request: &Parts, next: &str) -> Result<Actor, Response> {
    match flow.step(request, flow.principal()).await {
        Ok(Some((actor, Stage::NewPassword))) => Ok(actor),
        Ok(Some((_, open))) => Err(flow.elsewhere(Some(open), next)),
        Ok(None) if flow.step_token(&request.headers, flow.principal()).is_none() => {
            Err(flow.elsewhere(None, next))
        }
        Ok(None) => Err(flow.begin_again(next)),
        Err(problem) => Err(failed(flow, request, &problem)),
    }
}

async fn page(
    flow: &AuthFlow,
    request: &Parts,
    actor: &Actor,
    next: &str,
    problem: Option<&Problem>,
) -> Response {
    let policy = match flow.rules_for(actor).await {
        Ok(policy) => policy,
        Err(problem) => return failed(flow, request, &problem),
    };
    let html = auth_page(Viewer::from_request(flow, &request.headers), TITLE, false, || {
        let wrong = Wrong(problem);
        let password = Secret {
            name: "password",
            label: "New password",
            autocomplete: "new-password",
            first: true,
            ..Secret::default()
        };
        view! {
            <header>
                <h1>{TITLE}</h1>
                <p class="below">
                    "Your password has expired, or an administrator asked you to change it. The old one opens nothing "
                    "but this page."
                </p>
            </header>
            {wrong.notice()}
            <form method="post" action=flow.routes.new_password>
                {hidden("next", next)}
                {wrong.new_secret(password, Rules::of(policy.as_ref(), "", ""))}
                <Button look=Look::Primary submit=true>"Set the password and continue"</Button>
            </form>
            <p class="other"><a href=flow.routes.then(flow.routes.login, next)>"Back to the login"</a></p>
        }
    });
    match problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}
