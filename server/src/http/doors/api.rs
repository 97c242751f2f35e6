//! The door of programs: what an API key opens, and what opens nothing.

use model::api_key::Lifetime;
use serde_json::{Value, json};

use super::*;

const USERS: &str = "/api/systemusers";

/// A program with a key, or without.
struct Program<'a> {
    browser: Browser<'a>,
    key: Option<String>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// The fields at fault.
    fn fields(&self) -> Vec<&str> {
        let fields = self.body["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().filter_map(|fault| fault["field"].as_str()).collect()
    }

    fn usernames(&self) -> Vec<&str> {
        let results = self.body["results"].as_array().expect("results");
        results.iter().filter_map(|user| user["username"].as_str()).collect()
    }
}

impl Program<'_> {
    async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
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

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn list(&self, query: &str) -> Answer {
        self.get(&format!("{USERS}?{query}")).await
    }

    async fn put(&self, id: model::Id, body: Value) -> Answer {
        let request = Request::put(format!("{USERS}/{id}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await
    }

    async fn post(&self, id: model::Id, way: &str, body: &str) -> Answer {
        let request =
            Request::post(format!("{USERS}/{id}/{way}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_owned()).await
    }
}

impl World {
    fn program(&self, key: Option<&str>) -> Program<'_> {
        Program { browser: self.browser(), key: key.map(str::to_owned) }
    }

    /// A program with the key of an administrator of this role.
    async fn program_of(&self, name: &str, role: DefaultRole) -> Program<'_> {
        let email = self.administrator(name, role).await;
        self.api_access(name, true).await;
        let browser = self.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER);
        let token = directory::Token::presented(&browser.cookie(SESSION).unwrap());
        let actor = self.directory.sessions().administrator(&token, Origin::default(), true).await.unwrap();
        let (key, _) = self.directory.api_keys().generate(&actor, Lifetime::Endless).await.unwrap();
        self.program(Some(key.expose()))
    }

    async fn api_access(&self, name: &str, allowed: bool) {
        let (system, admins) = (Actor::system("a test"), self.directory.administrators());
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
    let world = World::set_up().await;
    let max = world.program_of("max", DefaultRole::AdministratorWithBilling).await;
    assert_eq!(max.list("").await.status, StatusCode::OK);
    world.api_access("max", false).await;
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
        let answer = world.program(key).list("").await;
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
    let world = World::set_up().await;
    world.user("ada").await;
    let session = world.grace().await;
    let token = session.cookie(SESSION).unwrap();
    let with_cookies = Program { browser: session, key: None };
    assert_eq!(with_cookies.list("").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.program(Some(&token)).list("").await.status, StatusCode::UNAUTHORIZED);
    // Nor does a key open a portal.
    let max = world.program_of("max", DefaultRole::Administrator).await;
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
    let world = World::set_up().await;
    let max = world.program_of("max", DefaultRole::ReadOnly).await;
    let stranger = world.program(Some("bwk_0000"));
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
    assert_eq!(world.program(None).list("").await.status, StatusCode::UNAUTHORIZED);
}

/// The roles at this door as at every other: reading and writing.
#[tokio::test]
async fn a_key_does_what_the_role_allows() {
    let world = World::set_up().await;
    let ada = world.user("ada").await;
    for (index, role) in DefaultRole::ALL.iter().enumerate() {
        let program = world.program_of(&format!("x{index}"), *role).await;
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
async fn lists_are_paged_sorted_and_filtered() {
    let world = World::set_up().await;
    for name in ["cy", "ada", "bob", "dee", "eve"] {
        world.user(name).await;
        world.wait(Duration::from_secs(1));
    }
    let program = world.program_of("max", DefaultRole::ReadOnly).await;
    let all = program.list("").await;
    assert_eq!(all.body["totalCount"], 5);
    assert_eq!(all.usernames(), ["cy", "ada", "bob", "dee", "eve"], "the oldest first");
    let page = program.list("limit=2&skip=2&sort=-username").await;
    assert_eq!((&page.body["totalCount"], page.usernames()), (&json!(5), vec!["cy", "bob"]));
    for (query, found) in [
        ("filter=username:$eq:bob", "bob"),
        ("filter=username:$in:ada%7Cbob&sort=username", "ada bob"),
        ("filter=email:$sw:d&filter=state:$eq:ACTIVATED", "dee"),
        ("filter[or][0]=username:$eq:cy&filter[or][1]=username:$eq:eve", "cy eve"),
        ("search=bob", "bob"),
        ("filter=state:$eq:SUSPENDED", ""),
        ("skip=100000", ""),
    ] {
        assert_eq!(program.list(query).await.usernames().join(" "), found, "{query}");
    }
    // On from the last one, however many there are.
    let last = all.body["results"][2]["_id"].as_str().unwrap();
    assert_eq!(program.list(&format!("sort=_id&filter=_id:$gt:{last}")).await.usernames(), ["dee", "eve"]);
    let some = program.list("fields=email&limit=1").await;
    assert_eq!(some.body["results"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["_id", "email"]);
    for (query, field) in [
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("skip=100001", "skip"),
        ("sort=password", "sort"),
        ("filter=password:$eq:x", "filter"),
        ("filter=nonsense", "filter"),
        ("fields=password", "fields"),
        ("fliter=state:$eq:STAGED", "fliter"),
        ("search=%00", "search"),
    ] {
        let answer = program.list(query).await;
        assert_eq!((answer.status, answer.fields()), (StatusCode::BAD_REQUEST, vec![field]), "{query}");
        assert_eq!(answer.body["error"], "malformed");
    }
    assert!(program.list("limit=101").await.message().contains("exceeds 100"));
    assert_eq!(program.list("search=%FF").await.status, StatusCode::OK, "what is no text finds nobody");
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let world = World::set_up().await;
    let (ada, pat) = (world.user("ada").await, world.user("pat").await);
    let program = world.program_of("max", DefaultRole::Manager).await;
    let change = json!({
        "department": "Research", "sudo": true, "unix_uid": 5_001, "manager": pat.to_string(),
        "addresses": [{ "id": "1", "type": "home", "country": "UK" }],
        "phoneNumbers": [{ "type": "mobile", "number": "+44 1" }],
        "attributes": [{ "name": "tshirt", "value": "XL" }], "recoveryEmail": { "address": "me@example.net" },
    });
    let answer = program.put(ada, change).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let user = program.get(&format!("{USERS}/{ada}")).await;
    assert_eq!((&user.body, &user.headers[header::ETAG]), (&answer.body, &answer.headers[header::ETAG]));
    for (field, value) in [
        ("_id", json!(ada.to_string())),
        ("username", json!("ada")),
        ("email", json!("ada@example.org")),
        ("department", json!("Research")),
        ("sudo", json!(true)),
        ("unix_uid", json!(5_001)),
        ("manager", json!(pat.to_string())),
        ("attributes", json!([{ "name": "tshirt", "value": "XL" }])),
        ("recoveryEmail", json!({ "address": "me@example.net" })),
        ("state", json!("ACTIVATED")),
        ("activated", json!(true)),
        ("account_locked", json!(false)),
    ] {
        assert_eq!(user.body[field], value, "{field}");
    }
    assert_eq!(user.body["addresses"][0]["country"], "UK");
    // What was read can be sent back whole; null takes away.
    let mut whole = user.body.clone();
    whole["department"] = Value::Null;
    whole["unix_uid"] = Value::Null;
    let answer = program.put(ada, whole).await;
    assert_eq!(
        (answer.status, &answer.body["department"], &answer.body["unix_uid"]),
        (StatusCode::OK, &json!(""), &Value::Null)
    );
    assert_eq!(answer.body["sudo"], true);
    assert_eq!(program.put(ada, json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_an_update_must_not_hold_is_told_at_its_field() {
    let world = World::set_up().await;
    let ada = world.user("ada").await;
    world.user("bob").await;
    let program = world.program_of("max", DefaultRole::Manager).await;
    let before = program.get(&format!("{USERS}/{ada}")).await.body;
    for (body, status, fields) in [
        (json!({ "colour": "red", "hue": 1, "department": "x" }), 400, vec!["colour", "hue"]),
        (json!({ "password": "tundra-violin-oxide-8" }), 400, vec!["password"]),
        (json!({ "email": "bob@example.org" }), 422, vec!["email"]),
        (json!({ "email": "nobody", "username": 7 }), 422, vec!["username"]),
        (json!({ "email": "nobody", "username": "9" }), 422, vec!["username", "email"]),
        (json!({ "sudo": "yes" }), 422, vec!["sudo"]),
        (json!({ "unix_uid": -1 }), 422, vec!["unix_uid"]),
        (json!({ "unix_uid": 1.5 }), 422, vec!["unix_uid"]),
        (json!({ "manager": ada.to_string() }), 422, vec!["manager"]),
        (json!({ "manager": "nobody" }), 422, vec!["manager"]),
        (json!({ "addresses": {} }), 422, vec!["addresses"]),
        (
            json!({ "addresses": [1, { "planet": "Mars" }, { "country": 1 }] }),
            422,
            vec!["addresses[0]", "addresses[1].planet", "addresses[2].country"],
        ),
        (json!({ "attributes": [{ "name": "shoe size", "value": "44" }] }), 422, vec!["attributes[0].name"]),
        (json!({ "attributes": vec![json!({ "name": "x", "value": "" }); 500] }), 422, vec!["attributes"; 1]),
        (json!({ "_id": "0123456789abcdef01234567" }), 422, vec!["_id"]),
        (json!({ "account_locked": true }), 422, vec!["account_locked"]),
        (json!({ "state": "STAGED" }), 422, vec!["state"]),
        (json!({ "state": "GONE" }), 422, vec!["state"]),
        (json!({ "state": "SUSPENDED", "suspended": false }), 422, vec!["state"]),
        (json!({ "suspended": "yes" }), 422, vec!["state"]),
        (json!({ "department": "x".repeat(2_000) }), 422, vec!["department"]),
        (json!({ "department": "a\u{0}b" }), 422, vec!["department"]),
    ] {
        let answer = program.put(ada, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body:.200} {}", answer.body);
        assert!(answer.fields().starts_with(&fields), "{body:.200} {}", answer.body);
    }
    let both = program.put(ada, json!({ "state": "SUSPENDED", "suspended": false })).await;
    assert!(both.message().contains("SUSPENDED") && both.message().contains("false"));
    assert_eq!(program.get(&format!("{USERS}/{ada}")).await.body, before, "nothing was half done");
}

#[tokio::test]
async fn hostile_bodies_and_addresses_are_answered_in_words() {
    let world = World::set_up().await;
    let ada = world.user("ada").await;
    let program = world.program_of("max", DefaultRole::Manager).await;
    let address = format!("{USERS}/{ada}");
    let json = |body: Vec<u8>| (body, "application/json", StatusCode::BAD_REQUEST);
    for (body, kind, status) in [
        json(b"{".to_vec()),
        json(b"[]".to_vec()),
        json(b"null".to_vec()),
        json(b"\xFF\xFE".to_vec()),
        json(b"{\"department\": 1e999}".to_vec()),
        json("[".repeat(100_000).into_bytes()),
        json(format!("{{\"a\":{}", "[".repeat(100_000)).into_bytes()),
        (b"{}".to_vec(), "text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (b"department=x".to_vec(), "application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (vec![b' '; 1024 * 1024 + 1], "application/json", StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let request = Request::put(&address).header(header::CONTENT_TYPE, kind);
        let answer = program.send(request, body).await;
        assert_eq!(answer.status, status, "{kind} {}", answer.body);
    }
    for (request, status) in [
        (Request::get("/api"), StatusCode::NOT_FOUND),
        (Request::get("/api/nowhere"), StatusCode::NOT_FOUND),
        (Request::get("/api/systemusers/nobody"), StatusCode::NOT_FOUND),
        (Request::get("/api/systemusers/0123456789abcdef01234567"), StatusCode::NOT_FOUND),
        (Request::get("/api/systemusers/%00"), StatusCode::NOT_FOUND),
        (Request::get("/api/systemusers/%FF"), StatusCode::BAD_REQUEST),
        (Request::post(USERS), StatusCode::METHOD_NOT_ALLOWED),
        (Request::delete(&address), StatusCode::METHOD_NOT_ALLOWED),
        (Request::patch(&address), StatusCode::METHOD_NOT_ALLOWED),
        // A person's browser is told the same way.
        (Request::get("/api/nowhere").header(header::ACCEPT, "text/html"), StatusCode::NOT_FOUND),
        (Request::put(&address).header("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
    ] {
        let shown = format!("{:?}", request.uri_ref());
        let answer = program.send(request, Body::empty()).await;
        assert_eq!(answer.status, status, "{shown} {}", answer.body);
        assert!(answer.body.get("code").is_none(), "{}", answer.body);
    }
    let text = "<script>alert(1)</script>💥";
    assert_eq!(program.put(ada, json!({ "description": text })).await.body["description"], text);
    assert_eq!(
        program.put(ada, json!({ "description": text })).await.headers[header::CONTENT_TYPE],
        "application/json"
    );
}

/// Without a version the later one wins, as ever; with one it is told.
#[tokio::test]
async fn a_lost_update_is_told_to_whoever_asks() {
    let world = World::set_up().await;
    let ada = world.user("ada").await;
    let program = world.program_of("max", DefaultRole::Manager).await;
    let address = format!("{USERS}/{ada}");
    let seen = program.get(&address).await.headers[header::ETAG].clone();
    assert_eq!(program.put(ada, json!({ "department": "Sales" })).await.status, StatusCode::OK);
    assert_eq!(program.put(ada, json!({ "department": "Design" })).await.status, StatusCode::OK);
    let now = program.get(&address).await.headers[header::ETAG].clone();
    assert_ne!(seen, now);
    let weak = format!("W/{}", now.to_str().unwrap());
    for (version, status) in [
        (seen.to_str().unwrap(), StatusCode::PRECONDITION_FAILED),
        ("\"nonsense\"", StatusCode::PRECONDITION_FAILED),
        (weak.as_str(), StatusCode::OK),
        ("*", StatusCode::OK),
    ] {
        let request = Request::put(&address)
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header(header::IF_MATCH, version);
        let answer = program.send(request, json!({ "department": version }).to_string()).await;
        assert_eq!(answer.status, status, "{version} {}", answer.body);
        if status == StatusCode::PRECONDITION_FAILED {
            assert_eq!(answer.body["error"], "stale");
        }
    }
}

#[tokio::test]
async fn suspending_takes_the_access_away_at_once() {
    let world = World::set_up().await;
    let ada = world.user("ada").await;
    let there = world.signed_in("ada").await;
    let program = world.program_of("max", DefaultRole::Manager).await;
    let answer = program.put(ada, json!({ "suspended": true })).await;
    assert_eq!((&answer.body["state"], &answer.body["suspended"]), (&json!("SUSPENDED"), &json!(true)));
    assert!(!there.is_in_portal().await);
    let again = program.post(ada, "state/suspend", "").await;
    assert_eq!((again.status, again.message()), (StatusCode::CONFLICT, "ada is Suspended already."));
    for (body, status) in [
        ("{\"email\": 1}", StatusCode::UNPROCESSABLE_ENTITY),
        ("{\"email\": \"nobody\"}", StatusCode::UNPROCESSABLE_ENTITY),
        ("{\"mail\": \"a@example.org\"}", StatusCode::BAD_REQUEST),
        ("{\"email\": \"a@example.org\"}", StatusCode::NO_CONTENT),
    ] {
        assert_eq!(program.post(ada, "state/activate", body).await.status, status, "{body}");
    }
    let nobody = "0123456789abcdef01234567".parse().unwrap();
    assert_eq!(program.post(nobody, "state/suspend", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ones_own_key_is_made_shown_once_and_revoked() {
    let world = World::set_up().await;
    let email = world.administrator("max", DefaultRole::ReadOnly).await;
    let browser = world.browser();
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
    world.api_access("max", true).await;
    let browser = world.browser();
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
    let program = world.program(Some(&key));
    assert_eq!(program.list("").await.status, StatusCode::OK);
    let page = browser.get(own).await;
    assert!(page.body.contains(&key[..8]) && !page.body.contains(&key[..9]));
    world.wait(Duration::from_mins(11));
    assert_eq!(browser.get(new).await.to(), "/admin/account/security/prove?then=/admin/account/api-key/new");
    let proven = [("then", new), ("current_password", PASSWORD)];
    assert_eq!(browser.post("/admin/account/security/prove", &proven).await.to(), new);
    let page = browser.post(new, &[("expires", "never")]).await;
    let second = page.between("api-key\"><code>", "</code>").to_owned();
    assert_eq!(program.list("").await.status, StatusCode::UNAUTHORIZED);
    let program = world.program(Some(&second));
    assert_eq!(program.list("").await.status, StatusCode::OK);
    let revoke = "/admin/account/api-key/revoke";
    assert!(browser.get(revoke).await.body.contains("Revoke your API key?"));
    assert_eq!(browser.post(revoke, &[]).await.to(), "/admin/account/api-key?done=api-key-revoked");
    assert_eq!(program.list("").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post(revoke, &[]).await.to(), "/admin/account/api-key?done=api-key-gone");
    assert_eq!(browser.get(revoke).await.to(), "/admin/account/api-key?done=api-key-gone");
}
