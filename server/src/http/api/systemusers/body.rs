//! The bodies of what is done to one user.

use model::user::{ENROLL_DAYS_DEFAULT, MfaRequirement, Notify};
use model::{Fault, Faults, Problem, Timestamp};
use serde_json::{Map, Value};

use super::super::answer::malformed;
use super::fields::TEXT;

/// Whom an email goes to, in a body that has nothing else: `true` and nothing at all mean the usual address,
/// `false` nobody, a text that address.
///
/// # Errors
/// `malformed` for another field; `invalid` for anything else.
pub fn read_email(body: &Map<String, Value>) -> Result<Notify, Problem> {
    let mut notify = Notify::Default;
    for (name, value) in body {
        match (name.as_str(), value) {
            ("email", Value::String(text)) => notify = Notify::To(text.clone()),
            ("email", Value::Bool(false)) => notify = Notify::Nobody,
            ("email", Value::Bool(true) | Value::Null) => {}
            ("email", _) => return Err(Problem::at("email", "This is an address, true or false.")),
            (other, _) => return Err(nothing_to_do_with(other)),
        }
    }
    Ok(notify)
}

/// The same where an email is all that is asked for.
///
/// # Errors
/// As there; `invalid` for `false`.
pub fn read_recipient(body: &Map<String, Value>) -> Result<Notify, Problem> {
    match read_email(body)? {
        Notify::Nobody => Err(Problem::at("email", "An email to nobody is none; leave the request out.")),
        to @ (Notify::Default | Notify::To(_)) => Ok(to),
    }
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

/// What is asked of the second factor: `enable_user_portal_multifactor`, which is true unless it is said, and
/// in `mfa` the days to enroll.
///
/// # Errors
/// `malformed` for another field; `invalid` for what is of another form.
pub fn read_mfa(body: &Map<String, Value>, now: Timestamp) -> Result<MfaRequirement, Problem> {
    let mut required = true;
    let mut days = None;
    for (name, value) in body {
        match (name.as_str(), value) {
            ("enable_user_portal_multifactor", Value::Bool(on)) => required = *on,
            ("enable_user_portal_multifactor", _) => return Err(Problem::at(name, "This is true or false.")),
            ("mfa", Value::Null) => {}
            ("mfa", Value::Object(parts)) => days = read_period("mfa.", parts, now)?,
            ("mfa", _) => return Err(Problem::at(name, "This is an object.")),
            (other, _) => return Err(nothing_to_do_with(other)),
        }
    }
    if required {
        return Ok(MfaRequirement::Require { days: days.unwrap_or(ENROLL_DAYS_DEFAULT) });
    }
    match days {
        Some(_) => {
            Err(Problem::at("mfa", "There are days to enroll only where a second factor is required."))
        }
        None => Ok(MfaRequirement::Remove),
    }
}

/// The days to enroll: `exclusionDays`, or as many as it is until `exclusionUntil`. `at` is before the name of
/// each field.
///
/// # Errors
/// `malformed` for another field; `invalid` for what is of another form, or over.
pub fn read_period(at: &str, parts: &Map<String, Value>, now: Timestamp) -> Result<Option<u32>, Problem> {
    let (mut faults, mut days, mut until) = (Faults::default(), None, None);
    for (name, value) in parts {
        let field = format!("{at}{name}");
        match (name.as_str(), value) {
            ("exclusionDays" | "exclusionUntil" | "exclusion", Value::Null)
            | ("exclusion", Value::Bool(true))
            // Every user who is read has it.
            | ("configured", Value::Bool(_)) => {}
            ("exclusion", Value::Bool(false)) => {
                faults.add(field, "Everybody who has to enroll has days to do so. Say how many: exclusionDays.");
            }
            ("exclusionDays", Value::Number(number)) => {
                days = faults.take(&field, number.as_u64().and_then(|days| u32::try_from(days).ok()).ok_or(DAYS));
            }
            ("exclusionUntil", Value::String(text)) => until = faults.take(&field, days_until(text, now)),
            ("exclusion" | "configured", _) => faults.add(field, "This is true or false."),
            ("exclusionDays", _) => faults.add(field, DAYS),
            ("exclusionUntil", _) => faults.add(field, UNTIL),
            _ => return Err(nothing_to_do_with(&field)),
        }
    }
    if days.is_some() && until.is_some() {
        faults.add(format!("{at}exclusionUntil"), "Say either how many days, or until when.");
    }
    faults.check()?;
    Ok(days.or(until))
}

const DAYS: &str = "This is a number of days.";
const UNTIL: &str = "This is an instant to come, as 2026-11-22T09:00:00Z.";

/// How many days it is until then, the last one begun.
fn days_until(text: &str, now: Timestamp) -> Result<u32, &'static str> {
    const DAY: u64 = 24 * 60 * 60;
    let at: jiff::Timestamp = text.parse().map_err(|_| UNTIL)?;
    let at = Timestamp::from_micros(at.as_microsecond());
    if at <= now {
        return Err(UNTIL);
    }
    u32::try_from(at.since(now).as_secs().div_ceil(DAY)).map_err(|_| UNTIL)
}

/// The name and the text of a key to add.
///
/// # Errors
/// `malformed` for another field; `invalid` for what is no text, or without a key.
pub fn read_key(body: &Map<String, Value>) -> Result<(String, String), Problem> {
    let (mut name, mut key) = (String::new(), None);
    for (field, value) in body {
        match (field.as_str(), value) {
            ("name", Value::String(text)) => name.clone_from(text),
            ("name", Value::Null) => {}
            ("public_key", Value::String(text)) => key = Some(text.clone()),
            ("name" | "public_key", _) => return Err(Problem::at(field, TEXT)),
            (other, _) => return Err(nothing_to_do_with(other)),
        }
    }
    let key = key.ok_or_else(|| Problem::at("public_key", "Say which: ssh-ed25519 AAAA… comment."))?;
    Ok((name, key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_338_000_000_000);

    fn mfa(body: Value) -> Result<MfaRequirement, Problem> {
        let Value::Object(body) = body else { panic!("{body}") };
        read_mfa(&body, NOW)
    }

    #[test]
    fn the_days_to_enroll_are_read_in_both_ways() {
        let days = |days| Ok(MfaRequirement::Require { days });
        assert_eq!(mfa(json!({})), days(7));
        assert_eq!(mfa(json!({ "mfa": { "exclusion": true, "exclusionDays": 30 } })), days(30));
        assert_eq!(mfa(json!({ "mfa": { "exclusionUntil": "2026-11-24T09:00:01Z" } })), days(3));
        assert_eq!(mfa(json!({ "mfa": { "configured": true } })), days(7));
        assert_eq!(mfa(json!({ "enable_user_portal_multifactor": false })), Ok(MfaRequirement::Remove));
        for (body, field) in [
            (json!({ "mfa": { "exclusionUntil": "2026-11-22T09:00:00Z" } }), "mfa.exclusionUntil"),
            (json!({ "mfa": { "exclusionUntil": "tomorrow" } }), "mfa.exclusionUntil"),
            (json!({ "mfa": { "exclusionDays": -1 } }), "mfa.exclusionDays"),
            (json!({ "mfa": { "exclusionDays": 1.5 } }), "mfa.exclusionDays"),
            (json!({ "mfa": { "exclusion": false } }), "mfa.exclusion"),
            (
                json!({ "mfa": { "exclusionDays": 1, "exclusionUntil": "2027-01-01T00:00:00Z" } }),
                "mfa.exclusionUntil",
            ),
            (json!({ "mfa": { "days": 1 } }), "mfa.days"),
            (json!({ "mfa": [] }), "mfa"),
            (json!({ "enable_user_portal_multifactor": "no" }), "enable_user_portal_multifactor"),
            (json!({ "enable_user_portal_multifactor": false, "mfa": { "exclusionDays": 1 } }), "mfa"),
            (json!({ "colour": "red" }), "colour"),
        ] {
            let problem = mfa(body.clone()).expect_err("refused");
            assert!(problem.fault(field).is_some(), "{body} {problem:?}");
        }
    }
}
