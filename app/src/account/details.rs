//! One's own name, and what one cannot change oneself.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::account::{OwnDetails, OwnDetailsForm, OwnNews};
use model::{ErrorCode, Operation, Problem};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use super::visit::Who;
use crate::auth::fields::{Line, Wrong, hidden};
use crate::kit::{Button, Icon, Look, Notice, Tone, When, say};
use crate::routes::{self, TIME_ZONE};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    version: i64,
    first_name: String,
    last_name: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => {
            let typed = DetailsForm::of(&own);
            form(&visit, &after, &own, Shown::of(&typed)).into_response()
        }
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn take(visit: Visit, Form(typed): Form<DetailsForm>) -> Response {
    let wanted = OwnDetailsForm {
        version: typed.version,
        first_name: typed.first_name.clone(),
        last_name: typed.last_name.clone(),
    };
    let problem = match visit.answer(visit.directory().account().rename(&visit.actor, &wanted).await) {
        Ok(()) => return after(routes::OWN_DETAILS, "saved"),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => visit.again(&problem, || {
            let shown = Shown { problem: Some(&problem), ..Shown::of(&typed) };
            form(&visit, &After::default(), &own, shown)
        }),
        Err(problem) => visit.failed(&problem),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Zone {
    time_zone: String,
}

pub async fn take_zone(visit: Visit, Form(chosen): Form<Zone>) -> Response {
    let preferences = visit.directory().preferences();
    let problem = match visit.answer(preferences.set_time_zone(&visit.actor, &chosen.time_zone).await) {
        Ok(()) => return after(routes::OWN_DETAILS, "zone"),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => visit.again(&problem, || {
            let typed = DetailsForm::of(&own);
            let shown = Shown { zone: Some((&chosen.time_zone, &problem)), ..Shown::of(&typed) };
            form(&visit, &After::default(), &own, shown)
        }),
        Err(problem) => visit.failed(&problem),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct News {
    version: i64,
    /// Not there when it is not ticked.
    whats_new: Option<String>,
}

pub async fn take_news(visit: Visit, Form(chosen): Form<News>) -> Response {
    let wanted = chosen.whats_new.is_some();
    let news = OwnNews { version: chosen.version, wanted };
    let problem = match visit.answer(visit.directory().account().want_news(&visit.actor, news).await) {
        Ok(()) => return after(routes::OWN_DETAILS, if wanted { "news-on" } else { "news-off" }),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => visit.again(&problem, || {
            let typed = DetailsForm::of(&own);
            form(&visit, &After::default(), &own, Shown { news: Some(&problem), ..Shown::of(&typed) })
        }),
        Err(problem) => visit.failed(&problem),
    }
}

/// What the page shows beside what holds.
#[derive(Clone, Copy)]
struct Shown<'a> {
    typed: &'a DetailsForm,
    /// What is wrong with the name.
    problem: Option<&'a Problem>,
    /// A zone that cannot be, and why.
    zone: Option<(&'a str, &'a Problem)>,
    /// What is wrong with the wish for news.
    news: Option<&'a Problem>,
}

impl<'a> Shown<'a> {
    fn of(typed: &'a DetailsForm) -> Self {
        Self { typed, problem: None, zone: None, news: None }
    }
}

impl DetailsForm {
    fn of(own: &OwnDetails) -> Self {
        let (first_name, last_name) = (own.first_name.clone(), own.last_name.clone());
        Self { version: own.version, first_name, last_name }
    }
}

fn form(
    visit: &Visit,
    after: &After,
    own: &OwnDetails,
    Shown { typed, problem, zone, news }: Shown<'_>,
) -> Html<String> {
    page(visit, "My details", after, || {
        // Whoever saves a second time has seen what somebody else did.
        let (version, problem, conflict) = match problem {
            Some(problem) if problem.code == ErrorCode::Stale => (own.version, None, Some(stale(own))),
            _ => (typed.version, problem, None),
        };
        let wrong = Wrong(problem);
        let name = view! {
            <form method="post" action=routes::OWN_DETAILS>
                {hidden("version", &version.to_string())}
                <div class="fields">{names(wrong, typed)}</div>
                <p class="actions"><Button look=Look::Primary submit=true>"Save"</Button></p>
            </form>
        };
        view! {
            {conflict}
            {wrong.notice()}
            {card("Name", nothing(), name.into_any())}
            {card("Account", nothing(), facts(visit, own))}
            {card("Time zone", nothing(), time_zone(visit, zone))}
            {card("What’s New messages", nothing(), whats_new(own, news))}
        }
    })
}

fn names(wrong: Wrong, typed: &DetailsForm) -> AnyView {
    view! { {wrong.line(Line::first_name(&typed.first_name))} {wrong.line(Line::last_name(&typed.last_name))} }.into_any()
}

/// A list to choose from, which typing searches.
fn time_zone(visit: &Visit, wrong: Option<(&str, &Problem)>) -> AnyView {
    let chosen = match &visit.who {
        Who::Administrator(me) => me.time_zone.clone().unwrap_or_default(),
        Who::User(_) => String::new(),
    };
    let now = visit.viewer();
    let value = wrong.map_or(chosen, |(typed, _)| typed.to_owned());
    let fault = wrong.map(|(_, problem)| problem.fault("time_zone").unwrap_or(&problem.message).to_owned());
    let described = if fault.is_some() { "time_zone-error time_zone-hint" } else { "time_zone-hint" };
    let zones = directory::time_zones().into_iter().map(|zone| view! { <option value=zone></option> });
    view! {
        <form method="post" action=routes::OWN_TIME_ZONE id=TIME_ZONE>
            <div class="field">
                <label for="time_zone">"Times are shown in"</label>
                <input
                    class="input"
                    id="time_zone"
                    name="time_zone"
                    list="time-zones"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="As my browser"
                    value=value
                    aria-invalid=fault.is_some().then_some("true")
                    aria-describedby=described
                />
                {fault.map(|text| view! {
                    <p class="error" id="time_zone-error"><Icon name="circle-alert"/>{text}</p>
                })}
                <p class="hint" id="time_zone-hint">
                    "Type a city, such as Berlin, and choose from the list. Left empty, it is as your browser has it. Now "
                    {say(now.now, now.now, &now.zone, When::Full)} " (" {now.zone.clone()} ")."
                </p>
            </div>
            <datalist id="time-zones">{zones.collect_view()}</datalist>
            <p class="actions"><Button look=Look::Primary submit=true>"Save time zone"</Button></p>
        </form>
    }
    .into_any()
}

/// Whether one wants emails about new versions.
fn whats_new(own: &OwnDetails, problem: Option<&Problem>) -> AnyView {
    let wrong = problem.map(|problem| problem.message.clone());
    view! {
        {wrong.map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        <form method="post" action=routes::OWN_NEWS>
            {hidden("version", &own.version.to_string())}
            <div class="choice">
                <label>
                    <input
                        r#type="checkbox"
                        class="checkbox"
                        name="whats_new"
                        value="1"
                        checked=own.whats_new
                        aria-describedby="whats_new-hint"
                    />
                    <span>"Email me when a new version of Bailiwick brings something"</span>
                </label>
                <span class="hint" id="whats_new-hint">
                    "One email for each version. What is new stands under your menu in any case."
                </span>
            </div>
            <p class="actions"><Button look=Look::Primary submit=true>"Save messages"</Button></p>
        </form>
    }
    .into_any()
}

fn stale(own: &OwnDetails) -> AnyView {
    let text = format!(
        "Your account was changed meanwhile; the name there is now {} {}. Save again to put yours in its place.",
        own.first_name, own.last_name
    );
    view! { <Notice tone=Tone::Waiting>{text}</Notice> }.into_any()
}

/// What is shown and not typed here, with who can change it.
fn facts(visit: &Visit, own: &OwnDetails) -> AnyView {
    let manages = Operation::UpdateAdministrator.allowed_by(&own.role);
    let panel = match &visit.who {
        Who::Administrator(me) if manages && !own.from_user => Some(routes::administrator(me.id)),
        _ => None,
    };
    let email = match panel {
        Some(panel) => {
            view! { "You can change the email " <a href=panel>"among the administrators"</a> ". " }.into_any()
        }
        None if own.from_user => {
            "The email is that of the user you were made from, and changes there. ".into_any()
        }
        None => ().into_any(),
    };
    let role = match (manages, own.from_user) {
        (true, _) => "Nobody changes their own role: that takes another Administrator With Billing.",
        (false, true) => "An Administrator With Billing can change the role.",
        (false, false) => "An Administrator With Billing can change these.",
    };
    view! {
        <dl class="facts">
            <dt>"Company email"</dt>
            <dd>{own.email.clone()}</dd>
            <dt>"Role"</dt>
            <dd>{own.role.name.clone()}</dd>
        </dl>
        <p class="hint">{email} {role}</p>
    }
    .into_any()
}
