//! What a program asks of the events. What is not known, or of another type, is refused, and named.

use std::collections::BTreeSet;

use model::insights::{EventField, EventPlace, EventSearch, Service};
use model::{Fault, Faults, Problem, Timestamp};
use serde_json::{Map, Value};

use super::super::answer::malformed;
use super::spans::{Interval, Unit};
use super::term::conditions;

/// The parts of the reference's product; of those that are not in this one there are no events.
const SERVICES: [&str; 15] = [
    "ldap",
    "radius",
    "sso",
    "systems",
    "mdm",
    "software",
    "password_manager",
    "alerts",
    "notifications",
    "object_storage",
    "reports",
    "saas_app_management",
    "access_management",
    "asset_management",
    "directory",
];

/// What an event shows, by which `fields` chooses.
const SHOWN: [&str; 15] = [
    "id",
    "event_type",
    "timestamp",
    "organization",
    "service",
    "client_ip",
    "useragent",
    "success",
    "initiated_by",
    "resource",
    "changes",
    "auth_method",
    "message",
    "error_message",
    "@version",
];

/// What can be asked besides the range, the services and the search.
pub const OF_PAGES: &[&str] = &["limit", "sort", "search_after", "fields"];
pub const OF_DISTINCT: &[&str] = &["field", "limit"];
pub const OF_INTERVALS: &[&str] = &["interval_unit", "interval_value", "timezone"];

const LIMIT: u64 = 1_000;
const LIMIT_MAX: u64 = 10_000;
/// Which part of the events is sent.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub limit: u64,
    pub descending: bool,
    pub after: Option<EventPlace>,
}

/// Which fields of an event are sent; none said sends all.
#[derive(Clone, Debug, Default)]
pub struct Shown(BTreeSet<String>);

impl Shown {
    pub fn of(&self, mut shape: Value) -> Value {
        if let (false, Value::Object(parts)) = (self.0.is_empty(), &mut shape) {
            parts.retain(|name, _| self.0.contains(name));
        }
        shape
    }
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub search: EventSearch,
    pub page: Part,
    pub fields: Shown,
    pub field: Option<EventField>,
    pub interval: Option<Interval>,
}

/// Reads a body that may hold `own` besides what all of them hold.
///
/// # Errors
/// `malformed` with everything at fault.
pub fn read(body: &Map<String, Value>, own: &[&str], now: Timestamp) -> Result<Asked, Problem> {
    let mut faults = Faults::default();
    let f = &mut faults;
    for name in body.keys() {
        let common = ["service", "start_time", "end_time", "search_term", "q"];
        if !common.contains(&name.as_str()) && !own.contains(&name.as_str()) {
            f.add(name.clone(), format!("“{name}” is nothing that can be asked for here."));
        }
    }
    for needed in ["service", "start_time"] {
        if !body.contains_key(needed) {
            f.add(needed, format!("“{needed}” must be there."));
        }
    }
    for needed in own.iter().filter(|name| ["field", "interval_unit", "interval_value"].contains(name)) {
        if !body.contains_key(*needed) {
            f.add(*needed, format!("“{needed}” must be there."));
        }
    }
    let part = |name: &str| body.get(name);
    let services = take(f, "service", part("service"), services).unwrap_or_default();
    let from = take(f, "start_time", part("start_time"), instant).unwrap_or_default();
    let to = take(f, "end_time", part("end_time"), instant);
    // What happens at this instant is in it, too.
    let to = to.unwrap_or_else(|| Timestamp::from_micros(now.as_micros().saturating_add(1)));
    let words = take(f, "q", part("q"), text).unwrap_or_default();
    let limit = take(f, "limit", part("limit"), limit).unwrap_or(LIMIT);
    let descending = take(f, "sort", part("sort"), sort).unwrap_or(true);
    let after = take(f, "search_after", part("search_after"), place).flatten();
    let fields = take(f, "fields", part("fields"), shown).unwrap_or_default();
    let field = take(f, "field", part("field"), field);
    let unit = take(f, "interval_unit", part("interval_unit"), unit);
    let value = take(f, "interval_value", part("interval_value"), length).unwrap_or(1);
    let offset = take(f, "timezone", part("timezone"), offset).unwrap_or_default();
    let mut tests = Vec::new();
    if let Some(term) = body.get("search_term") {
        tests = conditions("search_term", term, 0, f);
    }
    if matches!(unit, Some(Unit::Month | Unit::Quarter | Unit::Year)) && value != 1 {
        f.add("interval_value", "Of months, quarters and years an interval has one.");
    }
    let all: Vec<Fault> = faults.iter().take(20).cloned().collect();
    match all.as_slice() {
        [] => {}
        [one] => return Err(malformed(one.message.clone(), all)),
        many => return Err(malformed(format!("{} things in this body cannot be read.", many.len()), all)),
    }
    Ok(Asked {
        search: EventSearch { services, from, to, words, tests },
        page: Part { limit, descending, after },
        fields,
        field,
        interval: unit.map(|unit| Interval { unit, value, offset }),
    })
}

fn take<T>(
    faults: &mut Faults,
    name: &str,
    value: Option<&Value>,
    read: fn(&Value) -> Result<T, String>,
) -> Option<T> {
    value.and_then(|value| faults.take(name, read(value)))
}

fn text(value: &Value) -> Result<String, String> {
    let text =
        value.as_str().filter(|text| text.chars().count() <= model::list::SEARCH_MAX && !text.contains('\0'));
    text.map(str::to_owned)
        .ok_or_else(|| format!("This is text of at most {} characters.", model::list::SEARCH_MAX))
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    let items = value.as_array().ok_or("This is a list of texts.")?;
    items
        .iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| "This is a list of texts.".to_owned()))
        .collect()
}

/// Those that there are here, of the names of the reference.
fn services(value: &Value) -> Result<Vec<Service>, String> {
    let names = texts(value)?;
    if names.is_empty() {
        return Err("Name one at least, such as “all”.".to_owned());
    }
    let mut services = Vec::new();
    for name in names {
        match Service::parse(&name) {
            Some(service) => services.push(service),
            None if name == "all" => services.extend(Service::ALL),
            None if SERVICES.contains(&name.as_str()) => {}
            None => return Err(format!("There is no service “{name}”.")),
        }
    }
    Ok(services)
}

fn instant(value: &Value) -> Result<Timestamp, String> {
    let instant = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let instant = instant.map(|instant| Timestamp::from_micros(instant.as_microsecond()));
    instant.ok_or_else(|| "This is an instant in RFC 3339, such as 2026-11-22T09:00:00Z.".to_owned())
}

fn limit(value: &Value) -> Result<u64, String> {
    let limit = value.as_u64().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| format!("This is a number from 1 to {LIMIT_MAX}."))
}

/// Whether the latest come first.
fn sort(value: &Value) -> Result<bool, String> {
    match value.as_str() {
        Some("DESC") => Ok(true),
        Some("ASC") => Ok(false),
        _ => Err("This is ASC or DESC.".to_owned()),
    }
}

/// What the header X-Search_after said; an empty list begins at the beginning.
fn place(value: &Value) -> Result<Option<EventPlace>, String> {
    let parts = value.as_array().map(|parts| parts.iter().map(Value::as_i64).collect::<Vec<_>>());
    match parts.as_deref() {
        Some([]) => Ok(None),
        Some([Some(at), Some(place)]) => Ok(Some((*at, *place))),
        _ => Err("This is what the header X-Search_after of the page before said.".to_owned()),
    }
}

fn shown(value: &Value) -> Result<Shown, String> {
    let names = texts(value)?;
    match names.iter().find(|name| !SHOWN.contains(&name.as_str())) {
        Some(unknown) => Err(format!("Events have no “{unknown}” to send.")),
        None => Ok(Shown(names.into_iter().collect())),
    }
}

fn field(value: &Value) -> Result<EventField, String> {
    let field = value.as_str().and_then(EventField::parse);
    field.ok_or_else(|| "This is no field that can be asked for.".to_owned())
}

fn unit(value: &Value) -> Result<Unit, String> {
    let unit = value.as_str().and_then(Unit::read);
    unit.ok_or_else(|| "This is one of s, m, h, d, w, M, q and y.".to_owned())
}

/// A number, or a text of one, as the reference has it.
fn length(value: &Value) -> Result<i64, String> {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    number
        .filter(|number| (1..=1_000).contains(number))
        .ok_or_else(|| "This is a number from 1 to 1000.".to_owned())
}

/// `-0500`, in seconds.
fn offset(value: &Value) -> Result<i32, String> {
    let read = || {
        let text = value.as_str()?;
        let (sign, digits) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let all = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let (hours, minutes) = (digits.get(..2)?.parse::<i32>().ok()?, digits.get(2..)?.parse::<i32>().ok()?);
        (all && hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
    };
    read().ok_or_else(|| "This is hours and minutes from UTC, such as +0100.".to_owned())
}

#[cfg(test)]
mod tests {
    use model::insights::EventTest;
    use serde_json::json;

    use super::*;

    fn asked(own: &[&str], more: Value) -> Result<Asked, Problem> {
        let mut body = json!({ "service": ["all"], "start_time": "2026-11-22T09:00:00Z" });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        let Value::Object(body) = body else { panic!("{body}") };
        read(&body, own, Timestamp::from_micros(5))
    }

    #[test]
    fn conditions_lie_within_each_other() {
        let term = json!({ "and": [
            { "event_type": ["user_create", "user_delete"] },
            { "or": [{ "success": false }, { "initiated_by.username": "ada" }] },
        ] });
        let read = asked(OF_PAGES, json!({ "search_term": term })).expect("read");
        let is = |field, values: &[&str]| {
            EventTest::All(vec![EventTest::Is(
                field,
                values.iter().map(|value| (*value).to_owned()).collect(),
            )])
        };
        let either =
            EventTest::Any(vec![is(EventField::Success, &["false"]), is(EventField::ByUsername, &["ada"])]);
        let both =
            vec![is(EventField::EventType, &["user_create", "user_delete"]), EventTest::All(vec![either])];
        assert_eq!(read.search.tests, [EventTest::All(both)]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (own, body, field) in [
            (OF_PAGES, json!({ "limit": 0 }), "limit"),
            (OF_PAGES, json!({ "limit": 10_001 }), "limit"),
            (OF_PAGES, json!({ "limit": "10" }), "limit"),
            (OF_PAGES, json!({ "sort": "asc" }), "sort"),
            (OF_PAGES, json!({ "service": ["nothing"] }), "service"),
            (OF_PAGES, json!({ "service": "all" }), "service"),
            (OF_PAGES, json!({ "service": [] }), "service"),
            (OF_PAGES, json!({ "start_time": "yesterday" }), "start_time"),
            (OF_PAGES, json!({ "end_time": 5 }), "end_time"),
            (OF_PAGES, json!({ "search_after": [1] }), "search_after"),
            (OF_PAGES, json!({ "fields": ["password"] }), "fields"),
            (OF_PAGES, json!({ "q": 1 }), "q"),
            (OF_PAGES, json!({ "field": "event_type" }), "field"),
            (OF_PAGES, json!({ "odd": 1 }), "odd"),
            (OF_PAGES, json!({ "search_term": { "useragent": "x" } }), "search_term.useragent"),
            (
                OF_PAGES,
                json!({ "search_term": { "or": [{ "client_ip": 1 }] } }),
                "search_term.or[0].client_ip",
            ),
            (OF_PAGES, json!({ "search_term": { "and": [] } }), "search_term.and"),
            (OF_DISTINCT, json!({ "field": "changes" }), "field"),
            (OF_DISTINCT, json!({}), "field"),
            (OF_INTERVALS, json!({ "interval_unit": "h" }), "interval_value"),
            (OF_INTERVALS, json!({ "interval_unit": "x", "interval_value": 1 }), "interval_unit"),
            (OF_INTERVALS, json!({ "interval_unit": "M", "interval_value": "2" }), "interval_value"),
            (
                OF_INTERVALS,
                json!({ "interval_unit": "h", "interval_value": 1, "timezone": "CET" }),
                "timezone",
            ),
        ] {
            let problem = asked(own, body.clone()).expect_err("refused");
            assert!(problem.fault(field).is_some(), "{body} {problem:?}");
        }
        let nothing = read(&Map::new(), OF_PAGES, Timestamp::default()).expect_err("refused");
        assert!(nothing.fault("service").is_some() && nothing.fault("start_time").is_some());
    }

    #[test]
    fn what_is_not_said_is_usual() {
        let read = asked(OF_PAGES, json!({})).expect("read");
        assert_eq!((read.page.limit, read.page.descending, read.page.after), (1_000, true, None));
        assert_eq!(read.search.to.as_micros(), 6);
        let radius = asked(OF_PAGES, json!({ "service": ["radius"] })).expect("read");
        assert!(radius.search.services.is_empty());
    }
}
