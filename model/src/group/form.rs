//! What can be typed about a group, and the rules for it.

use serde::{Deserialize, Serialize};

use crate::Faults;
use crate::form::{FieldKind, FormField, FormSection, Several, part_name};
use crate::mail::words;
use crate::text::{Email, line, lines, required_line};

/// The longest name, in characters.
pub const NAME_MAX: usize = 128;
/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 1024;
/// How many attributes of a kind there can be.
pub const ATTRIBUTES_MAX: usize = 50;
/// The longest name, and the longest value, of an attribute, in characters.
const ATTRIBUTE_NAME_MAX: usize = 64;
const ATTRIBUTE_VALUE_MAX: usize = 1024;
/// The longest name of a group on Linux, in characters.
const LINUX_NAME_MAX: usize = 32;
/// Numbers below are the system’s own; the last one stands for nobody.
const GIDS: std::ops::RangeInclusive<u32> = 1000..=4_294_967_293;

words! {
    /// What a custom attribute holds.
    AttributeKind {
        Text = "text", "Text";
        Number = "number", "Number";
        Flag = "boolean", "Yes or no";
        Json = "json", "JSON";
    }
}

/// A custom attribute, which the members inherit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupAttribute {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: AttributeKind,
    pub value: String,
}

impl Default for GroupAttribute {
    fn default() -> Self {
        Self { name: String::new(), kind: AttributeKind::Text, value: String::new() }
    }
}

/// An attribute that a RADIUS server answers with for members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyAttribute {
    pub name: String,
    pub value: String,
}

/// Everything about a group that can be typed. Nothing in it has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupForm {
    pub name: String,
    pub description: String,
    pub email: String,
    /// Empty where LDAP shows the group under its own name.
    pub ldap_name: String,
    /// Empty where there is no group on Linux.
    pub linux_name: String,
    pub linux_gid: String,
    pub samba: bool,
    pub sudo: bool,
    pub passwordless_sudo: bool,
    pub radius_reply: Vec<ReplyAttribute>,
    pub attributes: Vec<GroupAttribute>,
}

/// The group of the same people on Linux devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinuxGroup {
    pub name: String,
    pub gid: u32,
}

/// The same, keeping the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDraft {
    pub name: String,
    pub description: String,
    pub email: String,
    /// None where LDAP shows the group under its own name.
    pub ldap_name: Option<String>,
    pub linux: Option<LinuxGroup>,
    pub samba: bool,
    pub sudo: bool,
    pub passwordless_sudo: bool,
    pub radius_reply: Vec<ReplyAttribute>,
    pub attributes: Vec<GroupAttribute>,
}

const RADIUS_REPLY: FormField = FormField::new(
    FieldKind::Several(&Several {
        one: "reply attribute",
        title: "Reply attribute",
        most: ATTRIBUTES_MAX,
        card: false,
        fields: &[FormField::line("name", "Name"), FormField::line("value", "Value")],
    }),
    "radius_reply",
    "RADIUS reply attributes",
);

const ATTRIBUTES: FormField = FormField::new(
    FieldKind::Several(&Several {
        one: "attribute",
        title: "Custom attribute",
        most: ATTRIBUTES_MAX,
        card: false,
        fields: &[
            FormField::line("name", "Name"),
            FormField::new(FieldKind::Choice(AttributeKind::CHOICES), "type", "Type"),
            FormField::line("value", "Value"),
        ],
    }),
    "attributes",
    "Custom attributes",
);

/// All fields of a group, section by section.
pub const GROUP_FIELDS: &[FormSection] = &[
    FormSection {
        title: "Group",
        fields: &[
            FormField::line("name", "Name").required(),
            FormField::line("email", "Email")
                .hint("An address that reaches the members, such as a mailing list."),
            FormField::new(FieldKind::Lines, "description", "Description"),
        ],
    },
    FormSection {
        title: "LDAP and Linux",
        fields: &[
            FormField::line("ldap_name", "Name in LDAP").hint("Empty: LDAP shows it under its name above."),
            FormField::line("linux_name", "Linux group").hint(
                "Lower-case letters, digits and _, beginning with a letter or _. Empty: no Linux group.",
            ),
            FormField::line("linux_gid", "GID")
                .hint("The number of the Linux group, from 1000 on. Once set it stays: files belong to it."),
            FormField::switch("samba", "Samba", "The group can be used by Samba servers that read LDAP."),
        ],
    },
    FormSection {
        title: "Administrator rights on devices",
        fields: &[
            FormField::switch(
                "sudo",
                "Global administrator (sudo)",
                "Members are administrators of the devices that the group reaches.",
            ),
            FormField::switch(
                "passwordless_sudo",
                "Without a password",
                "sudo does not ask members for their password.",
            ),
        ],
    },
    FormSection { title: RADIUS_REPLY.label, fields: &[RADIUS_REPLY] },
    FormSection { title: ATTRIBUTES.label, fields: &[ATTRIBUTES] },
];

/// What a group may be called on Linux: "Field Sales" is `field_sales`. Empty where nothing of a name can be kept.
pub fn linux_name_of(name: &str) -> String {
    let mut plain = String::new();
    for c in name.trim().chars().take(LINUX_NAME_MAX) {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => plain.push(c),
            _ if plain.is_empty() || plain.ends_with('_') => {}
            _ => plain.push('_'),
        }
    }
    let plain = plain.trim_end_matches('_').to_owned();
    if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain }
}

impl GroupForm {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<GroupDraft, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", required_line(&self.name, NAME_MAX, "a name"));
        let description = faults.take("description", lines(&self.description, DESCRIPTION_MAX));
        let email = faults.take("email", optional_email(&self.email));
        let ldap_name = faults.take("ldap_name", line(&self.ldap_name, NAME_MAX));
        let linux = self.linux(&mut faults);
        if self.passwordless_sudo && !self.sudo {
            faults.add("passwordless_sudo", "This goes with sudo alone. Switch sudo on, or this off.");
        }
        let radius_reply = self.radius_reply(&mut faults);
        let attributes = self.attributes(&mut faults);
        faults.clone().check()?;
        let (Some(name), Some(description), Some(email), Some(ldap_name)) =
            (name, description, email, ldap_name)
        else {
            return Err(faults);
        };
        Ok(GroupDraft {
            name,
            description,
            email,
            ldap_name: (!ldap_name.is_empty()).then_some(ldap_name),
            linux,
            samba: self.samba,
            sudo: self.sudo,
            passwordless_sudo: self.passwordless_sudo,
            radius_reply,
            attributes,
        })
    }

    fn linux(&self, faults: &mut Faults) -> Option<LinuxGroup> {
        let (name, gid) = (self.linux_name.trim(), self.linux_gid.trim());
        if name.is_empty() && gid.is_empty() {
            return None;
        }
        let name = faults.take("linux_name", linux_name(name));
        let gid = faults.take("linux_gid", linux_gid(gid));
        Some(LinuxGroup { name: name?, gid: gid? })
    }

    fn radius_reply(&self, faults: &mut Faults) -> Vec<ReplyAttribute> {
        let mut kept = Vec::new();
        too_many("radius_reply", self.radius_reply.len(), faults);
        for (place, one) in self.radius_reply.iter().enumerate().take(ATTRIBUTES_MAX) {
            let at = |key| part_name("radius_reply", place, key);
            let name = faults.take(&at("name"), radius_name(&one.name));
            let value = faults.take(&at("value"), required_line(&one.value, 253, "a value"));
            if let (Some(name), Some(value)) = (name, value) {
                kept.push(ReplyAttribute { name, value });
            }
        }
        kept
    }

    fn attributes(&self, faults: &mut Faults) -> Vec<GroupAttribute> {
        let mut kept: Vec<GroupAttribute> = Vec::new();
        too_many("attributes", self.attributes.len(), faults);
        for (place, one) in self.attributes.iter().enumerate().take(ATTRIBUTES_MAX) {
            let at = |key| part_name("attributes", place, key);
            let name = faults.take(&at("name"), attribute_name(&one.name));
            let value = faults.take(&at("value"), attribute_value(one.kind, &one.value));
            let (Some(name), Some(value)) = (name, value) else { continue };
            if kept.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
                faults.add(at("name"), "Another attribute has this name.");
                continue;
            }
            kept.push(GroupAttribute { name, kind: one.kind, value });
        }
        kept
    }
}

fn too_many(field: &str, count: usize, faults: &mut Faults) {
    if count > ATTRIBUTES_MAX {
        faults.add(field, format!("At most {ATTRIBUTES_MAX}; these are {count}."));
    }
}

fn optional_email(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    Email::parse(text).map(|email| email.as_str().to_owned()).map_err(|error| error.to_string())
}

fn linux_name(name: &str) -> Result<String, String> {
    let first = |c: char| c.is_ascii_lowercase() || c == '_';
    let rest = |c: char| first(c) || c.is_ascii_digit();
    if name.is_empty() {
        return Err("Enter the name of the Linux group.".to_owned());
    }
    if name.len() > LINUX_NAME_MAX {
        return Err(format!("At most {LINUX_NAME_MAX} characters; this has {}.", name.chars().count()));
    }
    if !name.starts_with(first) || !name.chars().all(rest) {
        return Err("Lower-case letters, digits and _, beginning with a letter or _.".to_owned());
    }
    Ok(name.to_owned())
}

fn linux_gid(text: &str) -> Result<u32, String> {
    if text.is_empty() {
        return Err("Enter the number of the Linux group.".to_owned());
    }
    text.parse()
        .ok()
        .filter(|gid| GIDS.contains(gid))
        .ok_or_else(|| format!("A number from {} to {}.", GIDS.start(), GIDS.end()))
}

fn radius_name(text: &str) -> Result<String, String> {
    let name = required_line(text, ATTRIBUTE_NAME_MAX, "a name").map_err(|error| error.to_string())?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err("Letters, digits and -, such as Tunnel-Private-Group-Id.".to_owned());
    }
    Ok(name)
}

fn attribute_name(text: &str) -> Result<String, String> {
    let name = required_line(text, ATTRIBUTE_NAME_MAX, "a name").map_err(|error| error.to_string())?;
    if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return Err("Letters, digits, _, - and . alone.".to_owned());
    }
    Ok(name)
}

fn attribute_value(kind: AttributeKind, text: &str) -> Result<String, String> {
    let value = line(text, ATTRIBUTE_VALUE_MAX).map_err(|error| error.to_string())?;
    match kind {
        AttributeKind::Text => Ok(value),
        AttributeKind::Number => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(value),
            Ok(_) | Err(_) => Err("A number, such as 12 or 0.5.".to_owned()),
        },
        AttributeKind::Flag => match value.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok("true".to_owned()),
            "false" | "no" => Ok("false".to_owned()),
            _ => Err("yes or no.".to_owned()),
        },
        AttributeKind::Json => match serde_json::from_str::<serde_json::Value>(&value) {
            Ok(_) => Ok(value),
            Err(error) => Err(format!("This is not JSON: {error}.")),
        },
    }
}

#[cfg(test)]
mod tests;
