//! Scheduled changes of users' states in the REST API.

use model::event::EventKind;
use model::{Id, Scope};
use serde_json::{Value, json};

use super::api::{Answer, Program, USERS};
use super::*;

const PATH: &str = "/api/v2/bulk/userstates";
const LATER: &str = "2099-12-01T08:00:00Z";

async fn schedule(program: &Program<'_>, body: Value) -> Answer {
    program.json(Request::post(PATH), body).await
}

fn suspend(ids: &[Id]) -> Value {
    let ids: Vec<_> = ids.iter().map(Id::to_string).collect();
    json!({ "user_ids": ids, "state": "SUSPENDED", "start_date": "2030-06-01T08:00:59+02:00" })
}

#[tokio::test]
async fn many_are_scheduled_listed_and_cancelled() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let program = server.program_of("max", DefaultRole::Manager).await;
    let made = schedule(&program, suspend(&[bob, ada])).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let rows = made.body.as_array().unwrap();
    for (row, user) in rows.iter().zip([bob, ada]) {
        let keys = ["scheduledDate", "scheduledJobId", "state", "systemUserId"];
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
        assert_eq!(row["systemUserId"], user.to_string(), "in the order of the request");
        // To the minute, in UTC.
        assert_eq!(
            (&row["scheduledDate"], &row["state"]),
            (&json!("2030-06-01T06:00:00.000000Z"), &json!("SUSPENDED"))
        );
    }
    assert_eq!(server.events(EventKind::UserSuspensionScheduleCreate).await, 2);

    let again = json!({
        "user_ids": [ada.to_string()], "state": "ACTIVATED", "start_date": "2030-07-01T00:00:00Z",
        "send_activation_emails": true,
    });
    assert_eq!(schedule(&program, again).await.status, StatusCode::CREATED);
    let all = program.get(&format!("{PATH}?limit=2")).await;
    assert_eq!((all.headers["x-total-count"].as_bytes(), all.body.as_array().unwrap().len()), (&b"3"[..], 2));
    let rest = program.get(&format!("{PATH}?limit=2&skip=2")).await;
    assert_eq!(rest.body[0]["state"], "ACTIVATED");
    let of_bob = program.get(&format!("{PATH}?userid={bob}")).await;
    assert_eq!((of_bob.body.as_array().unwrap().len(), &of_bob.body[0]), (1, &rows[0]));

    let one = format!("{PATH}/{}", rows[0]["scheduledJobId"].as_str().unwrap());
    assert_eq!(program.send(Request::delete(&one), "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.send(Request::delete(&one), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.send(Request::delete(format!("{PATH}/x")), "").await.status, StatusCode::NOT_FOUND);
    assert!(program.get(&format!("{PATH}?userid={bob}")).await.body.as_array().unwrap().is_empty());
    assert_eq!(server.events(EventKind::UserSuspensionScheduleDelete).await, 1);
}

#[tokio::test]
async fn all_are_scheduled_or_none_and_each_reason_is_told() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await, server.user("bob").await);
    let program = server.program_of("max", DefaultRole::Manager).await;
    let suspended = program.post(bob, "state/suspend", "").await;
    assert_eq!(suspended.status, StatusCode::NO_CONTENT);
    let refused = schedule(&program, suspend(&[ada, bob])).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert_eq!(refused.body["fields"][0]["field"], "user_ids[1]");
    assert!(refused.body["message"].as_str().unwrap().contains("is Suspended already"));
    assert!(program.get(PATH).await.body.as_array().unwrap().is_empty());

    let ids = json!([ada.to_string()]);
    for (body, status, field) in [
        (json!({}), 422, "user_ids"),
        (json!({ "user_ids": [], "state": "SUSPENDED", "start_date": LATER }), 422, "user_ids"),
        (json!({ "user_ids": ids, "state": "STAGED", "start_date": LATER }), 422, "state"),
        (
            json!({ "user_ids": ids, "state": "SUSPENDED", "start_date": "2001-01-01T00:00:00Z" }),
            422,
            "start_date",
        ),
        (json!({ "user_ids": ids, "state": "SUSPENDED", "start_date": LATER }), 422, "start_date"),
        (json!({ "user_ids": ids, "state": "SUSPENDED", "start_date": LATER, "when": 1 }), 400, "when"),
        (
            json!({ "user_ids": ids, "state": "ACTIVATED", "start_date": "2030-01-01T00:00:00Z", "activation_email_override": "no" }),
            422,
            "activation_email_override",
        ),
    ] {
        let answer = schedule(&program, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body} {}", answer.body);
        assert_eq!(answer.body["fields"][0]["field"], field, "{body} {}", answer.body);
    }
    for query in ["?limit=0", "?limit=101", "?userid=x", "?sort=id"] {
        assert_eq!(program.get(&format!("{PATH}{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn each_state_takes_its_own_scope() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let scopes = [Scope::UsersReadonly, Scope::UsersStateActivate];
    let activates = server.program_with("activates", &scopes).await;
    assert_eq!(schedule(&activates, suspend(&[ada])).await.status, StatusCode::FORBIDDEN);
    let max = server.program_of("max", DefaultRole::Manager).await;
    let made = schedule(&max, suspend(&[ada])).await;
    let one = format!("{PATH}/{}", made.body[0]["scheduledJobId"].as_str().unwrap());
    assert_eq!(activates.send(Request::delete(&one), "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(activates.get(PATH).await.body.as_array().unwrap().len(), 1);
    let user = max.get(&format!("{USERS}/{ada}")).await.body;
    assert_eq!(user["state"], "ACTIVATED");
}
