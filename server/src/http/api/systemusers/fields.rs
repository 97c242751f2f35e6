//! The fields of a user in a body, one by one.

use model::user::{Address, CustomAttribute, Flag, Phone, TextAttribute, UserForm, UserState};
use model::{Fault, Faults, Id, Problem};
use serde_json::{Map, Value};

use super::super::answer::malformed;
use super::super::names::FIELDS;

/// Of how many things that are wrong with a field or a body one is told: a body could hold very many.
pub const FAULTS_MAX: usize = 50;

/// The two names of where a user stands.
pub const STATE: [&str; 2] = ["state", "suspended"];

/// Refuses a body with fields that there are not, or that are of another form; `more` are there beside those
/// of a user.
///
/// # Errors
/// `malformed` with every such field.
pub fn check(body: &Map<String, Value>, more: &[&str]) -> Result<(), Problem> {
    let unread = body.iter().filter(|(name, _)| !more.contains(&name.as_str()));
    let unread = unread.filter_map(|(name, value)| unread_field(name, value));
    let unread: Vec<Fault> = unread.take(FAULTS_MAX).collect();
    match unread.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(malformed(first.message.clone(), unread)),
    }
}

/// Why a field cannot be read at all, if so.
fn unread_field(name: &str, value: &Value) -> Option<Fault> {
    let message = if !FIELDS.contains(&name) {
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

pub const TEXT: &str = "This is text.";

/// Whether “state” and “suspended” say the same.
///
/// # Errors
/// A sentence with both.
pub fn agrees(body: &Map<String, Value>) -> Result<(), String> {
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
pub fn put(form: &mut UserForm, name: &str, value: &Value, faults: &mut Faults) -> Result<(), String> {
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
pub fn text(value: &Value) -> Result<String, String> {
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
