//! What is done to one user, and searching, in the REST API.

use model::event::EventKind;
use model::operation::Need;
use model::{Id, Operation, Scope};
use serde_json::{Value, json};

use super::api::{Answer, Program, USERS};
use super::*;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada@laptop";
const NOBODY: &str = "0123456789abcdef01234567";

/// Each way with the scope that allows it, a body that it takes, and the scope's operation.
const WAYS: &[(&str, Scope, &str, Operation)] = &[
    ("expire", Scope::UsersPasswordExpire, "", Operation::ForcePasswordChange),
    ("unlock", Scope::UsersStateUnlock, "{}", Operation::UnlockUser),
    (
        "mfa/enforce",
        Scope::UsersMfaEnforce,
        "{\"mfa\": {\"exclusionDays\": 3}}",
        Operation::ChangeMfaRequirement,
    ),
    ("resetmfa", Scope::UsersMfaReset, "{\"exclusionDays\": 3}", Operation::ResetUserTotp),
    ("reactivate", Scope::UsersSendActivationEmail, "{}", Operation::SendActivationEmail),
];

async fn read(program: &Program<'_>, id: Id) -> Value {
    program.get(&format!("{USERS}/{id}")).await.body
}

fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["error"].as_str().unwrap_or_default())
}

/// The least role does it, and any other is refused before anything else is looked at.
#[tokio::test]
async fn each_operation_takes_its_own_scope() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    for (number, (way, scope, body, operation)) in WAYS.iter().enumerate() {
        let least = server.program_with(&format!("least{number}"), &[Scope::UsersReadonly, *scope]).await;
        assert!(matches!(operation.need(), Need::AnyOf(scopes) if scopes.contains(scope)), "{way}");
        for (other, _, body, _) in WAYS.iter().filter(|(other, ..)| other != way) {
            for whom in [ada.to_string().as_str(), NOBODY, "nobody"] {
                for body in [body, "{", "{\"colour\": \"red\"}"] {
                    let request = Request::post(format!("{USERS}/{whom}/{other}?x=y"));
                    let request = request.header(header::CONTENT_TYPE, "application/json");
                    assert_eq!(told(&least.send(request, body).await), (403, "forbidden"), "{way} {other}");
                }
            }
        }
        let nobody = least.post(NOBODY.parse().unwrap(), way, body).await;
        assert_eq!(told(&nobody), (404, "not_found"), "{way}");
        let done = least.post(ada, way, body).await;
        // Of a user as they are now each is refused with a reason, or done.
        assert!([204, 409].contains(&done.status.as_u16()), "{way} {}", done.body);
    }
}

#[tokio::test]
async fn what_they_cannot_read_is_told() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let before = read(&program, ada).await;
    for (way, body, status, field) in [
        ("expire", "{\"until\": \"2027-01-01\"}", 400, "until"),
        ("unlock", "{\"force\": true}", 400, "force"),
        ("reactivate", "{\"email\": 1}", 422, "email"),
        ("reactivate", "{\"email\": false}", 422, "email"),
        ("reactivate", "{\"mail\": \"a@example.org\"}", 400, "mail"),
        ("mfa/enforce", "{\"mfa\": {\"exclusionDays\": 366}}", 422, "days"),
        ("mfa/enforce", "{\"mfa\": {\"exclusionDays\": \"7\"}}", 422, "mfa.exclusionDays"),
        ("mfa/enforce", "{\"enable_user_portal_multifactor\": 1}", 422, "enable_user_portal_multifactor"),
        ("mfa/enforce", "{\"mfa\": {\"a\": 1, \"a\": 2}}", 400, "mfa.a"),
        ("resetmfa", "{\"exclusionDays\": 0}", 422, "days"),
        ("resetmfa", "{\"exclusionUntil\": \"2020-01-01T00:00:00Z\"}", 422, "exclusionUntil"),
        ("resetmfa", "{\"days\": 3}", 400, "days"),
        ("sshkeys", "{}", 422, "public_key"),
        ("sshkeys", "{\"name\": 1, \"public_key\": \"x\"}", 422, "name"),
        ("sshkeys", "{\"public_key\": [\"x\"]}", 422, "public_key"),
        ("sshkeys", "{\"public_key\": \"ssh-ed25519 AAAA\"}", 422, "public_key"),
        ("sshkeys", "{\"key\": \"x\"}", 400, "key"),
        ("expire", "[]", 400, ""),
        ("expire", "{\"a\": 1, \"a\": 1}", 400, "a"),
    ] {
        let answer = program.post(ada, way, body).await;
        assert_eq!(answer.status.as_u16(), status, "{way} {body} {}", answer.body);
        assert_eq!(
            answer.fields().first().copied().unwrap_or_default(),
            field,
            "{way} {body} {}",
            answer.body
        );
    }
    for way in ["expire", "unlock", "mfa/enforce", "resetmfa", "reactivate", "sshkeys"] {
        let huge = format!("{{\"a\": \"{}\"}}", "x".repeat(1024 * 1024));
        assert_eq!(program.post(ada, way, &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{way}");
        let request = Request::post(format!("{USERS}/{ada}/{way}"));
        let form = program.send(request.header(header::CONTENT_TYPE, "text/plain"), "{}").await;
        assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{way}");
        let request = Request::post(format!("{USERS}/{ada}/{way}")).header(header::IF_MATCH, "*");
        assert_eq!(program.send(request, "").await.status, StatusCode::BAD_REQUEST, "{way}");
        assert_eq!(program.send(Request::post(format!("{USERS}/%FF/{way}")), "").await.status, 400, "{way}");
        assert_eq!(program.send(Request::put(format!("{USERS}/{ada}/{way}")), "").await.status, 405, "{way}");
    }
    assert_eq!(read(&program, ada).await, before, "nothing was half done");
}

#[tokio::test]
async fn passwords_expire_and_locks_open() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let there = server.signed_in("ada").await;
    assert_eq!(told(&program.post(ada, "unlock", "").await), (409, "conflict"));
    for _ in 0..6 {
        server.browser().user_sign_in("ada", "wrong").await;
    }
    assert_eq!(read(&program, ada).await["account_locked"], true);
    assert_eq!(program.post(ada, "unlock", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&program, ada).await["account_locked"], false);
    assert!(server.signed_in("ada").await.is_in_portal().await);
    assert_eq!(program.post(ada, "expire", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&program, ada).await["password_expired"], true);
    assert!(!there.is_in_portal().await);
    let again = program.post(ada, "expire", "").await;
    assert_eq!(
        (again.status, again.message()),
        (StatusCode::CONFLICT, "ada has to change the password already.")
    );
    assert_eq!(server.events(EventKind::UserPasswordForceChange).await, 1);
}

#[tokio::test]
async fn a_second_factor_is_required_and_begun_anew() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    assert_eq!(told(&program.post(ada, "resetmfa", "").await), (409, "conflict"), "she has none");
    assert_eq!(program.post(ada, "mfa/enforce", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&program, ada).await["enable_user_portal_multifactor"], true);
    let days = |days: u64| START.plus(Duration::from_hours(24 * days));
    let system = server.system();
    let enroll_by = async || server.directory.users().read(&system, ada).await.unwrap().mfa.enroll_by;
    assert_eq!(enroll_by().await, Some(days(7)));
    assert_eq!(program.post(ada, "resetmfa", "{\"exclusionDays\": 30}").await.status, StatusCode::NO_CONTENT);
    assert_eq!(enroll_by().await, Some(days(30)));
    let until = "{\"exclusionUntil\": \"2026-11-24T09:00:00Z\"}";
    assert_eq!(program.post(ada, "resetmfa", until).await.status, StatusCode::NO_CONTENT);
    assert_eq!(enroll_by().await, Some(days(2)));
    let none = "{\"enable_user_portal_multifactor\": false}";
    assert_eq!(program.post(ada, "mfa/enforce", none).await.status, StatusCode::NO_CONTENT);
    assert_eq!(told(&program.post(ada, "mfa/enforce", none).await), (409, "conflict"));
}

#[tokio::test]
async fn the_activation_email_is_sent_again() {
    let server = TestServer::set_up().await;
    let ada = server.user_with("ada", None).await;
    let bob = server.user("bob").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let sent = async || server.events(EventKind::UserActivationEmail).await;
    let before = sent().await;
    for body in ["", "{}", "{\"email\": true}", "{\"email\": null}", "{\"email\": \"ada@example.net\"}"] {
        assert_eq!(program.post(ada, "reactivate", body).await.status, StatusCode::NO_CONTENT, "{body}");
    }
    assert_eq!(sent().await - before, 5);
    // Who has a password gets the link to a new one, at the company email alone.
    let elsewhere = program.post(bob, "reactivate", "{\"email\": \"bob@example.net\"}").await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.fields()), (422, vec!["email"]));
    assert_eq!(program.post(bob, "reactivate", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.events(EventKind::UserPasswordResetRequest).await, 1);
    // Whoever may not set passwords has no link sent to an address of their own choice.
    let desk = server.program_of("desk", DefaultRole::HelpDesk).await;
    assert_eq!(desk.post(ada, "reactivate", "{\"email\": \"desk@example.net\"}").await.status, 403);
    assert_eq!(program.post(ada, "state/suspend", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(told(&program.post(ada, "reactivate", "").await), (409, "conflict"));
    // Activating takes the same ways of saying whom to email.
    let quiet = program.post(ada, "state/activate", "{\"email\": false}").await;
    assert_eq!((quiet.status, sent().await - before), (StatusCode::NO_CONTENT, 5));
}

#[tokio::test]
async fn keys_are_added_and_removed() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let program = server.program_of("max", DefaultRole::Manager).await;
    let keys = format!("{USERS}/{ada}/sshkeys");
    assert_eq!(program.get(&keys).await.body, json!([]));
    let body = json!({ "name": "laptop", "public_key": KEY });
    let added = program.json(Request::post(&keys), body.clone()).await;
    assert_eq!((added.status, &added.body["name"]), (StatusCode::OK, &json!("laptop")), "{}", added.body);
    assert_eq!(added.body["create_date"], "2026-11-22T09:00:00.000000Z");
    assert!(KEY.starts_with(added.body["public_key"].as_str().unwrap()));
    assert_eq!(program.get(&keys).await.body, json!([added.body]));
    assert_eq!(read(&program, ada).await["ssh_keys"], json!([added.body]));
    let twice = program.json(Request::post(&keys), body.clone()).await;
    assert_eq!((twice.status.as_u16(), twice.fields()), (422, vec!["public_key"]));
    assert_eq!(server.events(EventKind::UserSshKeyCreate).await, 1);
    let desk = server.program_of("desk", DefaultRole::HelpDesk).await;
    assert_eq!(desk.json(Request::post(&keys), json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.get(&keys).await.status, StatusCode::OK);
    let key = added.body["_id"].as_str().unwrap();
    for (whom, key, status) in [
        (bob.to_string(), key, 404),
        (ada.to_string(), NOBODY, 404),
        (ada.to_string(), "x", 404),
        (NOBODY.to_owned(), key, 404),
        (ada.to_string(), key, 204),
        (ada.to_string(), key, 404),
    ] {
        let request = Request::delete(format!("{USERS}/{whom}/sshkeys/{key}"));
        assert_eq!(program.send(request, "").await.status.as_u16(), status, "{whom} {key}");
    }
    let request = Request::delete(format!("{keys}/{key}"));
    assert_eq!(desk.send(request, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(program.get(&keys).await.body, json!([]));
    assert_eq!(program.get(&format!("{USERS}/{NOBODY}/sshkeys")).await.status, StatusCode::NOT_FOUND);
}

/// An administrator's account is opened by no key of another.
#[tokio::test]
async fn no_key_touches_who_is_an_administrator_too() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let hers = server.signed_in("ada").await;
    let own = [("current_password", PASSWORD), ("password", "granite-otter-lantern-4")];
    assert_eq!(hers.post("/security/password", &own).await.status, StatusCode::SEE_OTHER);
    hers.enroll_at("/security/totp").await;
    let browser = server.grace().await;
    let grace = server.actor(&browser).await;
    let form = AdministratorForm {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        role: DefaultRole::ReadOnly.as_str().into(),
        ..AdministratorForm::default()
    };
    server.directory.administrators().create_from_user(&grace, ada, &form).await.unwrap();
    let program = server.program_of("max", DefaultRole::AdministratorWithBilling).await;
    for (method, way, body) in [
        ("POST", "mfa/enforce", "{}".to_owned()),
        ("POST", "resetmfa", "{}".to_owned()),
        ("POST", "sshkeys", json!({ "public_key": KEY }).to_string()),
        ("DELETE", "", String::new()),
    ] {
        let uri = format!("{USERS}/{ada}/{way}");
        let request = Request::builder().method(method).uri(uri.trim_end_matches('/'));
        let answer = program.send(request.header(header::CONTENT_TYPE, "application/json"), body).await;
        assert_eq!(answer.status.as_u16(), 403, "{method} {way} {}", answer.body);
    }
}

const SEARCH: &str = "/api/search/systemusers";

async fn found(program: &Program<'_>, body: Value) -> String {
    let answer = program.json(Request::post(SEARCH), body.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{body} {}", answer.body);
    answer.usernames().join(" ")
}

#[tokio::test]
async fn a_body_finds_whom_an_address_finds() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    for (name, first, department) in
        [("ada", "Ada", "Sales"), ("bob", "Robert", "sales"), ("cy", "Müller", "R|D"), ("dee", "", "")]
    {
        let body = json!({
            "username": name, "email": format!("{name}@example.org"), "firstname": first, "department": department,
        });
        assert_eq!(program.create(body).await.status, StatusCode::OK);
        server.wait(Duration::from_secs(1));
    }
    let everybody = program.send(Request::post(SEARCH), "").await;
    assert_eq!((everybody.usernames().len(), &everybody.body["totalCount"]), (4, &json!(4)));
    assert_eq!(everybody.body, program.list("").await.body);
    for (body, names) in [
        (json!({}), "ada bob cy dee"),
        (json!({ "searchFilter": { "searchTerm": "OBER" } }), "bob"),
        (json!({ "searchFilter": { "searchTerm": "xample.or", "fields": ["email"] } }), "ada bob cy dee"),
        (json!({ "searchFilter": { "searchTerm": ["ADA", "dee"], "fields": ["username"] } }), "ada dee"),
        (json!({ "searchFilter": { "searchTerm": "müll", "fields": ["firstname"] } }), "cy"),
        (
            json!({ "searchFilter": { "searchTerm": "sal", "fields": ["department", "firstname"] } }),
            "ada bob",
        ),
        (json!({ "filter": [{ "department": "Sales" }] }), "ada"),
        (json!({ "filter": { "or": [{ "department": "Sales" }, "username:$eq:cy"] } }), "ada cy"),
        (
            json!({ "filter": { "and": [{ "state": "ACTIVATED" }, { "username": { "$in": ["bob", "cy"] } }] } }),
            "bob cy",
        ),
        (json!({ "filter": [{ "manager": null }], "sort": "-username", "limit": 2, "skip": 1 }), "cy bob"),
        (
            json!({ "filter": { "department": { "$ne": "" } }, "searchFilter": { "searchTerm": "ada" } }),
            "ada",
        ),
    ] {
        assert_eq!(found(&program, body.clone()).await, names, "{body}");
    }
    let some = program.json(Request::post(SEARCH), json!({ "fields": "email", "limit": 1 })).await;
    assert_eq!(some.body["results"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["_id", "email"]);
    for (body, field) in [
        (json!({ "limit": 101 }), "limit"),
        (json!({ "skip": 100_001 }), "skip"),
        (json!({ "sort": "password" }), "sort"),
        (json!({ "filter": [{ "password": "x" }] }), "filter"),
        (json!({ "filter": [{ "username": { "$regex": "a" } }] }), "filter[0].username"),
        (json!({ "searchFilter": { "searchTerm": "x", "fields": ["password"] } }), "filter"),
        (json!({ "searchFilter": { "searchTerm": vec!["x"; 11], "fields": ["username"] } }), "filter"),
        (json!({ "searchFilter": { "searchTerm": "\u{0}" } }), "search"),
        (json!({ "filter": vec!["username:$eq:a"; 1_000] }), "filter"),
        (json!({ "filter": vec![1; 100_000] }), "filter[0]"),
    ] {
        let answer = program.json(Request::post(SEARCH), body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:.200} {}", answer.body);
        assert_eq!(answer.fields().first(), Some(&field), "{body:.200}");
        assert!(answer.fields().len() <= 101);
    }
    for (body, status) in [("[]", 400), ("{\"limit\": 1, \"limit\": 2}", 400), ("{", 400)] {
        let request = Request::post(SEARCH).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(program.send(request, body).await.status.as_u16(), status, "{body}");
    }
    let runner = server.program_of("runner", DefaultRole::CommandRunner).await;
    assert_eq!(runner.send(Request::post(SEARCH), "{").await.status, StatusCode::FORBIDDEN);
}

/// Whatever would be refused as taken is found, a date is its midnight, and a plus sign is explained.
#[tokio::test]
async fn what_is_taken_is_found_in_any_letters() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let ada = json!({
        "username": "Ada.L", "email": "ada.l@example.org", "employeeIdentifier": "É-7a",
        "alternateEmail": "ada@example.net",
    });
    assert_eq!(program.create(ada).await.status, StatusCode::OK);
    let bob = json!({ "username": "bob", "email": "bob+x@example.org" });
    assert_eq!(program.create(bob).await.status, StatusCode::OK);
    for (field, value, same) in [
        ("username", "ada.l", "ADA.L"),
        ("email", "Ada.L@Example.ORG", "ADA.L@EXAMPLE.ORG"),
        ("employeeIdentifier", "é-7A", "E-7A"),
    ] {
        for value in [value, same] {
            let body = json!({ "filter": [{ field: value }], "fields": "username" });
            assert_eq!(found(&program, body).await, "Ada.L", "{field} {value}");
            let other = json!({ "filter": [{ field: { "$nin": [value] } }] });
            assert_eq!(found(&program, other).await, "bob", "{field} {value}");
            let mut taken = json!({ "username": "x", "email": "x@example.org" });
            taken[field] = value.into();
            assert_eq!(program.create(taken).await.fields(), [field], "{value}");
        }
    }
    assert_eq!(found(&program, json!({ "filter": ["alternateEmail:$eq:ADA@example.net"] })).await, "Ada.L");
    assert_eq!(program.list("filter=email:$eq:bob%2Bx@example.org").await.usernames(), ["bob"]);
    for query in ["filter=email:$eq:bob+x@example.org", "filter=created:$gt:2026-11-22T10:00:00+02:00"] {
        let answer = program.list(query).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.message().contains("%2B"), "{query} {}", answer.message());
    }
    for (filter, count) in [
        ("created:$gte:2026-11-22", 2),
        ("created:$gte:2026-11-23", 0),
        ("created:$lt:2026-11-22", 0),
        ("created:$eq:2026-11-22T09:00:00.000000Z", 2),
        ("created:$gt:2026-11-22T10:00:00%2B02:00", 2),
    ] {
        assert_eq!(program.list(&format!("filter={filter}")).await.body["totalCount"], count, "{filter}");
    }
    for odd in ["2026-11-31", "2026-1-2", "20261122", "2026-11-22T", "2026-11-22[UTC]"] {
        assert_eq!(program.list(&format!("filter=created:$gt:{odd}")).await.status, 400, "{odd}");
    }
}
