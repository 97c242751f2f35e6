//! Text that has been parsed: holding one of these types is the proof that the rule was kept.
//!
//! The messages are whole sentences, the same in the browser and in every protocol.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text was refused: a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError(pub String);

impl TextError {
    fn new<T>(message: impl Into<String>) -> Result<T, Self> {
        Err(Self(message.into()))
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TextError {}

macro_rules! parsed {
    ($name:ident) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// A username: a letter, then letters, digits, `.`, `_` or `-`; at most 30 characters (the limit
/// of macOS and Linux accounts). Unique without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Username(String);
parsed!(Username);

impl Username {
    pub const MAX: usize = 30;

    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let Some(first) = text.chars().next() else {
            return TextError::new("Enter a username.");
        };
        if !first.is_ascii_alphabetic() {
            return TextError::new("A username starts with a letter, A to Z.");
        }
        if let Some(odd) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
        {
            return TextError::new(if odd.is_whitespace() {
                "A username has no spaces.".to_owned()
            } else {
                format!("A username has letters, digits, “.”, “_” and “-”; {} is none of them.", shown(odd))
            });
        }
        if text.len() > Self::MAX {
            return TextError::new(format!(
                "A username has at most {} characters; this has {}.",
                Self::MAX,
                text.len()
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The key by which usernames match: usernames are ASCII, so lower case is enough.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// An email address in lower case, ASCII, with a domain of at least two labels; at most 254
/// characters (RFC 5321, 4.5.3.1). Quoted local parts and address literals are not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Email(String);
parsed!(Email);

impl Email {
    pub const MAX: usize = 254;

    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return TextError::new("Enter an email address.");
        }
        if text.len() > Self::MAX {
            return TextError::new(format!("An email address has at most {} characters.", Self::MAX));
        }
        if !text.is_ascii() {
            return TextError::new(
                "Write the email address in ASCII; a domain in another script in its xn-- form.",
            );
        }
        let example = "An email address looks like name@example.org.";
        let Some((local, domain)) = text.rsplit_once('@') else {
            return TextError::new(example);
        };
        if local.is_empty() || local.len() > 64 || !local.split('.').all(is_atom) {
            return TextError::new(format!("The part before the @ is not right. {example}"));
        }
        if !domain.contains('.') || !domain.split('.').all(is_label) {
            return TextError::new(format!("The part after the @ is not right. {example}"));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

fn is_atom(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
}

fn is_label(part: &str) -> bool {
    (1..=63).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !part.starts_with('-')
        && !part.ends_with('-')
}

/// A password as typed: at most 128 characters and 256 bytes, so that hashing has a bound.
///
/// Whether it is good enough is another question (the password rules); this is only its shape.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Password(String);

impl TryFrom<String> for Password {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> Self {
        password.0
    }
}

impl Password {
    pub const MAX_CHARS: usize = 128;
    pub const MAX_BYTES: usize = 256;

    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return TextError::new("Enter a password.");
        }
        if text.chars().count() > Self::MAX_CHARS || text.len() > Self::MAX_BYTES {
            return TextError::new(format!("A password has at most {} characters.", Self::MAX_CHARS));
        }
        if text.contains('\0') {
            return TextError::new("A password cannot hold the character U+0000.");
        }
        Ok(Self(text.to_owned()))
    }

    /// The password itself, for hashing and comparing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// One line of text: trimmed, without control characters, at most `max` characters. May be empty.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if let Some(odd) = text.chars().find(|c| c.is_control() || is_bidi_control(*c)) {
        return TextError::new(format!("This is one line of text; take out {}.", shown(odd)));
    }
    within(text, max)
}

/// Text of several lines, otherwise as [`line`]; line ends become `\n`.
pub fn lines(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    if let Some(odd) =
        text.chars().find(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || is_bidi_control(*c))
    {
        return TextError::new(format!("Take out {}.", shown(odd)));
    }
    within(&text, max)
}

/// As [`line`], and not empty. `what` is the thing to enter, with its article: "a first name".
pub fn required_line(text: &str, max: usize, what: &str) -> Result<String, TextError> {
    let text = line(text, max)?;
    if text.is_empty() { TextError::new(format!("Enter {what}.")) } else { Ok(text) }
}

/// Characters that turn the direction of what follows can make one name look like another.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn within(text: &str, max: usize) -> Result<String, TextError> {
    let count = text.chars().count();
    if count > max {
        return TextError::new(format!("At most {max} characters; this has {count}."));
    }
    Ok(text.to_owned())
}

fn shown(odd: char) -> String {
    if is_bidi_control(odd) {
        format!("the invisible direction mark U+{:04X}", u32::from(odd))
    } else if odd.is_control() {
        format!("the character U+{:04X}", u32::from(odd))
    } else {
        format!("“{odd}”")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usernames() {
        for good in ["a", "ada.lovelace", "A_b-9", "a23456789012345678901234567890"] {
            assert_eq!(Username::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for (bad, says) in [
            ("", "Enter a username."),
            ("9lives", "starts with a letter"),
            ("anna nowak", "no spaces"),
            ("ada@x", "“@”"),
            ("zoë", "“ë”"),
            ("a\u{0}b", "U+0000"),
            ("a23456789012345678901234567890x", "at most 30 characters; this has 31"),
        ] {
            let error = Username::parse(bad).expect_err(bad).0;
            assert!(error.contains(says), "{bad:?}: {error}");
        }
        assert_eq!(Username::parse(" Dup.One ").expect("good").key(), "dup.one");
    }

    #[test]
    fn emails() {
        assert_eq!(
            Email::parse(" Jurgen.Mueller@Example.org ").map(String::from),
            Ok("jurgen.mueller@example.org".into())
        );
        assert!(Email::parse("o'brien+tag@mail.example.co.uk").is_ok());
        for bad in [
            "",
            "x",
            "@x.org",
            "a@",
            "a@b",
            "a@-b.org",
            "a@b..org",
            ".a@b.org",
            "a b@c.org",
            "ü@b.org",
            "\"a\"@b.org",
            "a@[1.2.3.4]",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Email::parse("a@b.org\nBcc: c@d.org").is_err());
    }

    #[test]
    fn lines_hold_no_control_characters() {
        assert_eq!(line(" Zoë ", 10), Ok("Zoë".into()));
        assert!(line("a\nb", 10).is_err());
        assert!(line("a\u{202E}b", 10).is_err());
        assert!(line("abcdefghijk", 10).is_err());
        assert_eq!(lines("a\r\nb", 10), Ok("a\nb".into()));
        assert!(lines("a\0b", 10).is_err());
        assert_eq!(required_line("  ", 10, "a first name"), Err(TextError("Enter a first name.".into())));
    }

    #[test]
    fn a_password_is_never_shown() {
        let password = Password::parse("correct horse").expect("good");
        assert!(!format!("{password:?}").contains("horse"));
        assert!(Password::parse(&"é".repeat(129)).is_err());
        assert!(Password::parse(&"é".repeat(128)).is_ok());
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_taken_stays(text: String) {
            if let Ok(name) = Username::parse(&text) {
                prop_assert_eq!(Username::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(name.as_str().len() <= Username::MAX);
            }
            if let Ok(mail) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(mail.as_str()), Ok(mail));
            }
            if let Ok(one) = line(&text, 64) {
                prop_assert_eq!(line(&one, 64), Ok(one.clone()));
                prop_assert!(!one.contains('\0') && !one.contains('\n'));
            }
            drop(lines(&text, 64));
            drop(Password::parse(&text));
        }
    }
}
