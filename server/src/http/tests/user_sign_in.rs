use model::user::{MfaRequirement, Selection};

use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const NEW: &str = "quartz-lagoon-mimic-4";
const REFUSED: &str = "The username, the email address or the password is not right. Several wrong tries can lock an account; \
    an administrator of your organization can open it.";

#[tokio::test]
async fn either_name_opens_a_session_that_is_the_user_portals_alone() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.browser();
    let page = browser.get("/profile").await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/login?next=%2Fprofile"));
    for login in ["ada", "ADA@example.org"] {
        let browser = server.browser();
        let form = [("email", login), ("password", PASSWORD), ("next", "/profile")];
        let page = browser.post("/login", &form).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/profile"), "{login}");
        let cookie = page.headers.get_all(header::SET_COOKIE).iter().next().unwrap().to_str().unwrap();
        for part in ["bailiwick_user=", "; Path=/", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(part), "{part}");
        }
        assert!(browser.is_in_portal().await && !browser.is_in().await);
        assert_eq!(browser.get("/login").await.to(), "/", "who is in need not sign in");
        browser.present(SESSION, &browser.cookie(USER_SESSION).unwrap());
        assert!(!browser.is_in().await, "a user’s session is none of an administrator");
    }
    let grace = server.grace().await;
    grace.present(USER_SESSION, &grace.cookie(SESSION).unwrap());
    assert!(!grace.is_in_portal().await, "nor the other way round");
    assert_eq!(grace.get("/").await.to(), "/login");
}

#[tokio::test]
async fn whatever_was_wrong_the_answer_is_the_same() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    server.user_with("pat", None).await;
    let sam = server.user("sam").await;
    let system = server.system();
    server.directory.users().suspend(&system, &Selection::These(vec![sam])).await.unwrap();
    let mut pages = Vec::new();
    for (login, password) in [("ada", "not hers"), ("eve", PASSWORD), ("pat", PASSWORD), ("sam", PASSWORD)] {
        let browser = server.browser();
        let page = browser.user_sign_in(login, password).await;
        assert_eq!((page.status, page.notice()), (StatusCode::UNPROCESSABLE_ENTITY, REFUSED), "{login}");
        assert!(!page.body.contains(password) && browser.cookie(USER_SESSION).is_none());
        pages.push(page.body.len());
    }
    assert!(pages.iter().all(|page| page.abs_diff(pages[0]) < 8), "{pages:?}");
}

#[tokio::test]
async fn no_session_can_be_planted() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    server.user("mallory").await;
    let hers = server.signed_in("mallory").await;
    for planted in [hers.cookie(USER_SESSION).unwrap(), "A".repeat(43)] {
        let browser = server.browser();
        browser.present(USER_SESSION, &planted);
        browser.user_sign_in("ada", PASSWORD).await;
        assert_ne!(browser.cookie(USER_SESSION).unwrap(), planted);
        let page = browser.get("/security").await;
        assert!(page.body.contains("ada@example.org") && !page.body.contains("mallory"));
        let other = server.browser();
        other.present(USER_SESSION, &planted);
        assert!(!other.is_in_portal().await, "the session that the browser had has ended");
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.signed_in("ada").await;
    for path in [
        "/login",
        "/login/password",
        "/logout",
        "/reset-password",
        "/activate",
        "/security/password",
        "/security/ssh-keys",
        "/security/sessions/end-others",
        "/_fn/update_profile",
    ] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site");
        let page = browser.send(request, "email=a&password=b".into()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(browser.is_in_portal().await, "still");
    let page = browser.post("/logout", &[]).await;
    assert_eq!(page.to(), "/login?signed-out");
    assert!(!browser.is_in_portal().await);
}

#[tokio::test]
async fn a_password_that_must_be_changed_opens_its_page_alone() {
    let server = TestServer::set_up().await;
    server.user_with("ada", Some(NewPassword { password: PASSWORD.into(), must_change: true })).await;
    let browser = server.browser();
    let form = [("email", "ada"), ("password", PASSWORD), ("next", "/profile")];
    let page = browser.post("/login", &form).await;
    assert_eq!(page.to(), "/login/password?next=%2Fprofile");
    assert!(browser.cookie(USER_SESSION).is_none() && !browser.is_in_portal().await);
    let step = browser.cookie(USER_STEP).unwrap();
    browser.present(USER_SESSION, &step);
    assert!(!browser.is_in_portal().await, "the step is no session");
    assert_eq!(browser.get("/login/challenge").await.to(), "/login/password");
    assert_eq!(browser.get("/login/enroll").await.to(), "/login/password");
    let page = browser.get("/login/password?next=%2Fprofile").await;
    assert!(page.body.contains("data-rule=\"length\"") && page.body.contains("At least 12 characters"));
    for (password, says) in [("short", "at least 12"), (PASSWORD, "Choose one that was not used before")] {
        let page = browser.post("/login/password", &[("password", password)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(says), "{}", page.body);
        assert!(!page.body.contains(&format!("value=\"{password}\"")));
    }
    let page = browser.post("/login/password", &[("password", NEW), ("next", "/profile")]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/profile"), "{}", page.body);
    assert!(browser.is_in_portal().await && browser.cookie(USER_STEP).is_none());
    let thief = server.browser();
    thief.present(USER_STEP, &step);
    let page = thief.post("/login/password", &[("password", "marble-otter-canyon-7")]).await;
    assert_eq!(page.to(), "/login?late", "the step is used up");
    assert_eq!(server.browser().get("/login/password").await.to(), "/login");
}

/// Required with days left: asked, and let in; afterwards asked for, then shut out.
#[tokio::test]
async fn a_factor_is_asked_for_while_there_is_time_and_then_shuts_out() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let system = server.system();
    let require = MfaRequirement::Require { days: 3 };
    server.directory.users().change_mfa(&system, &Selection::These(vec![ada]), require).await.unwrap();
    let browser = server.browser();
    let page = browser.user_sign_in("ada", PASSWORD).await;
    assert_eq!(page.to(), "/login/enroll");
    let page = browser.get("/login/enroll").await;
    assert!(page.body.contains("3 days are left") && page.body.contains(">Later<"), "{}", page.body);
    assert!(browser.is_in_portal().await);
    server.wait(2 * DAY);
    let browser = server.browser();
    browser.user_sign_in("ada", PASSWORD).await;
    assert!(browser.get("/login/enroll").await.body.contains("1 day is left"));
    server.wait(DAY);
    assert!(!browser.is_in_portal().await);
    let page = server.browser().user_sign_in("ada", PASSWORD).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.notice().contains("Ask an administrator"), "{}", page.notice());
    let page = server.browser().user_sign_in("ada", "wrong").await;
    assert_eq!(page.notice(), REFUSED, "only who knows the password learns it");
}

#[tokio::test]
async fn a_factor_is_enrolled_and_asked_for() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.signed_in("ada").await;
    let (secret, codes) = browser.enroll_at("/security/totp").await;
    assert_eq!(codes.len(), 10);
    server.wait(MINUTE);
    let browser = server.browser();
    assert_eq!(browser.user_sign_in("ada", PASSWORD).await.to(), "/login/challenge");
    let wrong = browser.post("/login/challenge", &[("code", "000000")]).await;
    assert!(wrong.body.contains("id=\"code-error\""), "{}", wrong.body);
    assert_eq!(browser.get("/admin/login/challenge").await.to(), "/admin/login", "each portal has its own");
    let code = server.code(&secret);
    assert_eq!(browser.post("/login/challenge", &[("code", &code)]).await.to(), "/");
    assert!(browser.is_in_portal().await);
    let thief = server.browser();
    thief.user_sign_in("ada", PASSWORD).await;
    let replay = thief.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(replay.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// The page after asking is the same for everybody, and so is what it costs to make.
#[tokio::test]
async fn asking_for_a_link_tells_nothing() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    for path in ["/forgot-password", "/admin/forgot-password"] {
        let mut pages = Vec::new();
        for login in ["ada@example.org", EMAIL, "nobody@example.org"] {
            let page = server.browser().post(path, &[("email", login)]).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            pages.push(page.body);
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{path}");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_its_link_once() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let before = server.signed_in("ada").await;
    server.browser().post("/forgot-password", &[("email", "ada")]).await;
    let link = server.link("password_reset").await;
    let token = link.split_once("token=").unwrap().1.to_owned();
    let browser = server.browser();
    for _ in 0..2 {
        let page = browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "looking uses nothing up");
        assert!(page.body.contains("Your username is") && page.body.contains("ada"), "{}", page.body);
    }
    assert!(page_has_no_token_elsewhere(&browser.get(&link).await));
    let page = browser.post("/reset-password", &[("token", &token), ("password", "short")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"password-error\""));
    let page = browser.post("/reset-password", &[("token", &token), ("password", NEW)]).await;
    assert_eq!(page.to(), "/login?reset");
    assert!(browser.get(page.to()).await.body.contains("Your password is set"));
    assert!(!before.is_in_portal().await, "sessions of before have ended");
    for page in [
        browser.get(&link).await,
        browser.post("/reset-password", &[("token", &token), ("password", NEW)]).await,
    ] {
        assert_eq!(page.status, StatusCode::GONE);
        assert!(
            page.body.contains("used already") && page.body.contains("Send another link"),
            "{}",
            page.body
        );
    }
    assert_eq!(server.browser().user_sign_in("ada", NEW).await.to(), "/");
}

/// The token stands in the form alone: no address of another page holds it.
fn page_has_no_token_elsewhere(page: &Page) -> bool {
    page.body.matches("token").count() == 1
}

#[tokio::test]
async fn an_activation_sets_the_first_password() {
    let server = TestServer::set_up().await;
    server.user_with("ada", None).await;
    let link = server.link("activation").await;
    let token = link.split_once("token=").unwrap().1.to_owned();
    let browser = server.browser();
    assert!(browser.get(&link).await.body.contains("Set your password"));
    assert_eq!(browser.get(&format!("/reset-password?token={token}")).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&format!("/admin/reset-password?token={token}")).await.status, StatusCode::GONE);
    let page = browser.post("/activate", &[("token", &token), ("password", NEW)]).await;
    assert_eq!(page.to(), "/login?reset", "{}", page.body);
    assert_eq!(server.browser().user_sign_in("ada", NEW).await.to(), "/");
    server.wait(8 * DAY);
    let page = browser.get(&link).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.body.contains("ask your administrator"), "{}", page.body);
}

#[tokio::test]
async fn a_lost_factor_is_removed_by_its_link() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    server.signed_in("ada").await.enroll_at("/security/totp").await;
    let system = server.system();
    server.directory.users().reset_totp(&system, &Selection::These(vec![ada])).await.unwrap();
    let link = server.link("totp_reset").await;
    let token = link.split_once("token=").unwrap().1.to_owned();
    let browser = server.browser();
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    let page = browser.post("/reset-totp", &[("token", &token)]).await;
    assert_eq!(page.to(), "/login?next=%2Fsecurity%2Ftotp&anew");
    assert!(browser.get("/login?anew").await.body.contains("Sign in, and set up another"));
    assert_eq!(browser.post("/reset-totp", &[("token", &token)]).await.status, StatusCode::GONE);
    assert_eq!(server.browser().user_sign_in("ada", PASSWORD).await.to(), "/");
}
