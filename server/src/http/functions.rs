//! Server functions answer every error with 500; what the error says of itself is the truth.

use axum::{
    Json,
    body::to_bytes,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{ErrorCode, Problem};

/// Set by server functions on each answer that is an error.
const MARK: HeaderName = HeaderName::from_static("serverfnerror");
const PREFIX: &str = "/_fn/";
const LIMIT: usize = 256 * 1024;

/// Whether a path is a server function's.
pub fn holds(path: &str) -> bool {
    path.starts_with(PREFIX)
}

pub async fn statuses(mut request: Request, next: Next) -> Response {
    if !holds(request.uri().path()) {
        return next.run(request).await;
    }
    // A form's `Accept` would make them redirect to wherever its Referer says.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let response = next.run(request).await;
    if !response.headers().contains_key(MARK) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, LIMIT).await.unwrap_or_default();
    let Ok(problem) = serde_json::from_slice::<Problem>(&body) else {
        tracing::error!(answer = %String::from_utf8_lossy(&body), "an error that is no problem of ours");
        return hidden();
    };
    parts.status = status(problem.code);
    if let Some(seconds) = problem.retry_after {
        parts.headers.insert(header::RETRY_AFTER, seconds.into());
    }
    Response::from_parts(parts, body.into())
}

fn hidden() -> Response {
    let problem = Problem::new(ErrorCode::Internal, "Something went wrong.");
    let mut response = (StatusCode::INTERNAL_SERVER_ERROR, Json(problem)).into_response();
    response.headers_mut().insert(MARK, HeaderValue::from_static(""));
    response
}

pub fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
