use model::{ErrorCode, Problem};

use super::*;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti <b>ada</b>@laptop";

#[tokio::test]
async fn the_pages_are_there_for_who_is_in() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.signed_in("ada").await;
    for (path, says) in [
        ("/", "No applications yet"),
        ("/profile", "Set by your organization"),
        ("/security", "Authenticator app"),
        ("/security/ssh-keys", "Your public keys"),
        ("/security/sessions", "This session"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(page.body.contains(says), "{path}: {}", page.body);
        assert!(page.body.contains("Example Org") && !page.body.contains(" style="), "{path}");
        assert!(!page.body.contains("Launch Admin Portal"), "{path}");
        let stranger = server.browser().get(path).await;
        assert!(stranger.to().starts_with("/login"), "{path}: {}", stranger.to());
    }
    assert_eq!(browser.get("/profile/nothing").await.status, StatusCode::NOT_FOUND);
    server.administrator("ada", DefaultRole::ReadOnly).await;
    assert!(browser.get("/").await.body.contains("Launch Admin Portal"));
    assert!(browser.get("/security").await.body.contains("Launch Admin Portal"));
}

#[tokio::test]
async fn keys_are_added_shown_and_removed() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.signed_in("ada").await;
    let page = browser.post("/security/ssh-keys", &[("public_key", "nonsense"), ("name", "laptop")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"public_key-error\"") && page.body.contains("value=\"laptop\""));
    let page = browser.post("/security/ssh-keys", &[("public_key", KEY)]).await;
    assert_eq!(page.to(), "/security/ssh-keys?done=key-added", "{}", page.body);
    let page = browser.get(page.to()).await;
    assert!(page.body.contains("SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ"));
    assert!(!page.body.contains("<b>ada"), "a key’s comment is hostile text");
    let id = page.between("name=\"id\" value=\"", "\"").to_owned();
    server.user("bob").await;
    let bob = server.signed_in("bob").await;
    let remove = "/security/ssh-keys/remove";
    assert_eq!(bob.post(remove, &[("id", &id)]).await.to(), "/security/ssh-keys?done=key-gone");
    assert_eq!(browser.post(remove, &[("id", &id)]).await.to(), "/security/ssh-keys?done=key-removed");
    assert_eq!(server.browser().post(remove, &[("id", &id)]).await.to(), "/login?next=%2Fsecurity");
}

#[tokio::test]
async fn functions_are_for_whom_they_are_for() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let (ada, grace) = (server.signed_in("ada").await, server.grace().await);
    let code = |page: &Page| serde_json::from_str::<Problem>(&page.body).map(|problem| problem.code).ok();
    let mine = ada.call("/_fn/profile", "{}").await;
    assert_eq!(mine.status, StatusCode::OK, "{}", mine.body);
    assert_eq!(code(&grace.call("/_fn/profile", "{}").await), Some(ErrorCode::NotSignedIn));
    assert_eq!(code(&ada.call("/_fn/me", "{}").await), Some(ErrorCode::NotSignedIn));
    assert_eq!(code(&ada.call("/_fn/user_figures", "{}").await), Some(ErrorCode::NotSignedIn));
}

#[tokio::test]
async fn a_required_factor_has_no_way_off() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let browser = server.signed_in("ada").await;
    browser.enroll_at("/security/totp").await;
    assert!(browser.get("/security").await.body.contains("/security/totp/remove"));
    let these = model::user::Selection::These(vec![ada]);
    let require = model::user::MfaRequirement::Require { days: 7 };
    server.directory.users().change_mfa(&server.system(), &these, require).await.unwrap();
    assert!(!browser.get("/security").await.body.contains("/security/totp/remove"));
    browser.post("/security/totp/remove", &[]).await;
    assert!(browser.get("/security").await.body.contains("New recovery codes"), "it is still on");
}
