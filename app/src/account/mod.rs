//! One's own account: details, password and second factor, API key, sessions. Made by the server alone, as the
//! sign-in pages are, so that a password never passes through more code than it must.

mod agent;
mod api_key;
mod details;
mod factors;
mod frame;
mod keys;
mod passkeys;
mod reauthenticate;
mod security;
mod sessions;
mod visit;

use axum::Router;
use axum::routing::{get, post};
use model::Principal;

use crate::auth::flow::AuthFlow;
use crate::routes::{self, AuthRoutes};
use web::Portal;

pub use visit::Visit;

/// The pages of one's own account, of both portals, and the forms on them.
pub fn router(portal: &Portal) -> Router {
    let flow = |principal| AuthFlow::new(portal, principal);
    let details = Router::new()
        .route(routes::OWN_DETAILS, get(details::show).post(details::take))
        .route(routes::OWN_API_KEY, get(api_key::show))
        .route(routes::OWN_API_KEY_NEW, get(api_key::new).post(api_key::generate))
        .route(routes::OWN_API_KEY_REVOKE, get(api_key::ask_to_revoke).post(api_key::revoke))
        .route(routes::OWN_TIME_ZONE, post(details::take_zone))
        .route(routes::OWN_NEWS, post(details::take_news))
        .with_state(flow(Principal::Administrator));
    let keys = Router::new()
        .route(routes::SSH_KEYS, get(keys::show).post(keys::add))
        .route(routes::SSH_KEYS_REMOVE, post(keys::remove))
        .with_state(flow(Principal::User));
    let both = [Principal::Administrator, Principal::User].map(|principal| {
        let routes = AuthRoutes::of(principal);
        Router::new()
            .route(routes.security, get(security::show))
            .route(routes.password, post(security::change_password))
            .route(routes.reauthenticate, get(reauthenticate::show).post(reauthenticate::take))
            .route(routes.totp, get(factors::show).post(factors::begin))
            .route(routes.totp_confirm, post(factors::confirm))
            .route(routes.totp_remove, get(factors::ask_to_remove).post(factors::remove))
            .route(routes.recovery_codes, get(factors::ask_for_codes).post(factors::new_codes))
            .route(routes.passkey_new, get(passkeys::new).post(passkeys::add))
            .route(&AuthRoutes::begin(routes.passkey_new), post(passkeys::begin))
            .route(routes.passkey_change, get(passkeys::show).post(passkeys::rename))
            .route(routes.passkey_remove, post(passkeys::remove))
            .route(routes.sessions, get(sessions::show))
            .route(routes.sessions_end, post(sessions::end))
            .route(routes.sessions_end_others, post(sessions::end_others))
            .with_state(flow(principal))
    });
    both.into_iter().fold(details.merge(keys), Router::merge)
}
