//! The parts of the document about LDAP.

use model::ldap::AccountAction;
use serde_json::{Map, Value, json};

use super::parts::{closed, list, object, parts, schema};

pub fn schemas() -> Map<String, Value> {
    let actions: Vec<_> = AccountAction::ALL.iter().map(|action| action.as_str()).collect();
    let fields = |id: Value| {
        let action = || json!({ "type": "string", "enum": actions });
        json!({
            "id": id, "name": { "type": "string" }, "userLockoutAction": action(),
            "userPasswordExpirationAction": action(),
        })
    };
    let all = ["id", "name", "userLockoutAction", "userPasswordExpirationAction"];
    parts([
        ("LdapServer", object(&all, fields(schema("Id")))),
        ("LdapServers", list(schema("LdapServer"))),
        ("LdapServerChange", closed(&[], fields(json!({ "description": "Is passed over." })))),
    ])
}
