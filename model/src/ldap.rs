//! LDAP: how the one server of the organization is set up.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::form::{FieldKind, FormField, FormSection, FormValues};
use crate::mail::words;
use crate::text::{line, lines, required_line};
use crate::{Faults, Id, Timestamp};

/// The longest name and suffix, in characters.
pub const NAME_MAX: usize = 128;
pub const SUFFIX_MAX: usize = 255;
/// The most text of networks, in characters, and the most of them.
pub const NETWORKS_LENGTH_MAX: usize = 2048;
pub const NETWORKS_MAX: usize = 50;

/// Beneath which people are, and groups with them.
pub const USERS: &str = "Users";
/// The second view of groups.
pub const GROUPS: &str = "Groups";

words! {
    /// What becomes of a user in LDAP whose account is locked or whose password has expired (`userLockoutAction` and
    /// `userPasswordExpirationAction` of the reference).
    AccountAction {
        /// The entry stays, and nobody binds with it.
        Disable = "disable", "Disable: the entry stays, and no bind succeeds";
        /// There is no entry.
        Remove = "remove", "Remove: there is no entry";
    }
}

/// What can be set of LDAP. Nothing in it has been checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LdapForm {
    pub name: String,
    pub active: bool,
    /// The end of every name; empty for the one that follows from the public address.
    pub suffix: String,
    pub lockout_action: AccountAction,
    pub expiration_action: AccountAction,
    /// Whether passwords may come unencrypted, from this machine and the networks.
    pub plain: bool,
    /// Addresses and networks, one a line.
    pub networks: String,
}

impl Default for LdapForm {
    fn default() -> Self {
        Self {
            name: "LDAP".to_owned(),
            active: false,
            suffix: String::new(),
            lockout_action: AccountAction::Remove,
            expiration_action: AccountAction::Remove,
            plain: false,
            networks: String::new(),
        }
    }
}

/// All fields, section by section.
pub const LDAP_FIELDS: &[FormSection] = &[
    FormSection {
        title: "LDAP",
        fields: &[
            FormField::switch(
                "active",
                "Active",
                "Programs and servers find users and check passwords. Switched off, every connection is closed.",
            ),
            FormField::line("name", "Name").required(),
            FormField::line("suffix", "Suffix").hint(
                "The end of every name, such as dc=example,dc=org. Empty, it follows from the public address. Programs \
                    that are set up with another one have to be set up again.",
            ),
        ],
    },
    FormSection {
        title: "Locked and expired users",
        fields: &[
            FormField::new(
                FieldKind::Choice(AccountAction::CHOICES),
                "lockout_action",
                "When an account is locked",
            ),
            FormField::new(
                FieldKind::Choice(AccountAction::CHOICES),
                "expiration_action",
                "When a password has expired",
            ),
        ],
    },
    FormSection {
        title: "Unencrypted connections",
        fields: &[
            FormField::switch(
                "plain",
                "Take passwords without TLS",
                "From this machine and from the networks below alone. Passwords can be read on the way.",
            ),
            FormField::new(FieldKind::Lines, "networks", "Networks")
                .hint("Addresses and networks, one a line, such as 10.2.0.0/24."),
        ],
    },
];

impl LdapForm {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", required_line(&self.name, NAME_MAX, "a name"));
        let suffix = faults.take("suffix", suffix(&self.suffix));
        let networks = faults.take("networks", networks(&self.networks));
        let (Some(name), Some(suffix), Some(networks)) = (name, suffix, networks) else { return Err(faults) };
        faults.check()?;
        Ok(Self { name, suffix, networks, ..self.clone() })
    }
}

/// Parts such as `dc=example`, parted by commas; of letters, digits and hyphens, so that no name needs an escape.
fn suffix(text: &str) -> Result<String, String> {
    let typed = line(text, SUFFIX_MAX).map_err(|error| error.to_string())?;
    if typed.is_empty() {
        return Ok(typed);
    }
    let part = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
        let named = ["dc", "o", "ou", "c", "l", "st", "cn"].contains(&name.as_str());
        (named && !value.is_empty() && value.chars().all(good)).then(|| format!("{name}={value}"))
    };
    let parts: Option<Vec<String>> = typed.split(',').map(part).collect();
    parts.map(|parts| parts.join(",")).ok_or_else(|| "Write it like dc=example,dc=org.".to_owned())
}

/// The end of every name of an organization that is reached at a host: `dc=directory,dc=example,dc=org`.
pub fn suffix_of_host(host: &str) -> String {
    let bare = host.trim_matches(['[', ']']);
    if bare.parse::<IpAddr>().is_ok() || bare.is_empty() {
        return "dc=local".to_owned();
    }
    let parts: Vec<String> =
        bare.split('.').filter(|part| !part.is_empty()).map(|part| format!("dc={part}")).collect();
    parts.join(",")
}

fn networks(text: &str) -> Result<String, String> {
    let typed = lines(text, NETWORKS_LENGTH_MAX).map_err(|error| error.to_string())?;
    let parts: Vec<&str> =
        typed.split(['\n', ',', ' ']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > NETWORKS_MAX {
        return Err(format!("At most {NETWORKS_MAX} networks."));
    }
    match parts.iter().find(|part| !is_network(part)) {
        Some(wrong) => Err(format!("“{wrong}” is no address and no network. Write it like 10.2.0.0/24.")),
        None => Ok(parts.join("\n")),
    }
}

fn is_network(text: &str) -> bool {
    network(text).is_some()
}

/// An address, and how many of its first bits count.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address = address.parse::<IpAddr>().ok()?;
    let widest = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(widest), |bits| bits.parse().ok())?;
    (bits <= widest).then_some((address, bits))
}

/// Whether an address is in a network, as the form has it.
pub fn network_holds(text: &str, address: IpAddr) -> bool {
    let alike = |one: u128, other: u128, rest: u32| (one ^ other).checked_shr(rest).unwrap_or(0) == 0;
    match (network(text), address.to_canonical()) {
        (Some((IpAddr::V4(base), bits)), IpAddr::V4(address)) => {
            alike(base.to_bits().into(), address.to_bits().into(), 32 - bits)
        }
        (Some((IpAddr::V6(base), bits)), IpAddr::V6(address)) => {
            alike(base.to_bits(), address.to_bits(), 128 - bits)
        }
        _ => false,
    }
}

impl FormValues for LdapForm {
    fn text(&self, name: &str) -> String {
        match name {
            "name" => self.name.clone(),
            "suffix" => self.suffix.clone(),
            "lockout_action" => self.lockout_action.as_str().to_owned(),
            "expiration_action" => self.expiration_action.as_str().to_owned(),
            "networks" => self.networks.clone(),
            _ => String::new(),
        }
    }

    fn set_text(&mut self, name: &str, text: String) {
        match name {
            "name" => self.name = text,
            "suffix" => self.suffix = text,
            "lockout_action" => {
                self.lockout_action = AccountAction::parse(&text).unwrap_or(self.lockout_action);
            }
            "expiration_action" => {
                self.expiration_action = AccountAction::parse(&text).unwrap_or(self.expiration_action);
            }
            "networks" => self.networks = text,
            _ => {}
        }
    }

    fn flag(&self, name: &str) -> bool {
        match name {
            "active" => self.active,
            "plain" => self.plain,
            _ => false,
        }
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        match name {
            "active" => self.active = on,
            "plain" => self.plain = on,
            _ => {}
        }
    }
}

/// Where the program listens, when its configuration says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LdapAddresses {
    /// `ldap://host:389`, which StartTLS protects.
    pub ldap: Option<String>,
    /// `ldaps://host:636`.
    pub ldaps: Option<String>,
}

/// The LDAP server of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LdapServer {
    pub id: Id,
    /// Grows with each change; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub form: LdapForm,
    /// `o=<organization>,<suffix>`.
    pub base: String,
    pub addresses: LdapAddresses,
    /// The users who are bound to it now, themselves or by a group.
    pub users: u64,
    /// How many groups are bound to it.
    pub groups: u64,
    pub updated_at: Timestamp,
}

impl LdapServer {
    /// Beneath which people and groups are.
    pub fn users_base(&self) -> String {
        format!("ou={USERS},{}", self.base)
    }

    pub fn groups_base(&self) -> String {
        format!("ou={GROUPS},{}", self.base)
    }
}

/// A change of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LdapUpdate {
    /// The version that it changes.
    pub version: i64,
    pub form: LdapForm,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_tidied_or_refused_at_its_field() {
        let form = LdapForm {
            suffix: " DC=Example , dc=org ".into(),
            networks: "10.2.0.0/24, ::1\n10.0.0.7".into(),
            ..LdapForm::default()
        };
        let parsed = form.parse().expect("good");
        assert_eq!(parsed.suffix, "dc=Example,dc=org");
        assert_eq!(parsed.networks, "10.2.0.0/24\n::1\n10.0.0.7");
        let wrong = LdapForm {
            name: " ".into(),
            suffix: "example.org".into(),
            networks: "10.2.0.0/33".into(),
            ..LdapForm::default()
        };
        let faults = wrong.parse().expect_err("refused");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "suffix", "networks"]);
    }

    #[test]
    fn addresses_are_in_networks() {
        for (network, address, holds) in [
            ("10.2.0.0/24", "10.2.0.7", true),
            ("10.2.0.0/24", "10.2.1.7", false),
            ("10.2.0.7", "::ffff:10.2.0.7", true),
            ("fd00::/8", "fd12::1", true),
            ("0.0.0.0/0", "::1", false),
        ] {
            assert_eq!(
                network_holds(network, address.parse().expect("an address")),
                holds,
                "{network} {address}"
            );
        }
    }

    #[test]
    fn the_suffix_follows_from_the_host() {
        assert_eq!(suffix_of_host("directory.example.org"), "dc=directory,dc=example,dc=org");
        assert_eq!(suffix_of_host("localhost"), "dc=localhost");
        assert_eq!(suffix_of_host("[::1]"), "dc=local");
    }

    #[test]
    fn what_is_written_to_a_field_is_read_from_it() {
        let mut form = LdapForm::default();
        for field in LDAP_FIELDS.iter().flat_map(|section| section.fields) {
            if matches!(field.kind, FieldKind::Switch) {
                let before = form.flag(field.key);
                form.set_flag(field.key, !before);
                assert_eq!(form.flag(field.key), !before, "{}", field.key);
            } else {
                form.set_text(field.key, "disable".into());
                assert_eq!(form.text(field.key), "disable", "{}", field.key);
            }
        }
    }
}
