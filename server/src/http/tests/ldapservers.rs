//! The LDAP server in the REST API.

use serde_json::json;

use super::*;

const SERVERS: &str = "/api/v2/ldapservers";

#[tokio::test]
async fn the_ldap_server_is_listed_read_and_changed() {
    let server = TestServer::set_up().await;
    let program = server.program_of("max", DefaultRole::Administrator).await;
    let listed = program.get(SERVERS).await.body;
    let one = listed[0].clone();
    assert_eq!((listed.as_array().map(Vec::len), &one["userLockoutAction"]), (Some(1), &json!("remove")));
    let address = format!("{SERVERS}/{}", one["id"].as_str().expect("an id"));
    assert_eq!(program.get(&address).await.body, one);
    let change = json!({ "name": "Directory", "userLockoutAction": "disable" });
    let changed = program.json(Request::patch(&address), change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(
        (&changed.body["name"], &changed.body["userLockoutAction"]),
        (&json!("Directory"), &json!("disable"))
    );
    assert_eq!(changed.body["userPasswordExpirationAction"], "remove");
    for wrong in [json!({ "userLockoutAction": "keep" }), json!({ "name": 1 }), json!({ "shoes": 1 })] {
        let refused = program.json(Request::patch(&address), wrong.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong} {}", refused.body);
    }
    let elsewhere = program.get(&format!("{SERVERS}/0123456789abcdef01234567")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}
