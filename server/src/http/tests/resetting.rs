use super::*;

const NEW: &str = "granite-otter-lantern-4";

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link() {
    let server = TestServer::set_up().await;
    let email = server.administrator("ada", DefaultRole::ReadOnly).await;
    let browser = server.browser();
    assert!(browser.get("/admin/login").await.body.contains("/admin/forgot-password"));
    assert_eq!(browser.get("/admin/forgot-password").await.status, StatusCode::OK);
    let asked = browser.post("/admin/forgot-password", &[("email", &email)]).await;
    assert_eq!(asked.status, StatusCode::OK);

    // Scanners of mail open a link before anybody does.
    let link = server.link("admin_password_reset").await;
    for _ in 0..3 {
        let page = browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("ada@example.org"));
    }
    let token = link.split_once("token=").unwrap().1;
    let weak = browser.post("/admin/reset-password", &[("token", token), ("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.body.contains(token) && !weak.body.contains("value=\"short\""));
    let set = browser.post("/admin/reset-password", &[("token", token), ("password", NEW)]).await;
    assert_eq!((set.status, set.to()), (StatusCode::SEE_OTHER, "/admin/login?reset"));
    assert!(browser.get(set.to()).await.body.contains("Sign in with it"));
    assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.sign_in(&email, NEW).await.to(), "/admin");

    for page in [
        browser.get(&link).await,
        browser.post("/admin/reset-password", &[("token", token), ("password", NEW)]).await,
    ] {
        assert_eq!(page.status, StatusCode::GONE);
        assert!(
            page.body.contains("used already") && page.body.contains("Send another link"),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_address() {
    let server = TestServer::set_up().await;
    let ask = async |email: &str| {
        let page = server.browser().post("/admin/forgot-password", &[("email", email)]).await;
        (page.status, page.body.replace(email, "X"))
    };
    assert_eq!(ask(EMAIL).await, ask("nobody@example.org").await);
    assert_eq!(ask("no address").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..20 {
        ask("nobody@example.org").await;
    }
    assert_eq!(ask(EMAIL).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_is_no_link_says_so() {
    let server = TestServer::set_up().await;
    for odd in ["", "x", "%00", "%3Cscript%3Ealert(1)%3C/script%3E"] {
        let page = server.browser().get(&format!("/admin/reset-password?token={odd}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{odd}");
        assert!(page.body.contains("not known") && !page.body.contains("<script>alert"), "{odd}");
    }
}

#[tokio::test]
async fn an_invitation_sets_the_first_password() {
    let server = TestServer::set_up().await;
    server.invite("ada").await;
    let browser = server.browser();
    let link = server.link("admin_invitation").await;
    let page = browser.get(&link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Set your password") && page.body.contains("action=\"/admin/invitation\""));
    assert!(!page.body.contains("Your username is"));
    let says = page.between("You are invited", "</p>");
    assert!(says.contains("Example Org") && says.contains("Read Only") && !says.contains(" by "), "{says}");
    let token = link.split_once("token=").unwrap().1;
    for weak in ["short", "ada@example.org-1234"] {
        let weak = browser.post("/admin/invitation", &[("token", token), ("password", weak)]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.body.contains(token) && weak.body.contains("aria-invalid=\"true\""), "{}", weak.body);
    }
    // No form of another site sets it.
    let request = Request::post("/admin/invitation")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    let forged = browser.send(request, format!("token={token}&password={NEW}").into()).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.body);
    let set = browser.post("/admin/invitation", &[("token", token), ("password", NEW)]).await;
    assert_eq!((set.status, set.to()), (StatusCode::SEE_OTHER, "/admin/login?reset"));
    assert_eq!(browser.sign_in("ada@example.org", NEW).await.to(), "/admin");
    for page in [
        browser.get(&link).await,
        browser.post("/admin/invitation", &[("token", token), ("password", NEW)]).await,
    ] {
        assert_eq!(page.status, StatusCode::GONE);
        assert!(page.body.contains("used already"), "{}", page.body);
        assert!(
            page.body.contains("Ask an Administrator With Billing")
                && !page.body.contains("Send another link")
        );
    }
}

#[tokio::test]
async fn an_invitation_names_who_sent_it() {
    let server = TestServer::set_up().await;
    let form = AdministratorForm {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        email: "ada@example.org".into(),
        role: DefaultRole::HelpDesk.as_str().into(),
        ..AdministratorForm::default()
    };
    let grace = server.actor(&server.grace().await).await;
    server.directory.administrators().create(&grace, &form).await.unwrap();
    let page = server.browser().get(&server.link("admin_invitation").await).await;
    let says = page.between("You are invited", "</p>");
    for part in ["by Grace Hopper", "Example Org", "Help Desk"] {
        assert!(says.contains(part), "{part}: {says}");
    }
}

#[tokio::test]
async fn a_link_of_another_page_or_portal_opens_nothing() {
    let server = TestServer::set_up().await;
    server.invite("ada").await;
    let token = server.link("admin_invitation").await.split_once("token=").unwrap().1.to_owned();
    for elsewhere in
        ["/activate", "/reset-password", "/reset-totp", "/admin/reset-password", "/admin/reset-totp"]
    {
        let page = server.browser().get(&format!("{elsewhere}?token={token}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{elsewhere}");
        assert!(page.body.contains("another page"), "{elsewhere} {}", page.body);
    }
    for page in ["/admin/invitation", "/admin/reset-totp"] {
        let odd = server.browser().get(&format!("{page}?token=%3Cscript%3Ealert(1)%3C/script%3E")).await;
        assert_eq!(odd.status, StatusCode::GONE, "{page}");
        assert!(odd.body.contains("not known") && !odd.body.contains("<script>alert"), "{page}");
    }
}

#[tokio::test]
async fn a_lost_authenticator_app_is_taken_away_by_its_owner() {
    let server = TestServer::set_up().await;
    let email = server.administrator("ada", DefaultRole::ReadOnly).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    browser.enroll().await;
    server.send_totp_reset("ada").await;
    let link = server.link("admin_totp_reset").await;
    let page = server.browser().get(&link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(
        page.body.contains("Set up a new authenticator app")
            && page.body.contains("action=\"/admin/reset-totp\"")
    );
    assert!(!page.body.contains("passkeys"), "there are none to be lost");
    assert!(browser.is_in().await, "looking takes nothing away");
    let token = link.split_once("token=").unwrap().1;
    let done = server.browser().post("/admin/reset-totp", &[("token", token)]).await;
    let next = "/admin/login?next=%2Fadmin%2Faccount%2Fsecurity%2Ftotp&anew";
    assert_eq!((done.status, done.to()), (StatusCode::SEE_OTHER, next));
    assert!(!browser.is_in().await);
    assert_eq!(server.browser().sign_in(&email, PASSWORD).await.to(), "/admin");
    let again = server.browser().post("/admin/reset-totp", &[("token", token)]).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("used already"));
}
