//! One's own name, and what one cannot change oneself.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::account::{OwnDetails, OwnDetailsForm};
use model::{ErrorCode, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use crate::entrance::fields::{Line, Wrong, hidden};
use crate::kit::{Button, Look, Notice, Tone};
use crate::places;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: i64,
    first_name: String,
    last_name: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => {
            let typed = Typed::of(&own);
            form(&visit, &after, &own, &typed, None).into_response()
        }
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn take(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let wanted = OwnDetailsForm {
        version: typed.version,
        first_name: typed.first_name.clone(),
        last_name: typed.last_name.clone(),
    };
    let problem = match visit.answer(visit.directory().account().rename(&visit.actor, &wanted).await) {
        Ok(()) => return after(places::OWN_DETAILS, "saved"),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => visit.again(&problem, || form(&visit, &After::default(), &own, &typed, Some(&problem))),
        Err(problem) => visit.failed(&problem),
    }
}

impl Typed {
    fn of(own: &OwnDetails) -> Self {
        let (first_name, last_name) = (own.first_name.clone(), own.last_name.clone());
        Self { version: own.version, first_name, last_name }
    }
}

fn form(
    visit: &Visit,
    after: &After,
    own: &OwnDetails,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Html<String> {
    page(visit, "My details", after, || {
        // Whoever saves a second time has seen what somebody else did.
        let (version, problem, conflict) = match problem {
            Some(problem) if problem.code == ErrorCode::Stale => (own.version, None, Some(stale(own))),
            _ => (typed.version, problem, None),
        };
        let wrong = Wrong(problem);
        let name = view! {
            <form method="post" action=places::OWN_DETAILS>
                {hidden("version", &version.to_string())}
                <div class="fields">{names(wrong, typed)}</div>
                <p class="actions"><Button look=Look::Primary submit=true>"Save"</Button></p>
            </form>
        };
        view! {
            {conflict}
            {wrong.notice()}
            {card("Name", nothing(), name.into_any())}
            {card("Account", nothing(), facts(own))}
        }
    })
}

fn names(wrong: Wrong, typed: &Typed) -> AnyView {
    view! { {wrong.line(Line::first_name(&typed.first_name))} {wrong.line(Line::last_name(&typed.last_name))} }.into_any()
}

fn stale(own: &OwnDetails) -> AnyView {
    let text = format!(
        "Your account was changed meanwhile; the name there is now {} {}. Save again to put yours in its place.",
        own.first_name, own.last_name
    );
    view! { <Notice tone=Tone::Waiting>{text}</Notice> }.into_any()
}

fn facts(own: &OwnDetails) -> AnyView {
    view! {
        <dl class="facts">
            <dt>"Company email"</dt>
            <dd>{own.email.clone()}</dd>
            <dt>"Role"</dt>
            <dd>{own.role.name.clone()}</dd>
        </dl>
        <p class="hint">"Another Administrator With Billing changes these."</p>
    }
    .into_any()
}
