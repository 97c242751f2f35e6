use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const REFUSED: &str =
    "The email address or the password is not right. Several wrong tries lock an account for a while.";

#[tokio::test]
async fn the_right_password_opens_a_session_and_leads_where_one_wanted() {
    let server = TestServer::set_up().await;
    let browser = server.browser();
    let page = browser.get("/admin/users?sort=-name").await;
    assert_eq!(
        (page.status, page.to()),
        (StatusCode::SEE_OTHER, "/admin/login?next=%2Fadmin%2Fusers%3Fsort%3D%2Dname")
    );
    let form = [("email", EMAIL), ("password", PASSWORD), ("next", "/admin/users?sort=-name")];
    let page = browser.post("/admin/login", &form).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/users?sort=-name"));
    let cookie = page.headers.get_all(header::SET_COOKIE).iter().next().unwrap().to_str().unwrap();
    for part in ["bailiwick_admin=", "; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{part}");
    }
    assert!(browser.is_in().await);
    assert_eq!(browser.get("/admin/login").await.to(), "/admin", "who is in need not sign in");
    assert_eq!(browser.get("/").await.to(), "/login", "the User Portal is another one");
}

#[tokio::test]
async fn over_https_the_cookie_is_for_this_host_alone() {
    let server = TestServer::reached(true).await;
    let token = server.token().await;
    let browser = Browser { host: "directory.example.org", ..server.browser() };
    let form: [(&str, &[u8]); 5] = [
        ("organization", b"Example Org"),
        ("first_name", b"Grace"),
        ("last_name", b"Hopper"),
        ("email", EMAIL.as_bytes()),
        ("password", PASSWORD.as_bytes()),
    ];
    let page = browser.upload(&format!("/setup?token={token}"), &form).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-bailiwick_admin=") && cookie.contains("; Secure"), "{}", page.status);
    assert!(browser.is_in().await);
}

/// Wrong password, unknown address, suspended account, no address at all: the same page.
#[tokio::test]
async fn whatever_was_wrong_the_answer_is_the_same() {
    let server = TestServer::set_up().await;
    let sam = server.administrator("sam", DefaultRole::ReadOnly).await;
    let grace = server.system();
    let query = model::ListQuery { search: "sam".into(), ..model::ListQuery::default() };
    let id = server.directory.administrators().list(&grace, &query).await.unwrap().rows[0].id;
    let version = server.directory.administrators().read(&grace, id).await.unwrap().version;
    server.directory.administrators().set_suspended(&grace, id, version, true).await.unwrap();

    let mut pages = Vec::new();
    for (email, password) in
        [(EMAIL, "not the password"), ("nobody@example.org", PASSWORD), (sam.as_str(), PASSWORD), ("", "")]
    {
        let browser = server.browser();
        let page = browser.sign_in(email, password).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert_eq!(page.notice(), REFUSED, "{email}");
        assert!(password.is_empty() || !page.body.contains(password));
        assert!(browser.cookie(SESSION).is_none());
        let same = if email.is_empty() { page.body.clone() } else { page.body.replace(email, "") };
        // Without an address the cursor is in its field, and ids of elements count on.
        pages.push(same.replace(" autofocus", "").len());
    }
    assert!(pages.iter().all(|page| page.abs_diff(pages[0]) < 8), "{pages:?}");
}

#[tokio::test]
async fn six_wrong_tries_lock_for_a_quarter_of_an_hour() {
    let server = TestServer::set_up().await;
    let browser = server.browser();
    for _ in 0..5 {
        assert_eq!(browser.sign_in(EMAIL, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for password in ["wrong", PASSWORD] {
        let page = browser.sign_in(EMAIL, password).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(page.headers[header::RETRY_AFTER], "900");
        assert!(page.notice().contains("15 minutes"), "{}", page.notice());
    }
    server.wait(14 * MINUTE);
    assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    server.wait(2 * MINUTE);
    assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.to(), "/admin");
}

/// An address that nobody has locks alike, so that a lock tells nothing.
#[tokio::test]
async fn an_unknown_address_locks_alike() {
    let server = TestServer::set_up().await;
    let browser = server.browser();
    for _ in 0..5 {
        browser.sign_in("nobody@example.org", "wrong").await;
    }
    let page = browser.sign_in("nobody@example.org", "wrong").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers[header::RETRY_AFTER], "900");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_a_code_is_good_once() {
    let server = TestServer::set_up().await;
    let (secret, _) = server.grace().await.enroll().await;
    server.wait(MINUTE);

    let browser = server.browser();
    let page =
        browser.post("/admin/login", &[("email", EMAIL), ("password", PASSWORD), ("next", "/admin/users")]);
    let page = page.await;
    assert_eq!(
        (page.status, page.to()),
        (StatusCode::SEE_OTHER, "/admin/login/challenge?next=%2Fadmin%2Fusers")
    );
    assert!(browser.cookie(SESSION).is_none() && !browser.is_in().await);
    browser.present(SESSION, &browser.cookie(CHALLENGE).unwrap());
    assert!(!browser.is_in().await, "the challenge's token is no session");

    let wrong = browser.post("/admin/login/challenge", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"code-error\""), "{}", wrong.body);
    let code = server.code(&secret);
    let page = browser.post("/admin/login/challenge", &[("code", &code), ("next", "/admin/users")]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/users"));
    assert!(browser.is_in().await && browser.cookie(CHALLENGE).is_none());

    let thief = server.browser();
    thief.sign_in(EMAIL, PASSWORD).await;
    let replay = thief.post("/admin/login/challenge", &[("code", &code)]).await;
    assert_eq!(replay.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!thief.is_in().await);
}

#[tokio::test]
async fn a_recovery_code_is_good_once() {
    let server = TestServer::set_up().await;
    let (_, codes) = server.grace().await.enroll().await;
    assert_eq!(codes.len(), 10);
    for (status, to) in [(StatusCode::SEE_OTHER, "/admin"), (StatusCode::UNPROCESSABLE_ENTITY, "")] {
        let browser = server.browser();
        browser.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(browser.get("/admin/login/challenge?recovery=1").await.status, StatusCode::OK);
        let form = [("code", codes[0].as_str()), ("recovery", "1")];
        let page = browser.post("/admin/login/challenge", &form).await;
        assert_eq!((page.status, page.to()), (status, to));
    }
}

#[tokio::test]
async fn a_challenge_is_over_after_ten_minutes() {
    let server = TestServer::set_up().await;
    let (secret, _) = server.grace().await.enroll().await;
    let browser = server.browser();
    browser.sign_in(EMAIL, PASSWORD).await;
    server.wait(11 * MINUTE);
    let page = browser.post("/admin/login/challenge", &[("code", &server.code(&secret))]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/login?late"));
    assert!(browser.get(page.to()).await.body.contains("took too long"));
    assert_eq!(browser.get("/admin/login/challenge").await.to(), "/admin/login");
}

/// A session that somebody planted before is not the one after signing in, and is worth nothing.
#[tokio::test]
async fn no_session_can_be_planted() {
    let server = TestServer::set_up().await;
    let mallory = server.administrator("mallory", DefaultRole::ReadOnly).await;
    let hers = server.browser();
    hers.sign_in(&mallory, PASSWORD).await;
    for planted in [hers.cookie(SESSION).unwrap(), "A".repeat(43)] {
        let browser = server.browser();
        browser.present(SESSION, &planted);
        browser.sign_in(EMAIL, PASSWORD).await;
        assert_ne!(browser.cookie(SESSION).unwrap(), planted);
        assert!(browser.is_in().await);
        let page = browser.get("/admin/account").await;
        assert!(page.body.contains(EMAIL) && !page.body.contains(&mallory));
        let other = server.browser();
        other.present(SESSION, &planted);
        assert!(!other.is_in().await, "the session that the browser had has ended");
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        for path in
            ["/admin/login", "/admin/logout", "/admin/account/sessions/end-others", "/_fn/delete_users"]
        {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value);
            let page = browser.send(request, "email=a&password=b".into()).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert!(browser.is_in().await, "still");
}

#[tokio::test]
async fn logging_out_ends_the_session_itself() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let token = browser.cookie(SESSION).unwrap();
    // From the pages that need no JavaScript by a form that needs none.
    for path in ["", "/security", "/security/totp", "/api-key", "/sessions"] {
        let page = browser.get(&format!("/admin/account{path}")).await;
        let form = page.between("<form method=\"post\" action=\"/admin/logout\">", "</form>");
        assert!(form.contains("Log out") && form.contains("type=\"submit\""), "{path}: {}", page.body);
    }
    let page = browser.post("/admin/logout", &[]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/login?signed-out"));
    assert!(browser.cookie(SESSION).is_none());
    browser.present(SESSION, &token);
    assert!(!browser.is_in().await);
    assert_eq!(browser.post("/admin/logout", &[]).await.status, StatusCode::SEE_OTHER, "a second time too");
    assert_eq!(browser.get("/admin/logout").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_a_page_by_itself_is_nobody() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    for _ in 0..3 {
        server.wait(40 * MINUTE);
        assert!(browser.is_in().await);
    }
    for _ in 0..3 {
        server.wait(25 * MINUTE);
        let request = Request::post("/_fn/user_figures")
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("x-bailiwick-background", "1");
        browser.send(request, "{}".into()).await;
    }
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn over_plain_http_from_afar_no_password_is_taken() {
    let server = TestServer::set_up().await;
    let browser = Browser { host: "192.0.2.1:8080", ..server.browser() };
    let page = browser.get("/admin/login").await;
    assert!(page.body.contains("plain HTTP") && !page.body.contains("<form"), "{}", page.body);
    assert!(page.body.contains("http://localhost:8080"), "{}", page.body);
    let page = browser.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(browser.cookie(SESSION).is_none());

    let proxied = Request::get("/admin/login").header("x-forwarded-proto", "https");
    let page = browser.send(proxied, Body::empty()).await;
    assert!(page.body.contains("--trusted-proxy 127.0.0.7"), "{}", page.body);
}

#[tokio::test]
async fn an_area_that_the_role_may_not_see_is_refused() {
    let server = TestServer::set_up().await;
    let email = server.administrator("bill", DefaultRole::BillingOnly).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    for path in ["/admin/users", "/admin/settings/administrators"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.body.contains("Billing Only"), "{path}");
    }
    assert_eq!(browser.get("/admin").await.to(), "/admin/settings/billing", "what is theirs");
}
