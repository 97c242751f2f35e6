//! Users in the REST API: read, changed, suspended.

use serde_json::{Value, json};

use super::api::USERS;
use super::*;

#[tokio::test]
async fn lists_are_paged_sorted_and_filtered() {
    let server = TestServer::set_up().await;
    for name in ["cy", "ada", "bob", "dee", "eve"] {
        server.user(name).await;
        server.wait(Duration::from_secs(1));
    }
    let program = server.program_of("max", DefaultRole::ReadOnly).await;
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
    let server = TestServer::set_up().await;
    let (ada, pat) = (server.user("ada").await, server.user("pat").await);
    let program = server.program_of("max", DefaultRole::Manager).await;
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
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    server.user("bob").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
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
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
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
        (Request::put(USERS), StatusCode::METHOD_NOT_ALLOWED),
        (Request::delete(USERS), StatusCode::METHOD_NOT_ALLOWED),
        (Request::post(&address), StatusCode::METHOD_NOT_ALLOWED),
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
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let address = format!("{USERS}/{ada}");
    let seen = program.get(&address).await.headers[header::ETAG].clone();
    assert_eq!(program.put(ada, json!({ "department": "Sales" })).await.status, StatusCode::OK);
    assert_eq!(program.put(ada, json!({ "department": "Design" })).await.status, StatusCode::OK);
    let now = program.get(&address).await.headers[header::ETAG].clone();
    assert_ne!(seen, now);
    for (version, status) in [
        (seen.to_str().unwrap(), StatusCode::PRECONDITION_FAILED),
        (now.to_str().unwrap(), StatusCode::OK),
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
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let there = server.signed_in("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
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
