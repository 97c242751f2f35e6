//! The ways in: the first run, signing in, the second factor, and out again.
//!
//! These pages are made by the server alone and post to themselves, so they need neither WASM nor
//! JavaScript: 303 when it worked, else the form as it was filled in with what is wrong, but for
//! passwords, which are never sent back.

mod challenge;
mod connection;
mod enroll;
pub(crate) mod fields;
mod login;
mod new_password;
pub(crate) mod page;
pub(crate) mod passkey;
mod recover;
mod report;
mod setup;
mod setup_form;
mod setup_typed;
pub(crate) mod way;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use model::Principal;

use crate::door::Portal;
use crate::places::{self, Ways};
use way::Way;

pub use connection::{refused as exposed_page, sentence as exposed};
pub use page::failed;

/// The pages of coming in and going out, of both portals.
pub fn routes(portal: &Portal) -> Router {
    let all = [Principal::Administrator, Principal::User].map(|principal| {
        let ways = Ways::of(principal);
        Router::new()
            .route(ways.login, get(login::show).post(login::take))
            .route(ways.challenge, get(challenge::show).post(challenge::take))
            .route(ways.new_password, get(new_password::show).post(new_password::take))
            .route(ways.enroll, get(enroll::show).post(enroll::begin))
            .route(ways.enroll_confirm, post(enroll::confirm))
            .route(ways.passkey, post(login::take_passkey))
            .route(&Ways::begin(ways.passkey), post(login::begin_passkey))
            .route(ways.challenge_passkey, post(challenge::take_passkey))
            .route(&Ways::begin(ways.challenge_passkey), post(challenge::begin_passkey))
            .route(ways.enroll_passkey, post(enroll::take_passkey))
            .route(&Ways::begin(ways.enroll_passkey), post(enroll::begin_passkey))
            .route(ways.forgot_password, get(recover::forgot).post(recover::ask))
            .route(ways.reset_password, get(recover::reset).post(recover::take_reset))
            .route(ways.activate, get(recover::activate).post(recover::take_activation))
            .route(ways.reset_totp, get(recover::reset_totp).post(recover::take_totp_reset))
            .route(ways.logout, post(way::log_out))
            .with_state(Way::new(portal, principal))
    });
    all.into_iter().fold(Router::new(), Router::merge)
}

/// What takes files, and so needs another limit than everything else.
pub fn uploads(portal: Portal) -> Router {
    Router::new()
        .route(places::SETUP, get(setup::show).post(setup::take))
        .layer(DefaultBodyLimit::disable())
        .with_state(portal)
}
