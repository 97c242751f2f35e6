//! What a body asks to change of a user: the fields that it names, and no others.

use model::user::{
    Address, CustomAttribute, Flag, Phone, TextAttribute, UserEntry, UserForm, UserPatch, UserState,
};
use model::{Fault, Faults, Id, Problem, Timestamp};
use serde_json::{Map, Value};

use super::super::answer::malformed;
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
    let unread = body.iter().filter_map(|(name, value)| unread(name, value));
    let unread: Vec<Fault> = unread.take(FAULTS_MAX).collect();
    if let [first, ..] = unread.as_slice() {
        return Err(malformed(first.message.clone(), unread));
    }
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

/// Of how many things that are wrong with a field or a body one is told: a body could hold very many.
const FAULTS_MAX: usize = 50;

/// The two names of where a user stands.
const STATE: [&str; 2] = ["state", "suspended"];

/// Why a field cannot be read at all, if so.
fn unread(name: &str, value: &Value) -> Option<Fault> {
    let message = if !shape::FIELDS.contains(&name) {
        format!("A user has no field “{name}” here.")
    } else if name == TextAttribute::RecoveryEmail.key() && recovery_email(value).is_none() {
        "This is {\"address\": …} with a text or null, or one of the two alone.".to_owned()
    } else {
        return None;
    };
    Some(Fault { field: name.to_owned(), message })
}

/// What takes the place of the address to which one can write in an emergency; nothing for anything else.
fn recovery_email(value: &Value) -> Option<String> {
    let address = match value {
        Value::Object(parts) if parts.len() == 1 => parts.get("address")?,
        other => other,
    };
    text(address).ok()
}

/// The address in a body that has nothing else.
///
/// # Errors
/// `malformed` for another field; `invalid` for what is no text.
pub fn read_email(body: Map<String, Value>) -> Result<Option<String>, Problem> {
    let mut email = None;
    for (name, value) in body {
        match (name.as_str(), value) {
            ("email", Value::String(text)) => email = Some(text),
            ("email", Value::Null) => {}
            ("email", _) => return Err(Problem::at("email", TEXT)),
            (other, _) => return Err(nothing_to_do_with(other)),
        }
    }
    Ok(email)
}

/// Whether a body is as empty as it must be.
///
/// # Errors
/// `malformed` for any field.
pub fn read_nothing(body: &Map<String, Value>) -> Result<(), Problem> {
    body.keys().next().map_or(Ok(()), |name| Err(nothing_to_do_with(name)))
}

fn nothing_to_do_with(name: &str) -> Problem {
    let message = format!("There is nothing to do with “{name}” here.");
    malformed(message.clone(), vec![Fault { field: name.to_owned(), message }])
}

const TEXT: &str = "This is text.";

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

/// Whether the two say the same, also where one of them is as it was.
fn agrees(body: &Map<String, Value>) -> Result<(), String> {
    let (Some(Value::String(state)), Some(Value::Bool(suspended))) =
        (body.get("state"), body.get("suspended"))
    else {
        return Ok(());
    };
    if (state == UserState::Suspended.as_str()) == *suspended {
        return Ok(());
    }
    Err(format!("The state {state} and suspended {suspended} stand against each other."))
}

/// Puts one field into the form, or says what is wrong with it.
fn put(form: &mut UserForm, name: &str, value: &Value, faults: &mut Faults) -> Result<(), String> {
    if name == TextAttribute::RecoveryEmail.key() {
        form.set_text(TextAttribute::RecoveryEmail, recovery_email(value).ok_or(TEXT)?);
        return Ok(());
    }
    if let Some(attribute) = TextAttribute::parse(name) {
        form.set_text(attribute, text(value)?);
        return Ok(());
    }
    if let Some(flag) = Flag::parse(name) {
        form.set_flag(flag, value.as_bool().ok_or("This is true or false.")?);
        return Ok(());
    }
    match name {
        "username" => form.username = text(value)?,
        "email" => form.email = text(value)?,
        "unix_uid" => form.unix_uid = number(value)?,
        "unix_guid" => form.unix_gid = number(value)?,
        "manager" => form.manager = person(value)?,
        "addresses" => form.addresses = list(name, value, faults, address)?,
        "phoneNumbers" => form.phones = list(name, value, faults, phone)?,
        "attributes" => form.custom = list(name, value, faults, custom)?,
        _ => return Err("This is not to be changed here.".to_owned()),
    }
    Ok(())
}

/// Nothing is the empty text.
fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        _ => Err(TEXT.to_owned()),
    }
}

fn number(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("This is a number, or null.".to_owned()),
    }
}

fn person(value: &Value) -> Result<Option<Id>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => text.parse().map(Some).map_err(|_| "This is the _id of a user.".to_owned()),
        _ => Err("This is the _id of a user, or null.".to_owned()),
    }
}

/// All of a list; it takes the place of the one that was there.
fn list<T>(
    name: &str,
    value: &Value,
    faults: &mut Faults,
    read: fn(&str, &Value) -> Result<T, Fault>,
) -> Result<Vec<T>, String> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err("This is a list.".to_owned()),
    };
    let mut all = Vec::with_capacity(items.len());
    let mut told = 0;
    for (index, item) in items.iter().enumerate() {
        match read(&format!("{name}[{index}]"), item) {
            Ok(one) => all.push(one),
            Err(fault) => {
                faults.add(fault.field, fault.message);
                told += 1;
            }
        }
        if told == FAULTS_MAX {
            break;
        }
    }
    Ok(all)
}

/// The parts of an object, each handed to `take`, which says whether there is such a part.
fn parts(at: &str, value: &Value, mut take: impl FnMut(&str, String) -> bool) -> Result<(), Fault> {
    let wrong = |field: String, message: &str| Fault { field, message: message.to_owned() };
    let Value::Object(parts) = value else { return Err(wrong(at.to_owned(), "This is an object.")) };
    for (name, value) in parts {
        let field = format!("{at}.{name}");
        // Other systems number them.
        if ["id", "_id"].contains(&name.as_str()) {
            continue;
        }
        let value = text(value).map_err(|why| wrong(field.clone(), &why))?;
        if !take(name, value) {
            return Err(wrong(field, "There is no such part."));
        }
    }
    Ok(())
}

fn address(at: &str, value: &Value) -> Result<Address, Fault> {
    let mut address = Address::default();
    parts(at, value, |name, value| {
        if name == "type" {
            address.kind = value;
            return true;
        }
        let mut parts = address.parts_mut();
        let part = parts.iter_mut().find(|(key, _)| *key == name);
        part.map(|(_, part)| **part = value).is_some()
    })?;
    Ok(address)
}

fn phone(at: &str, value: &Value) -> Result<Phone, Fault> {
    let mut phone = Phone::default();
    parts(at, value, |name, value| {
        match name {
            "type" => phone.kind = value,
            "number" => phone.number = value,
            _ => return false,
        }
        true
    })?;
    Ok(phone)
}

fn custom(at: &str, value: &Value) -> Result<CustomAttribute, Fault> {
    let mut custom = CustomAttribute::default();
    parts(at, value, |name, value| {
        match name {
            "name" => custom.name = value,
            "value" => custom.value = value,
            _ => return false,
        }
        true
    })?;
    Ok(custom)
}

#[cfg(test)]
mod tests {
    use model::user::{MfaFacts, PasswordFacts, PasswordStatus};
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
