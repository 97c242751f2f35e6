use model::user::{NewUser, Selection, TextAttribute, UserForm};
use model::{DefaultRole, Id};

use super::*;

impl TestServer {
    async fn nameless(&self, username: &str) -> Id {
        let mut form = UserForm {
            username: username.into(),
            email: format!("{username}@example.org"),
            ..UserForm::default()
        };
        form.set_text(TextAttribute::FirstName, username);
        let new = NewUser { form, ..NewUser::default() };
        self.directory.users().create(&self.system(), &new).await.unwrap()
    }
}

#[tokio::test]
async fn an_address_of_nobody_is_not_found() {
    let server = TestServer::set_up().await;
    let ada = server.nameless("ada").await;
    let browser = server.grace().await;
    let nobody = Id::from([7; 12]);
    for path in [
        format!("/admin/users/{nobody}"),
        format!("/admin/users/{nobody}/activity"),
        "/admin/users/nonsense".to_owned(),
        format!("/admin/users/{ada}/nonsense"),
        format!("/admin/users/{ada}/details/nonsense"),
        format!("/admin/users/deleted/{nobody}"),
        format!("/admin/settings/administrators/{nobody}"),
        "/admin/settings/administrators/nonsense".to_owned(),
        "/admin/nonsense".to_owned(),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.body);
        assert!(page.body.contains("ot found · Bailiwick</title>"), "{path}: {}", page.body);
    }
    for tab in ["", "/details", "/activity"] {
        let page = browser.get(&format!("/admin/users/{ada}{tab}")).await;
        assert_eq!(page.status, StatusCode::OK, "{tab}");
        assert!(page.body.contains("<title>ada · Bailiwick</title>"), "{tab}: {}", page.body);
    }
}

#[tokio::test]
async fn a_deleted_user_is_shown_until_they_are_erased() {
    let server = TestServer::set_up().await;
    let (ada, browser) = (server.nameless("ada").await, server.grace().await);
    let users = server.directory.users();
    users.delete(&server.system(), &Selection::These(vec![ada])).await.unwrap();
    for path in [format!("/admin/users/{ada}"), format!("/admin/users/deleted/{ada}")] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("Restore user") && !page.body.contains("Save user"), "{path}");
    }
    assert!(browser.get("/admin/users/deleted").await.body.contains("ada@example.org"));
    assert!(!browser.get("/admin/users").await.body.contains("ada@example.org"));
    users.purge(&server.system(), &[ada]).await.unwrap();
    assert_eq!(browser.get(&format!("/admin/users/{ada}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_may_not_add_a_user_is_told_so_and_sees_no_form() {
    let server = TestServer::set_up().await;
    let email = server.administrator("rita", DefaultRole::ReadOnly).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    let page = browser.get("/admin/users/new").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Your role is Read Only"), "{}", page.body);
    assert!(!page.body.contains("new-user-form"), "{}", page.body);
}

#[tokio::test]
async fn a_list_says_what_it_does_not_have() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    for (query, said) in [
        ("sort=nonsense", "cannot be sorted by “nonsense”"),
        ("filter=nonsense:is:x", "no column “nonsense”"),
        ("filter=nonsense", "“nonsense” cannot be read"),
        ("filter=state:is:GONE", "“GONE” is not a state"),
        ("columns=name,nonsense", "no column “nonsense”"),
    ] {
        for path in ["/admin/users", "/admin/users/deleted", "/admin/settings/administrators"] {
            if query.contains("GONE") && path != "/admin/users" {
                continue;
            }
            let page = browser.get(&format!("{path}?{query}")).await;
            let whole = format!("href=\"{path}\"");
            assert!(page.body.contains(said), "{path}?{query}: {}", page.body);
            assert!(page.body.contains("Clear filters") && page.body.contains(&whole), "{path}?{query}");
            assert!(!page.body.contains("Retry"), "{path}?{query}");
        }
    }
    let page = browser.get("/admin/users?q=a&after=nonsense").await;
    assert!(page.body.contains("Go to the first page"), "{}", page.body);
    assert!(page.body.contains("href=\"/admin/users?q=a\""), "{}", page.body);
    for rows in ["7", "all"] {
        let page = browser.get(&format!("/admin/users?q=a&rows={rows}")).await;
        for part in ["A page has 10, 20, 50 or 100 rows.", "Show 50 rows", "href=\"/admin/users?q=a\""] {
            assert!(page.body.contains(part), "{rows}, {part}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_address_without() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    for (address, plain) in [("/admin/", "/admin"), ("/admin/users/?q=a", "/admin/users?q=a")] {
        let page = browser.get(address).await;
        assert_eq!((page.status, page.to()), (StatusCode::PERMANENT_REDIRECT, plain));
    }
    for address in ["//evil.example/", "/\\evil.example/"] {
        assert_eq!(browser.get(address).await.to(), "", "{address}");
    }
}

#[tokio::test]
async fn without_javascript_the_portal_says_what_it_needs() {
    let server = TestServer::set_up().await;
    let page = server.grace().await.get("/admin/users").await;
    assert!(page.between("<noscript>", "</noscript>").contains("needs JavaScript"));
}
