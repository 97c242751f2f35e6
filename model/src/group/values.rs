//! The fields of a group’s form by their names, as the kit’s forms read and write them.

use super::{AttributeKind, GroupAttribute, GroupForm, ReplyAttribute};
use crate::form::{FormValues, parse_part_name};

impl FormValues for GroupForm {
    fn text(&self, name: &str) -> String {
        let mut form = self.clone();
        form.line(name).map_or_else(|| self.kind(name), std::mem::take)
    }

    fn set_text(&mut self, name: &str, text: String) {
        if let Some(field) = self.line(name) {
            *field = text;
        } else if let Some(("attributes", place, "type")) = parse_part_name(name)
            && let (Some(one), Some(kind)) = (self.attributes.get_mut(place), AttributeKind::parse(&text))
        {
            one.kind = kind;
        }
    }

    fn flag(&self, name: &str) -> bool {
        match name {
            "samba" => self.samba,
            "sudo" => self.sudo,
            "passwordless_sudo" => self.passwordless_sudo,
            _ => false,
        }
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        match name {
            "samba" => self.samba = on,
            "sudo" => self.sudo = on,
            "passwordless_sudo" => self.passwordless_sudo = on,
            _ => {}
        }
    }

    fn count(&self, name: &str) -> usize {
        match name {
            "radius_reply" => self.radius_reply.len(),
            "attributes" => self.attributes.len(),
            _ => 0,
        }
    }

    fn add(&mut self, name: &str) {
        match name {
            "radius_reply" => self.radius_reply.push(ReplyAttribute::default()),
            "attributes" => self.attributes.push(GroupAttribute::default()),
            _ => {}
        }
    }

    fn remove(&mut self, name: &str, place: usize) {
        if place >= self.count(name) {
            return;
        }
        match name {
            "radius_reply" => drop(self.radius_reply.remove(place)),
            "attributes" => drop(self.attributes.remove(place)),
            _ => {}
        }
    }
}

impl GroupForm {
    /// The text of a field, or of a part of several.
    fn line(&mut self, name: &str) -> Option<&mut String> {
        if let Some((several, place, key)) = parse_part_name(name) {
            return match (several, key) {
                ("radius_reply", "name") => self.radius_reply.get_mut(place).map(|one| &mut one.name),
                ("radius_reply", "value") => self.radius_reply.get_mut(place).map(|one| &mut one.value),
                ("attributes", "name") => self.attributes.get_mut(place).map(|one| &mut one.name),
                ("attributes", "value") => self.attributes.get_mut(place).map(|one| &mut one.value),
                _ => None,
            };
        }
        match name {
            "name" => Some(&mut self.name),
            "description" => Some(&mut self.description),
            "email" => Some(&mut self.email),
            "ldap_name" => Some(&mut self.ldap_name),
            "linux_name" => Some(&mut self.linux_name),
            "linux_gid" => Some(&mut self.linux_gid),
            _ => None,
        }
    }

    fn kind(&self, name: &str) -> String {
        match parse_part_name(name) {
            Some(("attributes", place, "type")) => {
                self.attributes.get(place).map_or_else(String::new, |one| one.kind.as_str().to_owned())
            }
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str) -> GroupForm {
        GroupForm { name: name.to_owned(), ..GroupForm::default() }
    }

    #[test]
    fn what_is_written_to_a_field_is_read_from_it() {
        let mut typed = form("Sales");
        typed.add("attributes");
        typed.add("radius_reply");
        let names = ["name", "description", "email", "ldap_name", "linux_name", "linux_gid"];
        let parts =
            ["attributes[0].name", "attributes[0].value", "radius_reply[0].name", "radius_reply[0].value"];
        for name in names.iter().chain(&parts) {
            typed.set_text(name, format!("of {name}"));
        }
        typed.set_text("attributes[0].type", "json".into());
        for name in names.iter().chain(&parts) {
            assert_eq!(typed.text(name), format!("of {name}"));
        }
        assert_eq!(typed.text("attributes[0].type"), "json");
        for name in ["samba", "sudo", "passwordless_sudo"] {
            typed.set_flag(name, true);
            assert!(typed.flag(name));
        }
    }
}
