//! The ways in: the first run, signing in, the second factor, and out again.
//!
//! These pages are made by the server alone and post to themselves, so they need neither WASM nor
//! JavaScript: 303 when it worked, else the form as it was filled in with what is wrong, but for
//! passwords, which are never sent back.

mod challenge;
mod connection;
pub(crate) mod fields;
mod login;
pub(crate) mod page;
mod report;
mod setup;
mod setup_form;
mod setup_typed;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};

use crate::door::{Keep, Portal};
use crate::places;

pub use page::failed;

/// The pages of coming in and going out.
pub fn routes(portal: Portal) -> Router {
    Router::new()
        .route(places::LOGIN, get(login::show).post(login::take))
        .route(places::CHALLENGE, get(challenge::show).post(challenge::take))
        .route(places::LOGOUT, post(log_out))
        .with_state(portal)
}

/// What takes files, and so needs another limit than everything else.
pub fn uploads(portal: Portal) -> Router {
    Router::new()
        .route(places::SETUP, get(setup::show).post(setup::take))
        .layer(DefaultBodyLimit::disable())
        .with_state(portal)
}

/// Ends the session; whoever has none is out already.
async fn log_out(State(portal): State<Portal>, request: Parts) -> Response {
    if let Some(token) = portal.session(&request.headers)
        && let Err(error) = portal.directory.sessions().log_out(&token, portal.origin(&request)).await
    {
        return failed(&portal, &request, &portal.directory.problem(error));
    }
    let mut answer = page::see(&places::joined(places::LOGIN, login::SIGNED_OUT));
    portal.keep(answer.headers_mut(), &Keep::NoSession);
    portal.keep(answer.headers_mut(), &Keep::NoChallenge);
    answer
}
