use super::*;

const HOSTILE: &[&str] = &[
    "",
    " ",
    "\0",
    "a\u{0}b@example.org",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' OR 1=1 --",
    "%_\\",
    "\r\nSet-Cookie: a=b",
    "\u{202E}gro.elpmaxe",
    "\u{FFFD}\u{FEFF}",
    "💥💥💥",
    "9223372036854775808",
    "-1",
    "../../etc/passwd",
    "//evil.example",
    "true",
    "[]",
];

/// Every form of the sign-in pages and the account, with its fields.
const FORMS: &[(&str, &[&str])] = &[
    ("/admin/login", &["email", "password", "next"]),
    ("/admin/login/challenge", &["code", "next", "recovery"]),
    ("/admin/forgot-password", &["email"]),
    ("/admin/reset-password", &["token", "password"]),
    ("/admin/reset-totp", &["token", "passkeys"]),
    ("/admin/logout", &[]),
    ("/admin/account", &["version", "first_name", "last_name"]),
    ("/admin/account/security/password", &["current_password", "password"]),
    ("/admin/account/security/reauthenticate", &["then", "current_password"]),
    ("/admin/account/security/totp", &[]),
    ("/admin/account/security/totp/confirm", &["code"]),
    ("/admin/account/security/totp/remove", &[]),
    ("/admin/account/security/recovery-codes", &[]),
    ("/admin/login/passkey", &["token", "credential", "next"]),
    ("/admin/login/challenge/passkey", &["token", "credential", "next"]),
    ("/admin/account/security/passkeys/new", &["name", "token", "credential"]),
    ("/admin/account/security/passkeys/change", &["id", "name"]),
    ("/admin/account/security/passkeys/remove", &["id"]),
    ("/admin/account/api-key/new", &["expires", "date"]),
    ("/admin/account/api-key/revoke", &[]),
    ("/admin/account/sessions/end", &["id"]),
    ("/admin/account/sessions/end-others", &[]),
];

/// Those of the User Portal.
const USER_FORMS: &[(&str, &[&str])] = &[
    ("/login", &["email", "password", "next"]),
    ("/login/challenge", &["code", "next", "recovery"]),
    ("/login/password", &["password", "next"]),
    ("/login/enroll", &["next"]),
    ("/login/enroll/confirm", &["code", "next"]),
    ("/logout", &[]),
    ("/forgot-password", &["email"]),
    ("/reset-password", &["token", "password"]),
    ("/activate", &["token", "password"]),
    ("/reset-totp", &["token"]),
    ("/security/password", &["current_password", "password"]),
    ("/security/reauthenticate", &["then", "current_password"]),
    ("/security/totp", &[]),
    ("/security/totp/confirm", &["code"]),
    ("/security/totp/remove", &[]),
    ("/security/recovery-codes", &[]),
    ("/login/passkey", &["token", "credential", "next"]),
    ("/login/challenge/passkey", &["token", "credential", "next"]),
    ("/login/enroll/passkey", &["name", "token", "credential", "next"]),
    ("/security/passkeys/new", &["name", "token", "credential"]),
    ("/security/passkeys/change", &["id", "name"]),
    ("/security/passkeys/remove", &["id"]),
    ("/security/sessions/end", &["id"]),
    ("/security/sessions/end-others", &[]),
    ("/security/ssh-keys", &["name", "public_key"]),
    ("/security/ssh-keys/remove", &["id"]),
];

fn harmless(page: &Page, what: &str) {
    assert!(!page.status.is_server_error(), "{what}: {} {}", page.status, page.body);
    assert!(
        !page.body.contains("<script>alert") && !page.body.contains("<img src=x"),
        "{what}: {}",
        page.body
    );
    assert!(
        page.headers.get_all(header::SET_COOKIE).iter().all(|c| !c.as_bytes().starts_with(b"a=b")),
        "{what}"
    );
    let here = page.to().starts_with('/') && !page.to().starts_with("//");
    assert!(page.to().is_empty() || here, "{what}: {}", page.to());
}

#[tokio::test]
async fn hostile_text_in_any_field_does_no_harm() {
    let server = TestServer::set_up().await;
    server.user("ada").await;
    let browser = server.grace().await;
    for (name, value) in server.signed_in("ada").await.cookies.into_inner() {
        browser.present(&name, &value);
    }
    let long = "x".repeat(100_000);
    for (path, fields) in FORMS.iter().chain(USER_FORMS) {
        // Signing in and out would take the session away that the others need.
        let browser = if path.contains("log") { &server.browser() } else { &browser };
        for text in HOSTILE.iter().copied().chain([long.as_str()]) {
            let form: Vec<(&str, &str)> = fields.iter().map(|field| (*field, text)).collect();
            harmless(&browser.post(path, &form).await, &format!("{path} {text:.40}"));
            for field in *fields {
                harmless(&browser.post(path, &[(field, text)]).await, &format!("{path} {field} {text:.40}"));
            }
        }
    }
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let huge = "a=".to_owned() + &"x".repeat(2 * 1024 * 1024);
    for (path, fields) in FORMS.iter().chain(USER_FORMS).filter(|(_, fields)| !fields.is_empty()) {
        let twice = format!("{0}=a&{0}=b", fields[0]);
        for (kind, body) in [
            ("application/json", "{\"email\": 1}"),
            ("text/plain", "email=a"),
            ("multipart/form-data", "--x"),
            ("application/x-www-form-urlencoded", "%"),
            ("application/x-www-form-urlencoded", "%FF%FE=%00&&&==="),
            ("application/x-www-form-urlencoded", twice.as_str()),
            ("application/x-www-form-urlencoded", huge.as_str()),
        ] {
            let request = Request::post(*path)
                .header(header::CONTENT_TYPE, kind)
                .header(header::ACCEPT, "text/html")
                .header("sec-fetch-site", "same-origin");
            let page = browser.send(request, body.to_owned().into()).await;
            harmless(&page, &format!("{path} {kind} {body:.40}"));
            if body.len() > 1024 * 1024 {
                assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn hostile_addresses_and_cookies_do_no_harm() {
    let server = TestServer::set_up().await;
    for text in HOSTILE {
        let text = escaped(text);
        let browser = server.browser();
        browser.present(SESSION, &text);
        browser.present(CHALLENGE, &text);
        browser.present(USER_SESSION, &text);
        browser.present(USER_STEP, &text);
        browser.present("bw_zone", &text);
        browser.present("bw_theme", &text);
        for path in [
            format!("/admin/login?next={text}"),
            format!("/admin/login/challenge?next={text}&recovery={text}"),
            format!("/admin/{text}"),
            format!("/setup?token={text}"),
            format!("/admin/account/security/reauthenticate?then={text}"),
            format!("/login?next={text}"),
            format!("/login/challenge?next={text}&recovery={text}"),
            format!("/login/password?next={text}"),
            format!("/login/enroll?next={text}"),
            format!("/{text}"),
            format!("/profile/{text}"),
            format!("/activate?token={text}"),
            format!("/reset-password?token={text}"),
            format!("/reset-totp?token={text}"),
            format!("/admin/reset-password?token={text}"),
        ] {
            harmless(&browser.get(&path).await, &path);
        }
    }
}

#[tokio::test]
async fn a_hostile_set_up_keeps_the_token_good() {
    let server = TestServer::new().await;
    let token = server.token().await;
    let path = format!("/setup?token={token}");
    let fields = ["organization", "first_name", "last_name", "email", "password", "start_with", "people"];
    let long = "x".repeat(200_000);
    for text in HOSTILE.iter().copied().chain([long.as_str()]) {
        let form: Vec<(&str, &[u8])> = fields.iter().map(|field| (*field, text.as_bytes())).collect();
        harmless(&server.browser().upload(&path, &form).await, &format!("{text:.40}"));
    }
    for file in [&b"\xFF\xFE\x00"[..], b"PK\x03\x04", b"\n\n\n", b"a;b\n1;2\n"] {
        let mut form: Vec<(&str, &[u8])> = vec![
            ("organization", b"Example Org"),
            ("first_name", b"Grace"),
            ("last_name", b"Hopper"),
            ("email", EMAIL.as_bytes()),
            ("password", PASSWORD.as_bytes()),
            ("start_with", b"csv"),
        ];
        form.push(("people", file));
        let page = server.browser().upload(&path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{file:?}: {}", page.body);
    }
    let request = Request::post(&path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier")
        .header("sec-fetch-site", "same-origin");
    let cut = server.browser().send(request, "--frontier\r\nContent-Disp".into()).await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.directory.settings().name().await.unwrap(), None);
    assert_eq!(server.browser().get(&path).await.status, StatusCode::OK);
}

/// What is stored about somebody is text wherever it is shown, in a field of several lines and the
/// page's title, too.
#[tokio::test]
async fn hostile_attributes_are_shown_as_text() {
    let server = TestServer::set_up().await;
    let id = server.user("ada").await;
    let system = server.system();
    let mut user = server.directory.users().read(&system, id).await.unwrap();
    let text = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>";
    for attribute in model::user::TextAttribute::ALL.iter().filter(|one| !one.is_email()) {
        if *attribute != model::user::TextAttribute::LocalAccount {
            user.form.set_text(*attribute, text);
        }
    }
    let update = model::user::UserUpdate { id, version: user.version, form: user.form };
    server.directory.users().update(&system, &update).await.unwrap();
    let (grace, ada) = (server.grace().await, server.signed_in("ada").await);
    for path in [format!("/admin/users/{id}"), "/admin/users".to_owned(), "/admin".to_owned()] {
        let page = grace.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        harmless(&page, &path);
    }
    for path in ["/", "/profile", "/security", "/security/ssh-keys"] {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        harmless(&page, path);
    }
}
