//! The HTTP shell: what every request and every answer goes through, whatever the door.

mod assets;
mod faults;
mod functions;
mod headers;
mod health;
mod pages;
mod requests;
mod serve;
#[cfg(test)]
mod tests;

use std::{error::Error, future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    limit::RequestBodyLimitLayer, timeout::TimeoutLayer,
};

pub use serve::{serve, stop};

/// No request needs more; uploads will have a door of their own.
const BODY_LIMIT: usize = 1024 * 1024;

/// Longer than any honest answer takes; what runs is dropped, and its transaction rolled back.
const TIMEOUT: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

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
    /// Gives contexts to every page and server function.
    pub provide: Arc<dyn Fn() + Send + Sync>,
}

/// Everything the program answers over HTTP.
pub fn router(front: Front) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let site = assets::Site::load()?;
    app::site::install(site.manifest.clone());
    let dynamic = Router::new()
        .route("/", get(pages::home))
        .merge(health::routes(front.ready.clone()))
        .merge(pages::routes(front.provide.clone()))
        .layer(CompressionLayer::new());
    shell(dynamic.merge(assets::routes(site)), &front)
}

/// What surrounds the routes. The layer added last is the first to see a request.
fn shell(routes: Router, front: &Front) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let mut csrf = CsrfLayer::new();
    for origin in &front.origins {
        csrf = csrf.add_trusted_origin(origin)?;
    }
    Ok(routes
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(from_fn(functions::statuses))
        .layer(csrf)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(from_fn(faults::explain))
        .layer(from_fn_with_state(front.https, headers::protect))
        .layer(requests::trace())
        .layer(from_fn(requests::number)))
}
