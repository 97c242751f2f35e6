//! The REST API under `/api`, for programs: an API key opens it, and nothing else.

mod answer;
mod bulk;
mod caller;
mod graph;
mod insights;
mod instant;
mod jobs;
mod json;
mod ldapservers;
mod names;
mod openapi;
mod precondition;
mod systemusers;
mod usergroups;
mod userstates;

pub use insights::event_shape;
pub use instant::instant;
pub use systemusers::shape;

use axum::Router;
use web::Portal;

pub use answer::error_response;
use names::PREFIX;
use openapi::Api;
#[cfg(test)]
pub use openapi::{Endpoint, Verb};

pub fn routes(portal: Portal) -> Router {
    Router::new().nest(PREFIX, all().into_router()).with_state(portal)
}

/// Every request of the API.
pub fn all() -> Api {
    systemusers::routes()
        .and(bulk::routes())
        .and(userstates::routes())
        .and(jobs::routes())
        .and(usergroups::routes())
        .and(graph::routes())
        .and(ldapservers::routes())
        .and(insights::routes())
}

/// Whether a path is of the REST API.
pub fn holds(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
