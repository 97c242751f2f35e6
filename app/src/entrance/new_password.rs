//! A new password on the way in, in place of one that has expired or that must be changed.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::{Actor, Stage};
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Rules, Secret, Wrong, hidden};
use super::page::{entrance, failed, told};
use super::way::Way;
use crate::kit::{Button, Look};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    password: String,
    next: String,
}

const TITLE: &str = "Choose a new password";

pub async fn show(State(way): State<Way>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = way.routes.wanted(&asked.next);
    match arrived(&way, &request, next).await {
        Ok(actor) => page(&way, &request, &actor, next, None).await,
        Err(answer) => answer,
    }
}

pub async fn take(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.routes.wanted(&typed.next);
    let actor = match arrived(&way, &request, next).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let said = way.directory.account().renew_password(&actor, &typed.password).await;
    match said.map_err(|error| way.directory.problem(error)) {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(problem) => match problem.code {
            ErrorCode::NotSignedIn | ErrorCode::Gone => way.begin_again(next),
            ErrorCode::Internal | ErrorCode::Unavailable => failed(&way, &request, &problem),
            _ => page(&way, &request, &actor, next, Some(&problem)).await,
        },
    }
}

/// Whoever is at this step; anybody else is sent to where they are.
async fn arrived(way: &Way, request: &Parts, next: &str) -> Result<Actor, Response> {
    match way.step(request, way.principal()).await {
        Ok(Some((actor, Stage::NewPassword))) => Ok(actor),
        Ok(Some((_, open))) => Err(way.elsewhere(Some(open), next)),
        Ok(None) if way.step_token(&request.headers, way.principal()).is_none() => {
            Err(way.elsewhere(None, next))
        }
        Ok(None) => Err(way.begin_again(next)),
        Err(problem) => Err(failed(way, request, &problem)),
    }
}

async fn page(way: &Way, request: &Parts, actor: &Actor, next: &str, problem: Option<&Problem>) -> Response {
    let policy = match way.rules_for(actor).await {
        Ok(policy) => policy,
        Err(problem) => return failed(way, request, &problem),
    };
    let html = entrance(way.viewer(&request.headers), TITLE, false, || {
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
            <form method="post" action=way.routes.new_password>
                {hidden("next", next)}
                {wrong.new_secret(password, Rules::of(policy.as_ref(), "", ""))}
                <Button look=Look::Primary submit=true>"Set the password and continue"</Button>
            </form>
            <p class="other"><a href=way.routes.then(way.routes.login, next)>"Back to the login"</a></p>
        }
    });
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}
