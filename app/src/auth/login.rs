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
use super::flow::AuthFlow;
use super::page::{auth_page, failed, redirect, response};
use super::passkey::{self, Ask};
use crate::kit::{Button, Look, Notice, Tone};
use crate::viewer::Viewer;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct LoginQuery {
    next: String,
    signed_out: Option<String>,
    late: Option<String>,
    reset: Option<String>,
    anew: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
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

pub async fn show(State(flow): State<AuthFlow>, Query(asked): Query<LoginQuery>, request: Parts) -> Response {
    let next = flow.routes.wanted(&asked.next);
    let standing = flow.signed_in(&request, flow.principal()).await;
    if standing.is_ok() {
        return redirect(next);
    }
    let ended = standing.is_err_and(|problem| problem.code == ErrorCode::NotSignedIn)
        && flow.session(&request.headers, flow.principal()).is_some();
    let notes = [
        (&asked.signed_out, "You have logged out."),
        (&asked.late, "Signing in took too long. Begin again with your password."),
        (&asked.reset, "Your password is set. Sign in with it."),
        (&asked.anew, "What you used as second factor is no longer needed. Sign in, and set up another."),
    ];
    let note = notes.into_iter().find(|(said, _)| said.is_some()).map(|(_, note)| note);
    let note = note.or_else(|| ended.then_some("Your session has ended. Sign in to go on."));
    page(&flow, &request, Shown { next, note, ..Shown::default() }).await
}

pub async fn take(State(flow): State<AuthFlow>, request: Parts, Form(typed): Form<LoginForm>) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let (visitor, principal) = (flow.visitor(&request), flow.principal());
    let sign_in = flow.directory.sign_in();
    match sign_in.password(&visitor, principal, &typed.email, &typed.password).await {
        Ok(led) => flow.lead(&request, &led, next).await,
        Err(error) => {
            let problem = flow.directory.problem(error);
            let shown = Shown { email: &typed.email, next, problem: Some(&problem), note: None };
            page(&flow, &request, shown).await
        }
    }
}

/// What the browser is to ask for.
pub async fn begin_passkey(State(flow): State<AuthFlow>, request: Parts) -> Response {
    let visitor = flow.visitor(&request);
    passkey::asked(&flow, flow.directory.sign_in().start_passkey(&visitor, flow.principal()).await)
}

/// A passkey in place of name and password.
pub async fn take_passkey(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<passkey::PasskeyForm>,
) -> Response {
    let next = flow.routes.wanted(&typed.next);
    let (visitor, answer) = (flow.visitor(&request), Answer::from(&typed));
    match flow.directory.sign_in().passkey(&visitor, flow.principal(), &answer).await {
        Ok(led) => flow.lead(&request, &led, next).await,
        Err(error) => {
            let problem = flow.directory.problem(error);
            page(&flow, &request, Shown { next, problem: Some(&problem), ..Shown::default() }).await
        }
    }
}

async fn page(flow: &AuthFlow, request: &Parts, shown: Shown<'_>) -> Response {
    let organization = match flow.directory.settings().name().await {
        Ok(name) => name,
        Err(error) => return failed(flow, request, &flow.directory.problem(error)),
    };
    let viewer = Viewer::from_request(flow, &request.headers);
    let Some(organization) = organization else {
        return auth_page(viewer, flow.title(), false, not_set_up).into_response();
    };
    let question = flow.question().await.filter(|_| shown.problem.is_some_and(is_for_others));
    let html = auth_page(viewer, flow.title(), false, || form(flow, &organization, &shown, question));
    match shown.problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}

/// Whether somebody else has to help.
fn is_for_others(problem: &Problem) -> bool {
    problem.code == ErrorCode::Forbidden
        || (problem.code == ErrorCode::TooMany && problem.retry_after.is_none())
}

fn form(flow: &AuthFlow, organization: &str, shown: &Shown, question: Option<String>) -> AnyView {
    let wrong = Wrong(shown.problem);
    let note = shown.note.map(|text| view! { <Notice tone=Tone::Info>{text}</Notice> });
    let (title, button) = (flow.title(), flow.button());
    let (action, label) = (flow.routes.passkey, "Sign in with a passkey");
    let ask = Ask { action, makes: false, label, look: Look::Secondary, cancel: None };
    view! {
        <header>
            <h1>{title}</h1>
            <p class="below">{organization.to_owned()}</p>
        </header>
        {note}
        {wrong.notice()}
        {question.map(|text| view! { <p>{text}</p> })}
        <form method="post" action=flow.routes.login>
            {hidden("next", shown.next)}
            {wrong.line(flow.name_field(shown.email))}
            {wrong.secret(flow.password_field(!shown.email.is_empty()))}
            <Button look=Look::Primary submit=true>{button}</Button>
        </form>
        {passkey::form(flow, &ask, hidden("next", shown.next))}
        {flow.other()}
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
