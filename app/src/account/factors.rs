//! The second factor (TOTP): turning it on with an authenticator app, recovery codes, turning it off.

use axum::Form;
use axum::response::{Html, IntoResponse, Response};
use directory::SignedIn;
use leptos::prelude::*;
use model::account::TotpEnrollment;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use super::reauthenticate;
use crate::auth::enrollment::{Codes, Confirm};
use crate::auth::fields::Wrong;
use crate::auth::page::redirect;
use crate::kit::{Button, LinkButton, Look};
use crate::routes::AuthRoutes;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
}

const TURN_ON: &str = "Turn on the authenticator app";

impl Visit {
    /// Sends to reauthentication if that is what is missing; else what went wrong.
    pub(super) fn sent_to_reauthenticate(&self, then: &str, problem: &Problem) -> Response {
        if problem.code == ErrorCode::ReauthenticationNeeded {
            reauthenticate::first(self.routes(), then)
        } else {
            self.failed(problem)
        }
    }
}

/// Begins, or begins anew.
pub async fn begin(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().start_totp(&visit.actor).await) {
        Ok(_) => redirect(visit.routes().totp),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().totp, &problem),
    }
}

/// What the app must know, while the enrolment is open.
pub async fn show(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().pending_totp(&visit.actor).await) {
        Ok(Some(enrollment)) => scan(&visit, &enrollment, None).into_response(),
        Ok(None) => start(&visit).into_response(),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().totp, &problem),
    }
}

pub async fn confirm(visit: Visit, Form(typed): Form<CodeForm>) -> Response {
    let problem = match visit.answer(visit.directory().account().finish_totp(&visit.actor, &typed.code).await)
    {
        Ok((SignedIn::Full(token), codes)) if codes.is_empty() => {
            return visit.go_on(after(visit.routes().security, "totp-on"), &token);
        }
        Ok((SignedIn::Full(token), codes)) => return visit.go_on(kept(&visit, &codes), &token),
        // Whoever is in has no step left to take.
        Ok((SignedIn::Step(..), _)) => return redirect(visit.routes().login),
        Err(problem) => problem,
    };
    if problem.fault("code").is_none() {
        return match problem.code {
            ErrorCode::Conflict => redirect(visit.routes().totp),
            _ => visit.sent_to_reauthenticate(visit.routes().totp, &problem),
        };
    }
    match visit.answer(visit.directory().account().pending_totp(&visit.actor).await) {
        Ok(Some(enrollment)) => visit.again(&problem, || scan(&visit, &enrollment, Some(&problem))),
        Ok(None) => redirect(visit.routes().totp),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().totp, &problem),
    }
}

pub async fn ask_to_remove(visit: Visit) -> Response {
    let title = "Turn off the authenticator app?";
    let text = "Signing in will not ask for its codes any more. Without a passkey the password alone then opens your \
        account, and the recovery codes end too. Your other sessions end.";
    sure(&visit, title, text, ("Turn off", Look::DangerLoud, visit.routes().totp_remove)).into_response()
}

pub async fn remove(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().remove_totp(&visit.actor).await) {
        Ok(token) => visit.go_on(after(visit.routes().security, "totp-off"), &token),
        Err(problem) if problem.code == ErrorCode::Conflict => redirect(visit.routes().security),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().totp_remove, &problem),
    }
}

pub async fn ask_for_codes(visit: Visit) -> Response {
    let text = "Ten new codes are made and shown once. The ones that you have now stop working.";
    sure(
        &visit,
        "Make new recovery codes?",
        text,
        ("Make new codes", Look::Primary, visit.routes().recovery_codes),
    )
    .into_response()
}

pub async fn new_codes(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().new_recovery_codes(&visit.actor).await) {
        Ok(codes) => kept(&visit, &codes).into_response(),
        Err(problem) if problem.code == ErrorCode::Conflict => redirect(visit.routes().security),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().recovery_codes, &problem),
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
                    {cancel(visit.routes())}
                </p>
            </form>
        };
        card(title, nothing(), body.into_any())
    })
}

pub(super) fn cancel(routes: &AuthRoutes) -> AnyView {
    view! { <LinkButton href=routes.security.to_owned() look=Look::Quiet>"Cancel"</LinkButton> }.into_any()
}

fn start(visit: &Visit) -> Html<String> {
    let text = "Have your phone at hand, with an authenticator app on it: any that knows TOTP will do.";
    sure(visit, TURN_ON, text, ("Continue", Look::Primary, visit.routes().totp))
}

fn scan(visit: &Visit, enrollment: &TotpEnrollment, problem: Option<&Problem>) -> Html<String> {
    page(visit, "Security", &After::default(), || {
        let (wrong, routes) = (Wrong(problem), visit.routes());
        let cancel = Some(routes.security);
        let confirm = Confirm { enrollment, wrong, action: routes.totp_confirm, next: "", cancel };
        view! {
            {wrong.notice()}
            {card(TURN_ON, nothing(), confirm.view())}
        }
    })
}

/// The recovery codes, this once.
pub(super) fn kept(visit: &Visit, codes: &[String]) -> Html<String> {
    page(visit, "Security", &After::default(), || {
        let on = visit.routes().security.to_owned();
        card("Your recovery codes", nothing(), Codes { codes, on }.view())
    })
}
