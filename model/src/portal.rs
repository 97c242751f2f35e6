//! The User Portal: what people see and change of themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::settings::Contact;
pub use crate::ssh_key::SshKey;
use crate::user::{Address, CustomAttribute, Person, Phone, TextAttribute};
use crate::{Id, Timestamp};

/// Who is signed in to the User Portal, and what its screens need to know before they show anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: Id,
    pub username: String,
    /// The name to show.
    pub name: String,
    /// How to say hello.
    pub first_name: String,
    pub email: String,
    pub organization: String,
    /// When the password expires, once that is soon.
    pub password_expires_at: Option<Timestamp>,
    /// Until when a second factor must be there, while it is not.
    pub mfa_enroll_by: Option<Timestamp>,
    /// May sign in to the Admin Portal too.
    pub administrator: bool,
}

/// The attributes that are one's own to change; the others are the organization's.
pub const OWN_ATTRIBUTES: [TextAttribute; 4] = [
    TextAttribute::FirstName,
    TextAttribute::MiddleName,
    TextAttribute::LastName,
    TextAttribute::DisplayName,
];

/// The attributes that one sees and the organization sets.
pub const SHOWN_ATTRIBUTES: [TextAttribute; 9] = [
    TextAttribute::AlternateEmail,
    TextAttribute::RecoveryEmail,
    TextAttribute::EmployeeIdentifier,
    TextAttribute::JobTitle,
    TextAttribute::Department,
    TextAttribute::CostCenter,
    TextAttribute::Company,
    TextAttribute::EmployeeType,
    TextAttribute::Location,
];

/// Why nothing can be changed, where the organization keeps profiles to itself.
pub const PROFILE_KEPT: &str =
    "Your organization keeps your profile for you, so nothing here can be changed.";

/// One's own attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub username: String,
    pub email: String,
    /// Those of [`SHOWN_ATTRIBUTES`] that are not empty.
    pub shown: BTreeMap<TextAttribute, String>,
    pub manager: Option<Person>,
    pub custom: Vec<CustomAttribute>,
    /// Whether one may change any; if not, the organization sets all.
    pub editable: bool,
    /// Whom to ask if anything is wrong.
    pub contact: Contact,
    pub form: ProfileForm,
}

/// What one may change of oneself, with the version that it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileForm {
    pub version: i64,
    /// Those of [`OWN_ATTRIBUTES`] that are not empty.
    pub text: BTreeMap<TextAttribute, String>,
    pub addresses: Vec<Address>,
    pub phones: Vec<Phone>,
}

/// One's own SSH public keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKeys {
    /// The oldest first.
    pub keys: Vec<SshKey>,
    /// Whether the organization places them on devices.
    pub placed: bool,
}

/// The most keys that one may have.
pub const SSH_KEYS_MAX: usize = 20;
/// The longest name of a key, in characters.
pub const SSH_KEY_NAME_MAX: usize = 64;

/// Whether a text is the private half of an SSH key, as OpenSSH, PEM or `PuTTY` write it: nobody keeps
/// it, shows it again or writes it down.
pub fn is_private_key(text: &str) -> bool {
    ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_known_by_their_marks() {
        for text in [
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----",
            "PuTTY-User-Key-File-3: x",
        ] {
            assert!(is_private_key(text), "{text}");
        }
        assert!(!is_private_key("ssh-ed25519 AAAA private"));
    }
}
