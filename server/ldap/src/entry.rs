//! Entries, and what of one a client wants to see.

use std::collections::BTreeSet;

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use ldap3_proto::proto::{LdapPartialAttribute, LdapSearchResultEntry};
use model::{Id, Timestamp};

use crate::schema;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub dn: String,
    attributes: Vec<(String, Vec<String>)>,
}

impl Entry {
    pub fn new(dn: String, classes: &[&str]) -> Self {
        let mut entry = Self { dn: dn.clone(), attributes: Vec::new() };
        entry.add("objectClass", classes.iter().copied());
        entry.add("entryDN", [dn]);
        entry.add("subschemaSubentry", [crate::names::SUBSCHEMA]);
        entry
    }

    /// Adds values to an attribute; empty ones are none.
    pub fn add<T: Into<String>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> =
            values.into_iter().map(Into::into).filter(|value| !value.is_empty()).collect();
        if values.is_empty() {
            return;
        }
        match self.attributes.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, known)) => known.extend(values),
            None => self.attributes.push((name.to_owned(), values)),
        }
    }

    pub fn one(&mut self, name: &str, value: impl Into<String>) {
        self.add(name, [value]);
    }

    /// The values of an attribute by any of its names; `None` where the entry does not have it.
    pub fn values(&self, description: &str) -> Option<&[String]> {
        let key = schema::attribute(description)
            .map_or_else(|| schema::key(description), |one| one.name.to_owned());
        self.attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&key))
            .map(|(_, values)| values.as_slice())
    }

    /// What a client sees of it.
    pub fn shown(self, wanted: &Wanted, types_only: bool) -> LdapSearchResultEntry {
        let attributes = self.attributes.into_iter().filter(|(name, _)| wanted.has(name));
        let attributes = attributes.map(|(atype, values)| {
            let vals = if types_only { vec![] } else { values.into_iter().map(String::into_bytes).collect() };
            LdapPartialAttribute { atype, vals }
        });
        LdapSearchResultEntry { dn: self.dn, attributes: attributes.collect() }
    }
}

/// Which attributes a client wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    all_user: bool,
    all_operational: bool,
    /// In lower case.
    names: BTreeSet<String>,
}

impl Wanted {
    pub fn of(attributes: &[String]) -> Self {
        let mut wanted = Self { all_user: attributes.is_empty(), ..Self::default() };
        for text in attributes {
            match text.trim() {
                "*" => wanted.all_user = true,
                "+" => wanted.all_operational = true,
                // No attribute at all.
                "1.1" => {}
                name => {
                    let known = schema::attribute(name).map(|one| one.name.to_ascii_lowercase());
                    wanted.names.insert(known.unwrap_or_else(|| schema::key(name)));
                }
            }
        }
        wanted
    }

    pub fn has(&self, name: &str) -> bool {
        let operational = schema::attribute(name).is_some_and(|one| one.operational);
        let all = if operational { self.all_operational } else { self.all_user };
        all || self.names.contains(&name.to_ascii_lowercase())
    }

    /// Whether any attribute is wanted that the schema does not have: those that the organization made up.
    pub fn has_others(&self) -> bool {
        self.all_user || self.names.iter().any(|name| schema::attribute(name).is_none())
    }
}

/// An instant as LDAP writes it, in whole seconds.
pub fn time(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_second(at.as_seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    instant.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// Reads an instant, in UTC and whole seconds; fractions are left out.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let (digits, rest) = text.trim().split_at_checked(14)?;
    let zone = rest.trim_start_matches(['.', ',']).trim_start_matches(|c: char| c.is_ascii_digit());
    if zone != "Z" || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let civil = strtime::parse("%Y%m%d%H%M%S", digits).ok()?.to_datetime().ok()?;
    let at = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::from_micros(at.as_microsecond()))
}

/// A UUID that holds an id; the second entry of a group has another one than the first.
pub fn uuid(id: Id, second: bool) -> String {
    // Version 8, which leaves its bits to its maker.
    let middle = if second { "8001-8000" } else { "8000-8000" };
    let digits = id.to_string();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{middle}-{}", part(0, 8), part(8, 12), part(12, 24))
}

/// The id in a UUID; `None` for one that none of our entries has.
pub fn id_of_uuid(text: &str) -> Option<Id> {
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    let (head, tail) = digits.split_at_checked(12)?;
    let (middle, tail) = tail.split_at_checked(8)?;
    if !["80008000", "80018000"].contains(&middle) {
        return None;
    }
    format!("{head}{tail}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_holds_the_id() {
        let id: Id = "0123456789abcdef01234567".parse().expect("an id");
        assert_eq!(uuid(id, false), "01234567-89ab-8000-8000-cdef01234567");
        for second in [false, true] {
            assert_eq!(id_of_uuid(&uuid(id, second).to_uppercase()), Some(id));
        }
        assert_eq!(id_of_uuid("01234567-89ab-4000-8000-cdef01234567"), None);
    }

    #[test]
    fn times_are_written_and_read() {
        let at = Timestamp::from_micros(1_795_338_000_123_456);
        assert_eq!(time(at), "20261122090000Z");
        assert_eq!(parse_time("20261122090000.5Z"), Some(Timestamp::from_micros(1_795_338_000_000_000)));
        for bad in ["", "2026", "20261122090000", "20261322090000Z", "2026112209000üZ"] {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn operational_attributes_are_asked_for() {
        let wanted = |of: &[&str]| Wanted::of(&of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert!(wanted(&[]).has("cn") && !wanted(&[]).has("entryUUID"));
        assert!(wanted(&["+"]).has("entryUUID") && !wanted(&["+"]).has("cn"));
        assert!(wanted(&["2.5.4.3"]).has("cn") && !wanted(&["CN"]).has("sn"));
        assert!(!wanted(&["1.1"]).has("cn") && wanted(&["*", "entryuuid"]).has("entryUUID"));
    }
}
