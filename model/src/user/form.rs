//! A user as typed, and as it is once it keeps the rules.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::attribute::{Flag, TextAttribute};
use crate::text::{Email, Username, line, lines};
use crate::{Faults, Id};

pub const ADDRESSES_MAX: usize = 10;
pub const PHONES_MAX: usize = 20;
pub const CUSTOM_MAX: usize = 100;
/// The smallest UNIX id that may be asked for (reference, section 4).
pub const UNIX_ID_MIN: u32 = 1;

const PART_MAX: usize = 1024;
const CUSTOM_NAME_MAX: usize = 31;

/// A postal address. All parts may be empty but the type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// `home`, `work` or another word.
    #[serde(rename = "type")]
    pub kind: String,
    pub po_box: String,
    pub extended_address: String,
    pub street_address: String,
    pub locality: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
}

impl Address {
    /// Each part with its name in the API.
    pub fn parts_mut(&mut self) -> [(&'static str, &mut String); 7] {
        [
            ("streetAddress", &mut self.street_address),
            ("extendedAddress", &mut self.extended_address),
            ("poBox", &mut self.po_box),
            ("locality", &mut self.locality),
            ("region", &mut self.region),
            ("postalCode", &mut self.postal_code),
            ("country", &mut self.country),
        ]
    }

    fn is_empty(&self) -> bool {
        self.clone().parts_mut().iter().all(|(_, part)| part.trim().is_empty())
    }
}

/// A telephone number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Phone {
    /// `home`, `work`, `mobile`, `work_mobile`, `work_fax` or another word.
    #[serde(rename = "type")]
    pub kind: String,
    pub number: String,
}

/// An attribute that the organization made up: a name of letters and digits, and a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomAttribute {
    pub name: String,
    pub value: String,
}

/// Everything about a user that a person can type. Nothing in it has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserForm {
    pub username: String,
    pub email: String,
    /// Text attributes that are not empty.
    pub text: BTreeMap<TextAttribute, String>,
    /// The flags that are on.
    pub flags: BTreeSet<Flag>,
    pub unix_uid: String,
    pub unix_gid: String,
    pub manager: Option<Id>,
    pub addresses: Vec<Address>,
    pub phones: Vec<Phone>,
    pub custom: Vec<CustomAttribute>,
}

impl UserForm {
    pub fn text(&self, attribute: TextAttribute) -> &str {
        self.text.get(&attribute).map_or("", String::as_str)
    }

    pub fn set_text(&mut self, attribute: TextAttribute, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            self.text.remove(&attribute);
        } else {
            self.text.insert(attribute, value);
        }
    }

    pub fn set_flag(&mut self, flag: Flag, on: bool) {
        if on {
            self.flags.insert(flag);
        } else {
            self.flags.remove(&flag);
        }
    }

    /// The name to show: the display name, else first and last, else the username.
    pub fn name(&self) -> String {
        name_of(
            self.text(TextAttribute::DisplayName),
            self.text(TextAttribute::FirstName),
            self.text(TextAttribute::LastName),
            &self.username,
        )
    }

    /// Checks every field; an error names every one at fault.
    pub fn parse(&self) -> Result<UserDraft, Faults> {
        let mut faults = Faults::default();
        let username = faults.take("username", Username::parse(&self.username));
        let email = faults.take("email", Email::parse(&self.email));
        let mut text = BTreeMap::new();
        for (attribute, value) in &self.text {
            if let Some(value) = faults.take(attribute.key(), parse_text(*attribute, value))
                && !value.is_empty()
            {
                text.insert(*attribute, value);
            }
        }
        let unix_uid = parse_unix_id(&mut faults, "unix_uid", &self.unix_uid);
        let unix_gid = parse_unix_id(&mut faults, "unix_guid", &self.unix_gid);
        let addresses = parse_addresses(&mut faults, &self.addresses);
        let phones = parse_phones(&mut faults, &self.phones);
        let custom = parse_custom(&mut faults, &self.custom);
        faults.clone().check()?;
        let (Some(username), Some(email)) = (username, email) else { return Err(faults) };
        Ok(UserDraft {
            username,
            email,
            text,
            flags: self.flags.clone(),
            unix_uid,
            unix_gid,
            manager: self.manager,
            addresses,
            phones,
            custom,
        })
    }
}

/// The name to show of somebody: the display name, else first and last, else the username.
pub fn name_of(display: &str, first: &str, last: &str, username: &str) -> String {
    let full = format!("{first} {last}");
    [display.trim(), full.trim(), username].into_iter().find(|name| !name.is_empty()).unwrap_or("").to_owned()
}

fn parse_text(attribute: TextAttribute, value: &str) -> Result<String, crate::text::TextError> {
    if attribute.is_email() && !value.trim().is_empty() {
        return Email::parse(value).map(String::from);
    }
    if attribute == TextAttribute::LocalAccount && !value.trim().is_empty() {
        return Username::parse(value).map(String::from);
    }
    if attribute.is_long() { lines(value, attribute.max()) } else { line(value, attribute.max()) }
}

fn parse_unix_id(faults: &mut Faults, field: &str, text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number = text.parse::<u32>().ok().filter(|number| *number >= UNIX_ID_MIN);
    if number.is_none() {
        faults.add(field, format!("A number from {UNIX_ID_MIN} to {}.", u32::MAX));
    }
    number
}

fn parse_addresses(faults: &mut Faults, typed: &[Address]) -> Vec<Address> {
    if typed.len() > ADDRESSES_MAX {
        faults.add("addresses", format!("At most {ADDRESSES_MAX} addresses."));
    }
    let mut parsed = Vec::new();
    for (index, address) in typed.iter().take(ADDRESSES_MAX).enumerate() {
        if address.is_empty() {
            continue;
        }
        let mut address = address.clone();
        if let Some(kind) = faults.take(&format!("addresses[{index}].type"), line(&address.kind, 32)) {
            address.kind = if kind.is_empty() { "work".to_owned() } else { kind };
        }
        for (key, part) in address.parts_mut() {
            if let Some(checked) = faults.take(&format!("addresses[{index}].{key}"), line(part, PART_MAX)) {
                *part = checked;
            }
        }
        parsed.push(address);
    }
    parsed
}

fn parse_phones(faults: &mut Faults, typed: &[Phone]) -> Vec<Phone> {
    if typed.len() > PHONES_MAX {
        faults.add("phoneNumbers", format!("At most {PHONES_MAX} telephone numbers."));
    }
    let mut parsed = Vec::new();
    for (index, phone) in typed.iter().take(PHONES_MAX).enumerate() {
        let kind = faults.take(&format!("phoneNumbers[{index}].type"), line(&phone.kind, 32));
        let number = faults.take(&format!("phoneNumbers[{index}].number"), line(&phone.number, PART_MAX));
        if let (Some(kind), Some(number)) = (kind, number)
            && !number.is_empty()
        {
            parsed.push(Phone { kind: if kind.is_empty() { "work".to_owned() } else { kind }, number });
        }
    }
    parsed
}

/// The name of a custom attribute, as typed.
///
/// # Errors
/// What is wrong with it.
pub fn custom_name(typed: &str) -> Result<&str, String> {
    let name = typed.trim();
    if name.is_empty() {
        return Err("Name the attribute.".to_owned());
    }
    if name.chars().count() > CUSTOM_NAME_MAX || !name.chars().all(char::is_alphanumeric) {
        return Err(format!("A name has letters and digits only, at most {CUSTOM_NAME_MAX}."));
    }
    Ok(name)
}

fn parse_custom(faults: &mut Faults, typed: &[CustomAttribute]) -> Vec<CustomAttribute> {
    if typed.len() > CUSTOM_MAX {
        faults.add("attributes", format!("At most {CUSTOM_MAX} custom attributes."));
    }
    let mut parsed: Vec<CustomAttribute> = Vec::new();
    for (index, custom) in typed.iter().take(CUSTOM_MAX).enumerate() {
        let name = custom.name.trim();
        if name.is_empty() && custom.value.trim().is_empty() {
            continue;
        }
        let field = format!("attributes[{index}].name");
        if let Err(fault) = custom_name(name) {
            faults.add(field, fault);
        } else if parsed.iter().any(|other| other.name == name) {
            faults.add(field, format!("“{name}” is there twice."));
        } else if let Some(value) =
            faults.take(&format!("attributes[{index}].value"), lines(&custom.value, PART_MAX))
        {
            parsed.push(CustomAttribute { name: name.to_owned(), value });
        }
    }
    parsed.sort();
    parsed
}

/// Everything about a user that can be changed, and keeps the rules that need no look at others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDraft {
    pub username: Username,
    pub email: Email,
    pub text: BTreeMap<TextAttribute, String>,
    pub flags: BTreeSet<Flag>,
    pub unix_uid: Option<u32>,
    pub unix_gid: Option<u32>,
    pub manager: Option<Id>,
    pub addresses: Vec<Address>,
    pub phones: Vec<Phone>,
    pub custom: Vec<CustomAttribute>,
}

impl UserDraft {
    pub fn text(&self, attribute: TextAttribute) -> &str {
        self.text.get(&attribute).map_or("", String::as_str)
    }

    pub fn name(&self) -> String {
        name_of(
            self.text(TextAttribute::DisplayName),
            self.text(TextAttribute::FirstName),
            self.text(TextAttribute::LastName),
            self.username.as_str(),
        )
    }
}

/// The form that would be typed to get this draft.
impl From<UserDraft> for UserForm {
    fn from(draft: UserDraft) -> Self {
        Self {
            username: draft.username.into(),
            email: draft.email.into(),
            text: draft.text,
            flags: draft.flags,
            unix_uid: draft.unix_uid.map(|id| id.to_string()).unwrap_or_default(),
            unix_gid: draft.unix_gid.map(|id| id.to_string()).unwrap_or_default(),
            manager: draft.manager,
            addresses: draft.addresses,
            phones: draft.phones,
            custom: draft.custom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> UserForm {
        UserForm { username: "ada".into(), email: "Ada@Example.org".into(), ..UserForm::default() }
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let mut form = UserForm { username: "9".into(), unix_uid: "0".into(), ..UserForm::default() };
        form.set_text(TextAttribute::AlternateEmail, "nobody");
        form.set_text(TextAttribute::FirstName, "a\u{0}");
        form.custom = vec![
            CustomAttribute { name: "tshirt".into(), value: "XL".into() },
            CustomAttribute { name: "tshirt".into(), value: "S".into() },
            CustomAttribute { name: "shoe size".into(), value: "44".into() },
        ];
        form.phones = vec![Phone { kind: "mobile".into(), number: "1\n2".into() }];
        let faults = form.parse().expect_err("many faults");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "username",
                "email",
                "firstname",
                "alternateEmail",
                "unix_uid",
                "phoneNumbers[0].number",
                "attributes[1].name",
                "attributes[2].name"
            ]
        );
    }

    #[test]
    fn what_is_empty_is_dropped_and_what_is_kept_reads_back() {
        let mut form = form();
        form.set_text(TextAttribute::Department, " Research ");
        form.addresses = vec![Address { kind: "home".into(), ..Address::default() }];
        form.phones = vec![Phone::default(), Phone { kind: String::new(), number: "+44 1".into() }];
        form.custom =
            vec![CustomAttribute::default(), CustomAttribute { name: "城市".into(), value: "香港".into() }];
        let draft = form.parse().expect("good");
        assert_eq!(draft.email.as_str(), "ada@example.org");
        assert_eq!(draft.text(TextAttribute::Department), "Research");
        assert!(draft.addresses.is_empty());
        assert_eq!(draft.phones, [Phone { kind: "work".into(), number: "+44 1".into() }]);
        assert_eq!(draft.custom.len(), 1);
        assert_eq!(UserForm::from(draft.clone()).parse(), Ok(draft));
    }

    #[test]
    fn names_fall_back() {
        let mut form = form();
        assert_eq!(form.name(), "ada");
        form.set_text(TextAttribute::LastName, "Lovelace");
        assert_eq!(form.name(), "Lovelace");
        form.set_text(TextAttribute::DisplayName, "Countess");
        assert_eq!(form.name(), "Countess");
    }
}
