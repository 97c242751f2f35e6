//! The schema: the attributes and classes that entries have, how their values compare, and how clients read all this.

/// How values of an attribute compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Text, without regard to case and accents.
    Text,
    /// A telephone number: spaces and hyphens do not count.
    Phone,
    Number,
    Name,
    Time,
    Uuid,
    /// The name of a class or an attribute.
    Oid,
}

/// An attribute.
#[derive(Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub oid: &'static str,
    pub syntax: Syntax,
    /// Shown only when it is asked for.
    pub operational: bool,
}

const fn user(name: &'static str, oid: &'static str) -> Attribute {
    Attribute { name, oid, syntax: Syntax::Text, operational: false }
}

const fn of(syntax: Syntax, name: &'static str, oid: &'static str) -> Attribute {
    Attribute { name, oid, syntax, operational: false }
}

const fn operational(syntax: Syntax, name: &'static str, oid: &'static str) -> Attribute {
    Attribute { name, oid, syntax, operational: true }
}

/// All of them but those that the organization made up.
pub const ATTRIBUTES: &[Attribute] = &[
    of(Syntax::Oid, "objectClass", "2.5.4.0"),
    user("cn", "2.5.4.3"),
    user("sn", "2.5.4.4"),
    user("c", "2.5.4.6"),
    user("l", "2.5.4.7"),
    user("st", "2.5.4.8"),
    user("street", "2.5.4.9"),
    user("o", "2.5.4.10"),
    user("ou", "2.5.4.11"),
    user("title", "2.5.4.12"),
    user("description", "2.5.4.13"),
    user("businessCategory", "2.5.4.15"),
    user("postalAddress", "2.5.4.16"),
    user("postalCode", "2.5.4.17"),
    user("postOfficeBox", "2.5.4.18"),
    user("physicalDeliveryOfficeName", "2.5.4.19"),
    of(Syntax::Phone, "telephoneNumber", "2.5.4.20"),
    of(Syntax::Phone, "facsimileTelephoneNumber", "2.5.4.23"),
    of(Syntax::Name, "member", "2.5.4.31"),
    user("givenName", "2.5.4.42"),
    user("initials", "2.5.4.43"),
    user("uid", "0.9.2342.19200300.100.1.1"),
    user("mail", "0.9.2342.19200300.100.1.3"),
    of(Syntax::Name, "manager", "0.9.2342.19200300.100.1.10"),
    of(Syntax::Phone, "homePhone", "0.9.2342.19200300.100.1.20"),
    user("homePostalAddress", "0.9.2342.19200300.100.1.39"),
    of(Syntax::Phone, "mobile", "0.9.2342.19200300.100.1.41"),
    of(Syntax::Phone, "pager", "0.9.2342.19200300.100.1.42"),
    user("departmentNumber", "2.16.840.1.113730.3.1.2"),
    user("employeeNumber", "2.16.840.1.113730.3.1.3"),
    user("employeeType", "2.16.840.1.113730.3.1.4"),
    user("displayName", "2.16.840.1.113730.3.1.241"),
    user("company", "1.2.840.113556.1.2.146"),
    of(Syntax::Name, "memberOf", "1.2.840.113556.1.2.102"),
    of(Syntax::Number, "uidNumber", "1.3.6.1.1.1.1.0"),
    of(Syntax::Number, "gidNumber", "1.3.6.1.1.1.1.1"),
    user("homeDirectory", "1.3.6.1.1.1.1.3"),
    user("loginShell", "1.3.6.1.1.1.1.4"),
    user("memberUid", "1.3.6.1.1.1.1.12"),
    user("sshPublicKey", "1.3.6.1.4.1.24552.500.1.1.1.13"),
    operational(Syntax::Uuid, "entryUUID", "1.3.6.1.1.16.4"),
    operational(Syntax::Name, "entryDN", "1.3.6.1.1.20"),
    operational(Syntax::Time, "createTimestamp", "2.5.18.1"),
    operational(Syntax::Time, "modifyTimestamp", "2.5.18.2"),
    operational(Syntax::Text, "hasSubordinates", "2.5.18.9"),
    operational(Syntax::Name, "subschemaSubentry", "2.5.18.10"),
    operational(Syntax::Oid, "structuralObjectClass", "2.5.21.9"),
    operational(Syntax::Time, "pwdAccountLockedTime", "1.3.6.1.4.1.42.2.27.8.1.17"),
    operational(Syntax::Name, "namingContexts", "1.3.6.1.4.1.1466.101.120.5"),
    operational(Syntax::Oid, "supportedExtension", "1.3.6.1.4.1.1466.101.120.7"),
    operational(Syntax::Oid, "supportedControl", "1.3.6.1.4.1.1466.101.120.13"),
    operational(Syntax::Number, "supportedLDAPVersion", "1.3.6.1.4.1.1466.101.120.15"),
    operational(Syntax::Oid, "supportedFeatures", "1.3.6.1.4.1.4203.1.3.5"),
    operational(Syntax::Text, "vendorName", "1.3.6.1.1.4"),
    operational(Syntax::Text, "vendorVersion", "1.3.6.1.1.5"),
    operational(Syntax::Text, "attributeTypes", "2.5.21.5"),
    operational(Syntax::Text, "objectClasses", "2.5.21.6"),
    operational(Syntax::Text, "ldapSyntaxes", "1.3.6.1.4.1.1466.101.120.16"),
    operational(Syntax::Text, "matchingRules", "2.5.21.4"),
];

const CLASSES: &[&str] = &[
    "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
    "( 2.5.6.4 NAME 'organization' SUP top STRUCTURAL MUST o MAY description )",
    "( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou MAY description )",
    "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( telephoneNumber $ description ) )",
    "( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL MAY ( title $ facsimileTelephoneNumber $ street $ \
        postOfficeBox $ postalCode $ postalAddress $ physicalDeliveryOfficeName $ ou $ st $ l ) )",
    "( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( businessCategory $ \
        departmentNumber $ displayName $ employeeNumber $ employeeType $ givenName $ homePhone $ homePostalAddress $ \
        initials $ mail $ manager $ mobile $ o $ pager $ uid $ company $ c $ memberOf ) )",
    "( 1.3.6.1.1.1.2.0 NAME 'posixAccount' SUP top AUXILIARY MUST ( cn $ uid $ uidNumber $ gidNumber $ homeDirectory ) \
        MAY ( loginShell $ description ) )",
    "( 1.3.6.1.4.1.24552.500.1.1.2.0 NAME 'ldapPublicKey' SUP top AUXILIARY MUST uid MAY sshPublicKey )",
    "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST cn MAY ( member $ description $ mail $ memberOf ) )",
    "( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top AUXILIARY MUST ( cn $ gidNumber ) MAY ( memberUid $ member $ \
        description ) )",
    "( 2.5.20.1 NAME 'subschema' AUXILIARY MAY ( attributeTypes $ objectClasses $ ldapSyntaxes $ matchingRules ) )",
];

const SYNTAXES: &[(Syntax, &str, &str, &str)] = &[
    (
        Syntax::Text,
        "1.3.6.1.4.1.1466.115.121.1.15",
        "Directory String",
        "EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch",
    ),
    (Syntax::Phone, "1.3.6.1.4.1.1466.115.121.1.50", "Telephone Number", "EQUALITY telephoneNumberMatch"),
    (
        Syntax::Number,
        "1.3.6.1.4.1.1466.115.121.1.27",
        "Integer",
        "EQUALITY integerMatch ORDERING integerOrderingMatch",
    ),
    (Syntax::Name, "1.3.6.1.4.1.1466.115.121.1.12", "DN", "EQUALITY distinguishedNameMatch"),
    (
        Syntax::Time,
        "1.3.6.1.4.1.1466.115.121.1.24",
        "Generalized Time",
        "EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch",
    ),
    (Syntax::Uuid, "1.3.6.1.1.16.1", "UUID", "EQUALITY UUIDMatch"),
    (Syntax::Oid, "1.3.6.1.4.1.1466.115.121.1.38", "OID", "EQUALITY objectIdentifierMatch"),
];

const RULES: &[&str] = &[
    "( 2.5.13.0 NAME 'objectIdentifierMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )",
    "( 2.5.13.1 NAME 'distinguishedNameMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
    "( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    "( 2.5.13.4 NAME 'caseIgnoreSubstringsMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.58 )",
    "( 2.5.13.14 NAME 'integerMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
    "( 2.5.13.15 NAME 'integerOrderingMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
    "( 2.5.13.20 NAME 'telephoneNumberMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.50 )",
    "( 2.5.13.27 NAME 'generalizedTimeMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )",
    "( 2.5.13.28 NAME 'generalizedTimeOrderingMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )",
    "( 1.3.6.1.1.16.2 NAME 'UUIDMatch' SYNTAX 1.3.6.1.1.16.1 )",
    "( 1.2.840.113556.1.4.1941 NAME 'inChainMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
];

/// The name of an attribute as a client wrote it, without options, in lower case.
pub fn key(description: &str) -> String {
    description.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// An attribute by its name or its OID.
pub fn attribute(description: &str) -> Option<&'static Attribute> {
    let key = key(description);
    let other = match key.as_str() {
        "surname" => "sn",
        "commonname" => "cn",
        "userid" => "uid",
        "rfc822mailbox" => "mail",
        "fax" => "facsimiletelephonenumber",
        other => other,
    };
    ATTRIBUTES.iter().find(|one| one.name.eq_ignore_ascii_case(other) || one.oid == other)
}

/// What clients read of it, by attribute.
pub fn published() -> Vec<(&'static str, Vec<String>)> {
    let syntax = |wanted: Syntax| SYNTAXES.iter().find(|(one, ..)| *one == wanted);
    let attribute = |one: &Attribute| {
        let (oid, rules) = syntax(one.syntax).map_or(("", ""), |(_, oid, _, rules)| (*oid, *rules));
        let usage = if one.operational { " NO-USER-MODIFICATION USAGE directoryOperation" } else { "" };
        format!("( {} NAME '{}' {rules} SYNTAX {oid}{usage} )", one.oid, one.name)
    };
    let syntaxes = SYNTAXES.iter().map(|(_, oid, says, _)| format!("( {oid} DESC '{says}' )"));
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    vec![
        ("attributeTypes", ATTRIBUTES.iter().map(attribute).collect()),
        ("objectClasses", owned(CLASSES)),
        ("ldapSyntaxes", syntaxes.collect()),
        ("matchingRules", owned(RULES)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_name_attributes_that_there_are() {
        for class in CLASSES {
            let after =
                class.split_once(" MUST ").or_else(|| class.split_once(" MAY ")).map_or("", |(_, rest)| rest);
            for word in after.split([' ', '(', ')', '$']).filter(|word| !word.is_empty()) {
                assert!(["MUST", "MAY"].contains(&word) || attribute(word).is_some(), "{word} of {class}");
            }
        }
    }

    #[test]
    fn names_and_oids_are_each_used_once() {
        for one in ATTRIBUTES {
            assert_eq!(ATTRIBUTES.iter().filter(|other| other.oid == one.oid).count(), 1, "{}", one.oid);
            assert_eq!(attribute(one.name).map(|found| found.oid), Some(one.oid));
            assert_eq!(attribute(one.oid).map(|found| found.name), Some(one.name));
        }
        assert_eq!(attribute("CN;lang-de").map(|one| one.name), Some("cn"));
    }
}
