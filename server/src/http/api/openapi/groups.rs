//! The parts of the document about user groups.

use model::group::{AttributeKind, Comparison, Join, RULE_FIELDS};
use serde_json::{Map, Value, json};

use super::parts::{closed, list, object, parts, schema};

fn methods() -> Value {
    json!({ "type": "string", "enum": ["STATIC", "DYNAMIC_AUTOMATED", "DYNAMIC_REVIEW_REQUIRED"] })
}

fn leaving() -> Value {
    json!({
        "type": "integer", "minimum": 0, "default": 0,
        "description": "How many members may leave by it at most; otherwise nothing is done.",
    })
}

fn rule_block() -> Value {
    let joins: Vec<_> = Join::ALL.iter().map(|join| join.as_str()).collect();
    let part = json!({ "oneOf": [
        closed(&["condition"], json!({ "condition": schema("RuleCondition") })),
        closed(&["block"], json!({ "block": schema("RuleBlock") })),
    ] });
    object(
        &["join", "parts"],
        json!({ "join": { "type": "string", "enum": joins }, "parts": { "type": "array", "items": part } }),
    )
}

fn rule_condition() -> Value {
    let operators: Vec<_> = Comparison::ALL.iter().map(|one| one.as_str()).collect();
    let fields: Vec<_> = RULE_FIELDS.iter().map(|field| field.key.as_str()).collect();
    let says = format!("One of {}, or “custom.” and the name of a custom attribute.", fields.join(", "));
    object(
        &["field", "operator"],
        json!({
            "field": { "type": "string", "description": says },
            "operator": { "type": "string", "enum": operators },
            "values": { "type": "array", "items": { "type": "string" } },
        }),
    )
}

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
        ("RuleBlock", rule_block()),
        ("RuleCondition", rule_condition()),
        (
            "NewUserGroupRule",
            closed(
                &["membershipMethod"],
                json!({
                    "membershipMethod": methods(),
                    "memberQuery": { "anyOf": [schema("RuleBlock"), { "type": "null" }] },
                    "brake": {
                        "type": "integer", "minimum": 1, "maximum": 100, "default": 25,
                        "description": "The rule stops when more than this share of the members would leave at once.",
                    },
                    "leaving": leaving(),
                }),
            ),
        ),
        ("Leaving", closed(&[], json!({ "leaving": leaving() }))),
        (
            "UserGroupRule",
            object(
                &["id", "membershipMethod"],
                json!({
                    "id": schema("Id"), "membershipMethod": methods(),
                    "memberQuery": { "anyOf": [schema("RuleBlock"), { "type": "null" }] },
                    "brake": { "type": ["integer", "null"] }, "words": text(), "working": { "type": "boolean" },
                    "stopped": { "type": ["object", "null"], "description": "How many would have left, of how many." },
                    "suggestionCounts": { "type": ["object", "null"], "description": "What waits for a review." },
                    "exemptions": { "type": "integer" },
                }),
            ),
        ),
        (
            "UserGroupRulePreview",
            object(
                &["members", "joining", "leaving"],
                json!({
                    "words": text(), "members": { "type": "integer" }, "joining": { "type": "object" },
                    "leaving": { "type": "object" }, "stops": { "type": "boolean" },
                }),
            ),
        ),
        (
            "AssociationChange",
            closed(
                &["op", "type", "id"],
                json!({
                    "op": { "type": "string", "enum": ["add", "remove"] },
                    "type": { "type": "string", "enum": ["application", "ldap_server", "user", "user_group"] },
                    "id": schema("Id"),
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
