//! The fields of a user, section by section, as the panel and the form for a new user show them.

use super::attribute::{Flag, Section, TextAttribute};
use super::form::{ADDRESSES_MAX, Address, CUSTOM_MAX, CustomAttribute, PHONES_MAX, Phone, UserForm};
use crate::form::{FieldKind, FormField, FormSection, FormValues, Several, parse_part_name};

/// An attribute as a field.
const fn text(attribute: TextAttribute) -> FormField {
    let kind = if attribute.is_long() { FieldKind::Lines } else { FieldKind::Line };
    FormField::new(kind, attribute.key(), attribute.label())
}

const fn flag(flag: Flag) -> FormField {
    FormField::switch(flag.key(), flag.label(), flag.description())
}

pub const ADDRESSES: FormField = FormField::new(
    FieldKind::Several(&Several {
        one: "address",
        title: "Address",
        most: ADDRESSES_MAX,
        card: true,
        fields: &[
            FormField::line("type", "Type"),
            FormField::line("streetAddress", "Street address"),
            FormField::line("extendedAddress", "Extended address"),
            FormField::line("poBox", "PO box"),
            FormField::line("locality", "City"),
            FormField::line("region", "State or region"),
            FormField::line("postalCode", "Postal code"),
            FormField::line("country", "Country"),
        ],
    }),
    "addresses",
    "Addresses",
);

pub const PHONES: FormField = FormField::new(
    FieldKind::Several(&Several {
        one: "phone number",
        title: "Phone number",
        most: PHONES_MAX,
        card: false,
        fields: &[FormField::line("type", "Type"), FormField::line("number", "Number")],
    }),
    "phoneNumbers",
    "Phone numbers",
);

pub const CUSTOM_ATTRIBUTES: FormField = FormField::new(
    FieldKind::Several(&Several {
        one: "attribute",
        title: "Custom attribute",
        most: CUSTOM_MAX,
        card: false,
        fields: &[FormField::line("name", "Name"), FormField::line("value", "Value")],
    }),
    "attributes",
    "Custom attributes",
);

/// All fields of a user that an administrator fills in.
pub const USER_FIELDS: &[FormSection] = &[
    FormSection {
        title: Section::Information.label(),
        fields: &[
            text(TextAttribute::FirstName),
            text(TextAttribute::LastName),
            FormField::line("username", "Username").required(),
            FormField::line("email", "Company email").required(),
            text(TextAttribute::MiddleName),
            text(TextAttribute::DisplayName),
            text(TextAttribute::LocalAccount),
            text(TextAttribute::ManagedAppleId),
            text(TextAttribute::AlternateEmail),
            text(TextAttribute::RecoveryEmail),
            text(TextAttribute::Description),
        ],
    },
    FormSection {
        title: Section::Security.label(),
        fields: &[
            flag(Flag::RequireMfa),
            flag(Flag::PasswordNeverExpires),
            flag(Flag::Sudo),
            flag(Flag::PasswordlessSudo),
            flag(Flag::LdapBinding),
            flag(Flag::ManagedUid),
            flag(Flag::SambaService),
            flag(Flag::AllowPublicKey),
            flag(Flag::NoDeviceLockout),
            FormField::line("unix_uid", "UNIX user ID"),
            FormField::line("unix_guid", "UNIX group ID"),
            text(TextAttribute::ExternalDn),
            text(TextAttribute::ExternalSource),
        ],
    },
    FormSection {
        title: Section::Employment.label(),
        fields: &[
            text(TextAttribute::EmployeeIdentifier),
            text(TextAttribute::JobTitle),
            text(TextAttribute::Department),
            text(TextAttribute::CostCenter),
            text(TextAttribute::Company),
            text(TextAttribute::EmployeeType),
            text(TextAttribute::Location),
            FormField::new(FieldKind::Person, "manager", "Manager"),
        ],
    },
    FormSection { title: ADDRESSES.label, fields: &[ADDRESSES] },
    FormSection { title: PHONES.label, fields: &[PHONES] },
    FormSection { title: CUSTOM_ATTRIBUTES.label, fields: &[CUSTOM_ATTRIBUTES] },
];

/// The fields of their own profile that people fill in themselves.
pub const PROFILE_FIELDS: &[FormSection] = &[
    FormSection {
        title: "Name",
        fields: &[
            text(TextAttribute::FirstName),
            text(TextAttribute::MiddleName),
            text(TextAttribute::LastName),
            text(TextAttribute::DisplayName),
        ],
    },
    FormSection { title: PHONES.label, fields: &[PHONES] },
    FormSection { title: ADDRESSES.label, fields: &[ADDRESSES] },
];

/// The label of a field by its key, for the history of a user; a field that is not of the form keeps its key.
pub fn field_label(key: &str) -> &str {
    let mut fields = USER_FIELDS.iter().flat_map(|section| section.fields);
    fields.find(|field| field.key == key).map_or(key, |field| field.label)
}

impl FormValues for UserForm {
    fn text(&self, name: &str) -> String {
        if let Some(part) = self.part(name) {
            return part;
        }
        match name {
            "username" => self.username.clone(),
            "email" => self.email.clone(),
            "unix_uid" => self.unix_uid.clone(),
            "unix_guid" => self.unix_gid.clone(),
            "manager" => self.manager.map(|id| id.to_string()).unwrap_or_default(),
            other => {
                TextAttribute::parse(other).map_or_else(String::new, |one| Self::text(self, one).to_owned())
            }
        }
    }

    fn set_text(&mut self, name: &str, text: String) {
        if let Some(part) = self.part_mut(name) {
            *part = text;
            return;
        }
        match name {
            "username" => self.username = text,
            "email" => self.email = text,
            "unix_uid" => self.unix_uid = text,
            "unix_guid" => self.unix_gid = text,
            "manager" => self.manager = text.parse().ok(),
            other => {
                if let Some(attribute) = TextAttribute::parse(other) {
                    Self::set_text(self, attribute, text);
                }
            }
        }
    }

    fn flag(&self, name: &str) -> bool {
        Flag::parse(name).is_some_and(|flag| self.flags.contains(&flag))
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        if let Some(flag) = Flag::parse(name) {
            Self::set_flag(self, flag, on);
        }
    }

    fn count(&self, name: &str) -> usize {
        match name {
            "addresses" => self.addresses.len(),
            "phoneNumbers" => self.phones.len(),
            "attributes" => self.custom.len(),
            _ => 0,
        }
    }

    fn add(&mut self, name: &str) {
        match name {
            "addresses" => self.addresses.push(Address::default()),
            "phoneNumbers" => self.phones.push(Phone::default()),
            "attributes" => self.custom.push(CustomAttribute::default()),
            _ => {}
        }
    }

    fn remove(&mut self, name: &str, place: usize) {
        if place >= self.count(name) {
            return;
        }
        match name {
            "addresses" => drop(self.addresses.remove(place)),
            "phoneNumbers" => drop(self.phones.remove(place)),
            "attributes" => drop(self.custom.remove(place)),
            _ => {}
        }
    }
}

impl UserForm {
    fn part(&self, name: &str) -> Option<String> {
        let (several, place, key) = parse_part_name(name)?;
        match several {
            "addresses" => address_part(&mut self.addresses.get(place)?.clone(), key).cloned(),
            "phoneNumbers" => phone_part(&mut self.phones.get(place)?.clone(), key).cloned(),
            "attributes" => custom_part(&mut self.custom.get(place)?.clone(), key).cloned(),
            _ => None,
        }
    }

    fn part_mut(&mut self, name: &str) -> Option<&mut String> {
        let (several, place, key) = parse_part_name(name)?;
        match several {
            "addresses" => address_part(self.addresses.get_mut(place)?, key),
            "phoneNumbers" => phone_part(self.phones.get_mut(place)?, key),
            "attributes" => custom_part(self.custom.get_mut(place)?, key),
            _ => None,
        }
    }
}

fn address_part<'a>(address: &'a mut Address, key: &str) -> Option<&'a mut String> {
    if key == "type" {
        return Some(&mut address.kind);
    }
    address.parts_mut().into_iter().find(|(part, _)| *part == key).map(|(_, text)| text)
}

fn phone_part<'a>(phone: &'a mut Phone, key: &str) -> Option<&'a mut String> {
    match key {
        "type" => Some(&mut phone.kind),
        "number" => Some(&mut phone.number),
        _ => None,
    }
}

fn custom_part<'a>(custom: &'a mut CustomAttribute, key: &str) -> Option<&'a mut String> {
    match key {
        "name" => Some(&mut custom.name),
        "value" => Some(&mut custom.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::part_name;

    fn fields() -> impl Iterator<Item = &'static FormField> {
        USER_FIELDS.iter().flat_map(|section| section.fields)
    }

    #[test]
    fn each_attribute_and_each_flag_is_a_field_once_in_its_section() {
        for attribute in TextAttribute::ALL {
            let sections: Vec<_> = USER_FIELDS
                .iter()
                .filter(|section| section.fields.iter().any(|field| field.key == attribute.key()))
                .map(|section| section.title)
                .collect();
            assert_eq!(sections, [attribute.section().label()], "{attribute:?}");
        }
        for flag in Flag::ALL {
            assert_eq!(fields().filter(|field| field.key == flag.key()).count(), 1, "{flag:?}");
        }
    }

    #[test]
    fn people_fill_in_the_attributes_that_are_their_own() {
        let keys: Vec<_> = PROFILE_FIELDS[0].fields.iter().map(|field| field.key).collect();
        assert_eq!(keys, crate::portal::OWN_ATTRIBUTES.map(TextAttribute::key));
    }

    #[test]
    fn what_is_written_to_a_field_is_read_from_it_alone() {
        let mut names = Vec::new();
        let mut form = UserForm::default();
        for field in fields() {
            match field.kind {
                FieldKind::Several(several) => {
                    form.add(field.key);
                    form.add(field.key);
                    assert_eq!(form.count(field.key), 2);
                    names.extend(several.fields.iter().map(|part| part_name(field.key, 1, part.key)));
                }
                FieldKind::Switch => {
                    FormValues::set_flag(&mut form, field.key, true);
                    assert!(FormValues::flag(&form, field.key), "{}", field.key);
                    FormValues::set_flag(&mut form, field.key, false);
                    assert!(form.flags.is_empty());
                }
                FieldKind::Person => {}
                FieldKind::Line | FieldKind::Lines | FieldKind::Choice(_) => {
                    names.push(field.key.to_owned());
                }
            }
        }
        for name in &names {
            FormValues::set_text(&mut form, name, format!("text of {name}"));
        }
        for name in &names {
            assert_eq!(FormValues::text(&form, name), format!("text of {name}"));
        }
        form.remove("addresses", 0);
        form.remove("addresses", 7);
        assert_eq!(FormValues::text(&form, "addresses[0].country"), "text of addresses[1].country");
        assert_eq!(form.count("addresses"), 1);
    }
}
