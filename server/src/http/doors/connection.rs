//! Over a connection that others can read, no form is shown and nothing is taken.

use axum::http::{Method, Version};

use super::*;

const BEHIND: &str = "10.0.0.5";

/// Behind a proxy that speaks HTTPS.
async fn behind() -> World {
    let world = World::at(Connections {
        tls: false,
        https: true,
        public_url: "https://directory.example.org".into(),
        proxies: vec![BEHIND.parse().unwrap()],
    })
    .await;
    world.organize().await;
    world
}

impl Browser<'_> {
    async fn through(&self, method: Method, path: &str, scheme: Option<&str>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "text/html");
        if let Some(scheme) = scheme {
            request = request.header("x-forwarded-for", "198.51.100.7").header("x-forwarded-proto", scheme);
        }
        let form = "application/x-www-form-urlencoded";
        let request = request.header(header::CONTENT_TYPE, form).header("sec-fetch-site", "same-origin");
        let form = format!("email={}&password={}", escaped(EMAIL), escaped(PASSWORD));
        self.send(request, form.into()).await
    }
}

/// Every page and form that takes a secret or shows one.
const PAGES: [&str; 20] = [
    "/setup?token=x",
    "/login",
    "/login/challenge",
    "/login/password",
    "/login/enroll",
    "/forgot-password",
    "/activate?token=x",
    "/reset-password?token=x",
    "/reset-totp?token=x",
    "/security",
    "/",
    "/admin",
    "/admin/login",
    "/admin/login/challenge",
    "/admin/reset-password?token=x",
    "/admin/reset-totp?token=x",
    "/admin/account",
    "/admin/account/security",
    "/admin/account/api-key/new",
    "/admin/users",
];

fn is_refused(page: &Page) -> bool {
    page.status == StatusCode::FORBIDDEN && page.body.contains("is not safe") && !page.body.contains("<form")
}

#[tokio::test]
async fn by_plain_http_no_page_has_a_form_and_no_form_is_taken() {
    let world = behind().await;
    let host = "directory.example.org";
    let around = Browser { host, peer: [192, 0, 2, 7], ..world.browser() };
    let proxy = || Browser { host, peer: [10, 0, 0, 5], ..world.browser() };
    for path in PAGES {
        for method in [Method::GET, Method::POST] {
            for (browser, scheme) in
                [(&around, None), (&around, Some("https")), (&proxy(), Some("http")), (&proxy(), None)]
            {
                let page = browser.through(method.clone(), path, scheme).await;
                assert!(is_refused(&page), "{method} {path} {scheme:?}: {} {}", page.status, page.body);
                assert!(browser.cookies.borrow().is_empty(), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_page_names_what_is_missing() {
    let world = behind().await;
    let host = "directory.example.org";
    for (peer, scheme, told) in [
        ([192, 0, 2, 7], None, "href=\"https://directory.example.org\""),
        ([10, 0, 0, 5], Some("http"), "href=\"https://directory.example.org\""),
        ([10, 0, 0, 5], None, "proxy_set_header X-Forwarded-Proto $scheme;"),
        ([10, 0, 0, 6], Some("https"), "--trusted-proxy 10.0.0.6"),
    ] {
        let browser = Browser { host, peer, ..world.browser() };
        let page = browser.through(Method::GET, "/admin/login", scheme).await;
        assert!(page.body.contains(told), "{peer:?}: {}", page.body);
    }
}

#[tokio::test]
async fn by_https_through_the_trusted_proxy_one_signs_in() {
    let world = behind().await;
    let browser = Browser { host: "directory.example.org", peer: [10, 0, 0, 5], ..world.browser() };
    let page = browser.through(Method::GET, "/admin/login", Some("https")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("type=\"password\""), "{}", page.body);
    let page = browser.through(Method::POST, "/admin/login", Some("https")).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin"), "{}", page.body);
    assert!(browser.cookie("__Host-bailiwick_admin").is_some());
}

/// nginx without a line of its own asks by HTTP/1.0, with the name of this machine as host.
#[tokio::test]
async fn a_proxy_on_this_machine_is_not_a_person_on_it() {
    let world = World::set_up().await;
    let browser = world.browser();
    let page = browser.send(Request::get("/admin/login").version(Version::HTTP_10), Body::empty()).await;
    assert!(is_refused(&page) && page.body.contains("--trusted-proxy 127.0.0.7"), "{}", page.body);
    let elsewhere = Browser { peer: [192, 0, 2, 7], ..world.browser() };
    let page = elsewhere.sign_in(EMAIL, PASSWORD).await;
    assert!(is_refused(&page), "a name is not a place: {}", page.body);
}

#[tokio::test]
async fn programs_are_told_by_an_error() {
    let world = behind().await;
    let browser = Browser { host: "directory.example.org", peer: [192, 0, 2, 7], ..world.browser() };
    let page = browser.call("/_fn/me", "{}").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("plain HTTP"), "{}", page.body);
    let asked = Request::get("/api/systemusers").header("x-api-key", "bwk_x");
    let page = browser.send(asked, Body::empty()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("\"message\":\"You came by plain HTTP"), "{}", page.body);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
}
