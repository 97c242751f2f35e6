//! What headings mean: the template's, those of other directories' exports, and what people write.

use model::import::Column;
use model::user::{Flag, TextAttribute};

/// Headings beside the API's names of attributes, folded to letters and digits.
const WORDS: &[(&str, Column)] = &[
    ("username", Column::Username),
    ("user", Column::Username),
    ("userid", Column::Username),
    ("loginname", Column::Username),
    ("samaccountname", Column::Username),
    ("mailnickname", Column::Username),
    ("uid", Column::Username),
    ("benutzer", Column::Username),
    ("benutzername", Column::Username),
    ("identifiant", Column::Username),
    ("usuario", Column::Username),
    ("utente", Column::Username),
    ("login", Column::Login),
    ("userprincipalname", Column::Login),
    ("upn", Column::Login),
    ("signinname", Column::Login),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("emailaddress", Column::Email),
    ("companyemail", Column::Email),
    ("primaryemail", Column::Email),
    ("workemail", Column::Email),
    ("businessemail", Column::Email),
    ("courriel", Column::Email),
    ("correo", Column::Email),
    ("password", Column::Password),
    ("initialpassword", Column::Password),
    ("passwordprofile", Column::Password),
    ("passwort", Column::Password),
    ("state", Column::State),
    ("userstate", Column::State),
    ("enabled", Column::Enabled),
    ("accountenabled", Column::Enabled),
    ("blocksignin", Column::Blocked),
    ("blocksigninyesno", Column::Blocked),
    ("givenname", Column::Text(TextAttribute::FirstName)),
    ("first", Column::Text(TextAttribute::FirstName)),
    ("forename", Column::Text(TextAttribute::FirstName)),
    ("legalfirstname", Column::Text(TextAttribute::FirstName)),
    ("vorname", Column::Text(TextAttribute::FirstName)),
    ("prenom", Column::Text(TextAttribute::FirstName)),
    ("nombre", Column::Text(TextAttribute::FirstName)),
    ("surname", Column::Text(TextAttribute::LastName)),
    ("last", Column::Text(TextAttribute::LastName)),
    ("familyname", Column::Text(TextAttribute::LastName)),
    ("legallastname", Column::Text(TextAttribute::LastName)),
    ("sn", Column::Text(TextAttribute::LastName)),
    ("nachname", Column::Text(TextAttribute::LastName)),
    ("apellido", Column::Text(TextAttribute::LastName)),
    ("preferredname", Column::Text(TextAttribute::DisplayName)),
    ("fullname", Column::Text(TextAttribute::DisplayName)),
    ("secondemail", Column::Text(TextAttribute::AlternateEmail)),
    ("othermails", Column::Text(TextAttribute::AlternateEmail)),
    ("personalemail", Column::Text(TextAttribute::AlternateEmail)),
    ("homeemail", Column::Text(TextAttribute::AlternateEmail)),
    ("homesecondaryemail", Column::Text(TextAttribute::AlternateEmail)),
    ("title", Column::Text(TextAttribute::JobTitle)),
    ("position", Column::Text(TextAttribute::JobTitle)),
    ("employeetitle", Column::Text(TextAttribute::JobTitle)),
    ("businesstitle", Column::Text(TextAttribute::JobTitle)),
    ("employeeid", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("employeenumber", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("workerid", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("personnelnumber", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("persnr", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("personalnummer", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("dept", Column::Text(TextAttribute::Department)),
    ("abteilung", Column::Text(TextAttribute::Department)),
    ("costcentre", Column::Text(TextAttribute::CostCenter)),
    ("kostenstelle", Column::Text(TextAttribute::CostCenter)),
    ("companyname", Column::Text(TextAttribute::Company)),
    ("organization", Column::Text(TextAttribute::Company)),
    ("firma", Column::Text(TextAttribute::Company)),
    ("usertype", Column::Text(TextAttribute::EmployeeType)),
    ("workertype", Column::Text(TextAttribute::EmployeeType)),
    ("office", Column::Text(TextAttribute::Location)),
    ("physicaldeliveryofficename", Column::Text(TextAttribute::Location)),
    ("officelocation", Column::Text(TextAttribute::Location)),
    ("distinguishedname", Column::Text(TextAttribute::ExternalDn)),
    ("manager", Column::Manager),
    ("manageremail", Column::Manager),
    ("managerid", Column::Manager),
    ("managersemail", Column::Manager),
    ("supervisor", Column::Manager),
    ("boss", Column::Manager),
    ("vorgesetzter", Column::Manager),
    ("uidnumber", Column::UnixUid),
    ("unixuid", Column::UnixUid),
    ("gidnumber", Column::UnixGid),
    ("unixguid", Column::UnixGid),
    ("unixgid", Column::UnixGid),
    ("mobilenumber", Column::Phone("mobile")),
    ("mobile", Column::Phone("mobile")),
    ("mobilephone", Column::Phone("mobile")),
    ("cellphone", Column::Phone("mobile")),
    ("homenumber", Column::Phone("home")),
    ("homephone", Column::Phone("home")),
    ("worknumber", Column::Phone("work")),
    ("workphone", Column::Phone("work")),
    ("officephone", Column::Phone("work")),
    ("primaryphone", Column::Phone("work")),
    ("telephonenumber", Column::Phone("work")),
    ("phone", Column::Phone("work")),
    ("phonenumber", Column::Phone("work")),
    ("workmobilenumber", Column::Phone("work_mobile")),
    ("workfaxnumber", Column::Phone("work_fax")),
    ("fax", Column::Phone("work_fax")),
    ("faxnumber", Column::Phone("work_fax")),
    ("streetaddress", Column::Address("work", "streetAddress")),
    ("street", Column::Address("work", "streetAddress")),
    ("workaddress", Column::Address("work", "streetAddress")),
    ("city", Column::Address("work", "locality")),
    ("zipcode", Column::Address("work", "postalCode")),
    ("postalcode", Column::Address("work", "postalCode")),
    ("pobox", Column::Address("work", "poBox")),
    ("stateorprovince", Column::Address("work", "region")),
    ("country", Column::Address("work", "country")),
    ("countryorregion", Column::Address("work", "country")),
    ("countrycode", Column::Address("work", "country")),
    ("homeaddress", Column::Address("home", "streetAddress")),
];

const ADDRESS_PARTS: &[(&str, &str)] = &[
    ("streetaddress", "streetAddress"),
    ("extendedaddress", "extendedAddress"),
    ("city", "locality"),
    ("locality", "locality"),
    ("state", "region"),
    ("region", "region"),
    ("postalcode", "postalCode"),
    ("pobox", "poBox"),
    ("country", "country"),
];

/// What a heading was found to stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Known(Column),
    /// The template or an export has it, and there is nothing of the kind here.
    Unsupported,
    Unknown,
}

/// What a heading stands for. Exports write theirs as `First Name [Required]` and `User name
/// [userPrincipalName] Required`: the words as a whole come first, then those in brackets, then those before them.
pub(crate) fn meaning(heading: &str) -> Meaning {
    let heading = heading.trim();
    let (before, rest) = heading.split_once('[').unwrap_or((heading, ""));
    let inner = rest.split(']').next().unwrap_or_default().trim();
    let inner = if inner.eq_ignore_ascii_case("required") { "" } else { inner };
    let (whole, before, inner) = (letters(heading), letters(before), letters(inner));
    // Of sign-in that is blocked the API's name says the contrary.
    let order =
        if before.starts_with("block") { [&whole, &before, &inner] } else { [&whole, &inner, &before] };
    let known = order.into_iter().filter(|word| !word.is_empty()).find_map(|word| known(word));
    match known {
        Some(column) => Meaning::Known(column),
        None if unsupported(&before) => Meaning::Unsupported,
        None => Meaning::Unknown,
    }
}

fn known(word: &str) -> Option<Column> {
    if let Some((_, column)) = WORDS.iter().find(|(known, _)| *known == word) {
        return Some(column.clone());
    }
    let text =
        TextAttribute::ALL.iter().find(|text| letters(text.key()) == word || letters(text.label()) == word);
    if let Some(text) = text {
        return Some(Column::Text(*text));
    }
    let flag = Flag::ALL.iter().find(|flag| letters(flag.key()) == word || letters(flag.label()) == word);
    if let Some(flag) = flag {
        return Some(Column::Flag(*flag));
    }
    address(word).or_else(|| custom(word))
}

/// Columns of the template and of exports that are left out without a question.
fn unsupported(word: &str) -> bool {
    let group = word.strip_prefix("group").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let known = [
        "orgunitpath",
        "systemid",
        "administrator",
        "whatiswrong",
        "objectid",
        "objectguid",
        "objectclass",
        "sid",
        "enrollmentdays",
        "ldapserverid",
        "accountlocked",
        "externallymanaged",
    ];
    group || known.contains(&word)
}

fn address(word: &str) -> Option<Column> {
    let (kind, rest) =
        ["home", "work"].into_iter().find_map(|kind| Some((kind, word.strip_prefix(kind)?)))?;
    let (_, part) = ADDRESS_PARTS.iter().find(|(known, _)| *known == rest)?;
    Column::address(kind, part)
}

/// `Attribute1_name` and `Attribute1_value`, any number of them.
fn custom(word: &str) -> Option<Column> {
    let rest = word.strip_prefix("attribute")?;
    if let Some(number) = rest.strip_suffix("name") {
        return number.parse().ok().map(Column::CustomName);
    }
    rest.strip_suffix("value").and_then(|number| number.parse().ok()).map(Column::CustomValue)
}

/// A heading without its case, spaces and punctuation: "E-Mail" is "email".
pub(crate) fn letters(heading: &str) -> String {
    directory_core::normalize::normalize(heading).chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_the_template_and_of_others() {
        for (heading, column) in [
            ("FirstName", Column::Text(TextAttribute::FirstName)),
            ("Vorname", Column::Text(TextAttribute::FirstName)),
            ("First Name [Required]", Column::Text(TextAttribute::FirstName)),
            ("E-Mail", Column::Email),
            ("Email Address [Required]", Column::Email),
            ("Benutzer", Column::Username),
            ("User name [userPrincipalName] Required", Column::Login),
            ("Block sign in (Yes/No) [accountEnabled] Required", Column::Blocked),
            ("accountEnabled", Column::Enabled),
            ("Enabled", Column::Enabled),
            ("Office phone [telephoneNumber]", Column::Phone("work")),
            ("alternateEmail", Column::Text(TextAttribute::AlternateEmail)),
            ("Employee ID", Column::Text(TextAttribute::EmployeeIdentifier)),
            ("Pers.-Nr.", Column::Text(TextAttribute::EmployeeIdentifier)),
            ("mobile_number", Column::Phone("mobile")),
            ("home_city", Column::Address("home", "locality")),
            ("work_streetAddress", Column::Address("work", "streetAddress")),
            ("passwordless_sudo", Column::Flag(Flag::PasswordlessSudo)),
            ("Attribute12_name", Column::CustomName(12)),
            ("Attribute12_value", Column::CustomValue(12)),
        ] {
            assert_eq!(meaning(heading), Meaning::Known(column), "{heading}");
        }
        for unsupported in ["Group1", "Org Unit Path [Required]", "SystemID"] {
            assert_eq!(meaning(unsupported), Meaning::Unsupported, "{unsupported}");
        }
        for unknown in ["", "shoe size", "attribute_name", "homework", "T-Shirt"] {
            assert_eq!(meaning(unknown), Meaning::Unknown, "{unknown}");
        }
    }
}
