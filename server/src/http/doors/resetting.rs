use super::*;

const NEW: &str = "granite-otter-lantern-4";

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link() {
    let world = World::set_up().await;
    let email = world.administrator("ada", DefaultRole::ReadOnly).await;
    let browser = world.browser();
    assert!(browser.get("/admin/login").await.body.contains("/admin/forgot-password"));
    assert_eq!(browser.get("/admin/forgot-password").await.status, StatusCode::OK);
    let asked = browser.post("/admin/forgot-password", &[("email", &email)]).await;
    assert_eq!(asked.status, StatusCode::OK);

    // Scanners of mail open a link before anybody does.
    let link = world.link("admin_password_reset").await;
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
    let world = World::set_up().await;
    let ask = async |email: &str| {
        let page = world.browser().post("/admin/forgot-password", &[("email", email)]).await;
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
    let world = World::set_up().await;
    for odd in ["", "x", "%00", "%3Cscript%3Ealert(1)%3C/script%3E"] {
        let page = world.browser().get(&format!("/admin/reset-password?token={odd}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{odd}");
        assert!(page.body.contains("not known") && !page.body.contains("<script>alert"), "{odd}");
    }
}
