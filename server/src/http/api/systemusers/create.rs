//! A body that describes a new user.

use axum::http::{HeaderMap, HeaderName};
use model::user::{CreationSource, NewPassword, NewUser, Notify, UserForm, UserState};
use model::{Faults, Problem};
use serde_json::{Map, Value};

use super::super::answer::malformed;
use super::super::names::FIXED;
use super::fields::{STATE, TEXT, agrees, check, put};

const PASSWORD: &str = "password";
const SOURCE: HeaderName = HeaderName::from_static("creation-source");

/// Reads a body. Unless `notify` says something, whoever comes without a password is sent the link to the first
/// one, and nobody else is sent anything.
///
/// # Errors
/// `malformed` with every field that there is not; `invalid` with those that hold what they must not.
pub fn read(body: &Map<String, Value>, notify: Option<Notify>) -> Result<NewUser, Problem> {
    check(body, &[PASSWORD])?;
    let mut faults = Faults::default();
    faults.take("state", agrees(body));
    let state = faults.take("state", state(body)).flatten();
    let mut form = UserForm::default();
    let mut password = None;
    for (name, value) in body {
        let name = name.as_str();
        let put = match (name, value) {
            (PASSWORD, Value::String(text)) => {
                password = Some(NewPassword { password: text.clone(), must_change: false });
                Ok(())
            }
            (PASSWORD, Value::Null) => Ok(()),
            (PASSWORD, _) => Err(TEXT.to_owned()),
            (name, _) if STATE.contains(&name) => Ok(()),
            (name, value) if FIXED.contains(&name) && is_blank(value) => Ok(()),
            (name, _) if FIXED.contains(&name) => Err("A new user has none yet; leave it out.".to_owned()),
            (name, value) => put(&mut form, name, value, &mut faults),
        };
        faults.take(name, put);
    }
    if !faults.is_empty() {
        // What is wrong with the texts is told together with the rest.
        form.parse().err().iter().flat_map(Faults::iter).for_each(|fault| {
            faults.add(&fault.field, &fault.message);
        });
        return Err(faults.into());
    }
    let usual = if password.is_none() { Notify::Default } else { Notify::Nobody };
    Ok(NewUser { form, state, password, notify: notify.unwrap_or(usual) })
}

/// Whether somebody who was read elsewhere and is sent on has this as a new user has it.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(parts) => parts.values().all(is_blank),
    }
}

/// The state that a body asks for, by either of its two names.
fn state(body: &Map<String, Value>) -> Result<Option<UserState>, String> {
    let by_name = match body.get("state") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => UserState::ALL.into_iter().find(|state| state.as_str() == text),
        Some(_) => return Err(STATES.to_owned()),
    };
    if by_name.is_none() && body.get("state").is_some_and(|state| !state.is_null()) {
        return Err(STATES.to_owned());
    }
    match body.get("suspended") {
        None | Some(Value::Null | Value::Bool(false)) => Ok(by_name),
        Some(Value::Bool(true)) => Ok(Some(UserState::Suspended)),
        Some(_) => Err("“suspended” is true or false.".to_owned()),
    }
}

const STATES: &str = "A new user is STAGED, ACTIVATED or SUSPENDED.";

/// Where the users of a request come from, as its header says.
///
/// # Errors
/// `malformed` for a word that is not known, or several.
pub fn source(headers: &HeaderMap) -> Result<CreationSource, Problem> {
    let mut said = headers.get_all(SOURCE).iter();
    let (first, more) = (said.next(), said.next());
    let Some(first) = first else { return Ok(CreationSource::Manual) };
    let known = first.to_str().ok().and_then(CreationSource::parse).filter(|_| more.is_none());
    known.ok_or_else(|| {
        let words = CreationSource::ALL.map(CreationSource::as_str).join(", ");
        malformed(format!("The header creation-source is one of these: {words}."), vec![])
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(body: Value) -> Result<NewUser, Problem> {
        let Value::Object(body) = body else { panic!("{body}") };
        read(&body, None)
    }

    #[test]
    fn the_state_is_read_by_both_of_its_names() {
        use UserState::{Activated, Staged, Suspended};
        for (body, state) in [
            (json!({}), None),
            (json!({ "suspended": false }), None),
            (json!({ "suspended": true }), Some(Suspended)),
            (json!({ "state": "STAGED" }), Some(Staged)),
            (json!({ "state": "STAGED", "suspended": false }), Some(Staged)),
            (json!({ "state": "ACTIVATED" }), Some(Activated)),
            (json!({ "state": "SUSPENDED", "suspended": true }), Some(Suspended)),
        ] {
            assert_eq!(asked(body.clone()).expect("read").state, state, "{body}");
        }
        for body in [
            json!({ "state": "SUSPENDED", "suspended": false }),
            json!({ "state": "STAGED", "suspended": true }),
            json!({ "state": "staged" }),
            json!({ "state": 1 }),
            json!({ "suspended": "yes" }),
        ] {
            let problem = asked(body.clone()).expect_err("refused");
            assert!(problem.fault("state").is_some(), "{body} {problem:?}");
        }
    }

    #[test]
    fn who_was_read_elsewhere_can_be_sent_on_as_far_as_it_is_known_of_a_new_user() {
        let blank = json!({
            "_id": null, "account_locked": false, "activated": false, "ssh_keys": [], "created": "",
            "mfa": { "configured": false }, "totp_enabled": false, "password_date": null,
        });
        assert!(asked(blank).is_ok());
        for (name, value) in [("_id", json!("0123456789abcdef01234567")), ("activated", json!(true))] {
            let problem = asked(json!({ name: value })).expect_err("refused");
            assert!(problem.fault(name).is_some(), "{problem:?}");
        }
    }
}
