//! User groups in the REST API.

use serde_json::{Value, json};

use super::api::{Answer, Program};
use super::*;

const GROUPS: &str = "/api/v2/usergroups";

async fn add(program: &Program<'_>, body: &Value) -> Answer {
    program.json(Request::post(GROUPS), body.clone()).await
}

async fn group(program: &Program<'_>, name: &str) -> String {
    let made = add(program, &json!({ "name": name })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

async fn change(program: &Program<'_>, group: &str, op: &str, kind: &str, id: &str) -> StatusCode {
    let body = json!({ "op": op, "type": kind, "id": id });
    program.json(Request::post(format!("{GROUPS}/{group}/members")), body).await.status
}

#[tokio::test]
async fn a_group_is_read_back_as_it_was_sent() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let sent = json!({
        "name": "Field Sales", "description": "Who visits customers", "email": "sales@example.org",
        "attributes": {
            "sudo": { "enabled": true, "withoutPassword": false },
            "ldapGroups": [{ "name": "field" }],
            "posixGroups": [{ "id": 5000, "name": "field_sales" }],
            "radius": { "reply": [{ "name": "Tunnel-Private-Group-Id", "value": "12" }] },
            "sambaEnabled": true,
            "customAttributes": [
                { "name": "floor", "type": "number", "value": 2 },
                { "name": "badge", "type": "boolean", "value": true },
                { "name": "door", "type": "json", "value": { "a": [1] } },
                { "name": "team", "type": "text", "value": "blue" },
            ],
        },
    });
    let made = add(&program, &sent).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let address = format!("{GROUPS}/{}", made.body["id"].as_str().unwrap());
    let read = program.get(&address).await.body;
    assert_eq!(read, made.body);
    for part in ["name", "description", "email", "attributes"] {
        assert_eq!(read[part], sent[part], "{part}");
    }
    // The whole is sent back as it was read; what is left out is empty then.
    let again = program.json(Request::put(&address), read.clone()).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &read));
    let posix = json!({ "posixGroups": [{ "id": 5000, "name": "sales" }] });
    let bare = program.json(Request::put(&address), json!({ "name": "Sales", "attributes": posix })).await;
    assert_eq!((bare.status, &bare.body["description"]), (StatusCode::OK, &json!("")), "{}", bare.body);
    assert_eq!(bare.body["attributes"]["ldapGroups"][0]["name"], "Sales");
    let moved =
        json!({ "name": "Sales", "attributes": { "posixGroups": [{ "id": 5001, "name": "sales" }] } });
    let moved = program.json(Request::put(&address), moved).await;
    assert_eq!(
        (moved.status, &moved.body["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("attributes.posixGroups"),)
    );
    assert_eq!(program.send(Request::delete(&address), "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_named() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    for (body, status, field) in [
        (json!({ "name": 1 }), 400, "name"),
        (json!({ "name": "a", "colour": "red" }), 400, "colour"),
        (json!({ "name": "a", "attributes": { "sudo": true } }), 400, "attributes.sudo"),
        (json!({ "name": "a", "attributes": { "ldap": [] } }), 400, "attributes.ldap"),
        (
            json!({ "name": "a", "attributes": { "posixGroups": [{ "id": "x" }] } }),
            400,
            "attributes.posixGroups",
        ),
        (json!({ "name": "" }), 422, "name"),
        (json!({ "name": "a", "email": "nobody" }), 422, "email"),
        (
            json!({ "name": "a", "attributes": { "posixGroups": [{ "id": 5, "name": "a" }] } }),
            422,
            "attributes.posixGroups",
        ),
    ] {
        let answer = add(&program, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        assert_eq!(answer.body["fields"][0]["field"], field, "{body}");
    }
    group(&program, "Sales").await;
    assert_eq!(add(&program, &json!({ "name": "SALES" })).await.status.as_u16(), 422);
}

#[tokio::test]
async fn members_come_and_go_with_the_ways_that_lead_to_them() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await.to_string(), server.user("bob").await.to_string());
    let program = server.program_of("max", DefaultRole::Manager).await;
    let (staff, sales) = (group(&program, "Staff").await, group(&program, "Sales").await);
    assert_eq!(change(&program, &sales, "add", "user", &ada).await, StatusCode::NO_CONTENT);
    assert_eq!(change(&program, &sales, "add", "user", &ada).await, StatusCode::CONFLICT);
    assert_eq!(change(&program, &sales, "remove", "user", &bob).await, StatusCode::NOT_FOUND);
    assert_eq!(change(&program, &sales, "add", "user", &staff).await, StatusCode::NOT_FOUND);
    assert_eq!(change(&program, &staff, "add", "user_group", &sales).await, StatusCode::NO_CONTENT);
    assert_eq!(change(&program, &sales, "add", "user_group", &staff).await, StatusCode::CONFLICT);
    assert_eq!(change(&program, &staff, "add", "user", &bob).await, StatusCode::NO_CONTENT);
    let node = |kind: &str, id: &str| json!({ "type": kind, "id": id });
    let members = program.get(&format!("{GROUPS}/{staff}/members")).await;
    assert_eq!(members.headers["x-total-count"], "1");
    assert_eq!(members.body, json!([{ "from": node("user_group", &staff), "to": node("user", &bob) }]));
    let all = program.get(&format!("{GROUPS}/{staff}/membership?limit=1")).await;
    assert_eq!(
        (&all.headers["x-total-count"], all.body.as_array().map(Vec::len)),
        (&"2".parse().unwrap(), Some(1))
    );
    let (within, to_ada) = (node("user_group", &sales), node("user", &ada));
    assert_eq!(
        all.body[0]["paths"],
        json!([[
            { "from": node("user_group", &staff), "to": within },
            { "from": within, "to": to_ada },
        ]])
    );
    let of_ada = program.get(&format!("/api/v2/users/{ada}/memberof")).await;
    assert_eq!(of_ada.headers["x-total-count"], "2");
    let names: Vec<_> =
        of_ada.body.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Sales", "Staff"]);
    assert_eq!(
        of_ada.body[1]["paths"],
        json!([[
            { "from": to_ada, "to": within },
            { "from": within, "to": node("user_group", &staff) },
        ]])
    );
    assert_eq!(change(&program, &staff, "remove", "user_group", &sales).await, StatusCode::NO_CONTENT);
    assert_eq!(change(&program, &sales, "remove", "user", &ada).await, StatusCode::NO_CONTENT);
    assert_eq!(program.get(&format!("/api/v2/users/{ada}/memberof")).await.body, json!([]));
}

#[tokio::test]
async fn a_membership_may_begin_and_end() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await.to_string();
    let program = server.program_of("max", DefaultRole::Manager).await;
    let sales = group(&program, "Sales").await;
    let address = format!("{GROUPS}/{sales}/members");
    let send = async |more: Value| {
        let mut body = json!({ "op": "add", "type": "user", "id": ada });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        program.json(Request::post(&address), body).await
    };
    for (more, status, field) in [
        (json!({ "starts": "tomorrow" }), 400, "starts"),
        (json!({ "ends": "2000-01-01T00:00:00Z" }), 422, "ends.date"),
        (json!({ "op": "join" }), 400, "op"),
    ] {
        let answer = send(more.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["fields"][0]["field"]),
            (status, &json!(field)),
            "{more}"
        );
    }
    let waits = send(json!({ "starts": "2034-01-01T00:00:00.000000Z" })).await;
    assert_eq!(waits.status, StatusCode::NO_CONTENT, "{}", waits.body);
    assert_eq!(program.get(&address).await.body, json!([]));
    assert_eq!(send(json!({ "op": "update" })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.get(&address).await.body.as_array().map(Vec::len), Some(1));
}
