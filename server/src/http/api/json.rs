//! JSON in which no name is there twice: whoever wrote it may mean the one, and who reads it the other.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why something was not read.
#[derive(Debug)]
pub enum Unread {
    /// It is no JSON, in the library's words.
    Broken(serde_json::Error),
    /// Where the name is that is there twice.
    Twice(String),
}

/// Reads JSON.
///
/// # Errors
/// See [`Unread`].
pub fn read(bytes: &[u8]) -> Result<Value, Unread> {
    let twice = RefCell::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Once(&twice).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match twice.into_inner() {
        steps if steps.is_empty() => Unread::Broken(error),
        steps => {
            let place: String = steps.into_iter().rev().collect();
            Unread::Twice(place.strip_prefix('.').unwrap_or(&place).to_owned())
        }
    })
}

/// Takes any value. Beside it are the steps that lead to a name that is there twice, the last one first:
/// they are written on the way out alone, because a long name could be on the way to very many values.
#[derive(Clone, Copy)]
struct Once<'a>(&'a RefCell<Vec<String>>);

impl Once<'_> {
    /// A step that leads to where something went wrong.
    fn by(self, step: impl FnOnce() -> String) {
        let mut steps = self.0.borrow_mut();
        if !steps.is_empty() {
            steps.push(step());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            match items.next_element_seed(self) {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(Value::Array(list)),
                Err(error) => {
                    self.by(|| format!("[{}]", list.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = parts.next_key::<String>()? {
            if object.contains_key(&name) {
                self.0.borrow_mut().push(format!(".{name}"));
                return Err(Error::custom("a name is there twice"));
            }
            match parts.next_value_seed(self) {
                Ok(value) => drop(object.insert(name, value)),
                Err(error) => {
                    self.by(|| format!(".{name}"));
                    return Err(error);
                }
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_reads_what_the_library_reads() {
        for text in [
            "null",
            "[1, -2, 1.5, 18446744073709551615, \"\\u00e9\\n\", true, {\"a\": {\"b\": []}, \"A\": null}]",
            "{\"a\": {\"x\": 1}, \"b\": {\"x\": 1}}",
        ] {
            let plain: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(read(text.as_bytes()).expect("read"), plain);
        }
        for broken in ["", "{", "[1,]", "{} {}", "1e999", "\"\\ud800\"", "\u{FEFF}{}", "NaN"] {
            assert!(matches!(read(broken.as_bytes()), Err(Unread::Broken(_))), "{broken}");
        }
        assert_eq!(read(b"{\"a\": 1}").expect("read"), json!({ "a": 1 }));
    }

    #[test]
    fn a_name_that_is_there_twice_is_found_where_it_is() {
        for (text, place) in [
            ("{\"a\": 1, \"a\": 1}", "a"),
            ("{\"a\": [0, {\"b\": {\"c\": 1, \"c\": {}}}]}", "a[1].b.c"),
            ("[[{\"\": 1, \"\": 2}]]", "[0][0]."),
            ("{\"\": 1, \"\": 2}", ""),
        ] {
            match read(text.as_bytes()) {
                Err(Unread::Twice(found)) => assert_eq!(found, place),
                other => panic!("{text} {other:?}"),
            }
        }
    }
}
