//! The tree: what each name in it stands for.

use directory::normalize;
use model::ldap::{GROUPS, USERS};

use crate::dn::{self, Rdn};

/// Where the schema is.
pub const SUBSCHEMA: &str = "cn=Subschema";

/// Beneath which of the two a group is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Users,
    Groups,
}

/// What a name stands for, whether there is such an entry or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Root,
    Subschema,
    Organization,
    Users,
    Groups,
    Person(String),
    Group(String, View),
    /// Nothing that could be here.
    Nowhere,
}

/// The names of one organization.
#[derive(Clone, Debug)]
pub struct Names {
    /// `o=<organization>,<suffix>`.
    pub base: String,
    parts: Vec<Rdn>,
}

impl Names {
    pub fn new(base: String) -> Self {
        let parts = dn::parse(&base).unwrap_or_default();
        Self { base, parts }
    }

    /// What a name stands for; `None` for what is no name.
    pub fn place(&self, text: &str) -> Option<Place> {
        let parts = dn::parse(text)?;
        if parts.is_empty() {
            return Some(Place::Root);
        }
        if let [only] = parts.as_slice()
            && is(only, "cn", "Subschema")
        {
            return Some(Place::Subschema);
        }
        let above = parts.len().checked_sub(self.parts.len());
        let Some((own, base)) = above.and_then(|above| parts.split_at_checked(above)) else {
            return Some(Place::Nowhere);
        };
        let within = base.iter().zip(&self.parts).all(|(one, other)| is(one, &other.attribute, &other.value));
        if !within {
            return Some(Place::Nowhere);
        }
        Some(match own {
            [] => Place::Organization,
            [ou] if is(ou, "ou", USERS) => Place::Users,
            [ou] if is(ou, "ou", GROUPS) => Place::Groups,
            [one, ou] if is(ou, "ou", USERS) && one.attribute == "uid" => Place::Person(one.value.clone()),
            [one, ou] if is(ou, "ou", USERS) && one.attribute == "cn" => {
                Place::Group(one.value.clone(), View::Users)
            }
            [one, ou] if is(ou, "ou", GROUPS) && one.attribute == "cn" => {
                Place::Group(one.value.clone(), View::Groups)
            }
            _ => Place::Nowhere,
        })
    }

    pub fn users(&self) -> String {
        format!("ou={USERS},{}", self.base)
    }

    pub fn groups(&self) -> String {
        format!("ou={GROUPS},{}", self.base)
    }

    pub fn person(&self, username: &str) -> String {
        format!("uid={},{}", dn::escape(username), self.users())
    }

    pub fn group(&self, name: &str, view: View) -> String {
        let above = match view {
            View::Users => self.users(),
            View::Groups => self.groups(),
        };
        format!("cn={},{above}", dn::escape(name))
    }

    /// Whether two names stand for the same; a group is the same in either view.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match (self.place(one), self.place(other)) {
            (Some(Place::Person(one)), Some(Place::Person(other)))
            | (Some(Place::Group(one, _)), Some(Place::Group(other, _))) => {
                normalize(&one) == normalize(&other)
            }
            (Some(Place::Nowhere), _) | (_, Some(Place::Nowhere)) => false,
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }
}

fn is(rdn: &Rdn, attribute: &str, value: &str) -> bool {
    rdn.attribute == attribute && normalize(&rdn.value) == normalize(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_place() {
        let names = Names::new("o=0123,dc=example,dc=org".into());
        for (text, place) in [
            ("", Place::Root),
            ("cn=subschema", Place::Subschema),
            ("O=0123, DC=Example,dc=org", Place::Organization),
            ("ou=users,o=0123,dc=example,dc=org", Place::Users),
            ("ou=Groups,o=0123,dc=example,dc=org", Place::Groups),
            ("uid=Ada,ou=Users,o=0123,dc=example,dc=org", Place::Person("Ada".into())),
            ("cn=R\\, D,ou=Users,o=0123,dc=example,dc=org", Place::Group("R, D".into(), View::Users)),
            ("cn=a,ou=Groups,o=0123,dc=example,dc=org", Place::Group("a".into(), View::Groups)),
            ("uid=a,ou=Groups,o=0123,dc=example,dc=org", Place::Nowhere),
            ("uid=a,uid=b,ou=Users,o=0123,dc=example,dc=org", Place::Nowhere),
            ("dc=example,dc=org", Place::Nowhere),
            ("ou=Users,o=9999,dc=example,dc=org", Place::Nowhere),
        ] {
            assert_eq!(names.place(text), Some(place), "{text}");
        }
        assert_eq!(names.place("ada"), None);
        for name in ["R&D, Süd", "#1", " a "] {
            let read = names.place(&names.group(name, View::Users));
            assert_eq!(read, Some(Place::Group(name.into(), View::Users)));
        }
        assert!(names.same(&names.group("Söles", View::Users), &names.group("SOLES", View::Groups)));
    }
}
