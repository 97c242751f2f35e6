//! What schemas are made of.

use serde_json::{Map, Value, json};

/// A part of the document by its kind and name.
pub fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

pub fn schema(name: &str) -> Value {
    reference("schemas", name)
}

pub fn parts<const N: usize>(parts: [(&str, Value); N]) -> Map<String, Value> {
    parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// An object of an answer, which may have more parts one day.
pub fn object(required: &[&str], properties: Value) -> Value {
    let mut object = json!({ "type": "object", "properties": properties });
    if let (false, Value::Object(parts)) = (required.is_empty(), &mut object) {
        parts.insert("required".to_owned(), json!(required));
    }
    object
}

/// An object of a body, in which nothing else may be.
pub fn closed(required: &[&str], properties: Value) -> Value {
    let mut object = object(required, properties);
    if let Value::Object(parts) = &mut object {
        parts.insert("additionalProperties".to_owned(), false.into());
    }
    object
}

pub fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}
