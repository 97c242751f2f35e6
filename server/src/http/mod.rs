//! The HTTP shell: what every request and every answer goes through, whatever the protocol.

mod api;
mod assets;
mod attachment;
mod connection;
mod export;
mod faults;
mod functions;
mod headers;
mod health;
mod job_results;
mod pages;
mod prompt;
mod requests;
mod serve;
mod slashes;
#[cfg(test)]
mod tests;

use std::{error::Error, future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyDeadlineLayer, TimeoutLayer},
};

use web::Portal;

pub use serve::{serve, stop};

/// No request needs more, but for those that bring files.
const BODY_LIMIT: usize = 1024 * 1024;
const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;

/// Longer than any honest answer takes; what runs is dropped, and its transaction rolled back.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A large file comes slowly, and then each of its rows is checked.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// Answers whether the program can do its work now, with the reason why not.
pub type Ready = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// What the HTTP shell needs to know of the rest of the program.
#[derive(Clone)]
pub struct Front {
    /// Whether people come by HTTPS, be it through a proxy.
    pub https: bool,
    /// Origins that may post besides the one that was asked, such as the public URL behind a proxy
    /// that rewrites the host.
    pub origins: Vec<String>,
    pub ready: Ready,
}

/// Everything the program answers over HTTP.
pub fn router(front: Front, portal: Portal) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let site = assets::Site::load()?;
    app::site::install(site.manifest.clone());
    let provide = {
        let portal = portal.clone();
        Arc::new(move || app::context::provide(&portal))
    };
    let guarded = pages::routes(provide).layer(from_fn_with_state(portal.clone(), pages::guard));
    let private = |routes: Router| routes.layer(from_fn_with_state(portal.clone(), connection::private_only));
    let dynamic = Router::new()
        .merge(guarded)
        .merge(app::auth::router(&portal))
        .merge(app::account::router(&portal))
        .merge(export::routes(portal.clone()))
        .merge(job_results::routes(portal.clone()))
        .merge(app::uploads::downloads(portal.clone()))
        .merge(api::routes(portal.clone()));
    let dynamic = private(dynamic).merge(health::routes(front.ready.clone()));
    let uploads = app::auth::uploads(portal.clone()).merge(app::uploads::uploads(portal.clone()));
    let uploads = answered(private(uploads));
    let ordinary = bounded(answered(dynamic).merge(assets::routes(site)), BODY_LIMIT, TIMEOUT);
    shell(ordinary.merge(bounded(uploads, UPLOAD_LIMIT, UPLOAD_TIMEOUT)), &front)
}

/// How answers that are made for each request leave: first with their true status, then compressed,
/// for what is compressed cannot be read any more.
fn answered(routes: Router) -> Router {
    routes.layer(from_fn(functions::statuses)).layer(CompressionLayer::new())
}

/// How much a request may bring, and how long it may take.
fn bounded(routes: Router, size: usize, time: Duration) -> Router {
    routes
        .layer(RequestBodyLimitLayer::new(size))
        // Whoever does not send what they announced is told that; only what we take too long for is a
        // fault of ours.
        .layer(RequestBodyDeadlineLayer::new(time.mul_f32(0.8)))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time))
}

/// What surrounds the routes. The layer added last is the first to see a request.
fn shell(routes: Router, front: &Front) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let mut csrf = CsrfLayer::new();
    for origin in &front.origins {
        csrf = csrf.add_trusted_origin(origin)?;
    }
    Ok(routes
        // Named here, so that addresses that lead nowhere pass through what follows like all others.
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(from_fn(slashes::trim))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(from_fn(faults::explain))
        .layer(from_fn_with_state(front.https, headers::protect))
        .layer(requests::trace())
        .layer(from_fn(requests::number)))
}
