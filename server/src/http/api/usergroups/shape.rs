//! Groups and ways as programs see them.

use model::Id;
use model::group::{AttributeKind, GroupEntry, GroupRef, Reached, RuleMode};
use serde_json::{Map, Value, json};

/// One group. What it has not is left out.
pub fn group(entry: &GroupEntry) -> Value {
    let form = &entry.form;
    let mut attributes = Map::new();
    attributes.insert(
        "sudo".to_owned(),
        json!({ "enabled": form.sudo, "withoutPassword": form.passwordless_sudo }),
    );
    let ldap = if form.ldap_name.is_empty() { &form.name } else { &form.ldap_name };
    attributes.insert("ldapGroups".to_owned(), json!([{ "name": ldap }]));
    if let Ok(gid) = form.linux_gid.parse::<u32>() {
        attributes.insert("posixGroups".to_owned(), json!([{ "id": gid, "name": form.linux_name }]));
    }
    attributes.insert("radius".to_owned(), json!({ "reply": form.radius_reply }));
    attributes.insert("sambaEnabled".to_owned(), json!(form.samba));
    let custom: Vec<Value> = form
        .attributes
        .iter()
        .map(|one| json!({ "name": one.name, "type": one.kind.as_str(), "value": value(one.kind, &one.value) }))
        .collect();
    attributes.insert("customAttributes".to_owned(), json!(custom));
    json!({
        "id": entry.id,
        "type": "user_group",
        "name": form.name,
        "description": form.description,
        "email": form.email,
        "membershipMethod": method(entry.rule),
        "attributes": attributes,
    })
}

/// How members come to be. Names: reference, section 5.
pub const fn method(rule: Option<RuleMode>) -> &'static str {
    match rule {
        None => "STATIC",
        Some(RuleMode::Automatic) => "DYNAMIC_AUTOMATED",
        Some(RuleMode::Reviewed) => "DYNAMIC_REVIEW_REQUIRED",
    }
}

/// The value as the type says.
fn value(kind: AttributeKind, text: &str) -> Value {
    match kind {
        AttributeKind::Text => json!(text),
        AttributeKind::Flag => json!(text == "true"),
        AttributeKind::Number | AttributeKind::Json => {
            serde_json::from_str(text).unwrap_or_else(|_| json!(text))
        }
    }
}

/// A membership of somebody's own.
pub fn connection(of: &Reached) -> Value {
    edge(&of_group(of.group.id), &of_user(of.user))
}

/// Somebody who is in a group, with the ways from the group to them.
pub fn member(of: &Reached) -> Value {
    let ways = ways(of).into_iter().map(|way| {
        let nodes: Vec<Value> = way.iter().rev().map(|group| of_group(group.id)).collect();
        edges(nodes.into_iter().chain([of_user(of.user)]).collect())
    });
    json!({ "id": of.user, "type": "user", "paths": ways.collect::<Vec<_>>() })
}

/// A group that somebody is in, with the ways from them to it.
pub fn group_of(of: &Reached) -> Value {
    let ways = ways(of).into_iter().map(|way| {
        let groups = way.iter().map(|group| of_group(group.id));
        edges(std::iter::once(of_user(of.user)).chain(groups).collect())
    });
    json!({ "id": of.group.id, "type": "user_group", "name": of.group.name, "paths": ways.collect::<Vec<_>>() })
}

/// Each way as the groups on it, from that of somebody's own membership to the one that it leads to.
fn ways(of: &Reached) -> Vec<Vec<GroupRef>> {
    let direct = of.direct.then(Vec::new);
    let all = direct.into_iter().chain(of.through.iter().cloned());
    all.map(|mut path| {
        path.push(of.group.clone());
        path
    })
    .collect()
}

fn edges(nodes: Vec<Value>) -> Vec<Value> {
    nodes.windows(2).filter_map(|pair| Some(edge(pair.first()?, pair.last()?))).collect()
}

fn edge(from: &Value, to: &Value) -> Value {
    json!({ "from": from, "to": to })
}

fn of_user(id: Id) -> Value {
    json!({ "type": "user", "id": id })
}

fn of_group(id: Id) -> Value {
    json!({ "type": "user_group", "id": id })
}
