//! The second factor (TOTP): turning it on with an authenticator app, recovery codes, turning it off.

use axum::Form;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::account::TotpEnrollment;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::Visit;
use super::addresses::{CODES, CONFIRM, REMOVE, TOTP};
use super::frame::{After, after, card, nothing, page};
use super::prove;
use crate::entrance::fields::{Line, Wrong};
use crate::entrance::page::{download, see};
use crate::kit::{Button, Icon, LinkButton, Look, Notice, Tone};
use crate::places;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
}

impl Visit {
    /// Off to prove the password if that is what is missing; else what went wrong.
    fn sent_to_prove(&self, then: &str, problem: &Problem) -> Response {
        if problem.code == ErrorCode::ProofNeeded { prove::first(then) } else { self.failed(problem) }
    }
}

/// Begins, or begins anew.
pub async fn begin(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().start_totp(&visit.actor).await) {
        Ok(_) => see(TOTP),
        Err(problem) => visit.sent_to_prove(TOTP, &problem),
    }
}

/// What the app must know, while the enrolment is open.
pub async fn show(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().pending_totp(&visit.actor).await) {
        Ok(Some(enrollment)) => scan(&visit, &enrollment, None).into_response(),
        Ok(None) => start(&visit).into_response(),
        Err(problem) => visit.sent_to_prove(TOTP, &problem),
    }
}

pub async fn confirm(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let problem = match visit.answer(visit.directory().account().finish_totp(&visit.actor, &typed.code).await)
    {
        Ok((token, codes)) => return visit.go_on(kept(&visit, &codes), &token),
        Err(problem) => problem,
    };
    if problem.fault("code").is_none() {
        return match problem.code {
            ErrorCode::Conflict => see(TOTP),
            _ => visit.sent_to_prove(TOTP, &problem),
        };
    }
    match visit.answer(visit.directory().account().pending_totp(&visit.actor).await) {
        Ok(Some(enrollment)) => visit.again(&problem, || scan(&visit, &enrollment, Some(&problem))),
        Ok(None) => see(TOTP),
        Err(problem) => visit.sent_to_prove(TOTP, &problem),
    }
}

pub async fn ask_to_remove(visit: Visit) -> Response {
    let title = "Turn off multi-factor authentication?";
    let text = "Signing in will ask for your password only. The recovery codes end too, and so do your other sessions.";
    sure(&visit, title, text, ("Turn off", Look::DangerLoud, REMOVE)).into_response()
}

pub async fn remove(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().remove_totp(&visit.actor).await) {
        Ok(token) => visit.go_on(after(places::OWN_SECURITY, "totp-off"), &token),
        Err(problem) if problem.code == ErrorCode::Conflict => see(places::OWN_SECURITY),
        Err(problem) => visit.sent_to_prove(REMOVE, &problem),
    }
}

pub async fn ask_for_codes(visit: Visit) -> Response {
    let text = "Ten new codes are made and shown once. The ones that you have now stop working.";
    sure(&visit, "Make new recovery codes?", text, ("Make new codes", Look::Primary, CODES)).into_response()
}

pub async fn new_codes(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().new_recovery_codes(&visit.actor).await) {
        Ok(codes) => kept(&visit, &codes).into_response(),
        Err(problem) if problem.code == ErrorCode::Conflict => see(places::OWN_SECURITY),
        Err(problem) => visit.sent_to_prove(CODES, &problem),
    }
}

/// Asks before something is done, and says what.
fn sure(
    visit: &Visit,
    title: &'static str,
    text: &'static str,
    (verb, look, action): (&'static str, Look, &'static str),
) -> Html<String> {
    page(visit, "Security", &After::default(), || {
        let body = view! {
            <p>{text}</p>
            <form method="post" action=action>
                <p class="actions">
                    <Button look submit=true>{verb}</Button>
                    {cancel()}
                </p>
            </form>
        };
        card(title, nothing(), body.into_any())
    })
}

fn cancel() -> AnyView {
    view! { <LinkButton href=places::OWN_SECURITY.to_owned() look=Look::Quiet>"Cancel"</LinkButton> }
        .into_any()
}

fn start(visit: &Visit) -> Html<String> {
    let text = "Have your phone at hand, with an authenticator app on it: any that knows TOTP will do.";
    sure(visit, "Turn on multi-factor authentication", text, ("Continue", Look::Primary, TOTP))
}

fn scan(visit: &Visit, enrollment: &TotpEnrollment, problem: Option<&Problem>) -> Html<String> {
    page(visit, "Security", &After::default(), || {
        let wrong = Wrong(problem);
        let body = view! {
            <div class="enroll">
                {picture(&enrollment.qr)}
                <ol class="steps">
                    <li>
                        <p>"Scan the picture with your authenticator app."</p>
                        <p class="hint">
                            "On this device, " <a href=enrollment.uri.clone()>"open the app"</a>
                            ", or type this key into it:"
                        </p>
                        <p><code class="secret">{grouped(&enrollment.secret)}</code></p>
                    </li>
                    <li>{confirmation(wrong)}</li>
                </ol>
            </div>
        };
        view! {
            {wrong.notice()}
            {card("Turn on multi-factor authentication", nothing(), body.into_any())}
        }
    })
}

fn confirmation(wrong: Wrong) -> AnyView {
    view! {
        <form method="post" action=CONFIRM>
            <p>"Type the code that the app shows now."</p>
            <div class="narrow">{wrong.line(Line::code())}</div>
            <p class="actions">
                <Button look=Look::Primary submit=true>"Turn on"</Button>
                {cancel()}
            </p>
        </form>
    }
    .into_any()
}

/// The recovery codes, this once.
fn kept(visit: &Visit, codes: &[String]) -> Html<String> {
    let rows = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    page(visit, "Security", &After::default(), || {
        let body = view! {
            <Notice tone=Tone::Waiting>
                "They are shown this once. Keep them where you find them without your phone: each opens your account "
                "once, in place of a code of the app."
            </Notice>
            <ol class="codes">{rows}</ol>
            <div class="actions">
                {download("bailiwick-recovery-codes.txt", "Download", codes)}
                <button r#type="button" class="button" data-copy=".codes code" hidden>
                    <Icon name="copy"/>
                    <span class="label" role="status">"Copy"</span>
                </button>
                <LinkButton href=places::OWN_SECURITY.to_owned() look=Look::Primary>"I have kept them"</LinkButton>
            </div>
        };
        card("Your recovery codes", nothing(), body.into_any())
    })
}

fn grouped(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// The QR code as a drawing, with the quiet zone of four modules that scanners ask for.
fn picture(rows: &[Vec<bool>]) -> AnyView {
    const QUIET: usize = 4;
    let size = rows.len() + 2 * QUIET;
    let mut path = String::new();
    for (row, y) in rows.iter().zip(QUIET..) {
        let mut x = QUIET;
        for run in row.chunk_by(|one, next| one == next) {
            let long = run.len();
            if run.first() == Some(&true) {
                path.extend([format!("M{x} {y}h{long}v1h-{long}z")]);
            }
            x += long;
        }
    }
    view! {
        <svg
            class="qr"
            viewBox=format!("0 0 {size} {size}")
            shape-rendering="crispEdges"
            role="img"
            aria-label="QR code for your authenticator app"
        >
            <rect width=size.to_string() height=size.to_string() fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .into_any()
}
