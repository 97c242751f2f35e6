//! Filters as questions to the directory: as much of each as its database can answer.

use directory::{Asked, Fact, Order};
use ldap3_proto::proto::{LdapFilter, LdapSubstringFilter};

use crate::entry::{id_of_uuid, parse_time};
use crate::filter::number;
use crate::names::{Names, Place};
use crate::schema;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    People,
    Groups,
}

/// What a filter asks of people or of groups.
pub fn asked(filter: &LdapFilter, of: Of, names: &Names) -> Asked {
    let each = |parts: &[LdapFilter]| parts.iter().map(|part| asked(part, of, names)).collect();
    match filter {
        LdapFilter::And(parts) => Asked::All(each(parts)),
        LdapFilter::Or(parts) => Asked::Any(each(parts)),
        LdapFilter::Not(part) => Asked::Not(Box::new(asked(part, of, names))),
        LdapFilter::Present(attribute) => present(&known(attribute), of),
        LdapFilter::Equality(attribute, value) | LdapFilter::Approx(attribute, value) => {
            equal(&known(attribute), value, of, names)
        }
        LdapFilter::Extensible(assertion) => match &assertion.type_ {
            Some(attribute) => equal(&known(attribute), &assertion.match_value, of, names),
            None => Asked::Unknown,
        },
        LdapFilter::Substring(attribute, pieces) => pieces_of(&known(attribute), pieces, of),
        LdapFilter::GreaterOrEqual(attribute, value) => {
            compared(&known(attribute), Order::AtLeast, value, of)
        }
        LdapFilter::LessOrEqual(attribute, value) => compared(&known(attribute), Order::AtMost, value, of),
    }
}

/// Whether no entry at all can be what was asked.
pub fn is_never(asked: &Asked) -> bool {
    match asked {
        Asked::All(parts) => parts.iter().any(is_never),
        Asked::Any(parts) => parts.iter().all(is_never),
        Asked::Is(fact) => *fact == Fact::Always(false),
        Asked::Not(_) | Asked::Unknown => false,
    }
}

/// The attribute's own name in lower case, whichever of its names was written.
fn known(description: &str) -> String {
    schema::attribute(description)
        .map_or_else(|| schema::key(description), |one| one.name.to_ascii_lowercase())
}

const fn always(is: bool) -> Asked {
    Asked::Is(Fact::Always(is))
}

/// Attributes that only the other kind has.
fn is_elsewhere(attribute: &str, of: Of) -> bool {
    match of {
        Of::People => ["member", "memberuid"].contains(&attribute),
        Of::Groups => {
            ["uid", "sn", "givenname", "displayname", "uidnumber", "sshpublickey", "employeenumber"]
                .contains(&attribute)
        }
    }
}

fn present(attribute: &str, of: Of) -> Asked {
    if is_elsewhere(attribute, of) {
        return always(false);
    }
    match (attribute, of) {
        ("objectclass" | "cn" | "entryuuid" | "entrydn" | "createtimestamp" | "modifytimestamp", _)
        | ("uid" | "sn" | "mail", Of::People) => always(true),
        ("uidnumber" | "homedirectory" | "loginshell", Of::People) => Asked::Is(Fact::HasUid),
        ("sshpublickey", Of::People) => Asked::Is(Fact::HasSshKeys),
        _ => Asked::Unknown,
    }
}

fn equal(attribute: &str, value: &str, of: Of, names: &Names) -> Asked {
    let text = || value.to_owned();
    if is_elsewhere(attribute, of) {
        return always(false);
    }
    let fact = match (attribute, of) {
        ("objectclass", Of::People) => return class_of_people(value),
        ("objectclass", Of::Groups) => return class_of_groups(value),
        ("entryuuid", _) => id_of_uuid(value).map(Fact::Id),
        ("createtimestamp" | "modifytimestamp" | "uidnumber" | "gidnumber", _) => {
            return compared(attribute, Order::Equal, value, of);
        }
        ("memberof", _) => match names.place(value) {
            Some(Place::Group(name, _)) => Some(Fact::Within(name)),
            _ => None,
        },
        ("entrydn", Of::People) => match names.place(value) {
            Some(Place::Person(name)) => Some(Fact::Name(name)),
            _ => None,
        },
        ("uid", Of::People) | ("cn", Of::Groups) => Some(Fact::Name(text())),
        ("mail", Of::People) => Some(Fact::Email(text())),
        ("employeenumber", Of::People) => Some(Fact::EmployeeIdentifier(text())),
        ("departmentnumber", Of::People) => Some(Fact::Department(text())),
        ("title", Of::People) => Some(Fact::JobTitle(text())),
        ("physicaldeliveryofficename", Of::People) => Some(Fact::Location(text())),
        ("cn" | "sn" | "givenname" | "displayname", Of::People) => Some(Fact::Words(text())),
        ("memberuid", Of::Groups) => Some(Fact::Member(text())),
        ("member", Of::Groups) => match names.place(value) {
            Some(Place::Person(name)) => Some(Fact::Member(name)),
            Some(Place::Group(name, _)) => Some(Fact::Subgroup(name)),
            _ => None,
        },
        _ => return Asked::Unknown,
    };
    fact.map_or(always(false), Asked::Is)
}

fn class_of_people(class: &str) -> Asked {
    match class.trim().to_ascii_lowercase().as_str() {
        "top" | "person" | "organizationalperson" | "inetorgperson" => always(true),
        "posixaccount" => Asked::Is(Fact::HasUid),
        "ldappublickey" => Asked::Is(Fact::HasSshKeys),
        _ => always(false),
    }
}

/// A group may have two entries of different classes.
fn class_of_groups(class: &str) -> Asked {
    match class.trim().to_ascii_lowercase().as_str() {
        "top" => always(true),
        "groupofnames" => Asked::Unknown,
        "posixgroup" => Asked::Is(Fact::HasGid),
        _ => always(false),
    }
}

fn compared(attribute: &str, order: Order, value: &str, of: Of) -> Asked {
    if is_elsewhere(attribute, of) {
        return always(false);
    }
    let fact = match attribute {
        "uidnumber" => number(value).map(|wanted| Fact::Uid(order, wanted)),
        "gidnumber" => number(value).map(|wanted| Fact::Gid(order, wanted)),
        "createtimestamp" => parse_time(value).map(|at| Fact::Created(order, at)),
        "modifytimestamp" => parse_time(value).map(|at| Fact::Changed(order, at)),
        _ => return Asked::Unknown,
    };
    fact.map_or(always(false), Asked::Is)
}

/// Each piece of a text stands somewhere in what the directory searches.
fn pieces_of(attribute: &str, pieces: &LdapSubstringFilter, of: Of) -> Asked {
    if is_elsewhere(attribute, of) {
        return always(false);
    }
    let searched = match of {
        Of::People => {
            ["uid", "mail", "cn", "sn", "givenname", "displayname", "employeenumber"].contains(&attribute)
        }
        Of::Groups => attribute == "cn",
    };
    if !searched {
        return Asked::Unknown;
    }
    let all = pieces.initial.iter().chain(&pieces.any).chain(&pieces.final_);
    Asked::All(all.map(|piece| Asked::Is(Fact::Words(piece.clone()))).collect())
}

#[cfg(test)]
mod tests {
    use ldap3_proto::parse_ldap_filter_str;

    use super::*;

    fn of(text: &str, of: Of) -> Asked {
        let names = Names::new("o=x,dc=example".into());
        asked(&parse_ldap_filter_str(text).expect("a filter"), of, &names)
    }

    #[test]
    fn what_only_people_or_only_groups_can_be_is_never_asked_of_the_others() {
        for text in ["(uid=ada)", "(&(objectClass=posixAccount)(cn=a*))", "(|(sn=x)(objectClass=person))"] {
            assert!(is_never(&of(text, Of::Groups)) && !is_never(&of(text, Of::People)), "{text}");
        }
        for text in [
            "(memberUid=ada)",
            "(&(objectClass=groupOfNames)(cn=a))",
            "(member=\"uid=a,ou=Users,o=x,dc=example\")",
        ] {
            assert!(is_never(&of(text, Of::People)) && !is_never(&of(text, Of::Groups)), "{text}");
        }
        assert!(!is_never(&of("(!(uid=ada))", Of::Groups)));
        assert!(is_never(&of("(memberOf=nonsense)", Of::People)));
    }

    #[test]
    fn filters_of_programs_become_questions() {
        let sssd = of("(&(uid=ada)(objectclass=posixAccount)(&(uidNumber=*)(!(uidNumber=0))))", Of::People);
        let expected = Asked::All(vec![
            Asked::Is(Fact::Name("ada".into())),
            Asked::Is(Fact::HasUid),
            Asked::All(vec![
                Asked::Is(Fact::HasUid),
                Asked::Not(Box::new(Asked::Is(Fact::Uid(Order::Equal, 0)))),
            ]),
        ]);
        assert_eq!(sssd, expected);
        assert_eq!(of("(shoes=1)", Of::People), Asked::Unknown);
    }
}
