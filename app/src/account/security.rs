//! Password and second factor at a glance.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::account::OwnDetails;
use model::{Problem, Timestamp};
use serde::Deserialize;

use super::Visit;
use super::addresses::{CODES, REMOVE, TOTP};
use super::frame::{After, after, card, page};
use crate::entrance::fields::{Secret, Wrong, owner};
use crate::kit::{Button, LinkButton, Look, Pill, Time, Tone, When};
use crate::places;

pub const PASSWORD: &str = "/admin/account/security/password";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    current_password: String,
    password: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => overview(&visit, &after, &own, None).into_response(),
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn change_password(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let (current, new) = (&typed.current_password, &typed.password);
    let said = visit.directory().account().change_password(&visit.actor, current, new).await;
    let problem = match visit.answer(said) {
        Ok(token) => return visit.go_on(after(places::OWN_SECURITY, "password"), &token),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().details(&visit.actor).await) {
        Ok(own) => visit.again(&problem, || overview(&visit, &After::default(), &own, Some(&problem))),
        Err(problem) => visit.failed(&problem),
    }
}

fn overview(visit: &Visit, after: &After, own: &OwnDetails, problem: Option<&Problem>) -> Html<String> {
    page(visit, "Security", after, || {
        let wrong = Wrong(problem);
        view! {
            {wrong.notice()}
            {password(own, wrong)}
            {second_factor(own)}
        }
    })
}

fn password(own: &OwnDetails, wrong: Wrong) -> AnyView {
    let changed = own
        .password_changed_at
        .map(|at| view! { <span class="muted">"Changed " <Time at when=When::Day/></span> }.into_any());
    let current = Secret {
        name: "current_password",
        label: "Current password",
        autocomplete: "current-password",
        first: false,
    };
    let new = Secret { name: "password", label: "New password", autocomplete: "new-password", first: false };
    let form = view! {
        <form method="post" action=PASSWORD>
            {owner(&own.email)}
            <div class="narrow">{wrong.secret(current)} {wrong.new_secret(new, &own.email)}</div>
            <p class="actions">
                <Button look=Look::Primary submit=true>"Change password"</Button>
                <span class="muted">"Your other sessions end."</span>
            </p>
        </form>
    };
    card("Password", changed.into_any(), form.into_any())
}

fn second_factor(own: &OwnDetails) -> AnyView {
    let pill = match own.totp {
        Some(_) => view! { <Pill tone=Tone::Ok word="On"/> },
        None => view! { <Pill tone=Tone::Neutral word="Off"/> },
    };
    let rest = match own.totp {
        Some(since) => turned_on(since, own.recovery_codes_left),
        None => view! { <div class="actions">{begin("Turn on", Look::Primary)}</div> }.into_any(),
    };
    let body = view! {
        <p>
            "After the password, signing in asks for a code that an authenticator app on your phone shows. The "
            "password alone then opens nothing."
        </p>
        {rest}
    };
    card("Multi-factor authentication", pill.into_any(), body.into_any())
}

fn turned_on(since: Timestamp, codes_left: u32) -> AnyView {
    let codes = match codes_left {
        0 => "No recovery codes are left.".to_owned(),
        1 => "1 recovery code is left.".to_owned(),
        left => format!("{left} recovery codes are left."),
    };
    view! {
        <p class="muted">"On since " <Time at=since when=When::Day/> ". " {codes}</p>
        <div class="actions">
            <LinkButton href=CODES.to_owned()>"New recovery codes"</LinkButton>
            {begin("Move to another phone", Look::Secondary)}
            <LinkButton href=REMOVE.to_owned() look=Look::Danger>"Turn off"</LinkButton>
        </div>
    }
    .into_any()
}

fn begin(word: &'static str, look: Look) -> AnyView {
    view! {
        <form method="post" action=TOTP>
            <Button look submit=true>{word}</Button>
        </form>
    }
    .into_any()
}
