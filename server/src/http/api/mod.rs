//! The door of programs: REST under `/api`, opened by an API key and by nothing else.

mod answer;
mod caller;
mod json;
mod precondition;
mod systemusers;

use app::door::Portal;
use axum::Router;

pub use answer::told;

/// Whatever is below it is answered as JSON.
const PLACE: &str = "/api";

pub fn routes(portal: Portal) -> Router {
    Router::new().nest(PLACE, systemusers::routes()).with_state(portal)
}

/// Whether a path is this door's.
pub fn holds(path: &str) -> bool {
    path.strip_prefix(PLACE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
