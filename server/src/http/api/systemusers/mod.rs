//! Users: `/api/systemusers`, with the names and the paging of the first version of the API that
//! administrators know.

mod change;
mod query;
pub mod shape;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use directory::PATCH_OPERATIONS;
use model::user::{Notify, UserEntry};
use model::{ErrorCode, Id, Operation, Problem};
use serde_json::{Value, json};
use web::Portal;

use super::answer::{Refused, object};
use super::caller::Caller;
use super::precondition;

pub use query::told;

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
    let found = said.map_err(|error| told(caller.directory.problem(error)))?;
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
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(PATCH_OPERATIONS)?;
    let (users, id) = (caller.directory.users(), named(&id)?);
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let versions = precondition::versions(&headers)?;
    let body = object(&headers, body).await?;
    let before = caller.answer(users.entry(&caller.actor, id).await)?;
    let status = match versions {
        Some(_) => StatusCode::PRECONDITION_FAILED,
        None => StatusCode::PRECONDITION_REQUIRED,
    };
    let patch = change::read(&before, portal.clock.now(), body, versions)?;
    let said = caller.answer(users.patch(&caller.actor, &patch).await);
    said.map_err(|refused| refused.when(ErrorCode::Stale, status))?;
    let after = caller.answer(users.entry(&caller.actor, id).await)?;
    Ok(shown(&after, &portal, &fields))
}

/// Activates, and sends the email that fits: to `email` if the body has one.
async fn activate(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(&[Operation::ActivateUser])?;
    let id = on_one(&id, query.as_deref(), &headers)?;
    let notify = change::read_email(object(&headers, body).await?)?.map_or(Notify::Default, Notify::To);
    caller.answer(caller.directory.users().activate_one(&caller.actor, id, &notify).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn suspend(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(&[Operation::SuspendUser])?;
    let id = on_one(&id, query.as_deref(), &headers)?;
    change::read_nothing(&object(&headers, body).await?)?;
    caller.answer(caller.directory.users().suspend_one(&caller.actor, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom something is done to, of which no more can be asked.
fn on_one(id: &str, query: Option<&str>, headers: &HeaderMap) -> Result<Id, Refused> {
    query::read_nothing(query.unwrap_or_default())?;
    precondition::none(headers)?;
    named(id)
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
