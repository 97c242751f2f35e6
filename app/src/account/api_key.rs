//! One's own API key: what is known of it, making one, revoking it.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use directory::Token;
use leptos::prelude::*;
use model::api_key::{ApiKey, LIFETIMES, Lifetime, OwnApiKey};
use model::{ErrorCode, Operation, Problem, Timestamp};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use crate::auth::fields::{Line, Wrong, hidden};
use crate::auth::page::response;
use crate::kit::{Button, Icon, LinkButton, Look, Notice, Pill, Time, Tone, When};
use crate::routes;

const TITLE: &str = "API key";
const NEVER: &str = "never";
const DATE: &str = "date";

/// What is chosen until somebody chooses otherwise: neither a nuisance nor for ever.
const USUAL: &str = "90";

#[derive(Deserialize)]
#[serde(default)]
pub struct ApiKeyForm {
    expires: String,
    date: String,
    /// How many keys there had been when the form was opened.
    made: u64,
}

impl Default for ApiKeyForm {
    fn default() -> Self {
        Self { expires: USUAL.to_owned(), date: String::new(), made: 0 }
    }
}

impl ApiKeyForm {
    /// How long the key is to be good; a date is one where the viewer is, and counts to its end.
    fn lifetime(&self, zone: &str) -> Result<Lifetime, Problem> {
        match self.expires.as_str() {
            NEVER => Ok(Lifetime::Endless),
            DATE => end_of_day(&self.date, zone)
                .map(Lifetime::Until)
                .ok_or_else(|| Problem::at(DATE, "Choose the day, such as 2027-01-31.")),
            days => days
                .parse()
                .map(Lifetime::Days)
                .map_err(|_| Problem::at("expires", "Choose how long the key is to be good.")),
        }
    }
}

/// The end of a day that was written `2027-01-31`, in a zone.
fn end_of_day(day: &str, zone: &str) -> Option<Timestamp> {
    let next = day.trim().parse::<jiff::civil::Date>().ok()?.tomorrow().ok()?;
    let midnight = next.to_zoned(jiff::tz::TimeZone::get(zone).ok()?).ok()?;
    Some(Timestamp::from_micros(midnight.timestamp().as_microsecond()))
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().api_keys().own(&visit.actor).await) {
        Ok(own) => overview(&visit, &after, &own).into_response(),
        Err(problem) => visit.failed(&problem),
    }
}

/// The form for a new one. Reauthentication, if it is due, comes before anything is chosen.
pub async fn new(visit: Visit) -> Response {
    let own = match visit.answer(visit.directory().api_keys().own(&visit.actor).await) {
        Ok(own) if own.allowed => own,
        Ok(own) => return overview(&visit, &After::default(), &own).into_response(),
        Err(problem) => return visit.failed(&problem),
    };
    match visit.answer(visit.directory().account().proven(&visit.actor)) {
        Ok(()) => form(&visit, &own, &ApiKeyForm::default(), None).into_response(),
        Err(problem) => visit.sent_to_reauthenticate(routes::OWN_API_KEY_NEW, &problem),
    }
}

pub async fn generate(visit: Visit, Form(typed): Form<ApiKeyForm>) -> Response {
    let keys = visit.directory().api_keys();
    let made = match typed.lifetime(&visit.viewer().zone) {
        Ok(lifetime) => visit.answer(keys.generate(&visit.actor, lifetime, typed.made).await),
        Err(problem) => Err(problem),
    };
    let problem = match made {
        Ok((key, known)) => return shown(&visit, &key, &known).into_response(),
        Err(problem) if problem.code == ErrorCode::Stale => {
            return response(&problem, shown_before(&visit)).into_response();
        }
        Err(problem) if problem.code == ErrorCode::ReauthenticationNeeded => {
            return visit.sent_to_reauthenticate(routes::OWN_API_KEY_NEW, &problem);
        }
        Err(problem) => problem,
    };
    match visit.answer(keys.own(&visit.actor).await) {
        Ok(own) if own.allowed => {
            // The directory knows of one field only.
            let problem = at_field(&typed, problem);
            visit.again(&problem, || form(&visit, &own, &typed, Some(&problem)))
        }
        Ok(own) => visit.again(&problem, || overview(&visit, &After::default(), &own)),
        Err(problem) => visit.failed(&problem),
    }
}

/// What is wrong with a day stands at the day.
fn at_field(typed: &ApiKeyForm, problem: Problem) -> Problem {
    match problem.fault("expires") {
        Some(why) if typed.expires == DATE => Problem::at(DATE, why),
        _ => problem,
    }
}

pub async fn ask_to_revoke(visit: Visit) -> Response {
    let own = match visit.answer(visit.directory().api_keys().own(&visit.actor).await) {
        Ok(own) => own,
        Err(problem) => return visit.failed(&problem),
    };
    let Some(key) = own.key else { return after(routes::OWN_API_KEY, "api-key-gone") };
    let html = page(&visit, TITLE, &After::default(), || {
        let body = view! {
            <p>
                "Programs that use " <code>{key.hint}"…"</code>
                " are refused from their next request on. Nothing brings the key back; you can make another."
            </p>
            <form method="post" action=routes::OWN_API_KEY_REVOKE>
                <p class="actions">
                    <Button look=Look::DangerLoud submit=true>"Revoke"</Button>
                    {cancel()}
                </p>
            </form>
        };
        card("Revoke your API key?", nothing(), body.into_any())
    });
    html.into_response()
}

pub async fn revoke(visit: Visit) -> Response {
    match visit.answer(visit.directory().api_keys().revoke_own(&visit.actor).await) {
        Ok(()) => after(routes::OWN_API_KEY, "api-key-revoked"),
        Err(problem) if problem.code == ErrorCode::NotFound => after(routes::OWN_API_KEY, "api-key-gone"),
        Err(problem) => visit.failed(&problem),
    }
}

fn overview(visit: &Visit, after: &After, own: &OwnApiKey) -> Html<String> {
    page(visit, TITLE, after, || {
        let now = visit.clock.now();
        let (pill, body) = match &own.key {
            _ if !own.allowed => (nothing(), without_access(visit, &own.grantors)),
            Some(key) => (standing(key, now), facts(key)),
            None => (nothing(), none()),
        };
        let about = view! {
            <p>
                "With your API key a program does in your name what your role allows, at " <code>"/api/systemusers"</code>
                ". It sends the key in the header " <code>"x-api-key"</code> ". Whoever has the key can do the same: keep it "
                "as you keep a password."
            </p>
            {body}
        };
        card("My API key", pill, about.into_any())
    })
}

fn without_access(visit: &Visit, grantors: &[String]) -> AnyView {
    if grantors.is_empty() && visit.actor.may(Operation::CreateAdministrator) {
        return view! {
            <Notice tone=Tone::Info>
                "API access is off for you, and nobody turns it on for themselves. There is no other Administrator With \
                 Billing who could: "
                <a href=routes::NEW_ADMINISTRATOR>"add one"</a> "."
            </Notice>
        }
        .into_any();
    }
    let who = match grantors {
        [] => String::new(),
        names => format!(" Ask {}.", names.join(" or ")),
    };
    let text = format!("API access is off for you. An Administrator With Billing can turn it on.{who}");
    view! { <Notice tone=Tone::Info>{text}</Notice> }.into_any()
}

fn standing(key: &ApiKey, now: Timestamp) -> AnyView {
    if key.has_expired(now) {
        view! { <Pill tone=Tone::Bad word="Expired"/> }.into_any()
    } else {
        view! { <Pill tone=Tone::Ok word="Active"/> }.into_any()
    }
}

fn facts(key: &ApiKey) -> AnyView {
    let expires = match key.expires_at {
        Some(at) => view! { <Time at when=When::Full/> }.into_any(),
        None => "Never".into_any(),
    };
    let used = match key.last_used_at {
        Some(at) => view! { <Time at when=When::Full/> }.into_any(),
        None => "Not yet".into_any(),
    };
    view! {
        <dl class="facts">
            <dt>"Begins with"</dt>
            <dd><code>{key.hint.clone()}</code></dd>
            <dt>"Made"</dt>
            <dd><Time at=key.created_at when=When::Full/></dd>
            <dt>"Expires"</dt>
            <dd>{expires}</dd>
            <dt>"Last used"</dt>
            <dd>{used}</dd>
        </dl>
        <div class="actions">
            <LinkButton href=routes::OWN_API_KEY_NEW.to_owned()>"Replace with a new key"</LinkButton>
            <LinkButton href=routes::OWN_API_KEY_REVOKE.to_owned() look=Look::Danger>"Revoke"</LinkButton>
        </div>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <p class="muted">"You have none yet."</p>
        <div class="actions">
            <LinkButton href=routes::OWN_API_KEY_NEW.to_owned() look=Look::Primary>"Generate a key"</LinkButton>
        </div>
    }
    .into_any()
}

fn cancel() -> AnyView {
    view! { <LinkButton href=routes::OWN_API_KEY.to_owned() look=Look::Quiet>"Cancel"</LinkButton> }
        .into_any()
}

fn form(visit: &Visit, own: &OwnApiKey, typed: &ApiKeyForm, problem: Option<&Problem>) -> Html<String> {
    page(visit, TITLE, &After::default(), || {
        let wrong = Wrong(problem);
        let ends = own.key.as_ref().map(|key| key.hint.clone()).map(|hint| {
            view! {
                <Notice tone=Tone::Waiting>
                    "The key that you have, " <code>{hint}"…"</code>
                    ", is revoked at once: programs that use it are refused until they have the new one."
                </Notice>
            }
        });
        let body = view! {
            {ends}
            <form method="post" action=routes::OWN_API_KEY_NEW>
                {hidden("made", &own.made.to_string())}
                {lifetimes(visit, typed, wrong)}
                <p class="actions">
                    <Button look=Look::Primary submit=true>"Generate"</Button>
                    {cancel()}
                </p>
            </form>
        };
        view! {
            {wrong.notice()}
            {card("Generate an API key", nothing(), body.into_any())}
        }
    })
}

fn lifetimes(visit: &Visit, typed: &ApiKeyForm, wrong: Wrong) -> AnyView {
    let chosen = typed.expires.clone();
    let choice = |value: String, word: String| {
        let checked = chosen == value;
        view! {
            <label>
                <input r#type="radio" class="radio" name="expires" value=value checked=checked/>
                <span>{word}</span>
            </label>
        }
    };
    let days = LIFETIMES.map(|days| choice(days.to_string(), format!("After {days} days")));
    let zone = visit.viewer().zone;
    // Shown while it is what was chosen.
    let date = Line {
        name: DATE,
        label: "Last day",
        kind: "date",
        value: &typed.date,
        autocomplete: "off",
        hint: "",
        optional: true,
        ..Line::default()
    };
    let error = wrong.of("expires").map(str::to_owned);
    view! {
        <fieldset class="radios lifetimes">
            <legend>"Expires"</legend>
            {error.map(|text| view! { <p class="error"><Icon name="circle-alert"/><span>{text}</span></p> })}
            {days.collect_view()}
            {choice(DATE.to_owned(), "After a day of your choice".to_owned())}
            <div class="until narrow">
                {wrong.line(date)}
                <p class="hint">"The key is good until the midnight after it, in the zone " {zone} "."</p>
            </div>
            {choice(NEVER.to_owned(), "Never".to_owned())}
        </fieldset>
    }
    .into_any()
}

/// The key, this once.
fn shown(visit: &Visit, key: &Token, known: &ApiKey) -> Html<String> {
    page(visit, TITLE, &After::default(), || {
        let until = match known.expires_at {
            Some(at) => view! { "It is good until " <Time at when=When::Full/> "." }.into_any(),
            None => "It does not expire.".into_any(),
        };
        let example =
            format!("curl -H \"x-api-key: $KEY\" {}/api/systemusers", visit.directory().public_url());
        let body = view! {
            <Notice tone=Tone::Waiting>
                "It is shown this once, and nobody can tell it to you again. Copy it to where your program finds it, and "
                "nowhere else."
            </Notice>
            <p class="codes api-key"><code>{key.expose().to_owned()}</code></p>
            <p class="muted">{until}</p>
            <div class="actions">
                <button r#type="button" class="button" data-copy=".api-key code" hidden>
                    <Icon name="copy"/>
                    <span class="label" role="status">"Copy"</span>
                </button>
                <LinkButton href=routes::OWN_API_KEY.to_owned() look=Look::Primary>"I have kept it"</LinkButton>
            </div>
            <p class="hint">"To try it out: " <code>{example}</code></p>
        };
        card("Your new API key", nothing(), body.into_any())
    })
}

/// In place of the key, when the form is sent a second time, as loading that page again does.
fn shown_before(visit: &Visit) -> Html<String> {
    page(visit, TITLE, &After::default(), || {
        let body = view! {
            <p>
                "This form has made its key, which was shown once. Nothing was made now, and nobody can tell you that key "
                "again. If you have not kept it, make another one: the one before is revoked by that."
            </p>
            <div class="actions">
                <LinkButton href=routes::OWN_API_KEY.to_owned() look=Look::Primary>"See my API key"</LinkButton>
                <LinkButton href=routes::OWN_API_KEY_NEW.to_owned()>"Make another one"</LinkButton>
            </div>
        };
        card("Your key was shown already", nothing(), body.into_any())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_viewer_is() {
        let at = |seconds: i64| Some(Timestamp::from_micros(seconds * 1_000_000));
        assert_eq!(end_of_day("2026-11-21", "UTC"), at(1_795_305_600));
        assert_eq!(end_of_day(" 2026-11-21 ", "Europe/Berlin"), at(1_795_305_600 - 3_600));
        for wrong in ["", "tomorrow", "2026-02-30", "9999-12-31", "-1"] {
            assert_eq!(end_of_day(wrong, "UTC"), None, "{wrong}");
        }
        assert_eq!(end_of_day("2026-11-21", "Mars/Base"), None);
    }
}
