//! The REST API: what an API key opens, and what opens nothing.

use model::api_key::Lifetime;
use serde_json::{Value, json};

use super::*;

pub(super) const USERS: &str = "/api/systemusers";

/// A program with a key, or without.
pub(super) struct Program<'a> {
    browser: Browser<'a>,
    key: Option<String>,
}

pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// The fields at fault.
    pub fn fields(&self) -> Vec<&str> {
        let fields = self.body["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().filter_map(|fault| fault["field"].as_str()).collect()
    }

    pub fn usernames(&self) -> Vec<&str> {
        let results = self.body["results"].as_array().expect("results");
        results.iter().filter_map(|user| user["username"].as_str()).collect()
    }
}

impl Program<'_> {
    pub async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let request = match &self.key {
            Some(key) => request.header("x-api-key", key),
            None => request,
        };
        let Page { status, headers, body } = self.browser.send(request, body.into()).await;
        let body = if body.is_empty() { Value::Null } else { serde_json::from_str(&body).expect(&body) };
        // Whatever is not done is told in the same form.
        if !status.is_success() {
            assert!(body["message"].is_string() && body["error"].is_string(), "{status} {body}");
        }
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        Answer { status, headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn list(&self, query: &str) -> Answer {
        self.get(&format!("{USERS}?{query}")).await
    }

    pub async fn put(&self, id: model::Id, body: Value) -> Answer {
        let request = Request::put(format!("{USERS}/{id}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await
    }

    pub async fn create(&self, body: Value) -> Answer {
        self.json(Request::post(USERS), body).await
    }

    /// Sends a body that is JSON.
    pub async fn json(&self, request: Builder, body: Value) -> Answer {
        self.send(request.header(header::CONTENT_TYPE, "application/json"), body.to_string()).await
    }

    pub async fn delete(&self, id: model::Id) -> Answer {
        self.send(Request::delete(format!("{USERS}/{id}")), Body::empty()).await
    }

    pub async fn post(&self, id: model::Id, way: &str, body: &str) -> Answer {
        let request =
            Request::post(format!("{USERS}/{id}/{way}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_owned()).await
    }
}

impl TestServer {
    fn program(&self, key: Option<&str>) -> Program<'_> {
        Program { browser: self.browser(), key: key.map(str::to_owned) }
    }

    /// A program with the key of an administrator of this role.
    pub(super) async fn program_of(&self, name: &str, role: DefaultRole) -> Program<'_> {
        let email = self.administrator(name, role).await;
        let browser = self.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER);
        self.program_beside(&browser, name).await
    }

    /// A program with the key that the administrator of this name makes, who has signed in there.
    pub(super) async fn program_beside(&self, browser: &Browser<'_>, name: &str) -> Program<'_> {
        self.api_access(name, true).await;
        let token = Token::presented(&browser.cookie(SESSION).unwrap());
        let actor = self.directory.sessions().administrator(&token, Origin::default(), true).await.unwrap();
        let keys = self.directory.api_keys();
        let made = keys.own(&actor).await.unwrap().made;
        let (key, _) = keys.generate(&actor, Lifetime::Endless, made).await.unwrap();
        self.program(Some(key.expose()))
    }

    async fn api_access(&self, name: &str, allowed: bool) {
        let (system, admins) = (self.system(), self.directory.administrators());
        let query = model::ListQuery { search: name.into(), ..model::ListQuery::default() };
        let id = admins.list(&system, &query).await.unwrap().rows[0].id;
        let one = admins.read(&system, id).await.unwrap();
        let form = AdministratorForm { api_access: allowed, ..one.form() };
        let update = model::administrator::AdministratorUpdate { id, version: one.version, form };
        admins.update(&system, &update).await.unwrap();
    }
}

#[tokio::test]
async fn without_a_good_key_nobody_is_answered_and_all_are_told_the_same() {
    let server = TestServer::set_up().await;
    let max = server.program_of("max", DefaultRole::AdministratorWithBilling).await;
    assert_eq!(max.list("").await.status, StatusCode::OK);
    server.api_access("max", false).await;
    let strangers = [
        None,
        Some(""),
        Some("bwk_"),
        Some("nonsense"),
        Some("\"'; DROP TABLE users; --"),
        max.key.as_deref(),
    ];
    let long = "x".repeat(5_000);
    for key in strangers.into_iter().chain([Some(long.as_str())]) {
        let answer = server.program(key).list("").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{key:?}");
        assert_eq!(
            answer.body,
            json!({ "error": "not_signed_in", "message": "This needs the header x-api-key with an API key that is good." })
        );
    }
}

/// A browser sends its cookies by itself, so that they are worth nothing here.
#[tokio::test]
async fn a_session_opens_nothing() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let session = server.grace().await;
    let token = session.cookie(SESSION).unwrap();
    let with_cookies = Program { browser: session, key: None };
    assert_eq!(with_cookies.list("").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.program(Some(&token)).list("").await.status, StatusCode::UNAUTHORIZED);
    // Nor does a key open a portal.
    let max = server.program_of("max", DefaultRole::Administrator).await;
    let page = max
        .browser
        .send(Request::get("/admin").header("x-api-key", max.key.clone().unwrap()), Body::empty())
        .await;
    assert_eq!(page.to(), "/admin/login");
    let query = serde_json::json!({ "query": model::ListQuery::default() }).to_string();
    let request = Request::post("/_fn/list_users")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-api-key", max.key.clone().unwrap());
    assert_eq!(max.browser.send(request, query.into()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_keys_are_slowed_down_by_address() {
    let server = TestServer::set_up().await;
    let max = server.program_of("max", DefaultRole::ReadOnly).await;
    let stranger = server.program(Some("bwk_0000"));
    for _ in 0..60 {
        assert_eq!(stranger.list("").await.status, StatusCode::UNAUTHORIZED);
    }
    let answer = stranger.list("").await;
    assert_eq!(
        (answer.status, &answer.headers[header::RETRY_AFTER]),
        (StatusCode::TOO_MANY_REQUESTS, &"900".parse().unwrap())
    );
    assert_eq!(max.list("").await.status, StatusCode::OK);
    // Whoever shows none has guessed nothing.
    assert_eq!(server.program(None).list("").await.status, StatusCode::UNAUTHORIZED);
}

/// The roles in this protocol as in every other: reading and writing.
#[tokio::test]
async fn a_key_does_what_the_role_allows() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    for (index, role) in DefaultRole::ALL.iter().enumerate() {
        let program = server.program_of(&format!("x{index}"), *role).await;
        let may = |operation: model::Operation| operation.allowed_by(&(*role).into());
        let expect = |allowed: bool, good: StatusCode| if allowed { good } else { StatusCode::FORBIDDEN };
        let sees = expect(may(model::Operation::ReadUser), StatusCode::OK);
        let list = program.list("").await;
        assert_eq!(list.status, sees, "{role}");
        if sees == StatusCode::FORBIDDEN {
            assert_eq!(list.message(), format!("Your role is {role}, which does not allow this."));
            assert_eq!(list.body["error"], "forbidden");
        }
        assert_eq!(program.get(&format!("{USERS}/{ada}")).await.status, sees, "{role}");
        let updates = expect(may(model::Operation::UpdateUser), StatusCode::OK);
        assert_eq!(
            program.put(ada, json!({ "department": format!("D{index}") })).await.status,
            updates,
            "{role}"
        );
        let turns = expect(may(model::Operation::SuspendUser), StatusCode::OK);
        assert_eq!(program.put(ada, json!({ "state": "SUSPENDED" })).await.status, turns, "{role}");
        assert_eq!(program.put(ada, json!({ "suspended": false })).await.status, turns, "{role}");
        let done = expect(may(model::Operation::SuspendUser), StatusCode::NO_CONTENT);
        assert_eq!(program.post(ada, "state/suspend", "").await.status, done, "{role}");
        assert_eq!(program.post(ada, "state/activate", "{}").await.status, done, "{role}");
    }
}

#[tokio::test]
async fn ones_own_key_is_made_shown_once_and_revoked() {
    let server = TestServer::set_up().await;
    let email = server.administrator("max", DefaultRole::ReadOnly).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    let (own, new) = ("/admin/account/api-key", "/admin/account/api-key/new");
    let page = browser.get(own).await;
    assert!(
        page.body.contains("API access is off for you") && page.body.contains("Ask Grace Hopper."),
        "{}",
        page.body
    );
    let refused = browser.post(new, &[("expires", "never")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    server.api_access("max", true).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    for (form, field) in [
        (&[("expires", "31")][..], "expires"),
        (&[("expires", "soon")], "expires"),
        (&[("expires", "date"), ("date", "")], "date"),
        (&[("expires", "date"), ("date", "2026-11-21")], "date"),
    ] {
        let page = browser.post(new, form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert_eq!(page.body.contains("date-error"), field == "date", "{form:?}");
    }
    let page = browser.post(new, &[("expires", "date"), ("date", "2026-11-22")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let key = page.between("api-key\"><code>", "</code>").to_owned();
    let program = server.program(Some(&key));
    assert_eq!(program.list("").await.status, StatusCode::OK);
    let page = browser.get(own).await;
    assert!(page.body.contains(&key[..8]) && !page.body.contains(&key[..9]));
    server.wait(Duration::from_mins(11));
    assert_eq!(
        browser.get(new).await.to(),
        "/admin/account/security/reauthenticate?then=/admin/account/api-key/new"
    );
    let proven = [("then", new), ("current_password", PASSWORD)];
    assert_eq!(browser.post("/admin/account/security/reauthenticate", &proven).await.to(), new);
    // The page with the key, loaded again, makes no other one; the form behind it does.
    for _ in 0..2 {
        let again = browser.post(new, &[("expires", "date"), ("date", "2026-11-22"), ("made", "0")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.body.contains("Your key was shown already") && !again.body.contains("bwk_"));
    }
    assert_eq!(program.list("").await.status, StatusCode::OK, "the key stays");
    let made = browser.get(new).await.between("name=\"made\" value=\"", "\"").to_owned();
    let page = browser.post(new, &[("expires", "never"), ("made", &made)]).await;
    let second = page.between("api-key\"><code>", "</code>").to_owned();
    assert_eq!(program.list("").await.status, StatusCode::UNAUTHORIZED);
    let program = server.program(Some(&second));
    assert_eq!(program.list("").await.status, StatusCode::OK);
    let revoke = "/admin/account/api-key/revoke";
    assert!(browser.get(revoke).await.body.contains("Revoke your API key?"));
    assert_eq!(browser.post(revoke, &[]).await.to(), "/admin/account/api-key?done=api-key-revoked");
    assert_eq!(program.list("").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post(revoke, &[]).await.to(), "/admin/account/api-key?done=api-key-gone");
    assert_eq!(browser.get(revoke).await.to(), "/admin/account/api-key?done=api-key-gone");
}
