//! The parts of the document about user groups.

use model::group::AttributeKind;
use serde_json::{Map, Value, json};

use super::parts::{closed, list, object, parts, schema};

pub fn of_groups() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let kinds: Vec<_> = AttributeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let attributes = || {
        json!({
            "sudo": closed(&[], json!({ "enabled": { "type": "boolean" }, "withoutPassword": { "type": "boolean" } })),
            "ldapGroups": list(closed(&[], json!({ "name": text() }))),
            "posixGroups": list(closed(&[], json!({
                "id": { "type": "integer", "description": "The GID; once set it stays." }, "name": text(),
            }))),
            "radius": closed(&[], json!({ "reply": list(closed(&[], json!({ "name": text(), "value": text() }))) })),
            "sambaEnabled": { "type": "boolean" },
            "customAttributes": list(closed(&["name"], json!({
                "name": text(), "type": { "type": "string", "enum": kinds }, "value": {},
            }))),
        })
    };
    let node = || object(&["type", "id"], json!({ "type": text(), "id": schema("Id") }));
    parts([
        (
            "UserGroup",
            object(
                &["id", "name", "type"],
                json!({
                    "id": schema("Id"), "type": { "const": "user_group" }, "name": text(), "description": text(),
                    "email": text(), "membershipMethod": { "type": "string" },
                    "attributes": object(&[], attributes()),
                }),
            ),
        ),
        ("UserGroups", list(schema("UserGroup"))),
        (
            "NewUserGroup",
            closed(
                &["name"],
                json!({
                    "id": text(), "type": text(), "membershipMethod": text(),
                    "name": text(), "description": text(), "email": text(),
                    "attributes": closed(&[], attributes()),
                }),
            ),
        ),
        (
            "MembershipChange",
            closed(
                &["op", "type", "id"],
                json!({
                    "op": { "type": "string", "enum": ["add", "remove", "update"] },
                    "type": { "type": "string", "enum": ["user", "user_group"] },
                    "id": schema("Id"),
                    "starts": { "anyOf": [schema("Instant"), { "type": "null" }], "description": "At once without it." },
                    "ends": { "anyOf": [schema("Instant"), { "type": "null" }], "description": "Never without it." },
                    "attributes": { "description": "Is passed over." },
                }),
            ),
        ),
        ("GraphConnection", object(&["from", "to"], json!({ "from": node(), "to": node() }))),
        ("GraphConnections", list(schema("GraphConnection"))),
        (
            "GraphPaths",
            list(object(
                &["id", "type", "paths"],
                json!({
                    "id": schema("Id"), "type": text(), "name": text(),
                    "paths": {
                        "type": "array", "items": list(schema("GraphConnection")),
                        "description": "Each is a way that leads there; all must go before it ends.",
                    },
                }),
            )),
        ),
    ])
}
