//! The headings of a file: the template's, and what people write instead of them.

use model::user::{Flag, TextAttribute};

/// What a column of a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Username,
    Email,
    Password,
    State,
    Text(TextAttribute),
    Flag(Flag),
    UnixUid,
    UnixGid,
    Manager,
    /// A telephone number of this type.
    Phone(&'static str),
    /// A part of the address of this type, by the part's name in the API.
    Address(&'static str, &'static str),
    /// The name, or the value, of the custom attribute with this number.
    CustomName(String),
    CustomValue(String),
}

/// Headings beside the API's names of attributes: the template's, and the commonest words of other
/// systems and languages, folded to letters and digits.
const WORDS: &[(&str, Column)] = &[
    ("username", Column::Username),
    ("user", Column::Username),
    ("userid", Column::Username),
    ("login", Column::Username),
    ("loginname", Column::Username),
    ("samaccountname", Column::Username),
    ("benutzer", Column::Username),
    ("benutzername", Column::Username),
    ("identifiant", Column::Username),
    ("usuario", Column::Username),
    ("utente", Column::Username),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("emailaddress", Column::Email),
    ("companyemail", Column::Email),
    ("courriel", Column::Email),
    ("correo", Column::Email),
    ("password", Column::Password),
    ("state", Column::State),
    ("userstate", Column::State),
    ("givenname", Column::Text(TextAttribute::FirstName)),
    ("vorname", Column::Text(TextAttribute::FirstName)),
    ("prenom", Column::Text(TextAttribute::FirstName)),
    ("nombre", Column::Text(TextAttribute::FirstName)),
    ("surname", Column::Text(TextAttribute::LastName)),
    ("familyname", Column::Text(TextAttribute::LastName)),
    ("nachname", Column::Text(TextAttribute::LastName)),
    ("apellido", Column::Text(TextAttribute::LastName)),
    ("preferredname", Column::Text(TextAttribute::DisplayName)),
    ("title", Column::Text(TextAttribute::JobTitle)),
    ("employeeid", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("employeenumber", Column::Text(TextAttribute::EmployeeIdentifier)),
    ("abteilung", Column::Text(TextAttribute::Department)),
    ("manager", Column::Manager),
    ("unixuid", Column::UnixUid),
    ("unixguid", Column::UnixGid),
    ("unixgid", Column::UnixGid),
    ("mobilenumber", Column::Phone("mobile")),
    ("mobile", Column::Phone("mobile")),
    ("homenumber", Column::Phone("home")),
    ("worknumber", Column::Phone("work")),
    ("phone", Column::Phone("work")),
    ("workmobilenumber", Column::Phone("work_mobile")),
    ("workfaxnumber", Column::Phone("work_fax")),
];

/// Headings that most files have, as the template writes them.
pub(super) const EXAMPLES: [&str; 9] =
    ["Username", "Email", "FirstName", "LastName", "Password", "State", "Department", "JobTitle", "Manager"];

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

impl Column {
    /// What a heading stands for; `None` when nobody knows.
    pub(crate) fn of(heading: &str) -> Option<Self> {
        let word = letters(heading);
        if let Some((_, column)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Some(column.clone());
        }
        let text = TextAttribute::ALL
            .iter()
            .find(|text| letters(text.key()) == word || letters(text.label()) == word);
        if let Some(text) = text {
            return Some(Self::Text(*text));
        }
        let flag = Flag::ALL.iter().find(|flag| letters(flag.key()) == word || letters(flag.label()) == word);
        if let Some(flag) = flag {
            return Some(Self::Flag(*flag));
        }
        address(&word).or_else(|| custom(&word))
    }

    /// The field of a form's fault that this column answers for.
    pub(crate) fn answers_for(&self, field: &str) -> bool {
        match self {
            Self::Username => field == "username",
            Self::Email => field == "email",
            Self::Text(text) => field == text.key(),
            Self::UnixUid => field == "unix_uid",
            Self::UnixGid => field == "unix_guid",
            Self::Manager => field == "manager",
            Self::Password => field == "password",
            Self::State => field == "state",
            Self::CustomValue(number) => field == custom_value(number),
            Self::Flag(_) | Self::Phone(_) | Self::Address(..) | Self::CustomName(_) => false,
        }
    }
}

/// The field of a fault at the value of a custom attribute, by its number.
pub(super) fn custom_value(number: &str) -> String {
    format!("attribute{number}_value")
}

fn address(word: &str) -> Option<Column> {
    let (kind, rest) =
        ["home", "work"].into_iter().find_map(|kind| Some((kind, word.strip_prefix(kind)?)))?;
    let (_, part) = ADDRESS_PARTS.iter().find(|(known, _)| *known == rest)?;
    Some(Column::Address(kind, part))
}

/// `Attribute1_name` and `Attribute1_value`, any number of them.
fn custom(word: &str) -> Option<Column> {
    let rest = word.strip_prefix("attribute")?;
    let (number, is_name) = match (rest.strip_suffix("name"), rest.strip_suffix("value")) {
        (Some(number), _) => (number, true),
        (_, Some(number)) => (number, false),
        _ => return None,
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(if is_name { Column::CustomName(number.to_owned()) } else { Column::CustomValue(number.to_owned()) })
}

/// A heading without its case, spaces and punctuation: "E-Mail" is "email".
fn letters(heading: &str) -> String {
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
            ("E-Mail", Column::Email),
            ("Benutzer", Column::Username),
            ("alternateEmail", Column::Text(TextAttribute::AlternateEmail)),
            ("Employee ID", Column::Text(TextAttribute::EmployeeIdentifier)),
            ("mobile_number", Column::Phone("mobile")),
            ("home_city", Column::Address("home", "locality")),
            ("work_streetAddress", Column::Address("work", "streetAddress")),
            ("passwordless_sudo", Column::Flag(Flag::PasswordlessSudo)),
            ("Attribute12_name", Column::CustomName("12".into())),
            ("Attribute12_value", Column::CustomValue("12".into())),
        ] {
            assert_eq!(Column::of(heading), Some(column), "{heading}");
        }
        for (at, heading) in EXAMPLES.iter().enumerate() {
            let column = Column::of(heading);
            assert!(
                column.is_some() && !EXAMPLES[..at].iter().any(|one| Column::of(one) == column),
                "{heading}"
            );
        }
        for unknown in ["", "shoe size", "attribute_name", "homework"] {
            assert_eq!(Column::of(unknown), None, "{unknown}");
        }
    }
}
