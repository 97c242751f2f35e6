//! Sign-in pages: the first run, signing in, the second factor, and out again.
//!
//! These pages are made by the server alone and post to themselves, so they need neither WASM nor
//! JavaScript: 303 when it worked, else the form as it was filled in with what is wrong, but for
//! passwords, which are never sent back.

mod challenge;
mod connection;
mod enroll;
pub(crate) mod enrollment;
pub(crate) mod fields;
pub(crate) mod flow;
mod login;
mod new_password;
pub(crate) mod page;
pub(crate) mod passkey;
mod recover;
mod report;
mod setup;
mod setup_form;
mod setup_input;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use model::Principal;

use crate::routes::{self, AuthRoutes};
use flow::AuthFlow;
use web::Portal;

pub use connection::{refused as exposed_page, sentence as exposed};
pub use page::failed;

/// The sign-in pages of both portals.
pub fn router(portal: &Portal) -> Router {
    let all = [Principal::Administrator, Principal::User].map(|principal| {
        let routes = AuthRoutes::of(principal);
        Router::new()
            .route(routes.login, get(login::show).post(login::take))
            .route(routes.challenge, get(challenge::show).post(challenge::take))
            .route(routes.new_password, get(new_password::show).post(new_password::take))
            .route(routes.enroll, get(enroll::show).post(enroll::begin))
            .route(routes.enroll_confirm, post(enroll::confirm))
            .route(routes.passkey, post(login::take_passkey))
            .route(&AuthRoutes::begin(routes.passkey), post(login::begin_passkey))
            .route(routes.challenge_passkey, post(challenge::take_passkey))
            .route(&AuthRoutes::begin(routes.challenge_passkey), post(challenge::begin_passkey))
            .route(routes.enroll_passkey, post(enroll::take_passkey))
            .route(&AuthRoutes::begin(routes.enroll_passkey), post(enroll::begin_passkey))
            .route(routes.forgot_password, get(recover::forgot).post(recover::ask))
            .route(routes.reset_password, get(recover::reset).post(recover::take_reset))
            .route(routes.activate, get(recover::activate).post(recover::take_activation))
            .route(routes.reset_totp, get(recover::reset_totp).post(recover::take_totp_reset))
            .route(routes.logout, post(flow::log_out))
            .with_state(AuthFlow::new(portal, principal))
    });
    all.into_iter().fold(Router::new(), Router::merge)
}

/// What takes files, and so needs another limit than everything else.
pub fn uploads(portal: Portal) -> Router {
    Router::new()
        .route(routes::SETUP, get(setup::show).post(setup::take))
        .layer(DefaultBodyLimit::disable())
        .with_state(portal)
}
