//! A user as JSON, field by field.

use model::user::{Address, Flag, PasswordStatus, PublicKey, TextAttribute, UserEntry, UserState};
use model::{Id, Timestamp};
use serde_json::{Map, Value, json};

use super::super::instant::instant;
use super::super::names::ID;

/// A user, now.
pub fn user(entry: &UserEntry, now: Timestamp) -> Map<String, Value> {
    let mut user = Map::new();
    let form = &entry.form;
    for text in TextAttribute::ALL.iter().copied() {
        user.insert(text.key().to_owned(), of_text(text, form.text(text)));
    }
    for flag in Flag::ALL {
        user.insert(flag.key().to_owned(), form.flags.contains(flag).into());
    }
    let password = &entry.password;
    let more = json!({
        ID: entry.id.to_string(),
        "account_locked": entry.password_status == PasswordStatus::Locked,
        "activated": password.set_at.is_some(),
        "addresses": form.addresses.iter().map(address).collect::<Vec<_>>(),
        "attributes": form.custom,
        "created": instant(entry.created_at),
        "creationSource": entry.created_by,
        "email": form.email,
        "manager": form.manager.map(|id: Id| id.to_string()),
        "mfa": { "configured": entry.mfa.enrolled },
        "password_date": password.set_at.map(instant),
        "password_expiration_date": password.expires_at.map(instant),
        "password_expired": password.set_at.is_some()
            && (password.must_change || password.expires_at.is_some_and(|at| at <= now)),
        "phoneNumbers": form.phones,
        "ssh_keys": entry.ssh_keys.iter().map(key).collect::<Vec<_>>(),
        "state": entry.state.as_str(),
        "suspended": entry.state == UserState::Suspended,
        "totp_enabled": entry.mfa.totp,
        "unix_guid": number(&form.unix_gid),
        "unix_uid": number(&form.unix_uid),
        "username": form.username,
    });
    if let Value::Object(more) = more {
        user.extend(more);
    }
    user
}

/// An SSH public key.
pub fn key(key: &PublicKey) -> Value {
    json!({
        "_id": key.id.to_string(), "name": key.name, "public_key": key.public_key,
        "create_date": instant(key.created_at),
    })
}

/// An address that one can write to is an object, of which only that is known here.
fn of_text(text: TextAttribute, value: &str) -> Value {
    if text == TextAttribute::RecoveryEmail { json!({ "address": value }) } else { value.into() }
}

fn address(address: &Address) -> Value {
    serde_json::to_value(address).unwrap_or_default()
}

fn number(text: &str) -> Value {
    text.parse::<u32>().map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use model::user::{MfaFacts, PasswordFacts, UserForm};

    use super::super::super::names::FIELDS;
    use super::*;

    /// What is sent is a contract: a field that comes or goes is looked at twice.
    #[test]
    fn every_field_is_sent_under_its_name() {
        let entry = UserEntry {
            id: Id::from([1; 12]),
            version: 1,
            state: UserState::Staged,
            password: PasswordFacts::default(),
            password_status: PasswordStatus::Pending,
            mfa: MfaFacts::default(),
            ssh_keys: vec![],
            created_at: Timestamp::from_micros(1_795_338_000_000_000),
            created_by: "manual".into(),
            form: UserForm { addresses: vec![Address::default()], ..UserForm::default() },
        };
        let user = user(&entry, Timestamp::default());
        assert_eq!(user.keys().map(String::as_str).collect::<Vec<_>>(), FIELDS);
        assert_eq!(user["created"], "2026-11-22T09:00:00.000000Z");
        let parts: Vec<_> = user["addresses"][0].as_object().expect("an address").keys().cloned().collect();
        let known = [
            "country",
            "extendedAddress",
            "locality",
            "poBox",
            "postalCode",
            "region",
            "streetAddress",
            "type",
        ];
        assert_eq!(parts, known);
    }
}
