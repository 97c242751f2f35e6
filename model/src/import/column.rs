//! What a column of a file can hold, each under a key by which a choice is kept and sent.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::user::{Flag, TextAttribute};

/// The types of telephone numbers that have a column of their own.
const PHONES: &[(&str, &str)] = &[
    ("mobile", "Mobile number"),
    ("work", "Work number"),
    ("home", "Home number"),
    ("work_mobile", "Work mobile number"),
    ("work_fax", "Work fax number"),
];

/// The parts of an address, by their names in the API.
const PARTS: &[(&str, &str)] = &[
    ("streetAddress", "street address"),
    ("extendedAddress", "extended address"),
    ("poBox", "PO box"),
    ("locality", "city"),
    ("region", "state or region"),
    ("postalCode", "postal code"),
    ("country", "country"),
];

/// The types of addresses that have columns of their own.
const PLACES: &[(&str, &str)] = &[("work", "Work"), ("home", "Home")];

/// What a column of a file holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Username,
    /// A name for signing in that is an email address as well: what stands before its `@` is the username.
    Login,
    Email,
    Password,
    /// One of the states by its name.
    State,
    /// Whether somebody may sign in.
    Enabled,
    /// Whether somebody may not.
    Blocked,
    Text(TextAttribute),
    Flag(Flag),
    UnixUid,
    UnixGid,
    /// A username, an email address, an employee ID or a distinguished name.
    Manager,
    /// A telephone number of this type.
    Phone(&'static str),
    /// A part of the address of this type, by the part's name in the API.
    Address(&'static str, &'static str),
    /// The name, or the value, of the custom attribute with this number.
    CustomName(u16),
    CustomValue(u16),
    /// The value of the custom attribute of this name.
    Custom(String),
}

impl Column {
    /// Those that a person chooses from, in the order of the form.
    pub fn choices() -> Vec<Self> {
        let mut all = vec![
            Self::Username,
            Self::Login,
            Self::Email,
            Self::Password,
            Self::State,
            Self::Enabled,
            Self::Blocked,
        ];
        all.extend(TextAttribute::ALL.iter().copied().map(Self::Text));
        all.push(Self::Manager);
        all.extend(PHONES.iter().map(|(kind, _)| Self::Phone(kind)));
        for (kind, _) in PLACES {
            all.extend(PARTS.iter().map(|(part, _)| Self::Address(kind, part)));
        }
        all.extend(Flag::ALL.iter().copied().map(Self::Flag));
        all.extend([Self::UnixUid, Self::UnixGid]);
        all
    }

    /// By which it is kept and sent.
    pub fn key(&self) -> String {
        match self {
            Self::Username => "username".to_owned(),
            Self::Login => "login".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Password => "password".to_owned(),
            Self::State => "state".to_owned(),
            Self::Enabled => "enabled".to_owned(),
            Self::Blocked => "blocked".to_owned(),
            Self::Text(text) => text.key().to_owned(),
            Self::Flag(flag) => flag.key().to_owned(),
            Self::UnixUid => "unix_uid".to_owned(),
            Self::UnixGid => "unix_guid".to_owned(),
            Self::Manager => "manager".to_owned(),
            Self::Phone(kind) => format!("phone.{kind}"),
            Self::Address(kind, part) => format!("address.{kind}.{part}"),
            Self::CustomName(number) => format!("attribute{number}_name"),
            Self::CustomValue(number) => format!("attribute{number}_value"),
            Self::Custom(name) => format!("custom.{name}"),
        }
    }

    /// The one with this key.
    pub fn parse(key: &str) -> Option<Self> {
        if let Some(name) = key.strip_prefix("custom.") {
            return crate::user::custom_name(name).ok().map(|name| Self::Custom(name.to_owned()));
        }
        if let Some(rest) = key.strip_prefix("attribute") {
            let number = |end| rest.strip_suffix(end).and_then(|number| number.parse().ok());
            return number("_name").map(Self::CustomName).or_else(|| number("_value").map(Self::CustomValue));
        }
        Self::choices().into_iter().find(|column| column.key() == key)
    }

    /// What a person reads.
    pub fn label(&self) -> String {
        let of = |list: &[(&str, &'static str)], key: &str| {
            list.iter().find(|(one, _)| *one == key).map_or("", |(_, label)| *label)
        };
        match self {
            Self::Username => "Username".to_owned(),
            Self::Login => "Sign-in name (username and email)".to_owned(),
            Self::Email => "Company email".to_owned(),
            Self::Password => "Password".to_owned(),
            Self::State => "State".to_owned(),
            Self::Enabled => "May sign in (yes or no)".to_owned(),
            Self::Blocked => "Sign-in blocked (yes or no)".to_owned(),
            Self::Text(text) => text.label().to_owned(),
            Self::Flag(flag) => flag.label().to_owned(),
            Self::UnixUid => "UNIX user ID".to_owned(),
            Self::UnixGid => "UNIX group ID".to_owned(),
            Self::Manager => "Manager".to_owned(),
            Self::Phone(kind) => of(PHONES, kind).to_owned(),
            Self::Address(kind, part) => format!("{} {}", of(PLACES, kind), of(PARTS, part)),
            Self::CustomName(number) => format!("Name of attribute {number}"),
            Self::CustomValue(number) => format!("Value of attribute {number}"),
            Self::Custom(name) => format!("Custom attribute: {name}"),
        }
    }

    /// The column of a telephone number of this type.
    pub fn phone(kind: &str) -> Option<Self> {
        PHONES.iter().find(|(one, _)| *one == kind).map(|(kind, _)| Self::Phone(kind))
    }

    /// The column of a part of an address.
    pub fn address(kind: &str, part: &str) -> Option<Self> {
        let (kind, _) = PLACES.iter().find(|(one, _)| *one == kind)?;
        let (part, _) = PARTS.iter().find(|(one, _)| *one == part)?;
        Some(Self::Address(kind, part))
    }

    /// Whether a fault of a form at this field is one of this column.
    pub fn answers_for(&self, field: &str) -> bool {
        match self {
            Self::Phone(_) => field.starts_with("phoneNumbers"),
            Self::Address(_, part) => field.starts_with("addresses") && field.ends_with(part),
            Self::Enabled | Self::Blocked => field == "state",
            Self::CustomName(_) | Self::Custom(_) => field.starts_with("attributes"),
            Self::Login => field == "username" || field == "email",
            Self::Username
            | Self::Email
            | Self::Password
            | Self::State
            | Self::Text(_)
            | Self::Flag(_)
            | Self::UnixUid
            | Self::UnixGid
            | Self::Manager
            | Self::CustomValue(_) => self.key() == field,
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.key())
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::parse(&key).ok_or_else(|| de::Error::custom(format!("no column “{key}”")))
    }
}

/// The name of a custom attribute for a heading: its letters and digits, `T-Shirt size` as `tShirtSize`.
/// `None` for a heading that has none.
pub fn attribute_name(heading: &str) -> Option<String> {
    let words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        if name.is_empty() {
            name.extend(first.to_lowercase());
        } else {
            name.extend(first.to_uppercase());
        }
        name.push_str(letters.as_str());
    }
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).take(31).collect();
    crate::user::custom_name(&name).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_has_a_key_and_a_label_of_its_own() {
        let mut all = Column::choices();
        all.extend([Column::CustomName(1), Column::CustomValue(1), Column::Custom("tShirt".into())]);
        for column in &all {
            assert_eq!(Column::parse(&column.key()).as_ref(), Some(column));
        }
        let labels: BTreeSet<_> = all.iter().map(Column::label).collect();
        assert_eq!(labels.len(), all.len());
        for odd in ["", "custom.", "custom.a b", "attributex_name", "phone.boat"] {
            assert_eq!(Column::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn headings_become_names_of_attributes() {
        for (heading, name) in
            [("T-Shirt size", Some("tShirtSize")), ("Cost centre", Some("costCentre")), ("…", None)]
        {
            assert_eq!(attribute_name(heading).as_deref(), name);
        }
    }
}
