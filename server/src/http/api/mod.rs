//! The REST API under `/api`, for programs: an API key opens it, and nothing else.

mod answer;
mod bulk;
mod caller;
mod instant;
mod jobs;
mod json;
mod precondition;
mod systemusers;

use axum::Router;
use web::Portal;

pub use answer::error_response;

/// Whatever is below it is answered as JSON.
const PREFIX: &str = "/api";

pub fn routes(portal: Portal) -> Router {
    let routes = systemusers::routes().merge(bulk::routes()).merge(jobs::routes());
    Router::new().nest(PREFIX, routes).with_state(portal)
}

/// Whether a path is of the REST API.
pub fn holds(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
