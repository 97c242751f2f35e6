//! Templates of messages: text with tokens such as `#{first_name}`, filled in for each message.

use serde::{Deserialize, Serialize};

use super::MessageKind;
use crate::settings::Contact;
use crate::text::{TextError, line, lines};
use crate::{Faults, Principal};

/// What a message says, with or without its tokens filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateText {
    pub subject: String,
    pub title: String,
    pub header: String,
    /// Paragraphs, parted by empty lines.
    pub body: String,
    pub button: String,
}

/// The fields of a template: name, label, longest text in characters, whether it has several lines.
pub const TEMPLATE_FIELDS: &[(&str, &str, usize, bool)] = &[
    ("subject", "Subject", 200, false),
    ("title", "Title", 120, false),
    ("header", "Header", 500, true),
    ("body", "Body", 4_000, true),
    ("button", "Button", 60, false),
];

/// Something that is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub name: &'static str,
    /// What it stands for.
    pub says: &'static str,
    /// What a preview shows for it.
    pub sample: &'static str,
}

const fn token(name: &'static str, says: &'static str, sample: &'static str) -> Token {
    Token { name, says, sample }
}

const COMMON: &[Token] = &[
    token("first_name", "The recipient’s first name", "Ada"),
    token("org_name", "The organization’s name", "Example Org"),
    token("contact_name", "Whom to ask, as set for the organization", "The help desk"),
    token("contact_email", "Their address", "help@example.org"),
    token("admin_email_link", "The same address, under the name that other products use", "help@example.org"),
    token("portal_link", "The address to sign in at", "https://directory.example.org"),
];
const USERNAME: Token = token("username", "The recipient’s username", "ada.lovelace");
const LIFETIME: Token = token("link_lifetime", "How long the link is good for, once it is written", "7 days");
/// Until when its link is good.
pub const LINK_EXPIRATION: Token =
    token("link_expiration", "Until when the link is good", "29 November 2026, 09:00 UTC");
const EXPIRATION_DAY: Token =
    token("expiration_day", "The day on which the password expires", "25 November 2026");
const DAYS_LEFT: Token = token("days_left", "How many days that is away", "3 days");
const LOCKOUT_SOURCE: Token = token("lockout_source", "Where the wrong passwords were typed", "User Portal");
const USER_NAME: Token = token("user_name", "Who is locked out", "Ada Lovelace");
const CARD: Token = token("card", "The card", "Visa ending in 4242");
const CARD_DAY: Token =
    token("expiration_day", "The day from which the card is not good any more", "1 December 2026");
const VERSION: Token = token("version", "The version that has come", "1.4.0");
const NEWS: Token =
    token("news", "What it brings, line by line", "– Saved views of lists, one’s own and shared.");
const ROLE: Token = token("role", "Their role", "Administrator");
const ROLE_BEFORE: Token = token("role_before", "The role that they had", "Read Only");
const BY: Token = token("by", "Who did it", "Grace Hopper");
const EMAIL: Token = token("email", "The new address", "ada.lovelace@example.org");
const EMAIL_BEFORE: Token = token("email_before", "The one before", "ada@example.org");
const CHANGE_SOURCE: Token =
    token("change_source", "Where it was done", "at the Admin Portal, from 192.0.2.1");
const FACTOR_CHANGE: Token =
    token("factor_change", "What was done to them", "The passkey “Laptop” was added");
const CHANGE_TIME: Token = token("change_time", "When it was done", "29 November 2026, 09:00 UTC");
const RIGHTS_CHANGE: Token =
    token("rights_change", "What it allows now, line by line", "– Users: full (before: view)");
const API_KEY: Token = token("api_key", "What the key begins with", "bwk_7Gq2");
const KEY_CHANGE: Token = token(
    "key_change",
    "Whether it took another’s place",
    "An API key was made in place of the one that began with bwk_x4Tm",
);
const KEY_EXPIRATION: Token =
    token("key_expiration", "Whether and when it expires", "expires on 29 November 2027, 09:00 UTC");
const ENROLLMENT_DAYS: Token = token("enrollment_days", "How long there is to enroll", "7 days");

impl MessageKind {
    /// What can be filled in.
    pub fn tokens(self) -> impl Iterator<Item = &'static Token> {
        let own: &'static [Token] = match self {
            Self::PasswordExpiring => &[EXPIRATION_DAY, DAYS_LEFT],
            Self::CardExpiring => &[CARD, CARD_DAY, DAYS_LEFT],
            Self::CardExpired => &[CARD, CARD_DAY],
            Self::Lockout => &[LOCKOUT_SOURCE],
            Self::AdminLockoutNotice => &[USER_NAME, LOCKOUT_SOURCE],
            Self::MfaRequired => &[ENROLLMENT_DAYS],
            Self::WhatsNew => &[VERSION, NEWS],
            Self::AdminInvitation | Self::AdminAppointed => &[ROLE, BY],
            Self::AdminRoleChanged => &[ROLE, ROLE_BEFORE, BY],
            Self::AdminRightsChanged => &[ROLE, RIGHTS_CHANGE, BY, CHANGE_TIME],
            Self::AdminEmailChanged => &[EMAIL, EMAIL_BEFORE, BY],
            Self::AdminPasswordChanged => &[CHANGE_SOURCE],
            Self::AdminFactorsChanged => &[FACTOR_CHANGE, CHANGE_SOURCE],
            Self::AdminApiKeyMade => &[KEY_CHANGE, API_KEY, KEY_EXPIRATION, CHANGE_SOURCE],
            Self::AdminPasswordReset
            | Self::AdminTotpReset
            | Self::Activation
            | Self::Welcome
            | Self::PasswordReset
            | Self::TotpReset
            | Self::PasswordExpired
            | Self::PasswordChanged
            | Self::Test => &[],
        };
        let username: &'static [Token] = if self.principal() == Principal::User { &[USERNAME] } else { &[] };
        let lifetime: &'static [Token] = if self.has_link() { &[LINK_EXPIRATION, LIFETIME] } else { &[] };
        COMMON.iter().chain(username).chain(lifetime).chain(own)
    }
}

/// A template as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub kind: MessageKind,
    /// The change that made it so; 0 for one that came with the program.
    pub version: i64,
    pub text: TemplateText,
    /// What came with the program.
    pub default: TemplateText,
}

/// A template as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUpdate {
    pub kind: MessageKind,
    pub version: i64,
    /// `None` goes back to what came with the program.
    pub text: Option<TemplateText>,
}

/// A message with everything filled in, but without its link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub organization: String,
    pub text: TemplateText,
    /// Below the button: until when its link is good; empty without one. It is not kept with the message,
    /// whose link knows it.
    #[serde(default)]
    pub good_until: String,
    /// Whom to ask.
    #[serde(flatten)]
    pub contact: Contact,
}

impl Written {
    /// What is to be known of its link.
    pub fn of_the_link(&self) -> Option<String> {
        let until = &self.good_until;
        (!until.is_empty()).then(|| format!("This link is good until {until}, and can be used once."))
    }

    /// What stands below the message.
    pub fn foot(&self) -> String {
        let question = self.contact.question().map(|text| text + " ").unwrap_or_default();
        format!("{question}Sent by Bailiwick for {}.", self.organization)
    }
}

impl TemplateText {
    pub fn field(&self, name: &str) -> &str {
        match name {
            "subject" => &self.subject,
            "title" => &self.title,
            "header" => &self.header,
            "body" => &self.body,
            _ => &self.button,
        }
    }

    pub fn set(&mut self, name: &str, text: String) {
        match name {
            "subject" => self.subject = text,
            "title" => self.title = text,
            "header" => self.header = text,
            "body" => self.body = text,
            _ => self.button = text,
        }
    }

    /// The text without what must not be in it, its tokens checked.
    ///
    /// # Errors
    /// The fields at fault, each with the token that is not known.
    pub fn parse(&self, kind: MessageKind) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parsed = Self::default();
        for (name, label, max, several) in TEMPLATE_FIELDS {
            let typed = self.field(name);
            let read = if *several { lines(typed, *max) } else { line(typed, *max) };
            let read = read.and_then(|text| known(text, kind));
            let needed = matches!(*name, "subject" | "body") || (*name == "button" && kind.has_button());
            match faults.take(name, read) {
                Some(text) if text.is_empty() && needed => {
                    faults.add(*name, format!("{label} cannot be empty."));
                }
                Some(text) => parsed.set(name, text),
                None => {}
            }
        }
        faults.check().map(|()| parsed)
    }

    /// The text with its tokens filled in.
    #[must_use]
    pub fn filled<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let fill = |text: &str| fill(text, &value);
        Self {
            subject: fill(&self.subject),
            title: fill(&self.title),
            header: fill(&self.header),
            body: fill(&self.body),
            button: fill(&self.button),
        }
    }
}

/// A part of a text: as it stands, or a token's name.
enum Part<'a> {
    Text(&'a str),
    Token(&'a str),
    /// `#{` without its end.
    Open(&'a str),
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        if let Some(inside) = text.strip_prefix("#{") {
            let Some((name, after)) = inside.split_once('}') else {
                rest = None;
                return Some(Part::Open(text));
            };
            rest = Some(after);
            return Some(Part::Token(name));
        }
        let end = text.find("#{").unwrap_or(text.len());
        let (plain, after) = text.split_at(end);
        rest = (!after.is_empty()).then_some(after);
        (!plain.is_empty()).then_some(Part::Text(plain))
    })
}

/// Puts values in the place of tokens, once: what a value says is never read as a token. One that
/// nobody knows becomes nothing.
pub fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        filled.push_str(match part {
            Part::Text(text) | Part::Open(text) => text,
            Part::Token(name) => value(name.trim()).unwrap_or_default(),
        });
    }
    filled
}

fn known(text: String, kind: MessageKind) -> Result<String, TextError> {
    for part in parts(&text) {
        match part {
            Part::Text(_) => {}
            Part::Open(_) => return Err(TextError("A token that begins with #{ ends with }.".to_owned())),
            Part::Token(name) if kind.tokens().any(|token| token.name == name.trim()) => {}
            Part::Token(name) => return Err(unknown(name, kind)),
        }
    }
    Ok(text)
}

fn unknown(name: &str, kind: MessageKind) -> TextError {
    let shown: String = name.chars().take(40).collect();
    let there: Vec<String> = kind.tokens().map(|token| format!("#{{{}}}", token.name)).collect();
    TextError(format!("This message knows no #{{{shown}}}. It knows {}.", there.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn good() -> TemplateText {
        TemplateText {
            subject: "Welcome to #{org_name}".into(),
            body: "Hello #{ first_name }".into(),
            button: "Go".into(),
            ..TemplateText::default()
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let value = |name: &str| match name {
            "first_name" => Some("#{org_name}"),
            "org_name" => Some("Example"),
            _ => None,
        };
        assert_eq!(fill("#{first_name} at #{ org_name }#{nobody}!", value), "#{org_name} at Example!");
        assert_eq!(fill("a #{ b", value), "a #{ b");
        assert_eq!(fill("# { } #{}", value), "# { } ");
    }

    #[test]
    fn unknown_tokens_are_refused_at_their_field() {
        assert!(good().parse(MessageKind::Activation).is_ok());
        let odd = TemplateText { title: "#{passwrd}".into(), body: "#{lockout_source}".into(), ..good() };
        let faults = odd.parse(MessageKind::Activation).expect_err("refused");
        let told: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.message.clone())).collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].0 == "title" && told[0].1.contains("#{passwrd}") && told[0].1.contains("#{first_name}")
        );
        assert!(told[1].0 == "body" && told[1].1.contains("#{lockout_source}"));
        assert!(
            TemplateText { body: "#{lockout_source}".into(), ..good() }.parse(MessageKind::Lockout).is_ok()
        );
        let open = TemplateText { header: "#{first_name".into(), ..good() };
        assert!(open.parse(MessageKind::Activation).is_err());
    }

    #[test]
    fn what_a_message_needs_is_there() {
        let empty = TemplateText::default().parse(MessageKind::Activation).expect_err("refused");
        let fields: Vec<_> = empty.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["subject", "body", "button"]);
        let broken = TemplateText { subject: "a\r\nBcc: b@example.org".into(), ..good() };
        assert!(broken.parse(MessageKind::Activation).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_filled_or_refused(text: String) {
            let filled = fill(&text, |_| Some("x"));
            prop_assert!(filled.len() <= text.len() + 1);
            drop(known(text, MessageKind::Welcome));
        }
    }
}
