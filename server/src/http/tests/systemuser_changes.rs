//! Changes in the REST API: what an old copy, a repeated request or a muddled one must not do.

use model::event::EventKind;
use model::role::CustomRoleForm;
use model::{Id, Scope, Scopes};
use serde_json::{Value, json};

use super::api::{Answer, Program, USERS};
use super::*;

fn address(id: Id) -> String {
    format!("{USERS}/{id}")
}

async fn put_at(program: &Program<'_>, id: Id, if_match: &[&[u8]], body: Value) -> Answer {
    let mut request = Request::put(address(id)).header(header::CONTENT_TYPE, "application/json");
    for version in if_match {
        request = request.header(header::IF_MATCH, *version);
    }
    program.send(request, body.to_string()).await
}

impl TestServer {
    /// A program whose key belongs to somebody with a role that holds these.
    pub(super) async fn program_with(&self, name: &str, scopes: &[Scope]) -> Program<'_> {
        let system = self.system();
        let template = CustomRoleForm::from_template(DefaultRole::ReadOnly);
        let role = CustomRoleForm { name: name.into(), scopes: Scopes::of(scopes), ..template };
        let role = self.directory.roles().create(&system, &role).await.unwrap();
        let email = format!("{name}@example.org");
        let form = AdministratorForm {
            first_name: name.into(),
            last_name: "Admin".into(),
            email: email.clone(),
            role: role.to_string(),
            ..AdministratorForm::default()
        };
        self.directory.administrators().add(&system, &form, PASSWORD).await.unwrap();
        let browser = self.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER);
        self.program_beside(&browser, name).await
    }

    /// How often something happened.
    pub(super) async fn events(&self, kind: EventKind) -> usize {
        self.directory.seal_events().await.unwrap();
        let all = self.directory.history().all(&self.system(), None).await.unwrap().events;
        all.iter().filter(|one| one.event.event_type == kind).count()
    }
}

/// Whoever sends back what they read a while ago means none of the state in it.
#[tokio::test]
async fn an_old_copy_lifts_no_suspension() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let read = program.get(&address(ada)).await;
    let (copy, version) = (read.body, read.headers[header::ETAG].clone());
    assert_eq!(program.post(ada, "state/suspend", "").await.status, StatusCode::NO_CONTENT);
    let now = program.get(&address(ada)).await.headers[header::ETAG].clone();
    let mut other = copy.clone();
    other["department"] = "Research".into();
    for (body, version, status) in [
        (copy.clone(), None, 428),
        (other.clone(), None, 428),
        (other.clone(), Some("*"), 428),
        (json!({ "suspended": false, "department": "Research" }), None, 428),
        (other.clone(), version.to_str().ok(), 412),
    ] {
        let version: Vec<&[u8]> = version.iter().map(|version| version.as_bytes()).collect();
        let answer = put_at(&program, ada, &version, body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["error"]),
            (status, &json!("stale")),
            "{}",
            answer.body
        );
        if status == 428 {
            let told = answer.message();
            assert!(told.contains("ada is Suspended") && told.contains("If-Match"), "{told}");
        }
        let user = program.get(&address(ada)).await.body;
        assert_eq!((&user["state"], &user["department"]), (&json!("SUSPENDED"), &json!("")));
    }
    // Whoever has seen that they are suspended, or asks for nothing else, means it.
    let answer = put_at(&program, ada, &[now.as_bytes()], other).await;
    assert_eq!((answer.status, &answer.body["state"]), (StatusCode::OK, &json!("ACTIVATED")));
    for alone in [
        json!({ "state": "ACTIVATED" }),
        json!({ "suspended": false }),
        json!({ "state": "ACTIVATED", "suspended": false }),
    ] {
        // Nothing stands in the way of a suspension.
        let left = program.put(ada, json!({ "state": "SUSPENDED", "department": "Left" })).await;
        assert_eq!((left.status, &left.body["state"]), (StatusCode::OK, &json!("SUSPENDED")));
        let back = program.put(ada, alone.clone()).await;
        assert_eq!((back.status, &back.body["state"]), (StatusCode::OK, &json!("ACTIVATED")), "{alone}");
    }
}

#[tokio::test]
async fn a_recovery_email_that_is_none_empties_nothing() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let set = json!({ "recoveryEmail": { "address": "me@example.net" } });
    assert_eq!(program.put(ada, set.clone()).await.status, StatusCode::OK);
    for odd in [
        json!({}),
        json!({ "adress": "me@example.com" }),
        json!({ "address": "me@example.com", "verified": true }),
        json!({ "address": 7 }),
        json!({ "address": {} }),
        json!([]),
        json!(["me@example.com"]),
        json!(7),
        json!(false),
    ] {
        let answer = program.put(ada, json!({ "recoveryEmail": odd })).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["error"], answer.fields()),
            (400, &json!("malformed"), vec!["recoveryEmail"]),
            "{odd} {}",
            answer.body
        );
        assert_eq!(program.get(&address(ada)).await.body["recoveryEmail"], set["recoveryEmail"], "{odd}");
    }
    for away in [json!(null), json!({ "address": null }), json!({ "address": "" })] {
        let answer = program.put(ada, json!({ "recoveryEmail": away })).await;
        assert_eq!((answer.status, &answer.body["recoveryEmail"]["address"]), (StatusCode::OK, &json!("")));
        assert_eq!(
            program.put(ada, json!({ "recoveryEmail": "me@example.net" })).await.status,
            StatusCode::OK
        );
    }
}

/// What is as it was is no change, and asks for no more than reading from whoever may write something.
#[tokio::test]
async fn what_changes_nothing_is_done_already() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_with("nina", &[Scope::UsersReadonly, Scope::UsersStateSuspend]).await;
    let first = program.put(ada, json!({ "suspended": true })).await;
    assert_eq!((first.status, &first.body["suspended"]), (StatusCode::OK, &json!(true)));
    for again in
        [json!({ "suspended": true }), json!({ "state": "SUSPENDED" }), first.body.clone(), json!({})]
    {
        let answer = program.put(ada, again.clone()).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &first.body), "{again}");
        assert_eq!(answer.headers[header::ETAG], first.headers[header::ETAG], "{again}");
    }
    assert_eq!(server.events(EventKind::UserSuspended).await, 1);
    for other in [json!({ "department": "Sales" }), json!({ "suspended": true, "department": "Sales" })] {
        assert_eq!(program.put(ada, other).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(program.put(ada, json!({ "suspended": false })).await.status, StatusCode::FORBIDDEN);
}

/// Whoever may change nobody is told so, whoever it is about and whatever they send.
#[tokio::test]
async fn who_may_is_asked_before_who_is_there() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await.to_string();
    let program = server.program_of("max", DefaultRole::ReadOnly).await;
    let told = "Your role is Read Only, which does not allow this.";
    for whom in [ada.as_str(), "0123456789abcdef01234567", "nobody"] {
        for (method, way) in [("PUT", ""), ("POST", "/state/suspend"), ("POST", "/state/activate")] {
            for body in ["{}", "{", "", "{\"email\": 1}", "{\"colour\": \"red\"}"] {
                let request = Request::builder().method(method).uri(format!("{USERS}/{whom}{way}?x=y"));
                let request = request.header(header::CONTENT_TYPE, "application/json");
                let answer = program.send(request.header(header::IF_MATCH, "x"), body).await;
                let cell = format!("{method} {whom}{way} {body}: {} {}", answer.status, answer.body);
                assert_eq!((answer.status, answer.message()), (StatusCode::FORBIDDEN, told), "{cell}");
            }
        }
    }
}

/// RFC 9110, 13.1.1.
#[tokio::test]
async fn if_match_is_read_as_http_says() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let seen = program.get(&address(ada)).await.headers[header::ETAG].to_str().unwrap().to_owned();
    for (versions, status) in [
        (vec!["{}".to_owned()], 200),
        (vec!["*".to_owned()], 200),
        (vec![" * ".to_owned()], 200),
        (vec![format!("{seen}, {{}}")], 200),
        (vec![format!("\"a,b\" , ,{{}},")], 200),
        (vec![seen.clone(), "{}".to_owned()], 200),
        (vec![format!("W/{seen}, {{}}")], 200),
        (vec![seen.clone()], 412),
        (vec!["W/{}".to_owned()], 412),
        (vec!["\"nonsense\"".to_owned()], 412),
        (vec!["\"\"".to_owned()], 412),
        (vec!["\"99999999999999999999999999\"".to_owned()], 412),
        (vec![String::new()], 400),
        (vec![",".to_owned()], 400),
        (vec!["nonsense".to_owned()], 400),
        (vec![seen.trim_matches('"').to_owned()], 400),
        (vec!["\"".to_owned()], 400),
        (vec!["w/{}".to_owned()], 400),
        (vec!["{} {}".to_owned()], 400),
        (vec!["{}x".to_owned()], 400),
        (vec!["*, {}".to_owned()], 400),
        (vec!["{}".to_owned(), "*".to_owned()], 400),
        (vec!["\"a b\"".to_owned()], 400),
    ] {
        let now = program.get(&address(ada)).await.headers[header::ETAG].to_str().unwrap().to_owned();
        assert!(status != 412 || now != seen, "an old version is there to be named");
        let versions: Vec<_> = versions.iter().map(|version| version.replace("{}", &now)).collect();
        let lines: Vec<_> = versions.iter().map(String::as_bytes).collect();
        let answer = put_at(&program, ada, &lines, json!({ "department": format!("{versions:?}") })).await;
        assert_eq!(answer.status.as_u16(), status, "{versions:?} {}", answer.body);
        let told = answer.message();
        if status == 412 {
            assert!(told.contains("max Admin changed it last"), "{told}");
            assert!(!told.contains("window") && !told.contains("editing"), "{told}");
        } else if status == 400 {
            assert!(told.contains("If-Match"), "{told}");
        }
    }
    assert_eq!(
        put_at(&program, ada, &[b"\"\xFF\""], json!({})).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    let nobody = "0123456789abcdef01234567".parse().unwrap();
    assert_eq!(put_at(&program, nobody, &[b"*"], json!({})).await.status, StatusCode::NOT_FOUND);
    // Where it is not looked at nobody is to think that it was.
    let request = Request::post(format!("{}/state/suspend", address(ada))).header(header::IF_MATCH, &seen);
    let answer = program.send(request, "").await;
    assert_eq!((answer.status, answer.message().contains("If-Match")), (StatusCode::BAD_REQUEST, true));
    let request = Request::put(address(ada)).header(header::IF_NONE_MATCH, "*");
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let answer = program.send(request, "{\"state\": \"SUSPENDED\"}").await;
    assert_eq!((answer.status, answer.message().contains("If-Match")), (StatusCode::BAD_REQUEST, true));
    let until = program.post(ada, "state/suspend", "{\"until\": \"2027-01-01\"}").await;
    assert_eq!((until.status, until.fields()), (StatusCode::BAD_REQUEST, vec!["until"]));
    assert_eq!(program.get(&address(ada)).await.body["state"], "ACTIVATED");
}

#[tokio::test]
async fn a_name_that_is_there_twice_is_told() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    for (body, field) in [
        ("{\"department\": \"a\", \"department\": \"b\"}", "department"),
        ("{\"state\": \"SUSPENDED\", \"x\": 1, \"state\": \"ACTIVATED\"}", "state"),
        ("{\"department\": \"a\", \"depar\\u0074ment\": \"a\"}", "department"),
        ("{\"recoveryEmail\": {\"address\": \"a@b.org\", \"address\": \"\"}}", "recoveryEmail.address"),
        ("{\"attributes\": [{}, {\"name\": \"a\", \"name\": \"b\", \"value\": \"\"}]}", "attributes[1].name"),
        ("{\"\": 1, \"\": 2}", ""),
    ] {
        let request = Request::put(address(ada)).header(header::CONTENT_TYPE, "application/json");
        let answer = program.send(request, body).await;
        assert_eq!((answer.status.as_u16(), answer.fields()), (400, vec![field]), "{body} {}", answer.body);
        assert!(answer.message().contains("twice"), "{}", answer.body);
    }
    let twice = "{\"email\": \"a@example.org\", \"email\": \"b@example.org\"}";
    assert_eq!(program.post(ada, "state/activate", twice).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(program.get(&address(ada)).await.body["department"], "");
}

/// Nor is the answer much longer than what was asked.
#[tokio::test]
async fn very_many_faults_are_not_all_told() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let names: Vec<_> = (0..80_000).map(|number| format!("\"a{number}\":0")).collect();
    let numbers = vec!["0"; 400_000].join(",");
    for (body, status) in [
        (format!("{{{}}}", names.join(",")), 400),
        (format!("{{\"addresses\":[{numbers}]}}"), 422),
        (format!("{{\"phoneNumbers\":[{numbers}]}}"), 422),
        (format!("{{\"attributes\":[{}]}}", vec!["{\"name\":\"-\"}"; 60_000].join(",")), 422),
    ] {
        let request = Request::put(address(ada)).header(header::CONTENT_TYPE, "application/json");
        let answer = program.send(request, body).await;
        assert_eq!(answer.status.as_u16(), status, "{:.300}", answer.body.to_string());
        assert!(answer.fields().len() <= 101, "{}", answer.fields().len());
    }
}

#[tokio::test]
async fn nothing_in_an_address_goes_unread() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    for name in [
        "filter[and][0]",
        "filter[or]x",
        "filter[x]",
        "filter[0",
        "filter[0][1]",
        "filter[or][x]",
        "filter[or][0][1]",
        "filter[-1]",
        "filter[OR][0]",
        "filter[nor][0]",
        "filters[0]",
        "sort[0]",
        "limit[0]",
    ] {
        let answer = program.list(&format!("{name}=username:$eq:ada")).await;
        assert_eq!((answer.status.as_u16(), answer.fields()), (400, vec![name]), "{}", answer.body);
    }
    for (query, field, told) in [
        ("filter[3]=username:$regex:a", "filter[3]", "$regex"),
        ("filter[or][0]=username:eq:ada", "filter[or][0]", "“eq”"),
        ("filter=manager:$exists:false", "filter", "manager:$eq:null"),
        ("filter=username:$in[]:ada", "filter", "$in[]"),
    ] {
        let answer = program.list(query).await;
        assert_eq!((answer.status.as_u16(), answer.fields()), (400, vec![field]), "{}", answer.body);
        assert!(answer.message().contains(told), "{}", answer.body);
    }
    for query in [
        "filter[]=username:$eq:ada",
        "filter[7]=username:$eq:ada",
        "filter[or][]=username:$eq:ada",
        "filter[or]=username:$eq:ada",
    ] {
        assert_eq!(program.list(query).await.usernames(), ["ada"], "{query}");
    }
    // Nor at one user.
    assert_eq!(program.get(&format!("{}?fields=email&fields=_id", address(ada))).await.fields(), ["fields"]);
    for (request, status) in [
        (Request::put(format!("{}?dryRun=true", address(ada))), 400),
        (Request::post(format!("{}/state/suspend?until=2027", address(ada))), 400),
        (Request::post(format!("{}/state/activate?email=a@example.org", address(ada))), 400),
        (Request::put(format!("{}?fields=department", address(ada))), 200),
    ] {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = program.send(request, if status == 200 { "{\"department\": \"x\"}" } else { "" }).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        if status == 200 {
            assert_eq!(answer.body, json!({ "_id": ada.to_string(), "department": "x" }));
        }
    }
}

/// As JSON shows what is not there: `null`, and empty text.
#[tokio::test]
async fn who_has_none_is_found() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let program = server.program_of("max", DefaultRole::Manager).await;
    let change = json!({ "manager": bob.to_string(), "unix_uid": 5_001, "employeeIdentifier": "E1" });
    assert_eq!(program.put(ada, change).await.status, StatusCode::OK);
    for (query, found) in [
        ("filter=manager:$eq:null", "bob"),
        ("filter=manager:$eq:", "bob"),
        ("filter=manager:$ne:null", "ada"),
        ("filter=unix_uid:$eq:null", "bob"),
        ("filter=unix_uid:$in:null%7C5001", "ada bob"),
        ("filter=unix_uid:$nin:null%7C5001", ""),
        ("filter=unix_uid:$nin:5001", "bob"),
        ("filter=employeeIdentifier:$eq:", "bob"),
        ("filter=employeeIdentifier:$ne:", "ada"),
        ("filter=employeeIdentifier:$eq:null", ""),
        ("filter=password_date:$eq:null", ""),
        ("filter=password_date:$ne:null", "ada bob"),
    ] {
        assert_eq!(
            program.list(&format!("{query}&sort=username")).await.usernames().join(" "),
            found,
            "{query}"
        );
    }
    for query in
        ["manager:$gt:null", "unix_uid:$lte:", "state:$eq:null", "sudo:$eq:null", "manager:$exists:true"]
    {
        let answer = program.list(&format!("filter={query}")).await;
        assert_eq!((answer.status.as_u16(), answer.fields()), (400, vec!["filter"]), "{query}");
    }
}
