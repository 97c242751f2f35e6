//! A search as a body describes it: `searchFilter`, `filter`, `fields`, `limit`, `skip` and `sort`.

use model::user::{Compare, Condition};
use model::{Fault, Faults, Problem};
use serde_json::{Map, Value};

use super::super::answer::malformed;
use super::fields::FAULTS_MAX;
use super::query::{Asked, Fields, compare_of, condition, limited, sorted};

/// The fields that are searched unless others are named.
const SEARCHED: [&str; 4] = ["username", "email", "firstname", "lastname"];

/// Reads a body; an empty one asks for everybody.
///
/// # Errors
/// `malformed` with everything at fault.
pub fn read(body: &Map<String, Value>) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    let mut faults = Faults::default();
    for (name, value) in body {
        match name.as_str() {
            "searchFilter" => search(value, &mut asked, &mut faults),
            "filter" => filter(value, &mut asked, &mut faults),
            "fields" => {
                let read = names(value).and_then(|text| Fields::read(&text).map_err(|told| told.message));
                asked.fields = faults.take("fields", read).unwrap_or_default();
            }
            "sort" => {
                asked.query.sort = faults.take("sort", names(value)).map_or(vec![], |text| sorted(&text));
            }
            "limit" => {
                let read = count(value).and_then(|limit| limited(limit).map_err(|told| told.message));
                asked.query.limit = faults.take("limit", read).unwrap_or(asked.query.limit);
            }
            "skip" => asked.query.skip = faults.take("skip", count(value)).unwrap_or_default(),
            other => faults.add(other, format!("“{other}” is nothing that can be asked for here.")),
        }
    }
    let all: Vec<Fault> = faults.iter().take(FAULTS_MAX).cloned().collect();
    match all.as_slice() {
        [] => Ok(asked),
        [one] => Err(malformed(one.message.clone(), all)),
        many => Err(malformed(format!("{} things in this body cannot be read.", many.len()), all)),
    }
}

/// `{"searchTerm": "ada", "fields": ["username"]}`, with several terms of which one must be found.
fn search(value: &Value, asked: &mut Asked, faults: &mut Faults) {
    let Value::Object(parts) = value else {
        faults.add("searchFilter", "This is {\"searchTerm\": …, \"fields\": […]}.");
        return;
    };
    let (mut terms, mut fields) = (vec![], vec![]);
    for (name, value) in parts {
        let field = format!("searchFilter.{name}");
        match name.as_str() {
            "searchTerm" => terms = faults.take(&field, texts(value)).unwrap_or_default(),
            "fields" => fields = faults.take(&field, texts(value)).unwrap_or_default(),
            _ => faults.add(field, "There is no such part."),
        }
    }
    terms.retain(|term| !term.trim().is_empty());
    match terms.as_slice() {
        [] => {}
        // As the search of a list does it, which has an index.
        [one] if fields.is_empty() => one.clone_into(&mut asked.query.search),
        _ => {
            let fields = if fields.is_empty() { SEARCHED.map(str::to_owned).to_vec() } else { fields };
            let mention = |field| Condition { field, compare: Compare::Mentions, values: terms.clone() };
            asked.query.filters.push(fields.into_iter().map(mention).collect());
        }
    }
}

/// A list of conditions that must all hold, or `{"and": […]}`, or `{"or": […]}` of which one must, or fields with
/// their values.
fn filter(value: &Value, asked: &mut Asked, faults: &mut Faults) {
    let mut all = |value: &Value, faults: &mut Faults| {
        asked.query.filters.extend(conditions("filter", value, faults).into_iter().map(|one| vec![one]));
    };
    let parts = match value {
        Value::Null => return,
        Value::Object(parts) => parts,
        Value::Array(_) | Value::String(_) => return all(value, faults),
        Value::Bool(_) | Value::Number(_) => return faults.add("filter", FORM),
    };
    let mut any = vec![];
    for (name, value) in parts {
        match (name.as_str(), value) {
            ("and", Value::Array(_)) => all(value, faults),
            ("or", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let at = format!("filter.or[{index}]");
                    let of_one = item_of(&at, item, faults);
                    if of_one.len() > 1 {
                        faults.add(at, "Of those in “or” each has one condition.");
                    }
                    any.extend(of_one);
                }
            }
            ("and" | "or", _) => faults.add(format!("filter.{name}"), "This is a list of conditions."),
            _ => all(&Value::Object(Map::from_iter([(name.clone(), value.clone())])), faults),
        }
    }
    if !any.is_empty() {
        asked.query.filters.push(any);
    }
}

const FORM: &str = "A condition is written field:$operator:value, {\"field\": value} or {\"field\": {\"$operator\": value}}.";

/// The conditions of a list, or of one item.
fn conditions(at: &str, value: &Value, faults: &mut Faults) -> Vec<Condition> {
    match value {
        Value::Array(items) => {
            let of = |(index, item): (usize, &Value)| item_of(&format!("{at}[{index}]"), item, faults);
            items.iter().enumerate().flat_map(of).collect()
        }
        one => item_of(at, one, faults),
    }
}

/// The conditions that an item holds, all of which must hold.
fn item_of(at: &str, value: &Value, faults: &mut Faults) -> Vec<Condition> {
    let parts = match value {
        Value::String(text) => return faults.take(at, condition(text)).into_iter().collect(),
        Value::Object(parts) => parts,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            faults.add(at, FORM);
            return vec![];
        }
    };
    let mut found = vec![];
    for (field, value) in parts {
        let at = format!("{at}.{field}");
        match value {
            Value::Object(operators) => {
                for (operator, value) in operators {
                    let one = compare_of(operator).and_then(|(compare, many)| {
                        let values = if many { scalars(value)? } else { vec![scalar(value)?] };
                        Ok(Condition { field: field.clone(), compare, values })
                    });
                    found.extend(faults.take(&at, one));
                }
            }
            value => {
                let equal =
                    |text| Condition { field: field.clone(), compare: Compare::Equal, values: vec![text] };
                found.extend(faults.take(&at, scalar(value).map(equal)));
            }
        }
    }
    found
}

/// A value as an address writes it; nothing is empty there.
fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => Err(FORM.to_owned()),
    }
}

fn scalars(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => items.iter().map(scalar).collect(),
        one => Ok(vec![scalar(one)?]),
    }
}

/// One text, or several.
fn texts(value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| {
        value.as_str().map(str::to_owned).ok_or_else(|| "This is text, or a list of texts.".to_owned())
    };
    match value {
        Value::Null => Ok(vec![]),
        Value::Array(items) => items.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}

/// Names, apart by spaces or in a list.
fn names(value: &Value) -> Result<String, String> {
    texts(value).map(|names| names.join(" "))
}

fn count<T: TryFrom<u64>>(value: &Value) -> Result<T, String> {
    let number = value.as_u64().and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| "This is a number that fits.".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(body: Value) -> Result<Asked, Problem> {
        let Value::Object(body) = body else { panic!("{body}") };
        read(&body)
    }

    fn one(field: &str, compare: Compare, values: &[&str]) -> Condition {
        Condition {
            field: field.into(),
            compare,
            values: values.iter().map(|value| (*value).into()).collect(),
        }
    }

    #[test]
    fn each_way_of_writing_a_filter_is_read() {
        let ada = one("username", Compare::Equal, &["ada"]);
        let sudo = one("sudo", Compare::Equal, &["true"]);
        for (filter, groups) in [
            (json!([{ "username": "ada" }, { "sudo": true }]), vec![vec![ada.clone()], vec![sudo.clone()]]),
            (json!([{ "username": "ada", "sudo": true }]), vec![vec![sudo.clone()], vec![ada.clone()]]),
            (
                json!({ "and": ["username:$eq:ada", { "sudo": true }] }),
                vec![vec![ada.clone()], vec![sudo.clone()]],
            ),
            (json!({ "or": ["username:$eq:ada", { "sudo": true }] }), vec![vec![ada.clone(), sudo.clone()]]),
            (
                json!({ "and": [{ "sudo": true }], "or": [{ "username": "ada" }] }),
                vec![vec![sudo], vec![ada.clone()]],
            ),
            (json!({ "username": "ada" }), vec![vec![ada.clone()]]),
            (json!("username:$eq:ada"), vec![vec![ada]]),
            (
                json!([{ "unix_uid": { "$gt": 5, "$in": [6, 7] } }, { "manager": null }]),
                vec![
                    vec![one("unix_uid", Compare::Greater, &["5"])],
                    vec![one("unix_uid", Compare::Equal, &["6", "7"])],
                    vec![one("manager", Compare::Equal, &[""])],
                ],
            ),
            (json!(null), vec![]),
        ] {
            let read = asked(json!({ "filter": filter })).expect("read").query.filters;
            assert_eq!(read, groups, "{filter}");
        }
    }

    #[test]
    fn terms_are_searched_in_the_fields_that_are_named() {
        let by = |search: Value| asked(json!({ "searchFilter": search })).expect("read").query;
        assert_eq!(by(json!({ "searchTerm": "ada" })).search, "ada");
        assert_eq!(by(json!({ "searchTerm": [" "] })).filters.len(), 0);
        let some = by(json!({ "searchTerm": ["a", "b"], "fields": ["email", "company"] })).filters;
        let values = &["a", "b"];
        assert_eq!(
            some,
            [vec![one("email", Compare::Mentions, values), one("company", Compare::Mentions, values),]]
        );
        assert_eq!(by(json!({ "searchTerm": ["a", "b"] })).filters.concat().len(), 4);
    }

    #[test]
    fn what_cannot_be_read_is_told_where_it_stands() {
        for (body, field) in [
            (json!({ "limit": 101 }), "limit"),
            (json!({ "limit": "10" }), "limit"),
            (json!({ "skip": -1 }), "skip"),
            (json!({ "sort": 1 }), "sort"),
            (json!({ "fields": "email password" }), "fields"),
            (json!({ "searchFilter": "ada" }), "searchFilter"),
            (json!({ "searchFilter": { "searchTerm": 1 } }), "searchFilter.searchTerm"),
            (json!({ "searchFilter": { "term": "ada" } }), "searchFilter.term"),
            (json!({ "filter": 1 }), "filter"),
            (json!({ "filter": [1] }), "filter[0]"),
            (json!({ "filter": [[]] }), "filter[0]"),
            (json!({ "filter": ["username"] }), "filter[0]"),
            (json!({ "filter": { "and": {} } }), "filter.and"),
            (json!({ "filter": { "or": [{ "a": 1, "b": 2 }] } }), "filter.or[0]"),
            (json!({ "filter": { "or": [[]] } }), "filter.or[0]"),
            (json!({ "filter": [{ "username": { "$regex": "a" } }] }), "filter[0].username"),
            (json!({ "filter": [{ "username": { "$eq": [] } }] }), "filter[0].username"),
            (json!({ "filtre": [] }), "filtre"),
        ] {
            let problem = asked(body.clone()).expect_err("refused");
            assert!(problem.fault(field).is_some(), "{body} {problem:?}");
        }
        let regex = asked(json!({ "filter": { "email": { "$regex": "x" } } })).expect_err("refused");
        assert!(regex.message.contains("$regex") && regex.message.contains("$co"), "{regex}");
    }
}
