//! Many users at once in the REST API.

use model::event::EventKind;
use model::{Id, Scope};
use serde_json::{Value, json};

use super::api::{Answer, Program, USERS};
use super::*;

const CREATE: &str = "/api/v2/bulk/users";

async fn create(program: &Program<'_>, query: &str, users: &Value) -> Answer {
    program.json(Request::post(format!("{CREATE}{query}")), users.clone()).await
}

async fn results(program: &Program<'_>, started: &Answer, query: &str) -> Answer {
    let job = started.body["jobId"].as_str().expect("a job");
    program.get(&format!("{CREATE}/{job}/results{query}")).await
}

/// Does what there is to do.
async fn work(server: &TestServer) {
    server.directory.work_on_jobs(100).await.unwrap();
}

#[tokio::test]
async fn each_of_many_is_added_or_told_why_not() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let users = json!([
        { "username": "bob", "email": "bob@example.org", "department": "Sales" },
        { "username": "ADA", "email": "ada@example.org" },
        { "username": "cy", "email": "cy@example.org", "password": PASSWORD, "state": "ACTIVATED" },
        { "username": "dee", "email": "nobody", "firstname": "Dee" },
        { "username": "bob", "email": "bob2@example.org" },
        { "username": "eve", "email": "eve@example.org", "colour": "red" },
        { "username": "fay", "email": "fay@example.org", "password": "short" },
        "gus",
        { "username": "hal", "email": "hal@example.org", "state": "SUSPENDED", "suspended": false },
        { "username": "ivy", "email": "ivy@example.org", "state": "STAGED" },
        { "username": "jo", "email": "jo@example.org", "firstname": "a\u{0}b", "x\u{0}\n": 1 },
        { "username": "\u{0}", "email": "jo@example.org", "firstname": "a\u{0}b" },
    ]);
    let started = create(&program, "", &users).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.body);
    let waiting = results(&program, &started, "?limit=100").await;
    let all = waiting.body.as_array().unwrap();
    assert_eq!((all.len(), &all[0]["status"], &all[9]["status"]), (12, &json!("pending"), &json!("pending")));
    work(&server).await;
    let answer = results(&program, &started, "?limit=100").await;
    assert_eq!(answer.headers["x-total-count"], "12");
    let all = answer.body.as_array().unwrap();
    for (row, (status, says)) in all.iter().zip([
        ("finished", ""),
        ("failed", "username: This username is taken"),
        ("finished", ""),
        ("failed", "email: "),
        ("failed", "username: This username is taken"),
        ("failed", "colour"),
        ("failed", "password: "),
        ("failed", "object"),
        ("failed", "SUSPENDED"),
        ("finished", ""),
        ("failed", "no field “x"),
        ("failed", "username: "),
    ]) {
        assert_eq!(row["status"], status, "{row}");
        assert!(row["statusMsg"].as_str().unwrap().contains(says), "{row}");
        let keys = ["createdAt", "id", "meta", "persistedFields", "status", "statusMsg", "updatedAt"];
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
        let user = program.get(&format!("{USERS}/{}", row["id"].as_str().unwrap())).await;
        assert_eq!(user.status == StatusCode::OK, status == "finished", "{row}");
    }
    let page = results(&program, &started, "?limit=2&skip=3").await;
    assert_eq!(page.body.as_array().unwrap(), &all[3..5]);
    assert_eq!(results(&program, &started, "").await.body.as_array().unwrap().len(), 10);
    assert_eq!(program.list("sort=username").await.usernames(), ["ada", "bob", "cy", "ivy"]);
    assert!(server.signed_in("cy").await.is_in_portal().await);
    // An email went to who is Active without a password.
    assert_eq!(server.events(EventKind::UserActivationEmail).await, 1, "bob alone");
    let job = program.get(&format!("/api/v2/jobs/{}", started.body["jobId"].as_str().unwrap())).await.body;
    assert_eq!((&job["state"], &job["done"], &job["leftOut"]), (&json!("done"), &json!(3), &json!(9)));
    for query in ["?limit=0", "?limit=101", "?limit=x", "?skip=-1", "?sort=id"] {
        assert_eq!(results(&program, &started, query).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    for job in ["x", "0123456789abcdef01234567"] {
        assert_eq!(program.get(&format!("{CREATE}/{job}/results")).await.status, StatusCode::NOT_FOUND);
    }
    // Another's job is not there, but for who may read the history.
    let other = server.program_with("other", &[Scope::UsersReadonly, Scope::UsersCreate]).await;
    assert_eq!(results(&other, &started, "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_source_has_its_state_and_emails_can_be_left_out() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let grace = server.actor(&browser).await;
    let settings = server.directory.settings();
    let before = settings.organization(&grace).await.unwrap();
    let mut profile = before.profile.clone();
    profile.new_users.csv_import = UserState::Staged;
    settings.update(&grace, before.version, &profile).await.unwrap();
    let program = server.program_of("max", DefaultRole::Manager).await;
    for (name, source, query, state, sent) in [
        ("a", Some("vendor:bulk"), "", "STAGED", 0),
        ("b", None, "?suppressEmail=true", "ACTIVATED", 0),
        ("c", None, "?suppressEmail=false", "ACTIVATED", 1),
        ("d", Some("scim"), "", "ACTIVATED", 1),
    ] {
        let mut request = Request::post(format!("{CREATE}{query}"));
        if let Some(source) = source {
            request = request.header("creation-source", source);
        }
        let before = server.events(EventKind::UserActivationEmail).await;
        let user = json!([{ "username": name, "email": format!("{name}@example.org") }]);
        let started = program.json(request, user).await;
        work(&server).await;
        let row = &results(&program, &started, "").await.body[0];
        let user = program.get(&format!("{USERS}/{}", row["id"].as_str().unwrap())).await.body;
        assert_eq!(user["state"], state, "{name} {row}");
        assert_eq!(server.events(EventKind::UserActivationEmail).await - before, sent, "{name}");
    }
}

/// What a job has not come to it does not do for whoever may not do it any more.
#[tokio::test]
async fn a_job_asks_again_whether_it_may() {
    let server = TestServer::set_up().await;
    let program = server.program_with("adds", &[Scope::UsersReadonly, Scope::UsersCreate]).await;
    let users: Vec<Value> = (0..120)
        .map(|number| json!({ "username": format!("u{number}"), "email": format!("u{number}@example.org") }))
        .collect();
    let started = create(&program, "?suppressEmail=true", &users.into()).await;
    server.directory.work_on_jobs(1).await.unwrap();
    assert_eq!(server.people().await, 50);
    // A stop of the program in between loses and repeats nobody.
    server.directory.work_on_jobs(1).await.unwrap();
    assert_eq!(server.people().await, 100);
    let query = model::ListQuery { search: "adds".into(), ..model::ListQuery::default() };
    let system = server.system();
    let administrators = server.directory.administrators();
    let id = administrators.list(&system, &query).await.unwrap().rows[0].id;
    let one = administrators.read(&system, id).await.unwrap();
    let form = AdministratorForm { role: DefaultRole::ReadOnly.as_str().into(), ..one.form() };
    let update = model::administrator::AdministratorUpdate { id, version: one.version, form };
    administrators.update(&system, &update).await.unwrap();
    work(&server).await;
    assert_eq!(server.people().await, 100);
    let job = started.body["jobId"].as_str().unwrap().parse::<Id>().unwrap();
    let browser = server.grace().await;
    let grace = server.actor(&browser).await;
    let job = server.directory.jobs().read(&grace, job).await.unwrap();
    assert_eq!((job.row.state.as_str(), job.row.done), ("failed", 100));
    assert!(job.why.contains("does not allow this"), "{}", job.why);
}

#[tokio::test]
async fn many_passwords_expire_and_many_locks_open() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await, server.user_with("bob", None).await);
    let program = server.program_of("desk", DefaultRole::HelpDesk).await;
    for _ in 0..6 {
        server.browser().user_sign_in("ada", "wrong").await;
    }
    for way in ["expires", "unlocks"] {
        let body = json!([{ "id": ada.to_string() }, bob.to_string()]);
        let started = program.json(Request::post(format!("/api/v2/bulk/user/{way}")), body).await;
        assert_eq!(started.status, StatusCode::OK, "{}", started.body);
        work(&server).await;
        let rows = results(&program, &started, "").await.body;
        assert_eq!((&rows[0]["status"], &rows[1]["status"]), (&json!("finished"), &json!("failed")), "{way}");
    }
    let user = program.get(&format!("{USERS}/{ada}")).await.body;
    assert_eq!((&user["account_locked"], &user["password_expired"]), (&json!(false), &json!(true)));
    for (body, field) in [
        (json!([{ "id": "x" }]), "[0]"),
        (json!([ada.to_string(), 7]), "[1]"),
        (json!([{ "id": ada.to_string(), "force": true }]), "[0]"),
        (json!([]), "selection"),
        (json!(["0123456789abcdef01234567"]), "selection"),
        (json!(vec![0; 100_000]), "[0]"),
    ] {
        let answer = program.json(Request::post("/api/v2/bulk/user/expires"), body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body:.100} {}", answer.body);
        assert_eq!(answer.fields().first(), Some(&field), "{body:.100}");
        assert!(answer.fields().len() <= 101);
    }
}

#[tokio::test]
async fn what_is_no_list_is_told_and_who_may_not_is_told_first() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let many: Vec<Value> = vec![json!({}); directory::CREATE_MAX + 1];
    let passwords: Vec<Value> = vec![json!({ "password": "x" }); directory::CREATE_PASSWORDS_MAX + 1];
    for (path, body, status) in [
        (CREATE, "{}".to_owned(), 400),
        (CREATE, "[".to_owned(), 400),
        (CREATE, "[{\"a\": 1, \"a\": 2}]".to_owned(), 400),
        (CREATE, String::new(), 422),
        (CREATE, "[]".to_owned(), 422),
        (CREATE, json!(many).to_string(), 422),
        (CREATE, json!(passwords).to_string(), 422),
        (CREATE, " ".repeat(1024 * 1024 + 1), 413),
        ("/api/v2/bulk/users?x=y", "[]".to_owned(), 400),
        ("/api/v2/bulk/users?suppressEmail=1", "[]".to_owned(), 400),
        ("/api/v2/bulk/user/unlocks", "{}".to_owned(), 400),
        ("/api/v2/bulk/user/unlocks?x=y", "[]".to_owned(), 400),
    ] {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let answer = program.send(request, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body:.100} {}", answer.body);
    }
    assert_eq!(program.send(Request::post(CREATE).header("creation-source", "x"), "[]").await.status, 400);
    let sees = server.program_of("sees", DefaultRole::ReadOnly).await;
    for path in [CREATE, "/api/v2/bulk/user/expires", "/api/v2/bulk/user/unlocks"] {
        assert_eq!(sees.send(Request::post(format!("{path}?x=y")), "{").await.status, 403, "{path}");
    }
    assert_eq!(server.people().await, 0);
}

#[tokio::test]
async fn each_of_many_is_changed_or_told_why_not() {
    let server = TestServer::set_up().await;
    let (ada, bob, cy) = (server.user("ada").await, server.user("bob").await, server.user("cy").await);
    let dee = server.user("dee").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    assert_eq!(program.post(dee, "state/suspend", "").await.status, StatusCode::NO_CONTENT);
    let rows = json!([
        { "id": ada.to_string(), "department": "Sales", "state": "SUSPENDED" },
        { "id": bob.to_string(), "username": "ada", "department": "Sales" },
        { "id": cy.to_string(), "department": "Sales", "jobTitle": null },
        { "id": "0123456789abcdef01234567", "department": "Sales" },
        { "id": "x", "department": "Sales" },
        { "department": "Sales" },
        7,
        { "id": dee.to_string(), "department": "Sales", "state": "ACTIVATED" },
    ]);
    let started = program.json(Request::patch(CREATE), rows).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.body);
    // Of one field the later change is taken, and what is another field stays.
    let meanwhile = json!({ "department": "Design", "location": "Paris" });
    assert_eq!(program.put(cy, meanwhile).await.status, StatusCode::OK);
    work(&server).await;
    let all = results(&program, &started, "").await.body;
    for (row, (status, says)) in all.as_array().unwrap().iter().zip([
        ("finished", ""),
        ("failed", "username: This username is taken"),
        ("finished", ""),
        ("failed", "no such user"),
        ("failed", "id: "),
        ("failed", "id: "),
        ("failed", "object"),
        ("failed", "is Suspended"),
    ]) {
        assert_eq!(row["status"], status, "{row}");
        assert!(row["statusMsg"].as_str().unwrap().contains(says), "{row}");
    }
    let user = async |id: Id| program.get(&format!("{USERS}/{id}")).await.body;
    let changed = user(ada).await;
    assert_eq!((&changed["department"], &changed["state"]), (&json!("Sales"), &json!("SUSPENDED")));
    assert_eq!(
        (&user(bob).await["department"], &user(dee).await["state"]),
        (&json!(""), &json!("SUSPENDED"))
    );
    let both = user(cy).await;
    assert_eq!((&both["department"], &both["location"]), (&json!("Sales"), &json!("Paris")));
    let twice = json!([{ "id": ada.to_string() }, { "id": ada.to_string() }]);
    let many: Vec<Value> = vec![json!({}); directory::UPDATE_MAX + 1];
    for (body, status) in [(json!([]), 422), (json!({}), 400), (twice, 422), (json!(many), 422)] {
        let answer = program.json(Request::patch(CREATE), body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body:.100} {}", answer.body);
    }
    let suspends = server.program_with("suspends", &[Scope::UsersReadonly, Scope::UsersStateSuspend]).await;
    assert_eq!(suspends.send(Request::patch(CREATE), "{").await.status, StatusCode::FORBIDDEN);
    let edits = server.program_with("edits", &[Scope::UsersReadonly, Scope::UsersPropertiesUpdate]).await;
    let started =
        edits.json(Request::patch(CREATE), json!([{ "id": cy.to_string(), "suspended": true }])).await;
    work(&server).await;
    let row = &results(&edits, &started, "").await.body[0];
    assert!(row["statusMsg"].as_str().unwrap().contains("does not allow this"), "{row}");
    assert_eq!(user(cy).await["state"], "ACTIVATED");
}
