//! Rules of groups and the graph of bindings in the REST API.

use model::application::ApplicationForm;
use serde_json::{Value, json};

use super::api::Program;
use super::*;

const GROUPS: &str = "/api/v2/usergroups";

async fn group(program: &Program<'_>, name: &str) -> String {
    let made = program.json(Request::post(GROUPS), json!({ "name": name })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

fn named(name: &str, method: &str) -> Value {
    let condition = json!({ "condition": { "field": "username", "operator": "equals", "values": [name] } });
    json!({ "membershipMethod": method, "memberQuery": { "join": "all", "parts": [condition] } })
}

#[tokio::test]
async fn a_rule_is_previewed_set_and_taken_away() {
    let server = TestServer::set_up().await;
    let (ada, bob) = (server.user("ada").await.to_string(), server.user("bob").await.to_string());
    let program = server.program_of("max", DefaultRole::Administrator).await;
    let group = group(&program, "Staff").await;
    let (one, rule) = (format!("{GROUPS}/{group}"), format!("{GROUPS}/{group}/rule"));
    assert_eq!(program.get(&rule).await.body["membershipMethod"], "STATIC");
    let add = json!({ "op": "add", "type": "user", "id": bob });
    program.json(Request::post(format!("{one}/members")), add.clone()).await;

    let mut wanted = named("ada", "DYNAMIC_AUTOMATED");
    let seen = program.json(Request::post(format!("{rule}/preview")), wanted.clone()).await;
    assert_eq!((&seen.body["joining"]["count"], &seen.body["leaving"]["count"]), (&json!(1), &json!(1)));
    assert_eq!(seen.body["leaving"]["first"][0]["id"], bob);
    let refused = program.json(Request::put(&rule), wanted.clone()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    wanted["leaving"] = 1.into();
    let set = program.json(Request::put(&rule), wanted.clone()).await;
    assert_eq!(
        (set.status, &set.body["words"]),
        (StatusCode::OK, &json!("Username is “ada”")),
        "{}",
        set.body
    );
    assert_eq!(set.body["memberQuery"], wanted["memberQuery"]);
    assert_eq!(program.get(&one).await.body["membershipMethod"], "DYNAMIC_AUTOMATED");
    let members = program.get(&format!("{one}/members")).await.body;
    assert_eq!((members.as_array().map(Vec::len), &members[0]["to"]["id"]), (Some(1), &json!(ada)));
    let by_hand = program.json(Request::post(format!("{one}/members")), add).await;
    assert_eq!(by_hand.status, StatusCode::CONFLICT, "{}", by_hand.body);

    let mut reviewed = named("bob", "DYNAMIC_REVIEW_REQUIRED");
    reviewed["brake"] = 50.into();
    let set = program.json(Request::put(&rule), reviewed).await;
    assert_eq!(set.body["suggestionCounts"], json!({ "add": 1, "remove": 1, "total": 2 }));
    let few = program.json(Request::post(format!("{one}/suggestions")), json!({})).await;
    assert_eq!(few.status, StatusCode::CONFLICT, "{}", few.body);
    let all = program.json(Request::post(format!("{one}/suggestions")), json!({ "leaving": 1 })).await;
    assert_eq!(all.body["suggestionCounts"]["total"], 0, "{}", all.body);
    let by_hand = program.json(Request::put(&rule), json!({ "membershipMethod": "STATIC" })).await;
    assert_eq!(by_hand.body["memberQuery"], Value::Null);
    assert_eq!(program.get(&format!("{one}/members")).await.body[0]["to"]["id"], bob);
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_named_at_its_place() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Manager).await;
    let rule = format!("{GROUPS}/{}/rule", group(&program, "Staff").await);
    let condition =
        |field: &str| json!({ "condition": { "field": field, "operator": "equals", "values": ["x"] } });
    let nested = json!({ "block": { "join": "any", "parts": [condition("username"), condition("shoe")] } });
    for (body, status, field) in [
        (json!({ "membershipMethod": "SOMETIMES" }), 400, "membershipMethod"),
        (json!({ "membershipMethod": "DYNAMIC_AUTOMATED" }), 400, "memberQuery"),
        (
            json!({ "membershipMethod": "DYNAMIC_AUTOMATED", "memberQuery": { "filters": [] } }),
            400,
            "memberQuery",
        ),
        (
            json!({ "membershipMethod": "DYNAMIC_AUTOMATED", "memberQuery": { "join": "all", "parts": [] } }),
            422,
            "memberQuery",
        ),
        (
            json!({
                "membershipMethod": "DYNAMIC_AUTOMATED",
                "memberQuery": { "join": "all", "parts": [condition("email"), nested] },
            }),
            422,
            "memberQuery.parts[1].parts[1]",
        ),
        (
            json!({
                "membershipMethod": "DYNAMIC_AUTOMATED", "brake": 0,
                "memberQuery": { "join": "all", "parts": [condition("email")] },
            }),
            422,
            "brake",
        ),
    ] {
        let answer = program.json(Request::put(&rule), body.clone()).await;
        let told = (answer.status.as_u16(), &answer.body["fields"][0]["field"]);
        assert_eq!(told, (status, &json!(field)), "{body}: {}", answer.body);
    }
}

#[tokio::test]
async fn bindings_are_made_read_and_followed() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await.to_string();
    let form = ApplicationForm {
        name: "Wiki".into(),
        url: "https://wiki.example.org".into(),
        ..ApplicationForm::default()
    };
    let wiki = server.directory.applications().create(&server.system(), &form).await.unwrap().to_string();
    let program = server.program_of("max", DefaultRole::Administrator).await;
    let staff = group(&program, "Staff").await;
    let add = json!({ "op": "add", "type": "user", "id": ada });
    program.json(Request::post(format!("{GROUPS}/{staff}/members")), add).await;
    let change = async |of: String, op: &str, kind: &str, id: &str| {
        let body = json!({ "op": op, "type": kind, "id": id });
        program.json(Request::post(format!("/api/v2/{of}/associations")), body).await.status.as_u16()
    };
    assert_eq!(change(format!("usergroups/{staff}"), "add", "application", &wiki).await, 204);
    assert_eq!(change(format!("usergroups/{staff}"), "add", "application", &wiki).await, 409);
    assert_eq!(change(format!("applications/{wiki}"), "add", "user", &ada).await, 204);
    assert_eq!(change(format!("applications/{wiki}"), "add", "system", &ada).await, 400);
    assert_eq!(change(format!("users/{ada}"), "add", "application", &ada).await, 404);
    assert_eq!(change(format!("users/{staff}"), "add", "application", &wiki).await, 404);

    let node = |kind: &str, id: &str| json!({ "type": kind, "id": id });
    let (user, team, end) = (node("user", &ada), node("user_group", &staff), node("application", &wiki));
    let found = program.get(&format!("/api/v2/users/{ada}/applications")).await;
    assert_eq!(found.headers["x-total-count"], "1");
    assert_eq!(found.body[0]["name"], "Wiki");
    assert_eq!(
        found.body[0]["paths"],
        json!([
            [{ "from": user, "to": team }, { "from": team, "to": end }],
            [{ "from": user, "to": end }],
        ])
    );
    let found = program.get(&format!("/api/v2/applications/{wiki}/users")).await.body;
    assert_eq!(found[0]["paths"][1], json!([{ "from": end, "to": user }]));
    let found = program.get(&format!("/api/v2/applications/{wiki}/usergroups")).await.body;
    let edge = json!({ "from": end, "to": team });
    assert_eq!(found, json!([{ "id": staff, "type": "user_group", "paths": [[edge]] }]));
    let found = program.get(&format!("/api/v2/usergroups/{staff}/applications")).await.body;
    assert_eq!(found[0]["id"], wiki);
    for (address, expected) in [
        (format!("users/{ada}/associations"), json!([{ "from": user, "to": end }])),
        (
            format!("usergroups/{staff}/associations?targets=application"),
            json!([{ "from": team, "to": end }]),
        ),
        (format!("applications/{wiki}/associations"), json!([{ "from": end, "to": user }])),
        (format!("applications/{wiki}/associations?targets=user_group"), json!([edge])),
    ] {
        assert_eq!(program.get(&format!("/api/v2/{address}")).await.body, expected, "{address}");
    }
    let odd = program.get(&format!("/api/v2/users/{ada}/associations?targets=system")).await;
    assert_eq!(odd.status.as_u16(), 422, "{}", odd.body);
    assert_eq!(change(format!("users/{ada}"), "remove", "application", &wiki).await, 204);
    assert_eq!(change(format!("users/{ada}"), "remove", "application", &wiki).await, 404);
    let found = program.get(&format!("/api/v2/users/{ada}/applications")).await.body;
    assert_eq!(found[0]["paths"].as_array().map(Vec::len), Some(1));
}
