//! API keys: with one of them a program acts as the administrator whom it belongs to, within their role.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What every key begins with, so that whoever finds one knows what it is.
pub const PREFIX: &str = "bwk_";

/// The days that a key may be good for, as they are on offer.
pub const LIFETIMES: [u32; 3] = [30, 90, 365];

/// What is known of a key; never the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The prefix and the next four characters, by which its owner knows it.
    pub hint: String,
    pub created_at: Timestamp,
    /// `None` for one that does not expire.
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// How long a new key is to be good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifetime {
    Endless,
    /// One of [`LIFETIMES`].
    Days(u32),
    /// Up to this instant, which is to come.
    Until(Timestamp),
}

/// One's own key, and whether one may have any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnApiKey {
    pub allowed: bool,
    pub key: Option<ApiKey>,
    /// How many one has made so far; sent back with the wish for another.
    pub made: u64,
    /// Who could allow it, by name; empty for whoever may not see administrators.
    pub grantors: Vec<String>,
}

/// What an administrator has of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiAccess {
    No,
    /// May make a key.
    Allowed,
    /// Has one that has expired.
    Expired,
    /// Has one that has not expired.
    Key,
}

impl ApiAccess {
    pub const ALL: [Self; 4] = [Self::No, Self::Allowed, Self::Expired, Self::Key];

    /// Each with its word, as the filter of the list offers them.
    pub const CHOICES: &[(&'static str, &'static str)] =
        &[("key", "Key"), ("expired", "Expired key"), ("allowed", "Allowed"), ("no", "No")];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Allowed => "allowed",
            Self::Expired => "expired",
            Self::Key => "key",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::No => "No",
            Self::Allowed => "Allowed",
            Self::Expired => "Expired key",
            Self::Key => "Key",
        }
    }

    /// Reads what [`Self::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_offers_what_there_is() {
        for (key, word) in ApiAccess::CHOICES {
            assert_eq!(ApiAccess::parse(key).map(ApiAccess::label), Some(*word));
        }
        assert_eq!(ApiAccess::CHOICES.len(), ApiAccess::ALL.len());
    }

    #[test]
    fn a_key_expires_with_its_last_instant() {
        let at = Timestamp::from_micros;
        let key = ApiKey {
            hint: "bwk_aB3x".into(),
            created_at: at(1),
            expires_at: Some(at(10)),
            last_used_at: None,
        };
        assert!(!key.has_expired(at(9)) && key.has_expired(at(10)));
        assert!(!ApiKey { expires_at: None, ..key }.has_expired(Timestamp::END));
    }
}
