//! One's own passkeys: adding one, giving it another name, removing it.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use directory::{Answer, SignedIn};
use leptos::prelude::*;
use model::account::{OwnSecurity, PasskeyRow};
use model::{ErrorCode, Id, Problem};
use serde::Deserialize;

use super::Visit;
use super::factors::{cancel, kept};
use super::frame::{After, after, card, nothing, page};
use crate::auth::fields::{Line, Wrong, hidden};
use crate::auth::page::redirect;
use crate::auth::passkey::{self, Ask};
use crate::kit::{Button, Look};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasskeyChoice {
    id: String,
    name: String,
}

/// The form for another one. Reauthentication, if it is due, comes before anything is made.
pub async fn new(visit: Visit) -> Response {
    match visit.answer(visit.directory().account().proven(&visit.actor)) {
        Ok(()) => form(&visit, "", None).into_response(),
        Err(problem) => visit.sent_to_reauthenticate(visit.routes().passkey_new, &problem),
    }
}

/// What the browser is to ask for.
pub async fn begin(visit: Visit) -> Response {
    passkey::asked(&visit, visit.directory().account().start_passkey(&visit.actor).await)
}

pub async fn add(visit: Visit, Form(typed): Form<passkey::PasskeyForm>) -> Response {
    let said =
        visit.directory().account().finish_passkey(&visit.actor, &typed.name, &Answer::from(&typed)).await;
    match visit.answer(said) {
        Ok((SignedIn::Full(token), codes)) if codes.is_empty() => {
            visit.go_on(after(visit.routes().security, "passkey-added"), &token)
        }
        Ok((SignedIn::Full(token), codes)) => visit.go_on(kept(&visit, &codes), &token),
        // Whoever is in has no step left to take.
        Ok((SignedIn::Step(..), _)) => redirect(visit.routes().login),
        Err(problem) if problem.code == ErrorCode::ReauthenticationNeeded => {
            visit.sent_to_reauthenticate(visit.routes().passkey_new, &problem)
        }
        Err(problem) => visit.again(&problem, || form(&visit, &typed.name, Some(&problem))),
    }
}

fn form(visit: &Visit, name: &str, problem: Option<&Problem>) -> Html<String> {
    page(visit, "Security", &After::default(), || {
        let (routes, wrong) = (visit.routes(), Wrong(problem));
        let ask = Ask {
            action: routes.passkey_new,
            makes: true,
            label: "Add passkey",
            look: Look::Primary,
            cancel: Some(routes.security),
        };
        let fields = view! { <div class="narrow">{wrong.line(named(name))}</div> };
        let body = view! {
            <p>
                "Your browser asks where to keep it: on this device, on your phone, on a security key or in your password "
                "manager. Your other sessions end."
            </p>
            {passkey::form(visit, &ask, fields.into_any())}
            {passkey::without(visit)}
        };
        view! {
            {wrong.notice()}
            {card("Add a passkey", nothing(), body.into_any())}
        }
    })
}

fn named(value: &str) -> Line<'_> {
    Line {
        name: "name",
        label: "Name (optional)",
        value,
        autocomplete: "off",
        hint: "What you call it, such as the device that it is on.",
        optional: true,
        ..Line::default()
    }
}

/// One of them, to rename or remove.
pub async fn show(visit: Visit, Query(chosen): Query<PasskeyChoice>) -> Response {
    match one(&visit, &chosen.id).await {
        Ok((own, passkey)) => change(&visit, &own, &passkey, &passkey.name, None).into_response(),
        Err(answer) => answer,
    }
}

pub async fn rename(visit: Visit, Form(chosen): Form<PasskeyChoice>) -> Response {
    let (own, passkey) = match one(&visit, &chosen.id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let said = visit.directory().account().rename_passkey(&visit.actor, passkey.id, &chosen.name).await;
    match visit.answer(said) {
        Ok(()) => after(visit.routes().security, "passkey-renamed"),
        Err(problem) if problem.code == ErrorCode::NotFound => after(visit.routes().security, "passkey-gone"),
        Err(problem) => {
            visit.again(&problem, || change(&visit, &own, &passkey, &chosen.name, Some(&problem)))
        }
    }
}

pub async fn remove(visit: Visit, Form(chosen): Form<PasskeyChoice>) -> Response {
    let (own, passkey) = match one(&visit, &chosen.id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    match visit.answer(visit.directory().account().remove_passkey(&visit.actor, passkey.id).await) {
        Ok(token) => visit.go_on(after(visit.routes().security, "passkey-removed"), &token),
        Err(problem) if problem.code == ErrorCode::NotFound => after(visit.routes().security, "passkey-gone"),
        Err(problem) if problem.code == ErrorCode::ReauthenticationNeeded => {
            visit.sent_to_reauthenticate(visit.routes().security, &problem)
        }
        Err(problem) => {
            visit.again(&problem, || change(&visit, &own, &passkey, &passkey.name, Some(&problem)))
        }
    }
}

/// One of one's own, with what else there is; the overview in place of one that is gone.
async fn one(visit: &Visit, id: &str) -> Result<(OwnSecurity, PasskeyRow), Response> {
    let own = visit.answer(visit.directory().account().security(&visit.actor).await);
    let own = own.map_err(|problem| visit.failed(&problem))?;
    let wanted = id.parse::<Id>().ok();
    let found = own.passkeys.iter().find(|passkey| Some(passkey.id) == wanted).cloned();
    let passkey = found.ok_or_else(|| after(visit.routes().security, "passkey-gone"))?;
    Ok((own, passkey))
}

fn change(
    visit: &Visit,
    own: &OwnSecurity,
    passkey: &PasskeyRow,
    name: &str,
    problem: Option<&Problem>,
) -> Html<String> {
    let (routes, id) = (visit.routes(), passkey.id.to_string());
    let last = own.totp.is_none() && own.passkeys.len() == 1;
    page(visit, "Security", &After::default(), || {
        let wrong = Wrong(problem);
        let rename = view! {
            <form method="post" action=routes.passkey_change>
                {hidden("id", &id)}
                <div class="narrow">{wrong.line(Line { first: true, ..named(name) })}</div>
                <p class="actions">
                    <Button look=Look::Primary submit=true>"Save"</Button>
                    {cancel(routes)}
                </p>
            </form>
        };
        let remove = if last && own.mfa_required {
            let text = "Your organization requires a second factor, and this is the only one that you have. Add another \
                before you remove it.";
            view! { <p>{text}</p> }.into_any()
        } else {
            view! {
                <p>{what_follows(last)}</p>
                <form method="post" action=routes.passkey_remove>
                    {hidden("id", &id)}
                    <p class="actions"><Button look=Look::DangerLoud submit=true>"Remove"</Button></p>
                </form>
            }
            .into_any()
        };
        view! {
            {wrong.notice()}
            {card("Change a passkey", nothing(), rename.into_any())}
            {card("Remove this passkey?", nothing(), remove)}
        }
    })
}

fn what_follows(last: bool) -> &'static str {
    if last {
        "It opens nothing from then on, and your password alone opens your account. The recovery codes end too, and so \
         do your other sessions."
    } else {
        "It opens nothing from then on, and your other sessions end. On the device that keeps it you may have to remove \
         it too."
    }
}
