//! Lists as files.

use model::user::{Flag, TextAttribute, UserForm};

use super::*;

impl TestServer {
    /// Somebody with a telephone number, a custom attribute and a name that a spreadsheet would run.
    async fn hostile_user(&self) {
        let mut form =
            UserForm { username: "ada.king".into(), email: "ada@example.org".into(), ..UserForm::default() };
        form.set_text(TextAttribute::FirstName, "=HYPERLINK(\"http://x\")");
        form.set_text(TextAttribute::LastName, "King, Countess");
        form.set_text(TextAttribute::Description, "one\ntwo \"three\"");
        form.flags.insert(Flag::Sudo);
        form.phones.push(model::user::Phone { kind: "mobile".into(), number: "+49 30 1234".into() });
        form.custom.push(model::user::CustomAttribute { name: "badge".into(), value: "-7".into() });
        let new = NewUser { form, state: Some(UserState::Staged), ..NewUser::default() };
        self.directory.users().create(&self.system(), &new).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_seen_is_exported_as_it_is_seen() {
    let server = TestServer::set_up().await;
    server.hostile_user().await;
    server.user("bo").await;
    let browser = server.grace().await;
    let page = browser.get("/admin/users/export?as=csv-shown&columns=username,email&sort=-name").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"users.csv\"");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let lines: Vec<_> = page.body.lines().collect();
    assert_eq!(lines[0], "\u{feff}State,Name,Username,Email");
    assert!(
        lines.contains(&"Staged,\"'=HYPERLINK(\"\"http://x\"\") King, Countess\",ada.king,ada@example.org"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 3);
    let page = browser.get("/admin/users/export?as=csv-shown&columns=username&filter=state:is:STAGED").await;
    assert_eq!(page.body.lines().count(), 2);
    server.directory.seal_events().await.unwrap();
    let columns =
        browser.get("/admin/users/export?as=csv-shown&columns=username,custom.badge&sort=-username").await;
    let lines: Vec<_> = columns.body.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(lines, ["badge", "", "'-7"]);
    let events = server.directory.history().all(&server.system(), None).await.unwrap().events;
    let told = &events[0].event;
    assert_eq!(told.event_type.as_str(), "users_export");
    assert_eq!(told.message, "CSV, the columns shown: 1 user, by filter=state:is:STAGED");
}

#[tokio::test]
async fn all_attributes_come_back_in_by_an_import() {
    let server = TestServer::set_up().await;
    server.hostile_user().await;
    let browser = server.grace().await;
    let page = browser.get("/admin/users/export?as=csv-all").await;
    let mut csv = csv::Reader::from_reader(page.body.trim_start_matches('\u{feff}').as_bytes());
    let headings = csv.headers().unwrap().clone();
    let row = csv.records().next().unwrap().unwrap();
    let cell = |name: &str| row.get(headings.iter().position(|heading| heading == name).unwrap()).unwrap();
    assert_eq!(cell("firstname"), "'=HYPERLINK(\"http://x\")");
    assert_eq!(cell("mobile_number"), "'+49 30 1234");
    assert_eq!((cell("sudo"), cell("passwordless_sudo"), cell("state")), ("true", "false", "STAGED"));
    assert_eq!((cell("Attribute1_name"), cell("Attribute1_value")), ("badge", "'-7"));
    assert_eq!(cell("description"), "one\ntwo \"three\"");
    // Nothing is otherwise afterwards.
    let options = directory::ImportOptions {
        by: model::import::MatchBy::Username,
        existing: model::import::Existing::Clear,
        ..Default::default()
    };
    let import = server.directory.import();
    let report = import.users(&server.system(), page.body.as_bytes(), &options).await.unwrap();
    assert_eq!((report.rows, report.same, report.changed), (1, 1, 0), "{report:?}");
}

#[tokio::test]
async fn json_is_as_in_the_api() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let page = browser.get("/admin/users/export?as=json").await;
    assert_eq!(page.body, "[]\n");
    server.hostile_user().await;
    for number in 0..501 {
        server.user(&format!("user{number}")).await;
    }
    let browser = server.grace().await;
    let page = browser.get("/admin/users/export?as=json").await;
    let users: Vec<serde_json::Value> = serde_json::from_str(&page.body).unwrap();
    assert_eq!(users.len(), 502);
    let names: std::collections::BTreeSet<_> =
        users.iter().map(|user| user["username"].to_string()).collect();
    assert_eq!(names.len(), 502);
    let ada = users.iter().find(|user| user["username"] == "ada.king").unwrap();
    assert_eq!(ada["attributes"][0]["value"], "-7");
}

#[tokio::test]
async fn it_asks_for_a_session_a_role_and_a_form() {
    let server = TestServer::set_up().await;
    let page = server.browser().get("/admin/users/export?as=json").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let browser = server.grace().await;
    for query in ["", "?as=xml", "?as=json&filter=nothing:is:x", "?as=csv-all&sort=nothing"] {
        let page = browser.get(&format!("/admin/users/export{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    let email = server.administrator("pays", DefaultRole::BillingOnly).await;
    let pays = server.browser();
    pays.sign_in(&email, PASSWORD).await;
    assert_eq!(pays.get("/admin/users/export?as=json").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn events_are_exported_without_formulas() {
    let server = TestServer::set_up().await;
    let mut form = UserForm { username: "ada".into(), email: "a@example.org".into(), ..UserForm::default() };
    form.set_text(TextAttribute::FirstName, "=1+1");
    server.directory.users().create(&server.system(), &NewUser { form, ..NewUser::default() }).await.unwrap();
    let browser = server.grace().await;
    let page = browser.get("/admin/insights/export?as=csv&filter=event:is:user_create").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"events.csv\"");
    assert!(page.body.starts_with("\u{feff}timestamp,event_type,"), "{}", page.body);
    assert!(page.body.lines().nth(1).unwrap().contains(",'=1+1"), "{}", page.body);
    assert_eq!(page.body.lines().count(), 2);
    let page = browser.get("/admin/insights/export?as=json&filter=event:is:events_export").await;
    let events: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(events.as_array().unwrap().len(), 1, "itself is not in it, and the one before is: {events}");
    assert_eq!(browser.get("/admin/insights/export?as=xml").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let anybody = server.browser();
    assert_eq!(
        anybody.get("/admin/insights/export?as=csv").await.to(),
        "/admin/login?next=%2Fadmin%2Finsights"
    );
}

#[tokio::test]
async fn the_results_of_a_job_are_a_file_without_formulas() {
    let server = TestServer::set_up().await;
    server.hostile_user().await;
    let browser = server.grace().await;
    let grace = server.actor(&browser).await;
    let all = model::user::Selection::Matching(model::ListQuery::default());
    let job =
        model::job::NewJob { action: model::job::BulkAction::Suspend, selection: all, reason: String::new() };
    let job = server.directory.jobs().start(&grace, &job).await.unwrap();
    server.directory.work_on_jobs(10).await.unwrap();
    let page = browser.get(&app::routes::job_results(job)).await;
    assert_eq!(page.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"job-results.csv\"");
    let lines: Vec<_> = page.body.lines().collect();
    assert_eq!(lines[0], "\u{feff}User ID,Name,Result,Why,Time");
    assert!(lines[1].contains("\"'=HYPERLINK(\"\"http://x\"\") King, Countess\",Done,,"), "{lines:?}");
    assert_eq!(lines.len(), 2);
    assert_eq!(browser.get("/admin/jobs/x/results.csv").await.status, StatusCode::NOT_FOUND);
    let gone = server.browser().get(&app::routes::job_results(job)).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
}
