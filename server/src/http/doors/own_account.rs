use super::*;

#[tokio::test]
async fn a_name_is_changed_and_a_lost_race_is_told() {
    let world = World::set_up().await;
    let browser = world.grace().await;
    let version = browser.get("/admin/account").await.between("name=\"version\" value=\"", "\"").to_owned();
    let rename = |name: &'static str| {
        [("version", version.clone()), ("first_name", name.into()), ("last_name", "Hopper".into())]
    };
    let send = async |name| {
        let form = rename(name);
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
        browser.post("/admin/account", &form).await
    };
    assert_eq!(send("Amazing").await.to(), "/admin/account?done=saved");
    assert!(browser.get("/admin/account?done=saved").await.body.contains("Saved."));

    let page = send("Other").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Amazing") && page.body.contains("value=\"Other\""), "{}", page.body);
    let newer = page.between("name=\"version\" value=\"", "\"");
    let form = [("version", newer), ("first_name", "Other"), ("last_name", "Hopper")];
    assert_eq!(browser.post("/admin/account", &form).await.status, StatusCode::SEE_OTHER);

    let page =
        browser.post("/admin/account", &[("version", "1"), ("first_name", " "), ("last_name", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"first_name-error\""), "{}", page.body);
}

#[tokio::test]
async fn it_is_said_who_changes_what_one_cannot() {
    let world = World::set_up().await;
    let browser = world.grace().await;
    let page = browser.get("/admin/account").await;
    let says = page.between("You can change the email", "</p>");
    assert!(says.contains("href=\"/admin/settings/administrators/"), "{says}");
    assert!(says.contains("that takes another Administrator With Billing"), "{says}");
    let email = world.administrator("rosa", DefaultRole::ReadOnly).await;
    let other = world.browser();
    other.sign_in(&email, PASSWORD).await;
    let page = other.get("/admin/account").await;
    assert!(page.body.contains("An Administrator With Billing can change these."), "{}", page.body);
    assert!(!page.body.contains("You can change the email"), "{}", page.body);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_renews_this_one() {
    let world = World::set_up().await;
    let (browser, other) = (world.grace().await, world.grace().await);
    let before = browser.cookie(SESSION).unwrap();
    let new = "glacier-lantern-pickle-4";
    let change =
        |current: &'static str, new: &'static str| [("current_password", current), ("password", new)];
    let path = "/admin/account/security/password";
    for (form, field) in [
        (change("wrong", new), "current_password"),
        (change(PASSWORD, "short"), "password"),
        (change(PASSWORD, PASSWORD), "password"),
    ] {
        let page = browser.post(path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(&format!("id=\"{field}-error\"")), "{}", page.body);
        assert!(!page.body.contains(PASSWORD) && !page.body.contains(new));
    }
    let page = browser.post(path, &change(PASSWORD, new)).await;
    assert_eq!(page.to(), "/admin/account/security?done=password", "{}", page.body);
    assert!(browser.is_in().await && !other.is_in().await);
    assert_ne!(browser.cookie(SESSION).unwrap(), before);
    other.present(SESSION, &before);
    assert!(!other.is_in().await, "the token of before is worth nothing");
    assert_eq!(world.browser().sign_in(EMAIL, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.browser().sign_in(EMAIL, new).await.to(), "/admin");
}

#[tokio::test]
async fn what_is_sensitive_asks_for_the_password_again_after_a_while() {
    let world = World::set_up().await;
    let browser = world.grace().await;
    world.wait(Duration::from_mins(11));
    let prove = "/admin/account/security/prove?then=/admin/account/security/totp";
    for page in [
        browser.post("/admin/account/security/totp", &[]).await,
        browser.get("/admin/account/security/totp").await,
    ] {
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, prove));
    }
    assert_eq!(browser.get(prove).await.status, StatusCode::OK);
    let then = ("then", "/admin/account/security/totp");
    let path = "/admin/account/security/prove";
    let page = browser.post(path, &[then, ("current_password", "wrong")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.post(path, &[then, ("current_password", PASSWORD)]).await;
    assert_eq!(page.to(), "/admin/account/security/totp");
    let (_, codes) = browser.enroll().await;
    assert_eq!(codes.len(), 10);

    let elsewhere = [("then", "https://evil.example"), ("current_password", PASSWORD)];
    assert_eq!(browser.post(path, &elsewhere).await.to(), "/admin/account/security");
}

#[tokio::test]
async fn a_wrong_code_leaves_the_same_secret_to_try_again() {
    let world = World::set_up().await;
    let browser = world.grace().await;
    browser.post("/admin/account/security/totp", &[]).await;
    let secret = |page: &Page| page.between("class=\"secret\">", "<").to_owned();
    let first = secret(&browser.get("/admin/account/security/totp").await);
    let page = browser.post("/admin/account/security/totp/confirm", &[("code", "000000")]).await;
    assert_eq!((page.status, secret(&page)), (StatusCode::UNPROCESSABLE_ENTITY, first));
    assert!(page.body.contains("class=\"qr\"") && !page.body.contains("style="), "{}", page.body);
}

#[tokio::test]
async fn new_codes_end_the_old_ones_and_turning_it_off_ends_all() {
    let world = World::set_up().await;
    let browser = world.grace().await;
    let (_, old) = browser.enroll().await;
    let page = browser.post("/admin/account/security/recovery-codes", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains(&old[0]));
    let visitor = world.browser();
    visitor.sign_in(EMAIL, PASSWORD).await;
    let page = visitor.post("/admin/login/challenge", &[("code", &old[0])]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    let page = browser.post("/admin/account/security/totp/remove", &[]).await;
    assert_eq!(page.to(), "/admin/account/security?done=totp-off");
    assert_eq!(visitor.sign_in(EMAIL, PASSWORD).await.to(), "/admin");
    for path in ["/admin/account/security/totp/remove", "/admin/account/security/recovery-codes"] {
        assert_eq!(
            browser.post(path, &[]).await.to(),
            "/admin/account/security",
            "there is nothing to {path}"
        );
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let world = World::set_up().await;
    let (here, there, third) = (world.grace().await, world.grace().await, world.grace().await);
    let page = here.get("/admin/account/sessions").await;
    assert_eq!(page.body.matches("This session").count(), 1);
    assert!(page.body.contains("127.0.0.7"), "{}", page.body);
    let id = page.between("name=\"id\" value=\"", "\"").to_owned();
    let end = "/admin/account/sessions/end";
    assert_eq!(here.post(end, &[("id", &id)]).await.to(), "/admin/account/sessions?done=ended");
    // Which one it was is chance: all began in the same moment.
    let left = here.get("/admin/account/sessions").await;
    let ends = |page: &Page| page.body.matches("name=\"id\" value=\"").count();
    assert_eq!(ends(&left), ends(&page) - 1, "one of them has ended");
    assert!(!left.body.contains(&id));
    for over in [id.as_str(), "", "nonsense", "0123456789abcdef01234567"] {
        assert_eq!(here.post(end, &[("id", over)]).await.to(), "/admin/account/sessions?done=over");
    }
    here.post("/admin/account/sessions/end-others", &[]).await;
    assert!(here.is_in().await && !there.is_in().await && !third.is_in().await);
}

#[tokio::test]
async fn a_strangers_form_leads_to_the_sign_in() {
    let world = World::set_up().await;
    for (path, next) in [
        ("/admin/account", "%2Fadmin%2Faccount"),
        ("/admin/account/security/password", "%2Fadmin%2Faccount%2Fsecurity"),
        ("/admin/account/sessions/end", "%2Fadmin%2Faccount%2Fsessions"),
    ] {
        let page = world.browser().post(path, &[("id", "x")]).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, &*format!("/admin/login?next={next}")));
    }
}
