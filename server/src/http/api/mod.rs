//! The REST API under `/api`, for programs: an API key opens it, and nothing else.

mod answer;
mod caller;
mod jobs;
mod json;
mod precondition;
mod systemusers;

pub use systemusers::shape;

use axum::Router;
use web::Portal;

pub use answer::error_response;

/// Whatever is below it is answered as JSON.
const PREFIX: &str = "/api";

pub fn routes(portal: Portal) -> Router {
    Router::new().nest(PREFIX, systemusers::routes().merge(jobs::routes())).with_state(portal)
}

/// Whether a path is of the REST API.
pub fn holds(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
