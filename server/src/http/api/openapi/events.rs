//! What the document says of events.

use model::insights::EventField;
use serde_json::{Map, Value, json};

use super::parts::reference;

/// What a search of events holds, whatever it is for.
fn query(own: &Value, required: &[&str]) -> Value {
    let mut properties = json!({
        "service": {
            "type": "array", "items": { "type": "string" }, "minItems": 1,
            "description": "all, or parts of the product such as directory. Of parts that are not in this one there \
                are no events.",
        },
        "start_time": { "type": "string", "format": "date-time" },
        "end_time": { "type": "string", "format": "date-time", "description": "Before it; now unless it is said." },
        "q": { "type": "string", "description": "Words that all stand in the event." },
        "search_term": reference("schemas", "EventTerm"),
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut properties, own) {
        all.extend(own.clone());
    }
    let required: Vec<_> = ["service", "start_time"].iter().chain(required).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// The schemas of events.
pub fn schemas() -> Map<String, Value> {
    let fields: Vec<_> = EventField::ALL.iter().map(|field| field.as_str()).collect();
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": 10_000, "default": 1_000 });
    let pages = json!({
        "limit": limit,
        "sort": { "type": "string", "enum": ["ASC", "DESC"], "default": "DESC" },
        "search_after": {
            "type": "array", "items": { "type": "integer" },
            "description": "What the header X-Search_after of the page before said.",
        },
        "fields": { "type": "array", "items": { "type": "string" }, "description": "Which parts of events to send." },
    });
    let distinct = json!({ "field": { "type": "string", "enum": fields }, "limit": limit });
    let interval = json!({
        "interval_unit": { "type": "string", "enum": ["s", "m", "h", "d", "w", "M", "q", "y"] },
        "interval_value": { "type": ["integer", "string"], "description": "How many units, from 1 to 1000." },
        "timezone": { "type": "string", "examples": ["-0500"] },
    });
    let bucket = json!({
        "type": "object",
        "required": ["key", "doc_count"],
        "properties": {
            "key": { "type": ["string", "integer"] },
            "key_as_string": { "type": "string" },
            "doc_count": { "type": "integer" },
        },
    });
    let party = json!({
        "type": "object",
        "required": ["type", "name"],
        "properties": {
            "type": { "type": "string" }, "id": reference("schemas", "Id"), "name": { "type": "string" },
            "username": { "type": "string" }, "email": { "type": "string" },
        },
    });
    let event = json!({
        "type": "object",
        "required": ["id", "event_type", "timestamp", "organization", "service", "success", "initiated_by", "@version"],
        "properties": {
            "id": reference("schemas", "Id"), "event_type": { "type": "string" },
            "timestamp": reference("schemas", "Instant"), "organization": reference("schemas", "Id"),
            "service": { "type": "string" }, "success": { "type": "boolean" },
            "initiated_by": party, "resource": party,
            "client_ip": { "type": "string" }, "useragent": { "type": "string" },
            "auth_method": { "type": "string", "enum": ["session", "api-key"] },
            "message": { "type": "string" }, "error_message": { "type": "string" },
            "changes": { "type": "array", "items": {
                "type": "object",
                "required": ["field", "from", "to"],
                "properties": { "field": { "type": "string" }, "from": { "type": "string" }, "to": { "type": "string" } },
            } },
            "@version": { "type": "string" },
        },
    });
    let term = json!({
        "type": "object",
        "description": format!(
            "and, or, not with lists of the same, and fields with a value or several: {}. Without regard to case.",
            fields.join(", "),
        ),
    });
    Map::from_iter([
        ("Event".to_owned(), event),
        ("Events".to_owned(), json!({ "type": "array", "items": reference("schemas", "Event") })),
        ("EventTerm".to_owned(), term),
        ("EventQuery".to_owned(), query(&pages, &[])),
        ("EventDistinctQuery".to_owned(), query(&distinct, &["field"])),
        ("EventIntervalQuery".to_owned(), query(&interval, &["interval_unit", "interval_value"])),
        (
            "EventCount".to_owned(),
            json!({
                "type": "object", "required": ["count"], "properties": { "count": { "type": "integer" } },
            }),
        ),
        (
            "EventBuckets".to_owned(),
            json!({
                "type": "object",
                "required": ["buckets"],
                "properties": { "buckets": { "type": "array", "items": bucket } },
            }),
        ),
    ])
}
