//! Files that come from an administrator's browser, and those that go there: neither is a page or an answer of a
//! server function, which are held in memory whole.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use directory::{Actor, Error};
use futures::StreamExt;
use futures::stream::poll_fn;
use model::{ErrorCode, Id, Principal, Problem};

use crate::auth::failed;
use crate::routes;
use web::Portal;

/// What takes files, and so needs another limit than everything else.
pub fn uploads(portal: Portal) -> Router {
    Router::new().route(routes::IMPORT_FILE, post(take)).layer(DefaultBodyLimit::disable()).with_state(portal)
}

/// What sends files.
pub fn downloads(portal: Portal) -> Router {
    Router::new().route(routes::IMPORT_FAULTS, get(send_faulty_rows)).with_state(portal)
}

/// Takes a file of users in, and leads to its page, which says what became of it.
async fn take(
    State(portal): State<Portal>,
    request: Parts,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let actor = match portal.signed_in(&request, Principal::Administrator).await {
        Ok(actor) => actor,
        Err(problem) => return failed(&portal, &request, &problem),
    };
    let mut form = match form {
        Ok(form) => form,
        Err(rejection) => return rejection.into_response(),
    };
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("file") => {
                return match receive(&portal, &actor, field).await {
                    Ok(Some(id)) => Redirect::to(&routes::import(id)).into_response(),
                    Ok(None) => Redirect::to(routes::IMPORT_USERS).into_response(),
                    Err(problem) => failed(&portal, &request, &problem),
                };
            }
            Ok(Some(_)) => {}
            Ok(None) => return Redirect::to(routes::IMPORT_USERS).into_response(),
            Err(error) => return error.into_response(),
        }
    }
}

/// Says the id of the file; `None` where none was chosen.
async fn receive(portal: &Portal, actor: &Actor, mut field: Field<'_>) -> Result<Option<Id>, Problem> {
    let name = field.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Ok(None);
    }
    let told = |error: Error| portal.directory.problem(error);
    let import = portal.directory.import();
    let mut file = import.receive(actor, &name).await.map_err(told)?;
    let refused = loop {
        let bytes = match field.chunk().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break None,
            Err(_) => {
                break Some(Problem::new(
                    ErrorCode::Malformed,
                    "The file did not come whole. Send it again.",
                ));
            }
        };
        match import.receive_more(&mut file, &bytes).await.map_err(told) {
            Ok(()) => {}
            Err(problem) => break Some(problem),
        }
    };
    match refused {
        None => import.received(file).await.map(Some).map_err(told),
        Some(problem) => import.refuse(file, &problem).await.map(Some).map_err(told),
    }
}

/// The rows with faults, as a file of their own.
async fn send_faulty_rows(State(portal): State<Portal>, Path(id): Path<String>, request: Parts) -> Response {
    match faulty_rows(&portal, &id, &request).await {
        Ok(response) => response,
        Err(problem) => failed(&portal, &request, &problem),
    }
}

async fn faulty_rows(portal: &Portal, id: &str, request: &Parts) -> Result<Response, Problem> {
    let actor = portal.signed_in(request, Principal::Administrator).await?;
    let id: Id = id.parse().map_err(|_| Problem::not_found("file"))?;
    let file = portal.directory.import().faulty_rows(&actor, id).await;
    let directory::FaultyRows { name, mut parts } = file.map_err(|error| portal.directory.problem(error))?;
    let body = Body::from_stream(poll_fn(move |context| parts.poll_recv(context)).map(Ok::<_, Infallible>));
    let mut response = body.into_response();
    let named = format!("attachment; filename=\"{name}\"");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.extend(HeaderValue::from_str(&named).ok().map(|named| (header::CONTENT_DISPOSITION, named)));
    Ok(response)
}
