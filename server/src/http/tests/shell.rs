use std::collections::HashSet;

use axum::{
    Json,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, Response, header},
    response::IntoResponse,
    routing::{get, post},
};
use model::{ErrorCode, Problem};
use tower::ServiceExt as _;

use crate::http::*;

const PATIENCE: Duration = Duration::from_secs(1);

fn front() -> Front {
    Front {
        https: true,
        origins: vec!["https://directory.example.org".to_owned()],
        ready: Arc::new(|| Box::pin(async { Err("the database is away".to_owned()) })),
    }
}

/// Answers as a server function does: errors with 500 and a mark.
async fn refuse(headers: HeaderMap) -> Response<Body> {
    assert_ne!(headers[header::ACCEPT], "text/html");
    let problem = Problem { retry_after: Some(60), ..Problem::new(ErrorCode::TooMany, "Too many tries.") };
    (StatusCode::INTERNAL_SERVER_ERROR, [("serverfnerror", "/_fn/refuse")], Json(problem)).into_response()
}

async fn broken() -> String {
    panic!("the secret is 42");
}

async fn slow() {
    tokio::time::sleep(PATIENCE * 2).await;
}

fn routes() -> Router {
    let odd = || async {
        (StatusCode::INTERNAL_SERVER_ERROR, [("serverfnerror", "/_fn/odd")], "sqlite: disk I/O error")
    };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/echo", post(|body: String| async move { body }))
        .route("/broken", get(broken))
        .route("/slow", get(slow))
        .route("/unread", get(|| async { (StatusCode::BAD_REQUEST, "Failed to read: a library's words") }))
        .route("/_fn/refuse", post(refuse))
        .route("/_fn/odd", post(odd))
        .merge(health::routes(front().ready))
}

async fn ask(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let routes = bounded(answered(routes()), BODY_LIMIT, PATIENCE);
    let response = shell(routes, &front()).unwrap().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn fetch(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn problem(body: &str) -> Problem {
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_a_number() {
    for path in ["/", "/nowhere", "/broken", "/readyz"] {
        let (_, headers, _) = ask(fetch(path)).await;
        for name in [
            "content-security-policy",
            "permissions-policy",
            "referrer-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-request-id",
        ] {
            assert!(headers.contains_key(name), "{path}: {name}");
        }
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
}

#[tokio::test]
async fn the_callers_own_number_is_not_taken() {
    let request = Request::get("/").header("x-request-id", "forged").body(Body::empty()).unwrap();
    let (_, headers, _) = ask(request).await;
    assert_ne!(headers["x-request-id"], "forged");
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let from = |name: &str, value: &str| {
        Request::post("/echo")
            .header(header::HOST, "localhost")
            .header(name, value)
            .body(Body::empty())
            .unwrap()
    };
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let (status, _, body) = ask(from(name, value)).await;
        assert_eq!(
            (status, problem(&body).code),
            (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
            "{name}: {value}"
        );
    }
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "https://directory.example.org")] {
        let (status, ..) = ask(from(name, value)).await;
        assert_eq!(status, StatusCode::OK, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let body = |size: usize| Request::post("/echo").body(Body::from(vec![b'x'; size])).unwrap();
    assert_eq!(ask(body(BODY_LIMIT)).await.0, StatusCode::OK);
    let (status, _, body) = ask(body(BODY_LIMIT + 1)).await;
    assert_eq!((status, problem(&body).code), (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge));
}

#[tokio::test]
async fn a_panic_is_answered_without_its_text() {
    let request = Request::get("/broken").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let (status, headers, body) = ask(request).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(body.contains(headers["x-request-id"].to_str().unwrap()), "{body}");
    assert!(!body.contains("secret"), "{body}");
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let (status, _, body) = ask(fetch("/slow")).await;
    assert_eq!((status, problem(&body).code), (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable));
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so_in_the_callers_form() {
    let (status, _, body) = ask(fetch("/nowhere")).await;
    assert_eq!((status, problem(&body).code), (StatusCode::NOT_FOUND, ErrorCode::NotFound));
    let (status, headers, _) = ask(fetch("/echo")).await;
    assert_eq!((status, headers[header::ALLOW].as_bytes()), (StatusCode::METHOD_NOT_ALLOWED, &b"POST"[..]));
}

#[tokio::test]
async fn an_error_of_a_server_function_has_its_codes_status() {
    let request =
        Request::post("/_fn/refuse").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let (status, headers, body) = ask(request).await;
    assert_eq!((status, problem(&body).code), (StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooMany));
    assert_eq!(headers[header::RETRY_AFTER], "60");
    assert_eq!(headers["serverfnerror"], "/_fn/refuse");
}

#[tokio::test]
async fn a_compressed_error_keeps_its_status() {
    let request =
        Request::post("/_fn/refuse").header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let response = shell(answered(routes()), &front()).unwrap().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn our_words_come_as_they_are_labelled() {
    let request = Request::get("/unread").header(header::ACCEPT_ENCODING, "br, gzip");
    let request = request.header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let response = shell(answered(routes()), &front()).unwrap().oneshot(request).await.unwrap();
    assert_eq!(response.headers().get(header::CONTENT_ENCODING), None);
    let kinds: Vec<_> = response.headers().get_all(header::CONTENT_TYPE).iter().collect();
    assert_eq!(kinds, ["text/html; charset=utf-8"]);
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("The request could not be read."));
}

#[tokio::test]
async fn an_error_that_is_no_problem_of_ours_is_not_shown() {
    let (status, _, body) = ask(Request::post("/_fn/odd").body(Body::empty()).unwrap()).await;
    assert_eq!((status, problem(&body).code), (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal));
    assert!(!body.contains("sqlite"), "{body}");
}

#[tokio::test]
async fn not_being_ready_is_told_without_the_reason() {
    let (status, _, body) = ask(fetch("/readyz")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!body.contains("database"), "{body}");
    assert_eq!(ask(fetch("/healthz")).await.0, StatusCode::OK);
}

#[test]
fn each_server_function_has_an_address_of_its_own() {
    let mut seen = HashSet::new();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/_fn/"), "{path}: is SERVER_FN_PREFIX set?");
        assert!(seen.insert((path, method)), "two server functions at {path}");
    }
}

/// The policy lets a script through by its nonce, and inline styles not at all.
#[tokio::test]
async fn a_page_keeps_to_its_own_policy() {
    let response = pages::routes(Arc::new(|| {})).oneshot(fetch("/admin")).await.unwrap();
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    let page = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    assert!(!page.contains(" style="), "{page}");
    assert!(page.contains("<script"), "{page}");
    for script in page.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
}
