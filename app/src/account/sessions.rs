//! Where one is signed in.

use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use model::account::SessionRow;
use model::{ErrorCode, Id};
use serde::Deserialize;

use super::Visit;
use super::agent::in_words;
use super::frame::{After, after, card, page};
use crate::auth::fields::hidden;
use crate::kit::{Button, Icon, Look, Pill, Time, Tone, When};
use crate::routes::AuthRoutes;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SessionChoice {
    id: String,
}

pub async fn show(visit: Visit, Query(after): Query<After>) -> Response {
    let rows = match visit.answer(visit.directory().sessions().own(&visit.actor).await) {
        Ok(rows) => rows,
        Err(problem) => return visit.failed(&problem),
    };
    let html = page(&visit, "Sessions", &after, || {
        let others = rows.iter().any(|row| !row.current);
        let routes = visit.routes();
        let all = others.then(|| end_all(routes)).into_any();
        let list = view! { <ul class="lines">{rows.into_iter().map(|row| session(routes, row)).collect_view()}</ul> };
        card("Where you are signed in", all, list.into_any())
    });
    html.into_response()
}

pub async fn end(visit: Visit, Form(chosen): Form<SessionChoice>) -> Response {
    let Ok(id) = chosen.id.parse::<Id>() else { return after(visit.routes().sessions, "over") };
    match visit.answer(visit.directory().sessions().end(&visit.actor, id).await) {
        Ok(()) => after(visit.routes().sessions, "ended"),
        Err(problem) if problem.code == ErrorCode::NotFound => after(visit.routes().sessions, "over"),
        Err(problem) => visit.failed(&problem),
    }
}

pub async fn end_others(visit: Visit) -> Response {
    match visit.answer(visit.directory().sessions().end_others(&visit.actor).await) {
        Ok(_) => after(visit.routes().sessions, "others-ended"),
        Err(problem) => visit.failed(&problem),
    }
}

/// How somebody signed in: "by password and passkey, ".
fn by(methods: &str) -> String {
    let words: Vec<&str> = methods
        .split(' ')
        .filter_map(|method| match method {
            "password" => Some("password"),
            "totp" => Some("code"),
            "recovery_code" => Some("recovery code"),
            "passkey" => Some("passkey"),
            _ => None,
        })
        .collect();
    if words.is_empty() { String::new() } else { format!("by {}, ", words.join(" and ")) }
}

fn end_all(routes: &'static AuthRoutes) -> AnyView {
    view! {
        <form method="post" action=routes.sessions_end_others>
            <Button look=Look::Danger small=true submit=true>"End all others"</Button>
        </form>
    }
    .into_any()
}

fn session(routes: &'static AuthRoutes, row: SessionRow) -> AnyView {
    let agent = in_words(&row.useragent);
    let end = if row.current {
        view! { <Pill tone=Tone::Ok word="This session"/> }.into_any()
    } else {
        let name = format!("End the session: {agent}, {}", row.client_ip);
        view! {
            <form method="post" action=routes.sessions_end aria-label=name>
                {hidden("id", &row.id.to_string())}
                <Button small=true submit=true>"End"</Button>
            </form>
        }
        .into_any()
    };
    view! {
        <li>
            <Icon name="monitor"/>
            <div class="what">
                <p title=row.useragent.clone()>{agent}</p>
                <p class="muted">
                    {row.client_ip} " · signed in " {by(&row.methods)} <Time at=row.created_at when=When::Full/> " · last used "
                    <Time at=row.last_seen_at when=When::Full/>
                </p>
            </div>
            {end}
        </li>
    }
    .into_any()
}
