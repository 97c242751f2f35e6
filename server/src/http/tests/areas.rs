//! Roles that have an area of their own, and what of it the pages of others show.

use super::*;

impl TestServer {
    /// A browser in which an administrator of a role has signed in, and where they have come to.
    async fn begun(&self, role: DefaultRole) -> (Browser<'_>, String) {
        let name = role.as_str().replace(' ', "").to_lowercase();
        let email = self.administrator(&name, role).await;
        let browser = self.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.to(), "/admin", "{role}");
        let page = browser.get("/admin").await;
        let to = if page.status == StatusCode::OK { "/admin".to_owned() } else { page.to().to_owned() };
        (browser, to)
    }
}

const SIDE: [&str; 5] = [
    "href=\"/admin/users\"",
    "href=\"/admin/commands\"",
    "href=\"/admin/settings/billing\"",
    ">Home<",
    ">Users<",
];

#[tokio::test]
async fn everybody_begins_where_their_role_has_something() {
    let server = TestServer::set_up().await;
    for (role, place) in [
        (DefaultRole::AdministratorWithBilling, "/admin"),
        (DefaultRole::ReadOnly, "/admin"),
        (DefaultRole::CommandRunner, "/admin/commands"),
        (DefaultRole::CommandRunnerWithBilling, "/admin/commands"),
        (DefaultRole::BillingOnly, "/admin/settings/billing"),
    ] {
        let (browser, to) = server.begun(role).await;
        assert_eq!(to, place, "{role}");
        assert_eq!(browser.get(&to).await.status, StatusCode::OK, "{role}");
    }
}

/// A program, or a browser of another kind, does not say that it takes HTML, and is led on nevertheless.
#[tokio::test]
async fn who_has_nothing_at_an_address_is_led_on_whatever_they_take_for_an_answer() {
    let server = TestServer::set_up().await;
    for (role, path, place) in [
        (DefaultRole::CommandRunner, "/admin", "/admin/commands"),
        (DefaultRole::BillingOnly, "/admin", "/admin/settings/billing"),
        (DefaultRole::ReadOnly, "/admin/settings", "/admin/settings/organization"),
    ] {
        let (browser, _) = server.begun(role).await;
        for accept in ["text/html", "*/*", "application/json"] {
            let asked = Request::get(path).header(header::ACCEPT, accept);
            let page = browser.send(asked, Body::empty()).await;
            assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, place), "{role} {accept}");
        }
    }
}

#[tokio::test]
async fn an_area_is_for_its_roles_alone() {
    let server = TestServer::set_up().await;
    let all = [
        "/admin/commands",
        "/admin/settings/billing",
        "/admin/users",
        "/admin/settings/administrators",
        "/admin/jobs",
        "/admin/insights",
    ];
    for (role, open) in [
        (DefaultRole::AdministratorWithBilling, "- + + + + +"),
        (DefaultRole::Administrator, "- - + + + +"),
        (DefaultRole::ReadOnly, "- - + + + +"),
        (DefaultRole::CommandRunner, "+ - - - - -"),
        (DefaultRole::CommandRunnerWithBilling, "+ + - - - -"),
        (DefaultRole::BillingOnly, "- + - - - -"),
    ] {
        let (browser, _) = server.begun(role).await;
        for (path, cell) in all.into_iter().zip(open.split(' ')) {
            let page = browser.get(path).await;
            let status = if cell == "+" { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, status, "{role} {path}");
            let none = page.body.contains("There are no commands yet");
            let manages = path == "/admin/commands" && role.scopes().has(model::Scope::CommandsReadonly);
            assert_eq!(none, manages, "{role} {path}");
            assert_eq!(page.body.contains("Not for your role"), cell == "-" && !manages, "{role} {path}");
        }
        let has = |open: bool| if open { StatusCode::OK } else { StatusCode::FORBIDDEN };
        let billing = browser.call("/_fn/billing", "{}").await;
        assert_eq!(billing.status, has(role.as_str().contains("Billing")), "{role}");
        let ask = browser.call("/_fn/whom_to_ask", "{}").await;
        assert_eq!(ask.status, has(role.as_str().contains("Command")), "{role}");
        let home = browser.call("/_fn/homepage", "{}").await;
        let narrow = role == DefaultRole::BillingOnly || role.as_str().contains("Command");
        assert_eq!(home.status, has(!narrow), "{role}");
    }
}

#[tokio::test]
async fn the_nav_shows_the_area_and_nothing_else() {
    let server = TestServer::set_up().await;
    for (role, shown) in [
        (DefaultRole::CommandRunner, "- + - - -"),
        (DefaultRole::CommandRunnerWithBilling, "- + + - -"),
        (DefaultRole::BillingOnly, "- - + - -"),
    ] {
        let (browser, to) = server.begun(role).await;
        let page = browser.get(&to).await;
        let nav = page.between("<nav aria-label=\"Main\"", "</nav>");
        for (what, cell) in SIDE.into_iter().zip(shown.split(' ')) {
            assert_eq!(nav.contains(what), cell == "+", "{role} {what}: {nav}");
        }
    }
    let browser = server.browser();
    browser.sign_in("commandrunner@example.org", PASSWORD).await;
    let commands = browser.get("/admin/commands").await;
    assert!(commands.body.contains("No command has been granted to you"), "{}", commands.body);
    assert!(commands.body.contains("Ask your administrator"), "{}", commands.body);
}

#[tokio::test]
async fn a_zone_is_chosen_and_a_bad_one_is_told() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let path = "/admin/account/time-zone";
    for wrong in ["Mars/Base", "../../etc/passwd", "posix/Europe/Berlin", "<script>", "\0"] {
        let page = browser.post(path, &[("time_zone", wrong)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.body.contains("id=\"time_zone-error\""), "{wrong}: {}", page.body);
        assert!(!page.body.contains("<script>"), "{wrong}");
    }
    let page = browser.post(path, &[("time_zone", " pacific/auckland ")]).await;
    assert_eq!(page.to(), "/admin/account?done=zone", "{}", page.body);
    // 09:00 UTC is 22:00 there, whatever the browser says.
    browser.present("bw_zone", "Europe/Berlin");
    let page = browser.get("/admin/account").await;
    assert!(page.body.contains("value=\"Pacific/Auckland\""), "{}", page.body);
    assert!(page.body.contains("22 Nov 2026, 22:00"), "{}", page.body);
    assert!(browser.get("/admin/account/sessions").await.body.contains("(Pacific/Auckland)"));
    let days = browser.call("/_fn/homepage", "{}").await.body;
    assert!(days.contains("2026-11-22"), "{days}");
    assert_eq!(browser.post(path, &[("time_zone", "")]).await.to(), "/admin/account?done=zone");
    assert!(browser.get("/admin/account").await.body.contains("22 Nov 2026, 10:00"), "as the browser has it");
    assert_eq!(
        server.browser().post(path, &[("time_zone", "")]).await.to(),
        "/admin/login?next=%2Fadmin%2Faccount"
    );
}

#[tokio::test]
async fn what_is_new_is_unread_until_it_is_seen() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    assert!(!browser.get("/admin").await.body.contains("something is new"), "not to whoever has just come");
    let page = browser.get("/admin/whats-new").await;
    assert!(page.body.contains("In this version") || page.body.contains("Version "), "{}", page.body);
    server.knows_only(&browser, "0.0.1").await;
    assert!(browser.get("/admin").await.body.contains("something is new"));
    let email = server.administrator("rosa", DefaultRole::ReadOnly).await;
    let other = server.browser();
    other.sign_in(&email, PASSWORD).await;
    assert!(!other.get("/admin/users").await.body.contains("something is new"), "nor to her");
    server.knows_only(&other, "unreleased-0123456789abcdef").await;
    assert_eq!(browser.call("/_fn/see_whats_new", "{}").await.status, StatusCode::OK);
    assert!(!browser.get("/admin").await.body.contains("something is new"));
    assert!(other.get("/admin").await.body.contains("something is new"), "each sees it for themselves");
}

#[tokio::test]
async fn whether_one_wants_news_is_ones_own_to_say() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let (own, news) = ("/admin/account", "/admin/account/whats-new");
    let ticked = |page: &Page| page.between("name=\"whats_new\"", ">").contains("checked");
    let page = browser.get(own).await;
    assert!(ticked(&page));
    let version = page.between("name=\"version\" value=\"", "\"").to_owned();
    assert_eq!(browser.post(news, &[("version", &version)]).await.to(), "/admin/account?done=news-off");
    let page = browser.get("/admin/account?done=news-off").await;
    assert!(!ticked(&page) && page.body.contains("You get no emails about new versions."), "{}", page.body);
    let late = browser.post(news, &[("version", &version), ("whats_new", "1")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("This has been changed meanwhile"), "{}", late.body);
    let version = late.between("name=\"version\" value=\"", "\"").to_owned();
    let on = browser.post(news, &[("version", &version), ("whats_new", "1")]).await;
    assert_eq!(on.to(), "/admin/account?done=news-on");
    assert_eq!(server.browser().post(news, &[]).await.to(), "/admin/login?next=%2Fadmin%2Faccount");
}

/// Sees settings, and neither users nor sign-ins.
#[tokio::test]
async fn a_role_without_figures_is_told_where_its_screens_are() {
    let server = TestServer::set_up().await;
    let system = server.system();
    for (name, scope, told) in [
        ("Clerk", model::Scope::Organizations, "What it does see is in the menu."),
        ("Groups", model::Scope::Groups, "This release has no other screens for it."),
    ] {
        let template = model::role::CustomRoleForm::from_template(DefaultRole::ReadOnly);
        let scopes = model::Scopes::of(&[scope]);
        let form = model::role::CustomRoleForm { name: name.into(), scopes, ..template };
        let id = server.directory.roles().create(&system, &form).await.unwrap();
        let email = format!("{}@example.org", name.to_lowercase());
        let form = AdministratorForm {
            first_name: name.into(),
            last_name: "Admin".into(),
            email: email.clone(),
            role: id.to_string(),
            ..AdministratorForm::default()
        };
        server.directory.administrators().add(&system, &form, PASSWORD).await.unwrap();
        let browser = server.browser();
        browser.sign_in(&email, PASSWORD).await;
        let page = browser.get("/admin").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(told), "{name}: {}", page.body);
        assert_eq!(page.body.contains("Open Settings"), name == "Clerk");
    }
}
