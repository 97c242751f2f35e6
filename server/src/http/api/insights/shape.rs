//! An event as the API shows it.

use directory::{FoundEvent, Handle};
use model::Id;
use model::event::Party;
use serde_json::{Map, Value, json};

use super::super::instant::instant;

/// The version of this shape.
const VERSION: &str = "1";

/// An event of this organization, under the names of the reference.
pub fn event_shape(found: &FoundEvent, organization: Id) -> Value {
    let event = &found.event;
    let mut shape = Map::from_iter([
        ("id".to_owned(), event.id.to_string().into()),
        ("event_type".to_owned(), event.event_type.as_str().into()),
        ("timestamp".to_owned(), instant(event.timestamp).into()),
        ("organization".to_owned(), organization.to_string().into()),
        ("service".to_owned(), event.event_type.service().as_str().into()),
        ("success".to_owned(), event.success.into()),
        ("initiated_by".to_owned(), party(&event.initiated_by, found.by.as_ref())),
        ("@version".to_owned(), VERSION.into()),
    ]);
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            shape.insert(name.to_owned(), value);
        }
    };
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
    put("resource", event.resource.as_ref().map(|to| party(to, found.to.as_ref())));
    put("client_ip", event.client_ip.as_deref().and_then(text));
    put("useragent", event.useragent.as_deref().and_then(text));
    put("auth_method", text(found.auth_method()));
    put(if event.success { "message" } else { "error_message" }, text(&event.message));
    let changes = event.changes.iter();
    let changes: Vec<_> = changes
        .map(|change| json!({ "field": change.field, "from": change.from, "to": change.to }))
        .collect();
    put("changes", (!changes.is_empty()).then(|| changes.into()));
    Value::Object(shape)
}

fn party(party: &Party, handle: Option<&Handle>) -> Value {
    // The reference has this name for them.
    let kind = if party.kind == "administrator" { "admin" } else { party.kind.as_str() };
    let mut shape =
        Map::from_iter([("type".to_owned(), kind.into()), ("name".to_owned(), party.name.as_str().into())]);
    if let Some(id) = party.id {
        shape.insert("id".to_owned(), id.to_string().into());
    }
    if let Some(Handle { username, email }) = handle {
        shape.insert("email".to_owned(), email.as_str().into());
        if let Some(username) = username {
            shape.insert("username".to_owned(), username.as_str().into());
        }
    }
    Value::Object(shape)
}
