//! Users: `/api/systemusers`, with the names and the paging of the first version of the API that
//! administrators know.

mod change;
mod query;
mod shape;

use app::door::Portal;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use model::user::{Notify, Outcome, Selection, UserEntry};
use model::{ErrorCode, Id, Problem};
use serde_json::{Value, json};

use super::answer::{Refused, object};
use super::caller::Caller;

pub fn routes() -> Router<Portal> {
    Router::new()
        .route("/systemusers", get(list))
        .route("/systemusers/{id}", get(read).put(update))
        .route("/systemusers/{id}/state/activate", post(activate))
        .route("/systemusers/{id}/state/suspend", post(suspend))
}

async fn list(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let asked = query::read(query.as_deref().unwrap_or_default())?;
    let said = caller.directory.users().entries(&caller.actor, &asked.query).await;
    let found = said.map_err(|error| query::told(caller.directory.problem(error)))?;
    let now = portal.clock.now();
    let results = found.entries.iter().map(|entry| asked.fields.of(shape::user(entry, now)));
    Ok(Json(json!({ "totalCount": found.total, "results": results.collect::<Vec<_>>() })))
}

async fn read(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let entry = caller.answer(caller.directory.users().entry(&caller.actor, named(&id)?).await)?;
    Ok(shown(&entry, &portal, &fields))
}

/// Changes the fields that are in the body, and no others.
async fn update(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let (users, id) = (caller.directory.users(), named(&id)?);
    let version = expected(&headers);
    let before = caller.answer(users.entry(&caller.actor, id).await)?;
    let body = object(&headers, body).await?;
    let patch = change::read(&before, portal.clock.now(), body, version)?;
    caller.answer(users.patch(&caller.actor, &patch).await).map_err(|refused| match version {
        Some(_) => refused.when(ErrorCode::Stale, StatusCode::PRECONDITION_FAILED),
        None => refused,
    })?;
    let after = caller.answer(users.entry(&caller.actor, id).await)?;
    Ok(shown(&after, &portal, &query::Fields::default()))
}

/// Activates, and sends the email that fits: to `email` if the body has one.
async fn activate(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    let id = named(&id)?;
    let notify = change::read_email(object(&headers, body).await?)?.map_or(Notify::Default, Notify::To);
    let whom = Selection::These(vec![id]);
    let outcomes = caller.answer(caller.directory.users().activate(&caller.actor, &whom, &notify).await)?;
    done(outcomes)
}

async fn suspend(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    let whom = Selection::These(vec![named(&id)?]);
    let outcomes = caller.answer(caller.directory.users().suspend(&caller.actor, &whom).await)?;
    done(outcomes)
}

fn done(outcomes: Vec<Outcome>) -> Result<StatusCode, Refused> {
    for Outcome { id, name, refused } in outcomes {
        match refused {
            // Nobody has a name there who is not there.
            Some(_) if name == id.to_string() => return Err(Problem::not_found("user").into()),
            Some(why) => return Err(Problem::new(ErrorCode::Conflict, format!("{name} {why}.")).into()),
            None => {}
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The user that an address names.
fn named(id: &str) -> Result<Id, Refused> {
    id.parse().map_err(|_| Problem::not_found("user").into())
}

fn shown(entry: &UserEntry, portal: &Portal, fields: &query::Fields) -> Response {
    let user = fields.of(shape::user(entry, portal.clock.now()));
    let mut answer = Json(user).into_response();
    if let Ok(version) = HeaderValue::from_str(&format!("\"{}\"", entry.version)) {
        answer.headers_mut().insert(header::ETAG, version);
    }
    answer
}

/// The version that a change insists on, from the `ETag` of an answer before.
fn expected(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if text == "*" {
        return None;
    }
    let plain = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    // What was never a version is none of now either.
    Some(plain.parse().unwrap_or(-1))
}
