//! Password and second factor at a glance.

use axum::Form;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use model::account::{OwnSecurity, PASSKEYS_MAX, PasskeyRow};
use model::{PasswordPolicy, Problem, Timestamp};
use serde::Deserialize;

use super::Visit;
use super::frame::{After, after, card, nothing, page};
use crate::auth::fields::{Rules, Secret, Wrong, owner};
use crate::kit::{Button, Icon, LinkButton, Look, Pill, Time, Tone, When, joined};
use crate::routes::AuthRoutes;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    current_password: String,
    password: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    match visit.answer(visit.directory().account().security(&visit.actor).await) {
        Ok(own) => match visit.rules().await {
            Ok(rules) => overview(&visit, &after, (&own, rules.as_ref()), None).into_response(),
            Err(problem) => visit.failed(&problem),
        },
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn change_password(visit: Visit, Form(typed): Form<PasswordForm>) -> Response {
    let (current, new) = (&typed.current_password, &typed.password);
    let said = visit.directory().account().change_password(&visit.actor, current, new).await;
    let problem = match visit.answer(said) {
        Ok(token) => return visit.go_on(after(visit.routes().security, "password"), &token),
        Err(problem) => problem,
    };
    match visit.answer(visit.directory().account().security(&visit.actor).await) {
        Ok(own) => match visit.rules().await {
            Ok(rules) => visit.again(&problem, || {
                overview(&visit, &After::default(), (&own, rules.as_ref()), Some(&problem))
            }),
            Err(problem) => visit.failed(&problem),
        },
        Err(problem) => visit.failed(&problem),
    }
}

fn overview(
    visit: &Visit,
    after: &After,
    (own, policy): (&OwnSecurity, Option<&PasswordPolicy>),
    problem: Option<&Problem>,
) -> Html<String> {
    page(visit, "Security", after, || {
        let wrong = Wrong(problem);
        view! {
            {wrong.notice()}
            {password(visit.routes(), own, Rules::of(policy, &own.username, &own.email), wrong)}
            {authenticator(visit.routes(), own)}
            {passkeys(visit, own)}
        }
    })
}

fn password(routes: &'static AuthRoutes, own: &OwnSecurity, rules: Rules, wrong: Wrong) -> AnyView {
    let changed = own
        .password_changed_at
        .map(|at| view! { <span class="muted">"Changed " <Time at when=When::Day/></span> }.into_any());
    let current = Secret {
        name: "current_password",
        label: "Current password",
        autocomplete: "current-password",
        ..Secret::default()
    };
    let new =
        Secret { name: "password", label: "New password", autocomplete: "new-password", ..Secret::default() };
    let form = view! {
        <form method="post" action=routes.password>
            {owner(if own.username.is_empty() { &own.email } else { &own.username })}
            <div class="narrow">{wrong.secret(current)} {wrong.new_secret(new, rules)}</div>
            <p class="actions">
                <Button look=Look::Primary submit=true>"Change password"</Button>
                <span class="muted">"Your other sessions end."</span>
            </p>
        </form>
    };
    card("Password", changed.into_any(), form.into_any())
}

fn authenticator(routes: &'static AuthRoutes, own: &OwnSecurity) -> AnyView {
    let pill = match own.totp {
        Some(_) => view! { <Pill tone=Tone::Ok word="On"/> },
        None => view! { <Pill tone=Tone::Neutral word="Off"/> },
    };
    let rest = match own.totp {
        Some(since) => turned_on(routes, own, since),
        None => view! { <div class="actions">{begin(routes, "Turn on", Look::Primary)}</div> }.into_any(),
    };
    let body = view! {
        <p>
            "After the password, signing in asks for a code that an authenticator app on your phone shows. The "
            "password alone then opens nothing."
        </p>
        {rest}
    };
    card("Authenticator app", pill.into_any(), body.into_any())
}

fn turned_on(routes: &'static AuthRoutes, own: &OwnSecurity, since: Timestamp) -> AnyView {
    let codes = codes_left(own);
    let off = (!own.mfa_required || !own.passkeys.is_empty()).then(|| {
        view! { <LinkButton href=routes.totp_remove.to_owned() look=Look::Danger>"Turn off"</LinkButton> }
    });
    view! {
        <p class="muted">"On since " <Time at=since when=When::Day/> ". " {codes}</p>
        <div class="actions">
            <LinkButton href=routes.recovery_codes.to_owned()>"New recovery codes"</LinkButton>
            {begin(routes, "Move to another phone", Look::Secondary)}
            {off}
        </div>
    }
    .into_any()
}

fn codes_left(own: &OwnSecurity) -> String {
    match own.recovery_codes_left {
        0 => "No recovery codes are left.".to_owned(),
        1 => "1 recovery code is left.".to_owned(),
        left => format!("{left} recovery codes are left."),
    }
}

fn passkeys(visit: &Visit, own: &OwnSecurity) -> AnyView {
    let routes = visit.routes();
    let rows = own.passkeys.iter().map(|passkey| line(routes, passkey)).collect_view();
    let list = (!own.passkeys.is_empty()).then(|| view! { <ul class="lines">{rows}</ul> });
    // With an authenticator app its card says so.
    let alone = own.totp.is_none() && !own.passkeys.is_empty();
    let codes = alone.then(|| view! { <p class="muted">{codes_left(own)}</p> });
    let new_codes = alone.then(|| {
        view! { <LinkButton href=routes.recovery_codes.to_owned()>"New recovery codes"</LinkButton> }
    });
    let add = match visit.directory().passkey_origin() {
        Err(why) => view! { <p class="muted">{why}</p> }.into_any(),
        Ok(_) if own.passkeys.len() >= PASSKEYS_MAX => {
            view! { <p class="muted">"These are as many as there may be."</p> }.into_any()
        }
        Ok(_) => {
            view! { <LinkButton href=routes.passkey_new.to_owned()>"Add a passkey"</LinkButton> }.into_any()
        }
    };
    let body = view! {
        <p>
            "A passkey is kept by your device or your password manager, and opened with your fingerprint, face or PIN. "
            "It signs you in by itself, or confirms after the password that it is you."
        </p>
        {list}
        {codes}
        <div class="actions">{add} {new_codes}</div>
    };
    card("Passkeys", nothing(), body.into_any())
}

fn line(routes: &'static AuthRoutes, passkey: &PasskeyRow) -> AnyView {
    let change = joined(routes.passkey_change, &format!("id={}", passkey.id));
    let used = match passkey.last_used_at {
        Some(at) => view! { "last used " <Time at when=When::Full/> }.into_any(),
        None => "not used yet".into_any(),
    };
    let label = format!("Change the passkey {}", passkey.name);
    view! {
        <li>
            <Icon name="fingerprint"/>
            <div class="what">
                <p>{passkey.name.clone()}</p>
                <p class="muted">"Added " <Time at=passkey.created_at when=When::Day/> " · " {used}</p>
            </div>
            <a class="button small" href=change aria-label=label><span class="label">"Change"</span></a>
        </li>
    }
    .into_any()
}

fn begin(routes: &'static AuthRoutes, word: &'static str, look: Look) -> AnyView {
    view! {
        <form method="post" action=routes.totp>
            <Button look submit=true>{word}</Button>
        </form>
    }
    .into_any()
}
