//! One's own account: details, password and second factor, sessions. Made by the server alone, as the
//! ways in are, so that a password never passes through more code than it must.

mod addresses;
mod agent;
mod details;
mod factors;
mod frame;
mod prove;
mod security;
mod sessions;
mod visit;

use axum::Router;
use axum::routing::{get, post};

use crate::door::Portal;
use crate::places;

pub use visit::Visit;

/// The pages of one's own account, and the forms on them.
pub fn routes(portal: Portal) -> Router {
    Router::new()
        .route(places::OWN_DETAILS, get(details::show).post(details::take))
        .route(places::OWN_SECURITY, get(security::show))
        .route(security::PASSWORD, post(security::change_password))
        .route(prove::PROVE, get(prove::show).post(prove::take))
        .route(addresses::TOTP, get(factors::show).post(factors::begin))
        .route(addresses::CONFIRM, post(factors::confirm))
        .route(addresses::REMOVE, get(factors::ask_to_remove).post(factors::remove))
        .route(addresses::CODES, get(factors::ask_for_codes).post(factors::new_codes))
        .route(places::OWN_SESSIONS, get(sessions::show))
        .route(sessions::END, post(sessions::end))
        .route(sessions::END_OTHERS, post(sessions::end_others))
        .with_state(portal)
}
