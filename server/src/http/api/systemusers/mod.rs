//! Users: `/api/systemusers`, with the names and the paging of the first version of the API that
//! administrators know.

mod body;
mod change;
mod create;
mod fields;
mod operations;
mod query;
mod search;
mod shape;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use directory::PATCH_OPERATIONS;
use model::user::UserEntry;
use model::{ErrorCode, Operation};
use serde_json::{Value, json};
use web::Portal;

use self::body::read_nothing;
use self::query::named;
use super::answer::{Refused, object};
use super::caller::Caller;
use super::precondition;

pub use create::{read as new_user, source};
pub use query::{read_options, told};

pub fn routes() -> Router<Portal> {
    Router::new()
        .route("/systemusers", get(list).post(create))
        .route("/search/systemusers", post(find))
        .route("/systemusers/{id}", get(read).put(update).delete(delete))
        .route("/systemusers/{id}/state/activate", post(operations::activate))
        .route("/systemusers/{id}/state/suspend", post(operations::suspend))
        .route("/systemusers/{id}/expire", post(operations::expire))
        .route("/systemusers/{id}/unlock", post(operations::unlock))
        .route("/systemusers/{id}/mfa/enforce", post(operations::enforce_mfa))
        .route("/systemusers/{id}/resetmfa", post(operations::reset_mfa))
        .route("/systemusers/{id}/reactivate", post(operations::reactivate))
        .route("/systemusers/{id}/sshkeys", get(operations::keys).post(operations::add_key))
        .route("/systemusers/{id}/sshkeys/{key}", axum::routing::delete(operations::remove_key))
}

async fn list(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let asked = query::read(query.as_deref().unwrap_or_default())?;
    listed(&caller, &portal, &asked).await
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

/// Adds a user; answers with them as they are then.
async fn create(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::CreateUser])?;
    let options = read_options(query.as_deref().unwrap_or_default(), &["fields", "notify"])?;
    precondition::none(&headers)?;
    let source = source(&headers)?;
    let user = create::read(&object(&headers, body).await?, options.notify())?;
    let users = caller.directory.users();
    let id = caller.answer(users.create_from(&caller.actor, &user, source).await)?;
    let entry = caller.answer(users.entry(&caller.actor, id).await)?;
    Ok(shown(&entry, &portal, &options.fields))
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

/// Deletes a user, who can be restored for a while; answers with them as they were.
async fn delete(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::DeleteUser])?;
    let (users, id) = (caller.directory.users(), named(&id)?);
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let versions = precondition::versions(&headers)?;
    read_nothing(&object(&headers, body).await?)?;
    let before = caller.answer(users.entry(&caller.actor, id).await)?;
    let said = caller.answer(users.delete_one(&caller.actor, id, versions.as_deref()).await);
    said.map_err(|refused| refused.when(ErrorCode::Stale, StatusCode::PRECONDITION_FAILED))?;
    Ok(shown(&before, &portal, &fields))
}

/// Those whom a body describes.
async fn find(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ListUsers])?;
    query::read_nothing(query.as_deref().unwrap_or_default())?;
    let asked = search::read(&object(&headers, body).await?)?;
    listed(&caller, &portal, &asked).await
}

async fn listed(caller: &Caller, portal: &Portal, asked: &query::Asked) -> Result<Json<Value>, Refused> {
    let said = caller.directory.users().entries(&caller.actor, &asked.query).await;
    let found = said.map_err(|error| told(caller.directory.problem(error)))?;
    let now = portal.clock.now();
    let results = found.entries.iter().map(|entry| asked.fields.of(shape::user(entry, now)));
    Ok(Json(json!({ "totalCount": found.total, "results": results.collect::<Vec<_>>() })))
}

fn shown(entry: &UserEntry, portal: &Portal, fields: &query::Fields) -> Response {
    let user = fields.of(shape::user(entry, portal.clock.now()));
    let mut answer = Json(user).into_response();
    if let Ok(version) = HeaderValue::from_str(&format!("\"{}\"", entry.version)) {
        answer.headers_mut().insert(header::ETAG, version);
    }
    answer
}
