//! Adding and deleting users in the REST API.

use model::event::EventKind;
use model::{Id, Scope};
use serde_json::{Value, json};

use super::api::{Answer, USERS};
use super::*;

fn id_of(answer: &Answer) -> Id {
    answer.body["_id"].as_str().expect("an id").parse().unwrap()
}

#[tokio::test]
async fn a_user_is_added_as_they_are_shown() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let boss = id_of(&program.create(json!({ "username": "boss", "email": "boss@example.org" })).await);
    let body = json!({
        "username": "ada", "email": "Ada@Example.org", "firstname": "Ada", "lastname": "Lovelace",
        "department": "Research", "employeeIdentifier": "E7", "sudo": true, "unix_uid": 5001,
        "manager": boss.to_string(), "recoveryEmail": { "address": "ada@example.net" },
        "addresses": [{ "type": "home", "locality": "London" }],
        "phoneNumbers": [{ "type": "work", "number": "+44 1" }],
        "attributes": [{ "name": "tshirt", "value": "S" }],
        "password": "tundra-violin-oxide-9",
    });
    let made = program.create(body.clone()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    for field in ["username", "firstname", "lastname", "department", "employeeIdentifier", "sudo", "unix_uid"]
    {
        assert_eq!(made.body[field], body[field], "{field}");
    }
    assert_eq!(made.body["email"], "ada@example.org");
    assert_eq!((&made.body["manager"], &made.body["attributes"]), (&body["manager"], &body["attributes"]));
    assert_eq!(made.body["addresses"][0]["locality"], "London");
    assert_eq!(
        (&made.body["state"], &made.body["activated"], &made.body["creationSource"]),
        (&json!("ACTIVATED"), &json!(true), &json!("manual"))
    );
    assert!(made.body.get("password").is_none() && !made.body.to_string().contains("tundra"));
    let read = program.get(&format!("{USERS}/{}", id_of(&made))).await;
    assert_eq!((&read.body, &read.headers[header::ETAG]), (&made.body, &made.headers[header::ETAG]));
    // The password opens the portal.
    assert!(server.signed_in("ada").await.is_in_portal().await);
    let some = program.json(
        Request::post(format!("{USERS}?fields=username")),
        json!({
            "username": "bob", "email": "bob@example.org",
        }),
    );
    assert_eq!(some.await.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["_id", "username"]);
}

#[tokio::test]
async fn the_state_is_what_is_asked_for_or_what_the_source_has() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let grace = server.actor(&browser).await;
    let settings = server.directory.settings();
    let before = settings.organization(&grace).await.unwrap();
    let mut profile = before.profile.clone();
    profile.new_users.csv_import = UserState::Staged;
    profile.new_users.application_import = UserState::Staged;
    settings.update(&grace, before.version, &profile).await.unwrap();
    let program = server.program_of("max", DefaultRole::Manager).await;
    for (number, (source, body, state)) in [
        (None, json!({}), "ACTIVATED"),
        (Some("jumpcloud:scim"), json!({}), "ACTIVATED"),
        (Some("jumpcloud:bulk"), json!({}), "STAGED"),
        (Some("bulk"), json!({}), "STAGED"),
        (Some("workday"), json!({}), "STAGED"),
        (Some("gapps"), json!({ "state": "ACTIVATED" }), "ACTIVATED"),
        (None, json!({ "state": "STAGED" }), "STAGED"),
        (None, json!({ "state": "SUSPENDED" }), "SUSPENDED"),
        (None, json!({ "suspended": true }), "SUSPENDED"),
        (None, json!({ "suspended": false }), "ACTIVATED"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = body;
        body["username"] = format!("u{number}").into();
        body["email"] = format!("u{number}@example.org").into();
        let mut request = Request::post(USERS);
        if let Some(source) = source {
            request = request.header("creation-source", source);
        }
        let made = program.json(request, body.clone()).await;
        assert_eq!((made.status, &made.body["state"]), (StatusCode::OK, &json!(state)), "{body}");
        let word = source.map_or("manual", |source| source.rsplit(':').next().unwrap());
        assert_eq!(made.body["creationSource"], word);
    }
    let both = json!({ "username": "x", "email": "x@example.org", "state": "ACTIVATED", "suspended": true });
    let refused = program.create(both).await;
    assert_eq!((refused.status, refused.fields()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["state"]));
    assert!(refused.message().contains("ACTIVATED") && refused.message().contains("true"));
    let body = json!({ "username": "x", "email": "x@example.org" });
    for source in ["elsewhere", "csv", "sample"] {
        let odd = program.json(Request::post(USERS).header("creation-source", source), body.clone()).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{source}");
        assert!(odd.message().contains("custom_integration"), "{}", odd.message());
    }
}

#[tokio::test]
async fn the_first_email_goes_to_who_has_no_password_unless_it_is_asked_for() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let password = json!("tundra-violin-oxide-9");
    for (name, more, query, sent) in [
        ("a", json!({}), "", [1, 0]),
        ("b", json!({ "password": password }), "", [0, 0]),
        ("c", json!({ "password": password }), "?notify=true", [0, 1]),
        ("d", json!({}), "?notify=false", [0, 0]),
        ("e", json!({}), "?notify=e@example.net", [1, 0]),
        ("f", json!({ "state": "STAGED" }), "?notify=true", [0, 0]),
        ("g", json!({ "state": "SUSPENDED" }), "", [0, 0]),
    ] {
        let kinds = [EventKind::UserActivationEmail, EventKind::UserWelcomeEmail];
        let before = [server.events(kinds[0]).await, server.events(kinds[1]).await];
        let mut body = more;
        body["username"] = name.into();
        body["email"] = format!("{name}@example.org").into();
        let made = program.json(Request::post(format!("{USERS}{query}")), body).await;
        assert_eq!(made.status, StatusCode::OK, "{name} {}", made.body);
        let after = [server.events(kinds[0]).await, server.events(kinds[1]).await];
        assert_eq!([after[0] - before[0], after[1] - before[1]], sent, "{name}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_new_user_is_told_and_nobody_is_added() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let people = server.people().await;
    let long = "x".repeat(2_000);
    for (body, status, fields) in [
        (json!({}), 422, vec!["username", "email"]),
        (
            json!({ "username": "9", "email": "nobody", "password": 7 }),
            422,
            vec!["password", "username", "email"],
        ),
        (json!({ "username": "ADA", "email": "ada@example.org" }), 422, vec!["username", "email"]),
        (json!({ "username": "x", "email": "x@example.org", "password": "short" }), 422, vec!["password"]),
        (json!({ "username": "x", "email": "x@example.org", "password": "" }), 422, vec!["password"]),
        (json!({ "username": "x", "email": "x@example.org", "department": long }), 422, vec!["department"]),
        (
            json!({ "username": "x", "email": "x@example.org", "department": "a\u{0}b" }),
            422,
            vec!["department"],
        ),
        (
            json!({ "username": "x", "email": "x@example.org", "_id": "0123456789abcdef01234567" }),
            422,
            vec!["_id"],
        ),
        (
            json!({ "username": "x", "email": "x@example.org", "account_locked": true }),
            422,
            vec!["account_locked"],
        ),
        (json!({ "username": "x", "email": "x@example.org", "manager": "nobody" }), 422, vec!["manager"]),
        (
            json!({ "username": "x", "email": "x@example.org", "manager": "0123456789abcdef01234567" }),
            422,
            vec!["manager"],
        ),
        (json!({ "username": "x", "email": "x@example.org", "sudo": 1 }), 422, vec!["sudo"]),
        (json!({ "username": "x", "email": "x@example.org", "colour": "red" }), 400, vec!["colour"]),
        (
            json!({ "username": "x", "email": "x@example.org", "recoveryEmail": {} }),
            400,
            vec!["recoveryEmail"],
        ),
    ] {
        let answer = program.create(body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (status, fields),
            "{body:.200} {}",
            answer.body
        );
    }
    let json = |body: &[u8]| (body.to_vec(), "application/json", 400);
    for (body, kind, status) in [
        json(b"{"),
        json(b"[]"),
        json(b"\xFF\xFE"),
        json(b"{\"username\": \"a\", \"username\": \"b\"}"),
        (b"username=x".to_vec(), "application/x-www-form-urlencoded", 415),
        (vec![b' '; 1024 * 1024 + 1], "application/json", 413),
    ] {
        let answer = program.send(Request::post(USERS).header(header::CONTENT_TYPE, kind), body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    let body = json!({ "username": "x", "email": "x@example.org" });
    for (query, header, field) in [
        ("?dryRun=true", None, "dryRun"),
        ("?notify=true&notify=false", None, "notify"),
        ("?fields=password", None, "fields"),
        ("", Some(header::IF_MATCH), ""),
    ] {
        let mut request = Request::post(format!("{USERS}{query}"));
        if let Some(header) = header {
            request = request.header(header, "*");
        }
        let answer = program.json(request, body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query} {}", answer.body);
        assert_eq!(answer.fields().first().copied().unwrap_or_default(), field);
    }
    let nobody = program.json(Request::post(format!("{USERS}?notify=nobody")), body).await;
    assert_eq!((nobody.status, nobody.fields()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["email"]));
    assert_eq!(server.people().await, people);
}

/// The least that a role must hold.
#[tokio::test]
async fn who_only_adds_or_deletes_does_that_alone() {
    let server = TestServer::set_up().await;
    let adds = server.program_with("adds", &[Scope::UsersReadonly, Scope::UsersCreate]).await;
    let deletes = server.program_with("deletes", &[Scope::UsersReadonly, Scope::UsersDelete]).await;
    let sees = server.program_with("sees", &[Scope::UsersReadonly]).await;
    let body = json!({ "username": "x", "email": "x@example.org" });
    assert_eq!(sees.create(json!({ "colour": 1 })).await.status, StatusCode::FORBIDDEN);
    assert_eq!(deletes.create(body.clone()).await.status, StatusCode::FORBIDDEN);
    let made = adds.create(body).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let id = id_of(&made);
    let nobody: Id = "0123456789abcdef01234567".parse().unwrap();
    for program in [&adds, &sees] {
        for whom in [id, nobody] {
            assert_eq!(program.delete(whom).await.status, StatusCode::FORBIDDEN);
        }
    }
    assert_eq!(deletes.delete(nobody).await.status, StatusCode::NOT_FOUND);
    let gone = deletes.delete(id).await;
    assert_eq!((gone.status, &gone.body["_id"]), (StatusCode::OK, &json!(id.to_string())));
}

#[tokio::test]
async fn a_deleted_user_is_shown_once_more_and_can_be_restored() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let there = server.signed_in("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let address = format!("{USERS}/{ada}");
    let seen = program.get(&address).await;
    assert_eq!(program.put(ada, json!({ "department": "Sales" })).await.status, StatusCode::OK);
    let now = program.get(&address).await;
    let delete = |version: Option<&HeaderMap>, query: &str| {
        let mut request = Request::delete(format!("{address}{query}"));
        if let Some(headers) = version {
            request = request.header(header::IF_MATCH, &headers[header::ETAG]);
        }
        request
    };
    let stale = program.send(delete(Some(&seen.headers), ""), Body::empty()).await;
    assert_eq!((stale.status, &stale.body["error"]), (StatusCode::PRECONDITION_FAILED, &json!("stale")));
    let odd = program.send(delete(None, "?for=good"), Body::empty()).await;
    assert_eq!((odd.status, odd.fields()), (StatusCode::BAD_REQUEST, vec!["for"]));
    let body = program.json(delete(None, ""), json!({ "forGood": true })).await;
    assert_eq!((body.status, body.fields()), (StatusCode::BAD_REQUEST, vec!["forGood"]));
    let gone = program.send(delete(Some(&now.headers), ""), Body::empty()).await;
    assert_eq!((gone.status, &gone.body), (StatusCode::OK, &now.body));
    assert!(!there.is_in_portal().await);
    assert_eq!(program.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.delete(ada).await.status, StatusCode::NOT_FOUND);
    // What they had stays theirs.
    let again = program.create(json!({ "username": "ada", "email": "ada2@example.org" })).await;
    assert_eq!((again.status, again.fields()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["username"]));
    assert_eq!(server.events(EventKind::UserDelete).await, 1);
    server.directory.users().restore(&server.system(), &[ada]).await.unwrap();
    assert_eq!(program.get(&address).await.body["state"], Value::from("SUSPENDED"));
}
