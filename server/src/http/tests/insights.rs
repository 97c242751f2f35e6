//! Directory Insights for programs.

use serde_json::{Value, json};

use super::api::{Answer, Program};
use super::*;

const EVENTS: &str = "/api/insights/directory/v1/events";

fn query(more: &Value) -> Value {
    let mut body = json!({ "service": ["all"], "start_time": "2026-01-01T00:00:00Z" });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    body
}

async fn ask(program: &Program<'_>, of: &str, more: Value) -> Answer {
    program.json(Request::post(format!("{EVENTS}{of}")), query(&more)).await
}

fn kinds(answer: &Answer) -> Vec<&str> {
    answer.body.as_array().unwrap().iter().map(|event| event["event_type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn events_are_searched_under_the_names_of_the_reference() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    program.put(ada, json!({ "department": "Engines" })).await;
    let term = json!({ "search_term": { "and": [
        { "event_type": "user_update" }, { "resource.username": "ADA" }, { "initiated_by.type": "admin" },
        { "auth_method": "api-key" }, { "success": true },
    ] } });
    let found = ask(&program, "", term).await;
    assert_eq!((found.status, kinds(&found)), (StatusCode::OK, vec!["user_update"]), "{}", found.body);
    let event = &found.body[0];
    assert_eq!((&event["service"], &event["auth_method"]), (&json!("directory"), &json!("api-key")));
    assert_eq!(event["resource"]["id"], ada.to_string());
    assert_eq!(event["resource"]["username"], "ada");
    assert_eq!(event["initiated_by"]["type"], "admin");
    assert_eq!(event["initiated_by"]["email"], "max@example.org");
    assert!(event["changes"].as_array().unwrap().iter().any(|change| change["to"] == "Engines"));
    let some = ask(&program, "", json!({ "fields": ["id", "event_type"], "limit": 1 })).await;
    assert_eq!(some.body[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["event_type", "id"]);
    for (term, some) in [
        (json!({ "or": [{ "event_type": "user_delete" }, { "resource.id": ada.to_string() }] }), true),
        (
            json!({ "and": [{ "event_type": "user_create" }, { "not": { "resource.username": "ada" } }] }),
            false,
        ),
        (json!({ "event_type": ["user_create", "user_delete"] }), true),
        (json!({ "initiated_by.email": "nobody@example.org" }), false),
    ] {
        let found = ask(&program, "", json!({ "search_term": term })).await;
        assert_eq!(!kinds(&found).is_empty(), some, "{term} {}", found.body);
    }
    assert!(kinds(&ask(&program, "", json!({ "service": ["ldap"] })).await).is_empty());
    assert!(!kinds(&ask(&program, "", json!({ "q": "engines ada" })).await).is_empty());
    assert!(kinds(&ask(&program, "", json!({ "end_time": "2026-01-02T00:00:00Z" })).await).is_empty());
}

/// Page after page, in both orders, while events arrive: each once, none left out.
#[tokio::test]
async fn pages_lead_on_by_their_headers() {
    let server = TestServer::set_up().await;
    for number in 0..12 {
        server.user(&format!("user{number}")).await;
    }
    let program = server.program_of("max", DefaultRole::ReadOnly).await;
    for sort in ["ASC", "DESC"] {
        let all = ask(&program, "", json!({ "sort": sort })).await;
        let ids = |answer: &Answer| -> Vec<String> {
            answer.body.as_array().unwrap().iter().map(|event| event["id"].to_string()).collect()
        };
        let (mut seen, mut after) = (vec![], json!([]));
        loop {
            let page = ask(&program, "", json!({ "sort": sort, "limit": 5, "search_after": after })).await;
            let said = |name: &str| page.headers[name].to_str().unwrap().to_owned();
            assert_eq!((said("x-limit").as_str(), said("x-sort").as_str()), ("5", sort));
            assert_eq!(said("x-result-count"), ids(&page).len().to_string());
            seen.extend(ids(&page));
            after = serde_json::from_str(&said("x-search_after")).unwrap();
            if ids(&page).len() < 5 {
                break;
            }
            if sort == "DESC" {
                server.user(&format!("late{}", seen.len())).await;
            }
        }
        assert_eq!(seen, ids(&all), "{sort}");
    }
}

#[tokio::test]
async fn events_are_counted() {
    let server = TestServer::set_up().await;
    for name in ["ada", "bo", "cy"] {
        server.user(name).await;
        server.wait(Duration::from_hours(1));
    }
    let program = server.program_of("max", DefaultRole::HelpDesk).await;
    let created = json!({ "search_term": { "event_type": "user_create" } });
    assert_eq!(ask(&program, "/count", created.clone()).await.body, json!({ "count": 3 }));
    let kinds = ask(&program, "/distinct", json!({ "field": "event_type" })).await.body;
    let buckets = kinds["buckets"].as_array().unwrap();
    assert!(buckets.contains(&json!({ "key": "user_create", "doc_count": 3 })), "{kinds}");
    let mut hourly = created.clone();
    hourly["interval_unit"] = "h".into();
    hourly["interval_value"] = "1".into();
    hourly["timezone"] = "+0100".into();
    let hours = ask(&program, "/interval", hourly).await.body;
    let counts: Vec<_> =
        hours["buckets"].as_array().unwrap().iter().map(|one| one["doc_count"].as_u64()).collect();
    assert_eq!(counts, [Some(1), Some(1), Some(1)], "{hours}");
    assert!(hours["buckets"][0]["key_as_string"].as_str().unwrap().ends_with("+01:00"), "{hours}");
}

#[tokio::test]
async fn what_is_not_known_is_named() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::ReadOnly).await;
    for (of, body, field) in [
        ("", json!({ "colour": 1 }), "colour"),
        ("", json!({ "limit": 10_001 }), "limit"),
        ("", json!({ "search_term": { "useragent": "x" } }), "search_term.useragent"),
        ("/count", json!({ "field": "event_type" }), "field"),
        ("/distinct", json!({}), "field"),
        ("/distinct", json!({ "field": "initiated_by.email" }), "field"),
        ("/interval", json!({ "interval_unit": "h", "interval_value": true }), "interval_value"),
    ] {
        let answer = ask(&program, of, body.clone()).await;
        assert_eq!((answer.status, answer.fields()), (StatusCode::BAD_REQUEST, vec![field]), "{body}");
    }
}
