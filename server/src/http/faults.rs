//! Answers for what never reached a page: no such address, too large, too slow, broken.

use std::any::Any;

use app::viewer::{Theme, Viewer};
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use model::{ErrorCode, Problem, Timestamp};

use super::{api, requests::RequestId};

/// Gives words to an answer that has none, or only those of a library.
pub async fn explain(request: Request, next: Next) -> Response {
    let person = takes_html(request.headers()).then(|| theme(request.headers()));
    let id = request.extensions().get::<RequestId>().cloned();
    let program = api::holds(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || speaks(response.headers()) {
        return response;
    }
    let id = id.map(|id| id.0).unwrap_or_default();
    let problem = problem(status, id);
    let (mut parts, _) = response.into_parts();
    // They tell of the body that was there before.
    for told in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_TYPE] {
        parts.headers.remove(told);
    }
    let words = match person {
        _ if program => api::error_response(status, &problem),
        Some(theme) => Html(page(status, &problem, theme)).into_response(),
        None => Json(problem).into_response(),
    };
    let kind = words.headers().get(header::CONTENT_TYPE).cloned();
    parts.headers.extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
    Response::from_parts(parts, words.into_body())
}

/// What a panic becomes; the panic itself has been logged where it happened.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn takes_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The appearance that was chosen in the portals.
fn theme(headers: &HeaderMap) -> Theme {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    Viewer::from_cookies(&cookies, Timestamp::default()).theme
}

/// Libraries answer in plain text or not at all; we never do.
fn speaks(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind: &HeaderValue| !kind.as_bytes().starts_with(b"text/plain"))
}

fn problem(status: StatusCode, id: String) -> Problem {
    let (code, message) = match status {
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => {
            (ErrorCode::Malformed, "This address does not take such a request.")
        }
        StatusCode::FORBIDDEN => {
            (ErrorCode::Forbidden, "The request came from another site. Open the page anew and try again.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            (ErrorCode::TooLarge, "Too large: 64 MiB where a file can be sent, 1 MiB everywhere else.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            (ErrorCode::Unavailable, "That took too long. Try again in a moment.")
        }
        StatusCode::REQUEST_TIMEOUT => {
            (ErrorCode::Malformed, "The request did not come whole, or not in time. Send it again.")
        }
        status if status.is_client_error() => (ErrorCode::Malformed, "The request could not be read."),
        _ => (ErrorCode::Internal, "Something went wrong here. The log tells more."),
    };
    let reference = status.is_server_error().then_some(id);
    Problem { reference, ..Problem::new(code, message) }
}

const fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Page not found",
        StatusCode::METHOD_NOT_ALLOWED => "Not possible here",
        StatusCode::FORBIDDEN => "Refused",
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        StatusCode::SERVICE_UNAVAILABLE => "Not now",
        StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong",
        _ => "This did not work",
    }
}

/// A page without anything that could be broken too.
fn page(status: StatusCode, problem: &Problem, theme: Theme) -> String {
    let css = &app::site::get().css;
    let message = &problem.message;
    let title = title(status);
    let theme = theme.forced().map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
    let reference = problem
        .reference
        .as_ref()
        .map(|id| format!("<p>Reference: <code>{id}</code></p>"))
        .unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Bailiwick</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{css}\"></head><body class=\"fault\"><main><h1>{title}</h1>\
         <p>{message}</p>{reference}<p><a href=\"/\">User Portal</a> · <a href=\"/admin\">Admin Portal</a></p></main></body></html>"
    )
}
