//! The conditions of `search_term`.

use model::Faults;
use model::insights::{EventField, EventTest};
use serde_json::Value;

/// How deep conditions may lie within each other, and how many there may be at one place.
const DEPTH_MAX: usize = 5;
const CONDITIONS_MAX: usize = 100;

/// `{"and": […]}`, `{"or": […]}`, `{"not": […]}` and `{"field": value}`, which may lie within each other. All of those at one
/// place must hold.
pub fn conditions(at: &str, value: &Value, depth: usize, faults: &mut Faults) -> Vec<EventTest> {
    let Value::Object(parts) = value else {
        faults.add(at, "This is {\"and\": […]}, {\"or\": […]}, {\"not\": […]} or {\"field\": value}.");
        return vec![];
    };
    let mut tests = Vec::new();
    for (name, value) in parts {
        let place = format!("{at}.{name}");
        let of: fn(Vec<EventTest>) -> EventTest = match name.as_str() {
            "and" => EventTest::All,
            "or" => EventTest::Any,
            "not" => EventTest::None,
            _ => {
                tests.extend(condition(&place, name, value, faults));
                continue;
            }
        };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        if depth >= DEPTH_MAX || items.len() > CONDITIONS_MAX || items.is_empty() {
            faults
                .add(place, format!("Here are 1 to {CONDITIONS_MAX} conditions, at most {DEPTH_MAX} deep."));
            continue;
        }
        let each = items.iter().zip(0..).map(|(item, number)| {
            let within = conditions(&format!("{place}[{number}]"), item, depth + 1, faults);
            EventTest::All(within)
        });
        tests.push(of(each.collect()));
    }
    tests
}

fn condition(place: &str, name: &str, value: &Value, faults: &mut Faults) -> Option<EventTest> {
    let Some(field) = EventField::parse(name) else {
        faults.add(place, format!("Events cannot be searched by “{name}”."));
        return None;
    };
    let scalar = |value: &Value| match value {
        Value::String(text) if !text.contains('\0') => Some(text.clone()),
        Value::Bool(flag) if field == EventField::Success => Some(flag.to_string()),
        _ => None,
    };
    let values: Option<Vec<String>> = match value {
        Value::Array(items) => items.iter().map(scalar).collect(),
        one => scalar(one).map(|one| vec![one]),
    };
    if let Some(values) = values.filter(|values| (1..=CONDITIONS_MAX).contains(&values.len())) {
        Some(EventTest::Is(field, values))
    } else {
        faults.add(place, format!("This is a value of {name}, or a list of 1 to {CONDITIONS_MAX}."));
        None
    }
}
