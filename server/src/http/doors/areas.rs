//! Roles that have an area of their own, and what of it the pages of others show.

use super::*;

impl World {
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
    let world = World::set_up().await;
    for (role, place) in [
        (DefaultRole::AdministratorWithBilling, "/admin"),
        (DefaultRole::ReadOnly, "/admin"),
        (DefaultRole::CommandRunner, "/admin/commands"),
        (DefaultRole::CommandRunnerWithBilling, "/admin/commands"),
        (DefaultRole::BillingOnly, "/admin/settings/billing"),
    ] {
        let (browser, to) = world.begun(role).await;
        assert_eq!(to, place, "{role}");
        assert_eq!(browser.get(&to).await.status, StatusCode::OK, "{role}");
    }
}

#[tokio::test]
async fn an_area_is_for_its_roles_alone() {
    let world = World::set_up().await;
    let all =
        ["/admin/commands", "/admin/settings/billing", "/admin/users", "/admin/settings/administrators"];
    for (role, open) in [
        (DefaultRole::AdministratorWithBilling, "- + + +"),
        (DefaultRole::Administrator, "- - + +"),
        (DefaultRole::ReadOnly, "- - + +"),
        (DefaultRole::CommandRunner, "+ - - -"),
        (DefaultRole::CommandRunnerWithBilling, "+ + - -"),
        (DefaultRole::BillingOnly, "- + - -"),
    ] {
        let (browser, _) = world.begun(role).await;
        for (path, cell) in all.into_iter().zip(open.split(' ')) {
            let page = browser.get(path).await;
            let status = if cell == "+" { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, status, "{role} {path}");
            assert_eq!(page.body.contains("Not for your role"), cell == "-", "{role} {path}");
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
    let world = World::set_up().await;
    for (role, shown) in [
        (DefaultRole::CommandRunner, "- + - - -"),
        (DefaultRole::CommandRunnerWithBilling, "- + + - -"),
        (DefaultRole::BillingOnly, "- - + - -"),
    ] {
        let (browser, to) = world.begun(role).await;
        let page = browser.get(&to).await;
        let nav = page.between("<nav aria-label=\"Main\"", "</nav>");
        for (what, cell) in SIDE.into_iter().zip(shown.split(' ')) {
            assert_eq!(nav.contains(what), cell == "+", "{role} {what}: {nav}");
        }
    }
    let browser = world.browser();
    browser.sign_in("commandrunner@example.org", PASSWORD).await;
    let commands = browser.get("/admin/commands").await;
    assert!(commands.body.contains("No command has been granted to you"), "{}", commands.body);
    assert!(commands.body.contains("Ask your administrator"), "{}", commands.body);
}
