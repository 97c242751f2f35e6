use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use model::password_policy::PolicyForm;
use model::{ErrorCode, PasswordPolicy, Problem};

use super::*;

fn paths() -> BTreeSet<&'static str> {
    let paths: BTreeSet<_> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() >= 15 && paths.contains("/_fn/list_users"), "{paths:?}");
    paths
}

fn problem(page: &Page) -> Problem {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("no problem: {} {}", page.status, page.body))
}

/// The answer says what its status says, in words, and keeps nothing.
fn told(page: &Page, what: &str) {
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{what}");
    if page.status.is_success() {
        return;
    }
    let problem = problem(page);
    assert_eq!(problem.code.status(), page.status.as_u16(), "{what}");
    assert!(page.status.is_client_error() && !problem.message.is_empty(), "{what}: {problem:?}");
}

/// Arguments of all functions at once: each takes those that it knows.
pub(super) fn arguments(text: &str, number: &serde_json::Value) -> String {
    let query = serde_json::json!({
        "search": text, "sort": { "column": text, "descending": true }, "cursor": { "after": text },
        "filters": [{ "column": text, "test": "contains", "values": [text, text] }], "columns": [text],
        "limit": number,
    });
    let form = serde_json::json!({
        "username": text, "email": text, "text": {}, "flags": [], "unix_uid": text, "unix_gid": text,
        "manager": null, "addresses": [], "phones": [], "custom": [{ "name": text, "value": text }],
    });
    let names = serde_json::json!({
        "first_name": text, "last_name": text, "email": text, "role": text, "mfa_required": true, "whats_new": false,
        "api_access": true,
    });
    let role = serde_json::json!({
        "name": text, "description": text, "template": "Help Desk", "scopes": ["users.readonly"],
    });
    let view = serde_json::json!({ "name": text, "query": query, "shared": false, "default": true });
    let policy = PolicyForm { min_length: text.to_owned(), ..PolicyForm::from(&PasswordPolicy::default()) };
    let mut all = serde_json::json!({
        "form": policy, "query": query, "id": "0123456789abcdef01234567", "ids": ["0123456789abcdef01234567"], "before": number,
        "user": { "form": form, "state": null }, "passkey": "0123456789abcdef01234567", "key": "0123456789abcdef01234567", "notify": { "to": text }, "version": number,
        "new": { "password": text, "must_change": true }, "requirement": { "require": { "days": 7 } },
        "update": {
            "id": "0123456789abcdef01234567", "version": number, "form": form,
            "at": { "date": text, "time": text, "zone": text }, "notify": { "to": text },
        },
        "action": "suspend",
        "schedule": {
            "change": "SUSPENDED", "at": { "date": text, "time": text, "zone": text }, "notify": "nobody",
        },
        "administrator": {
            "first_name": text, "last_name": text, "email": text, "role": text, "mfa_required": true, "whats_new": false,
            "id": "0123456789abcdef01234567", "version": number, "form": names,
        },
        "contact": {
            "name": text, "email": text, "street": text, "city": text, "region": text, "postal_code": text,
            "country": text, "delivery": "post",
        },
        "entry": { "begun": text, "reference": text }, "from": null, "suspended": true, "selection": { "these": ["0123456789abcdef01234567"] }, "text": text, "list": text,
        "encoding": "utf-8", "separator": "comma", "choices": {
            "encoding": "utf-8", "separator": "comma", "columns": [], "by": "email", "existing": "refuse",
            "usernames": "local_part", "good_rows": false, "state": null, "email": false, "remember": false,
        },
        "job": { "action": "suspend", "selection": { "matching": query } },
        "profile": {
            "name": text, "contact_name": text, "contact_email": text, "users_can_edit": false, "require_admin_mfa": false,
            "new_users": { "manualEntry": "STAGED", "csvImport": "SUSPENDED", "applicationImport": "ACTIVATED" },
        },
        "settings": {
            "version": number, "from_name": text, "server": {
                "host": text, "port": text, "security": text, "username": text, "password": text, "from": text,
                "plain_confirmed": true,
            },
        },
        "template": { "kind": "welcome", "version": number, "text": {
            "subject": text, "title": text, "header": text, "body": text, "button": text,
        } },
        "role": {
            "name": text, "description": text, "template": "Help Desk", "scopes": ["administrators"],
            "id": "0123456789abcdef01234567", "version": number, "form": role,
        },
        "email": text, "kind": "welcome", "password": text,
        "choice": { "columns": [text, text], "last_first": true },
    });
    let groups = serde_json::json!({
        "search": text, "group": "0123456789abcdef01234567", "which": "all",
        "users": ["0123456789abcdef01234567"], "at": { "date": text, "time": text, "zone": text },
        "period": { "starts": { "date": text, "time": text, "zone": text } },
        "add": { "group": "0123456789abcdef01234567", "period": { "ends": { "date": text, "time": text, "zone": text } } },
        "binding": { "resource": "0123456789abcdef01234567", "bound": "user", "ids": ["0123456789abcdef01234567"] },
        "subgroup": { "group": "0123456789abcdef01234567", "subgroup": "0123456789abcdef01234567" },
    });
    for (name, value) in groups.as_object().unwrap() {
        all[name] = value.clone();
    }
    let condition =
        serde_json::json!({ "condition": { "field": text, "operator": "equals", "values": [text] } });
    let rule = serde_json::json!({
        "mode": "automatic", "brake": 25, "join": "all", "parts": [condition],
        "rule": { "join": "all", "parts": [condition] },
    });
    let mut saved = rule.clone();
    saved["rule"] = rule;
    saved["rule"]["parts"] = serde_json::json!([condition]);
    saved["group"] = "0123456789abcdef01234567".into();
    saved["version"] = number.clone();
    saved["leaving"] = 0.into();
    all["rule"] = saved;
    all["test"] = serde_json::json!(["0123456789abcdef01234567"]);
    all["leaving"] = 0.into();
    all["exception"] = serde_json::json!({
        "group": "0123456789abcdef01234567", "kind": "include", "reason": text,
        "ends": { "date": text, "time": text, "zone": text },
    });
    // Apart from the others, whose macro expands as deep as it may.
    all["profile"]["portal_idle_minutes"] = 60.into();
    all["widgets"] = serde_json::json!(["figures", "sign_ins"]);
    all["reason"] = text.into();
    all["view"] = serde_json::json!({
        "id": "0123456789abcdef01234567", "version": number, "form": view,
        "name": text, "query": query, "shared": false, "default": true,
    });
    all.to_string()
}

#[tokio::test]
async fn nobody_is_answered_without_a_session() {
    let server = TestServer::set_up().await;
    for path in paths() {
        for body in ["{}".to_owned(), arguments("a", &1.into())] {
            let page = server.browser().call(path, body).await;
            told(&page, path);
            let code = problem(&page).code;
            assert!([ErrorCode::NotSignedIn, ErrorCode::Malformed].contains(&code), "{path}: {code:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let deep = "[".repeat(100_000);
    for path in paths() {
        for body in [&b""[..], b"{", b"not json", b"\xFF\xFE", b"[]", b"null", b"1e999", deep.as_bytes()] {
            let page = browser.call(path, body.to_vec()).await;
            told(&page, path);
            // Functions without arguments take `null` and `[]` for none; those of the other portal
            // then find nobody, and the one of those who run commands is not for Grace.
            let elsewhere = [ErrorCode::NotSignedIn, ErrorCode::Forbidden];
            if page.status != StatusCode::OK && !elsewhere.contains(&problem(&page).code) {
                assert_eq!(
                    problem(&page).code,
                    ErrorCode::Malformed,
                    "{path} {:?}",
                    &body[..body.len().min(8)]
                );
            }
        }
        let page = browser.call(path, vec![b'x'; 1024 * 1024 + 1]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(browser.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn hostile_arguments_are_answered_in_words() {
    let server = TestServer::set_up().await;
    let browser = server.grace().await;
    let long = "é".repeat(200_000);
    let texts = ["", "\0", "'; DROP TABLE users; --", "%_\\", "\"*^~", "\u{202E}", "name", "-1", "😀", &long];
    let numbers: [serde_json::Value; 5] = [0.into(), 1.into(), u32::MAX.into(), i64::MAX.into(), (-1).into()];
    for path in paths() {
        for (index, text) in texts.iter().enumerate() {
            let page = browser.call(path, arguments(text, &numbers[index % numbers.len()])).await;
            told(&page, &format!("{path} {text:.20}"));
        }
    }
    assert_eq!(server.people().await, 0);
}

#[tokio::test]
async fn a_role_that_may_not_is_refused() {
    let server = TestServer::set_up().await;
    let email = server.administrator("bill", DefaultRole::BillingOnly).await;
    let browser = server.browser();
    browser.sign_in(&email, PASSWORD).await;
    for path in [
        "/_fn/list_users",
        "/_fn/list_administrators",
        "/_fn/user_figures",
        "/_fn/list_messages",
        "/_fn/list_jobs",
        "/_fn/list_events",
        "/_fn/event_histogram",
        "/_fn/homepage",
        "/_fn/whom_to_ask",
    ] {
        let query = serde_json::json!({ "query": model::ListQuery::default() }).to_string();
        let page = browser.call(path, query).await;
        told(&page, path);
        assert_eq!(problem(&page).code, ErrorCode::Forbidden, "{path}");
        assert!(problem(&page).message.contains("Billing Only"), "{path}");
    }
}
