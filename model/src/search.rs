//! Search of everything (Ctrl K): what the directory finds. Screens and actions the browser knows.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::user::{PasswordStatus, UserState};

/// How many of each kind are shown.
pub const HITS_MAX: u16 = 6;

/// How well something fits what was typed; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is what was typed.
    Exact,
    /// A word of it starts with that.
    Start,
    Other,
}

impl Fit {
    /// How a text in lower case fits another.
    pub fn of(text: &str, typed: &str) -> Self {
        if text == typed {
            return Self::Exact;
        }
        let begins_word = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
        if text.match_indices(typed).any(|(at, _)| begins_word(at)) { Self::Start } else { Self::Other }
    }

    /// How the best of several texts fits.
    pub fn best<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, typed: &str) -> Self {
        texts.into_iter().map(|text| Self::of(text.as_ref(), typed)).min().unwrap_or(Self::Other)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    pub people: Vec<PersonHit>,
    pub groups: Vec<GroupHit>,
    pub applications: Vec<ApplicationHit>,
    pub administrators: Vec<AdministratorHit>,
}

impl Hits {
    /// Whether there may be more people than are shown.
    pub fn has_more_people(&self) -> bool {
        self.people.len() >= usize::from(HITS_MAX)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHit {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub department: String,
    pub state: UserState,
    pub password: PasswordStatus,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHit {
    pub id: Id,
    pub name: String,
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationHit {
    pub id: Id,
    pub name: String,
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorHit {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_first_and_then_words_that_start_with_it() {
        for (text, typed, fit) in [
            ("users", "users", Fit::Exact),
            ("ada lovelace", "love", Fit::Start),
            ("ada lovelace", "ada lov", Fit::Start),
            ("o'brien", "bri", Fit::Start),
            ("ádám.ság", "ság", Fit::Start),
            ("ada lovelace", "lace", Fit::Other),
            ("", "x", Fit::Other),
        ] {
            assert_eq!(Fit::of(text, typed), fit, "{text} {typed}");
        }
        assert_eq!(Fit::best(["alaska", "ask"], "ask"), Fit::Exact);
        assert!(Fit::Exact < Fit::Start && Fit::Start < Fit::Other);
    }
}
