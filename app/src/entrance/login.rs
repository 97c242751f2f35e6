//! Who one is, and the password.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::Answer;
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::fields::{Wrong, hidden};
use super::page::{entrance, failed, see, told};
use super::passkey::{self, Ask};
use super::way::Way;
use crate::kit::{Button, Look, Notice, Tone};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Asked {
    next: String,
    signed_out: Option<String>,
    late: Option<String>,
    reset: Option<String>,
    anew: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    next: String,
}

/// What the page shows besides its form.
#[derive(Default)]
struct Shown<'a> {
    email: &'a str,
    next: &'a str,
    problem: Option<&'a Problem>,
    note: Option<&'static str>,
}

pub async fn show(State(way): State<Way>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = way.ways.wanted(&asked.next);
    let standing = way.signed_in(&request, way.principal()).await;
    if standing.is_ok() {
        return see(next);
    }
    let ended = standing.is_err_and(|problem| problem.code == ErrorCode::NotSignedIn)
        && way.session(&request.headers, way.principal()).is_some();
    let notes = [
        (&asked.signed_out, "You have logged out."),
        (&asked.late, "Signing in took too long. Begin again with your password."),
        (&asked.reset, "Your password is set. Sign in with it."),
        (&asked.anew, "What you used as second factor is no longer needed. Sign in, and set up another."),
    ];
    let note = notes.into_iter().find(|(said, _)| said.is_some()).map(|(_, note)| note);
    let note = note.or_else(|| ended.then_some("Your session has ended. Sign in to go on."));
    page(&way, &request, Shown { next, note, ..Shown::default() }).await
}

pub async fn take(State(way): State<Way>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = way.ways.wanted(&typed.next);
    let (visitor, principal) = (way.visitor(&request), way.principal());
    let sign_in = way.directory.sign_in();
    match sign_in.password(&visitor, principal, &typed.email, &typed.password).await {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(error) => {
            let problem = way.directory.problem(error);
            let shown = Shown { email: &typed.email, next, problem: Some(&problem), note: None };
            page(&way, &request, shown).await
        }
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(way): State<Way>, request: Parts) -> Response {
    let visitor = way.visitor(&request);
    passkey::asked(&way, way.directory.sign_in().start_passkey(&visitor, way.principal()).await)
}

/// A passkey in place of name and password.
pub async fn take_passkey(
    State(way): State<Way>,
    request: Parts,
    Form(typed): Form<passkey::Typed>,
) -> Response {
    let next = way.ways.wanted(&typed.next);
    let (visitor, answer) = (way.visitor(&request), Answer::from(&typed));
    match way.directory.sign_in().passkey(&visitor, way.principal(), &answer).await {
        Ok(led) => way.lead(&request, &led, next).await,
        Err(error) => {
            let problem = way.directory.problem(error);
            page(&way, &request, Shown { next, problem: Some(&problem), ..Shown::default() }).await
        }
    }
}

async fn page(way: &Way, request: &Parts, shown: Shown<'_>) -> Response {
    let organization = match way.directory.settings().name().await {
        Ok(name) => name,
        Err(error) => return failed(way, request, &way.directory.problem(error)),
    };
    let viewer = way.viewer(&request.headers);
    let Some(organization) = organization else {
        return entrance(viewer, way.title(), false, not_set_up).into_response();
    };
    let question = way.question().await.filter(|_| shown.problem.is_some_and(is_for_others));
    let html = entrance(viewer, way.title(), false, || form(way, &organization, &shown, question));
    match shown.problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

/// Whether somebody else has to help.
fn is_for_others(problem: &Problem) -> bool {
    problem.code == ErrorCode::Forbidden
        || (problem.code == ErrorCode::TooMany && problem.retry_after.is_none())
}

fn form(way: &Way, organization: &str, shown: &Shown, question: Option<String>) -> AnyView {
    let wrong = Wrong(shown.problem);
    let note = shown.note.map(|text| view! { <Notice tone=Tone::Info>{text}</Notice> });
    let (title, button) = (way.title(), way.button());
    let (action, label) = (way.ways.passkey, "Sign in with a passkey");
    let ask = Ask { action, makes: false, label, look: Look::Secondary, cancel: None };
    view! {
        <header>
            <h1>{title}</h1>
            <p class="below">{organization.to_owned()}</p>
        </header>
        {note}
        {wrong.notice()}
        {question.map(|text| view! { <p>{text}</p> })}
        <form method="post" action=way.ways.login>
            {hidden("next", shown.next)}
            {wrong.line(way.name_field(shown.email))}
            {wrong.secret(way.password_field(!shown.email.is_empty()))}
            <Button look=Look::Primary submit=true>{button}</Button>
        </form>
        {passkey::form(way, &ask, hidden("next", shown.next))}
        {way.other()}
    }
    .into_any()
}

fn not_set_up() -> impl IntoView {
    view! {
        <header>
            <h1>"Not set up yet"</h1>
            <p class="below">"Bailiwick runs, but it has no organization and no administrator yet."</p>
        </header>
        <ol class="steps">
            <li>
                "When the server started, it printed a link with " <code>"/setup?token="</code>
                " in it. Open that link in this browser; it works once."
            </li>
            <li>"If the link is lost, restart the server: it prints a new one."</li>
        </ol>
    }
}
