//! A number for each request, and a line in the log.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Response},
    middleware::Next,
};
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::TraceLayer,
};
use tracing::Span;

pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// By which a person can point to a request, and the log finds it.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Never the caller's own: it would be theirs to forge in our log.
fn next_id() -> String {
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0_u8) >> 32);
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:08x}-{}", *START, COUNT.fetch_add(1, Ordering::Relaxed))
}

pub async fn number(mut request: Request, next: Next) -> Response<axum::body::Body> {
    let id = next_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

type Trace = TraceLayer<
    SharedClassifier<ServerErrorsAsFailures>,
    fn(&Request) -> Span,
    (),
    fn(&Response<axum::body::Body>, Duration, &Span),
    (),
    (),
    (),
>;

/// One line for each answer. The query stays out of it: links by email carry their secret there.
pub fn trace() -> Trace {
    TraceLayer::new_for_http()
        .make_span_with(span as fn(&Request) -> Span)
        .on_request(())
        .on_response(answered as fn(&Response<axum::body::Body>, Duration, &Span))
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

fn span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    tracing::info_span!("http", id, method = %request.method(), path = request.uri().path())
}

fn answered(response: &Response<axum::body::Body>, took: Duration, _: &Span) {
    let (status, ms) = (response.status().as_u16(), took.as_millis());
    if response.status().is_server_error() {
        tracing::error!(status, ms, "answered");
    } else {
        tracing::info!(status, ms, "answered");
    }
}
