//! Forms that a passkey fills in: a script asks the browser for it and sends them. Where there is no
//! script, or the browser knows no passkeys, they stay hidden.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::{Answer, Ceremony};
use leptos::prelude::*;
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::page::passkey_script;
use crate::kit::{Button, Icon, LinkButton, Look};
use crate::routes::AuthRoutes;
use web::Portal;

/// What such a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasskeyForm {
    pub next: String,
    /// What a new one is to be called.
    pub name: String,
    token: String,
    credential: String,
}

impl From<&PasskeyForm> for Answer {
    fn from(typed: &PasskeyForm) -> Self {
        Self { token: typed.token.clone(), credential: typed.credential.clone() }
    }
}

/// What a form asks for.
#[derive(Clone, Copy)]
pub struct Ask {
    /// Where the answer is sent.
    pub action: &'static str,
    /// Whether a passkey is made, or one shown that is there.
    pub makes: bool,
    pub label: &'static str,
    pub look: Look,
    /// Where one goes who would rather not.
    pub cancel: Option<&'static str>,
}

/// The form; nothing where passkeys cannot be used.
pub fn form(portal: &Portal, ask: &Ask, fields: AnyView) -> AnyView {
    let Ask { action, makes, label, look, cancel } = *ask;
    let Ok(origin) = portal.directory.passkey_origin() else { return ().into_any() };
    let button = view! { <Button look icon="fingerprint" submit=true>{label}</Button> };
    let buttons = match cancel {
        Some(to) => {
            let cancel = view! { <LinkButton href=to.to_owned() look=Look::Quiet>"Cancel"</LinkButton> };
            view! { <p class="actions">{button} {cancel}</p> }.into_any()
        }
        None => button.into_any(),
    };
    view! {
        <form
            method="post"
            action=action
            data-passkey=if makes { "create" } else { "get" }
            data-begin=AuthRoutes::begin(action)
            data-origin=origin
            hidden
        >
            {fields}
            <input r#type="hidden" name="token"/>
            <input r#type="hidden" name="credential"/>
            <div class="field" role="alert" hidden>
                <p class="error"><Icon name="circle-alert"/><span></span></p>
            </div>
            {buttons}
        </form>
        {passkey_script()}
    }
    .into_any()
}

/// What is said in place of such a form, until the script finds that it can be used.
pub fn without(portal: &Portal) -> AnyView {
    let text = match portal.directory.passkey_origin() {
        Ok(origin) => {
            format!(
                "Passkeys need JavaScript, a browser that knows them, and this portal’s own address: {origin}"
            )
        }
        Err(why) => why,
    };
    view! { <p class="hint" data-without-passkeys>{text}</p> }.into_any()
}

/// What the browser is to ask for, or why not.
pub fn asked(portal: &Portal, said: directory::Result<Ceremony>) -> Response {
    match said {
        Ok(ceremony) => Json(ceremony).into_response(),
        Err(error) => refused(&portal.directory.problem(error)),
    }
}

pub fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(problem)).into_response()
}

/// The step is over; the page itself says so when it is loaded again.
pub fn too_late() -> Response {
    refused(&Problem::new(ErrorCode::Gone, "Signing in took too long. Begin again."))
}
