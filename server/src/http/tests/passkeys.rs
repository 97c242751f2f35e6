//! What the pages offer of passkeys, and what they answer to what is none. That passkeys open is
//! tested in the directory and in the browser.

use serde_json::Value;

use super::*;

/// What the browser is told to ask for.
async fn begin(browser: &Browser<'_>, at: &str) -> (StatusCode, Value) {
    let page = browser.call(&format!("{at}/begin"), "").await;
    (page.status, serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{}", page.body)))
}

#[tokio::test]
async fn signing_in_asks_for_any_passkey_and_takes_none_that_is_wrong() {
    let server = TestServer::set_up().await;
    for login in ["/login", "/admin/login"] {
        let (browser, at) = (server.browser(), format!("{login}/passkey"));
        let page = browser.get(login).await;
        let form = page.between("data-passkey=\"get\"", "</form>").to_owned();
        assert!(form.contains("data-origin=\"http://localhost:8080\"") && form.contains(" hidden"), "{form}");
        let (status, told) = begin(&browser, &at).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(told["options"]["rpId"], "localhost");
        assert_eq!(told["options"]["allowCredentials"], serde_json::json!([]));
        assert_eq!(told["options"]["userVerification"], "required");
        let token = told["token"].as_str().unwrap();
        let page = browser.post(&at, &[("token", token), ("credential", "{}"), ("next", "/")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.notice().contains("does not open an account here"), "{}", page.body);
        assert!(browser.cookie(SESSION).is_none() && browser.cookie(USER_SESSION).is_none());
    }
}

#[tokio::test]
async fn over_plain_http_from_afar_none_is_taken() {
    let server = TestServer::set_up().await;
    let browser = Browser { host: "192.168.1.5:8080", ..server.browser() };
    let page = browser.post("/login/passkey", &[("token", "x"), ("credential", "{}")]).await;
    assert!(page.body.contains("not safe"), "{}", page.body);
}

#[tokio::test]
async fn another_site_cannot_ask() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    for at in ["/login/passkey/begin", "/admin/account/security/passkeys/new/begin"] {
        let request = Request::post(at).header("sec-fetch-site", "cross-site");
        assert_eq!(browser.send(request, Body::empty()).await.status, StatusCode::FORBIDDEN, "{at}");
    }
}

#[tokio::test]
async fn making_one_needs_a_session_and_a_recent_proof() {
    let server = TestServer::set_up().await;
    let new = "/admin/account/security/passkeys/new";
    let browser = server.grace().await;
    assert!(browser.get(new).await.body.contains("data-passkey=\"create\""));
    let (status, told) = begin(&browser, new).await;
    assert_eq!(status, StatusCode::OK);
    let options = &told["options"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], EMAIL);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let token = told["token"].as_str().unwrap();
    let page = browser.post(new, &[("name", "<b>"), ("token", token), ("credential", "{}")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
    assert!(page.notice().contains("Begin again") && page.body.contains("value=\"&lt;b&gt;\""));

    assert!(server.browser().get(new).await.to().starts_with("/admin/login"));
    server.wait(Duration::from_mins(11));
    let reauthenticate = format!("/admin/account/security/reauthenticate?then={new}");
    assert_eq!(browser.get(new).await.to(), reauthenticate);
    let (status, told) = begin(&browser, new).await;
    assert_eq!((status, told["code"].as_str()), (StatusCode::FORBIDDEN, Some("reauthentication_needed")));
    let page = browser
        .post("/admin/account/security/reauthenticate", &[("then", new), ("current_password", PASSWORD)])
        .await;
    assert_eq!(page.to(), new);
    let gone = browser.get("/admin/account/security/passkeys/change?id=0123456789abcdef01234567").await;
    assert_eq!(gone.to(), "/admin/account/security?done=passkey-gone");
}

#[tokio::test]
async fn the_steps_of_signing_in_ask_only_whoever_is_at_them() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    for at in ["/login/challenge/passkey", "/login/enroll/passkey", "/admin/login/challenge/passkey"] {
        let (status, told) = begin(&server.browser(), at).await;
        assert_eq!((status, told["code"].as_str()), (StatusCode::GONE, Some("gone")), "{at}");
        let page = server.browser().post(at, &[("token", "x"), ("credential", "{}")]).await;
        assert!(page.status == StatusCode::SEE_OTHER && page.to().contains("login"), "{at}: {}", page.to());
    }
    let browser = server.signed_in("ada").await;
    browser.enroll_at("/security/totp").await;
    let browser = server.browser();
    browser.user_sign_in("ada", PASSWORD).await;
    assert!(!browser.get("/login/challenge").await.body.contains("data-passkey"), "there is none to show");
    let (status, told) = begin(&browser, "/login/challenge/passkey").await;
    assert_eq!((status, told["code"].as_str()), (StatusCode::CONFLICT, Some("conflict")));
    let page = browser.post("/login/challenge/passkey", &[("token", "x"), ("credential", "{}")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    assert!(page.body.contains("6-digit code") && page.notice().contains("not accepted"), "{}", page.body);
}
