//! What a body asks to change of a user: the fields that it names, and no others.

use model::user::{UserEntry, UserPatch, UserState};
use model::{Faults, Problem, Timestamp};
use serde_json::{Map, Value};

use super::fields::{STATE, agrees, check, put};
use super::shape;

/// Reads a body against the user as it was just read. What is in it and as it was there is no change, so
/// that a user who was read can be sent back whole.
///
/// # Errors
/// `malformed` with every field that there is not, or that is of another form; `invalid` with those that
/// hold what they must not.
pub fn read(
    before: &UserEntry,
    now: Timestamp,
    body: Map<String, Value>,
    versions: Option<Vec<i64>>,
) -> Result<UserPatch, Problem> {
    let shown = shape::user(before, now);
    check(&body, &[])?;
    let named = !body.is_empty();
    let state_alone = body.keys().all(|name| STATE.contains(&name.as_str()));
    let mut faults = Faults::default();
    faults.take("state", agrees(&body));
    let body: Map<String, Value> =
        body.into_iter().filter(|(name, value)| shown.get(name) != Some(value)).collect();
    let mut form = before.form.clone();
    for (name, value) in &body {
        if !STATE.contains(&name.as_str())
            && let Err(why) = put(&mut form, name, value, &mut faults)
        {
            faults.add(name, why);
        }
    }
    let state = faults.take("state", state(&body));
    faults.check()?;
    // Who asks for a state alone is to have it, even if somebody else changes it in this moment.
    let asked = named && state_alone && before.state != UserState::Staged;
    let state = state.flatten().or(asked.then_some(before.state));
    Ok(UserPatch { id: before.id, versions, base: before.form.clone(), form, state, state_alone })
}

/// Where a body wants the user to stand, by either of the two names that this has.
fn state(body: &Map<String, Value>) -> Result<Option<UserState>, String> {
    let by_name = match body.get("state") {
        None => None,
        Some(Value::String(text)) => Some(
            UserState::ALL
                .into_iter()
                .find(|state| state.as_str() == text)
                .filter(|state| *state != UserState::Staged)
                .ok_or("A state becomes ACTIVATED or SUSPENDED; nobody returns to STAGED.")?,
        ),
        Some(_) => return Err("A state becomes ACTIVATED or SUSPENDED.".to_owned()),
    };
    let by_flag = match body.get("suspended") {
        None => None,
        Some(Value::Bool(true)) => Some(UserState::Suspended),
        Some(Value::Bool(false)) => Some(UserState::Activated),
        Some(_) => return Err("“suspended” is true or false.".to_owned()),
    };
    Ok(by_name.or(by_flag))
}

#[cfg(test)]
mod tests {
    use model::Id;
    use model::user::{MfaFacts, PasswordFacts, PasswordStatus, UserForm};
    use serde_json::json;

    use super::*;

    fn asked(stands: UserState, body: Value) -> Option<UserState> {
        let before = UserEntry {
            id: Id::from([1; 12]),
            version: 1,
            state: stands,
            password: PasswordFacts::default(),
            password_status: PasswordStatus::Pending,
            mfa: MfaFacts::default(),
            ssh_keys: vec![],
            created_at: Timestamp::default(),
            created_by: "manual".into(),
            form: UserForm::default(),
        };
        let Value::Object(body) = body else { panic!("{body}") };
        read(&before, Timestamp::default(), body, None).expect("read").state
    }

    /// What is done by the time that it is read may be undone by the time that it is written.
    #[test]
    fn a_state_that_is_asked_for_alone_is_asked_for_where_it_is_already() {
        use UserState::{Activated, Staged, Suspended};
        for (stands, body, state) in [
            (Suspended, json!({ "suspended": true }), Some(Suspended)),
            (Suspended, json!({ "state": "SUSPENDED", "suspended": true }), Some(Suspended)),
            (Suspended, json!({ "state": "ACTIVATED" }), Some(Activated)),
            (Activated, json!({ "state": "ACTIVATED" }), Some(Activated)),
            (Staged, json!({ "suspended": true }), Some(Suspended)),
            (Staged, json!({ "state": "STAGED" }), None),
            (Suspended, json!({ "suspended": true, "department": "" }), None),
            (Suspended, json!({ "department": "x" }), None),
            (Suspended, json!({}), None),
        ] {
            assert_eq!(asked(stands, body.clone()), state, "{stands:?} {body}");
        }
    }
}
