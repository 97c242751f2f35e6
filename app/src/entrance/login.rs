//! E-mail address and password.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::SignedIn;
use leptos::prelude::*;
use model::Problem;
use serde::Deserialize;

use super::connection;
use super::fields::{Line, Secret, Wrong, hidden};
use super::page::{entrance, failed, see, told};
use crate::door::{Keep, Portal};
use crate::kit::{Button, Look, Notice, Tone};
use crate::places;

/// In the address after logging out, and when the second factor took too long.
pub const SIGNED_OUT: &str = "signed-out";
pub const LATE: &str = "late";

const TITLE: &str = "Administrator login";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Asked {
    next: String,
    signed_out: Option<String>,
    late: Option<String>,
    reset: Option<String>,
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

pub async fn show(State(portal): State<Portal>, Query(asked): Query<Asked>, request: Parts) -> Response {
    let next = places::wanted(&asked.next);
    if portal.administrator(&request).await.is_ok() {
        return see(next);
    }
    let note = match (&asked.signed_out, &asked.late, &asked.reset) {
        (Some(_), ..) => Some("You have logged out."),
        (None, Some(_), _) => Some("Signing in took too long. Begin again with your password."),
        (None, None, Some(_)) => Some("Your password is set. Sign in with it."),
        (None, None, None) => None,
    };
    page(&portal, &request, Shown { next, note, ..Shown::default() }).await
}

pub async fn take(State(portal): State<Portal>, request: Parts, Form(typed): Form<Typed>) -> Response {
    let next = places::wanted(&typed.next);
    if !portal.is_private(&request) {
        return page(&portal, &request, Shown { next, ..Shown::default() }).await;
    }
    let visitor = portal.visitor(&request);
    match portal.directory.sign_in().password(&visitor, &typed.email, &typed.password).await {
        Ok(SignedIn::Full(token)) => {
            end_former(&portal, &request).await;
            let mut answer = see(next);
            portal.keep(answer.headers_mut(), &Keep::Session(&token));
            portal.keep(answer.headers_mut(), &Keep::NoChallenge);
            answer
        }
        Ok(SignedIn::Challenge(token)) => {
            let mut answer = see(&places::then(places::CHALLENGE, next));
            portal.keep(answer.headers_mut(), &Keep::Challenge(&token));
            answer
        }
        Err(error) => {
            let problem = portal.directory.problem(error);
            let shown = Shown { email: &typed.email, next, problem: Some(&problem), note: None };
            page(&portal, &request, shown).await
        }
    }
}

/// Whoever signs in anew leaves the session that the browser had.
pub async fn end_former(portal: &Portal, request: &Parts) {
    let Some(former) = portal.session(&request.headers) else { return };
    if let Err(error) = portal.directory.sessions().log_out(&former, portal.origin(request)).await {
        tracing::warn!(%error, "the former session was not ended");
    }
}

async fn page(portal: &Portal, request: &Parts, shown: Shown<'_>) -> Response {
    let organization = match portal.directory.settings().name().await {
        Ok(name) => name,
        Err(error) => return failed(portal, request, &portal.directory.problem(error)),
    };
    let viewer = portal.viewer(&request.headers);
    let Some(organization) = organization else {
        return entrance(viewer, TITLE, false, not_set_up).into_response();
    };
    if !portal.is_private(request) {
        return connection::refused(portal, request);
    }
    let html = entrance(viewer, TITLE, false, || form(&organization, &shown));
    match shown.problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}

fn form(organization: &str, shown: &Shown) -> AnyView {
    let wrong = Wrong(shown.problem);
    let note = shown.note.map(|text| view! { <Notice tone=Tone::Info>{text}</Notice> });
    let known = !shown.email.is_empty();
    let email = Line {
        name: "email",
        label: "Company email",
        kind: "email",
        value: shown.email,
        autocomplete: "username",
        first: !known,
        ..Line::default()
    };
    let password =
        Secret { name: "password", label: "Password", autocomplete: "current-password", first: known };
    view! {
        <header>
            <h1>{TITLE}</h1>
            <p class="below">{organization.to_owned()}</p>
        </header>
        {note}
        {wrong.notice()}
        <form method="post" action=places::LOGIN>
            {hidden("next", shown.next)}
            {wrong.line(email)}
            {wrong.secret(password)}
            <Button look=Look::Primary submit=true>"Administrator Login"</Button>
            <a href=places::FORGOT_PASSWORD>"Reset administrator password"</a>
        </form>
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
