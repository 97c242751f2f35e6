//! One rule about a password: the sentence that asks for it, and whether it is kept.

use serde::{Deserialize, Serialize};

/// Something that a password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Length(u32),
    Lowercase,
    Uppercase,
    Number,
    Symbol,
    NotUsername,
    NoRuns,
    NotCommon,
    NotUsedBefore(u32),
}

/// How many of the same, or in a row, are a run.
const RUN: usize = 3;

/// A username shorter than this is part of too many words.
const USERNAME_MIN: usize = 3;

impl Rule {
    /// Its name for scripts and tests.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Lowercase => "lowercase",
            Self::Uppercase => "uppercase",
            Self::Number => "number",
            Self::Symbol => "symbol",
            Self::NotUsername => "username",
            Self::NoRuns => "runs",
            Self::NotCommon => "common",
            Self::NotUsedBefore(_) => "history",
        }
    }

    /// What it asks, as a line of a list.
    pub fn says(self) -> String {
        match self {
            Self::Length(least) => format!("At least {least} characters"),
            Self::Lowercase => "A lower-case letter".to_owned(),
            Self::Uppercase => "An upper-case letter".to_owned(),
            Self::Number => "A digit".to_owned(),
            Self::Symbol => "A symbol, such as ! or -".to_owned(),
            Self::NotUsername => "Does not hold the username".to_owned(),
            Self::NoRuns => "No three of the same or in a row, such as aaa, abc or 321".to_owned(),
            Self::NotCommon => "Not a common password, nor one that is soon guessed".to_owned(),
            Self::NotUsedBefore(1) => "Not the password of now".to_owned(),
            Self::NotUsedBefore(count) => format!("None of the last {count} passwords"),
        }
    }

    /// What is wrong with a password that does not keep it: a sentence.
    pub fn fault(self) -> String {
        match self {
            Self::Length(least) => format!("A password has at least {least} characters."),
            Self::Lowercase => "The password needs a lower-case letter.".to_owned(),
            Self::Uppercase => "The password needs an upper-case letter.".to_owned(),
            Self::Number => "The password needs a digit.".to_owned(),
            Self::Symbol => "The password needs a symbol, such as ! or -.".to_owned(),
            Self::NotUsername => "The password must not hold the username.".to_owned(),
            Self::NoRuns => {
                "The password must not have three of the same or in a row, such as aaa, abc or 321."
                    .to_owned()
            }
            Self::NotCommon => "This password would soon be guessed.".to_owned(),
            Self::NotUsedBefore(1) => "This is the password of now. Choose another.".to_owned(),
            Self::NotUsedBefore(count) => {
                format!("This is one of the last {count} passwords. Choose one that was not used before.")
            }
        }
    }

    /// Whether it can be judged by what is typed alone.
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::NotCommon | Self::NotUsedBefore(_))
    }

    /// Whether what is typed keeps it. A rule that is not live keeps its judgement to the server.
    pub fn kept(self, typed: &str, username: &str) -> bool {
        match self {
            Self::Length(least) => typed.chars().count() >= least as usize,
            Self::Lowercase => typed.chars().any(char::is_lowercase),
            Self::Uppercase => typed.chars().any(char::is_uppercase),
            Self::Number => typed.chars().any(char::is_numeric),
            Self::Symbol => typed.chars().any(|c| !c.is_alphanumeric() && !c.is_whitespace()),
            Self::NotUsername => !typed.is_empty() && !holds(typed, username),
            Self::NoRuns => !typed.is_empty() && !has_run(typed),
            Self::NotCommon | Self::NotUsedBefore(_) => true,
        }
    }
}

fn holds(typed: &str, username: &str) -> bool {
    let username = username.trim().to_lowercase();
    username.chars().count() >= USERNAME_MIN && typed.to_lowercase().contains(&username)
}

/// Three of the same, or three letters or digits that follow each other, upwards or downwards.
fn has_run(typed: &str) -> bool {
    let chars: Vec<char> = typed.chars().flat_map(char::to_lowercase).collect();
    chars.windows(RUN).any(|window| {
        let steps = window.windows(2).filter_map(|pair| match pair {
            [a, b] => Some((i64::from(u32::from(*b)) - i64::from(u32::from(*a)), a, b)),
            _ => None,
        });
        let ordered = |a: &char, b: &char| {
            (a.is_ascii_digit() && b.is_ascii_digit()) || (a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        };
        [0, 1, -1].iter().any(|wanted| {
            steps.clone().all(|(step, a, b)| step == *wanted && (*wanted == 0 || ordered(a, b)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_kept_or_not() {
        for (rule, good, bad) in [
            (Rule::Length(3), "äöü", "äö"),
            (Rule::Lowercase, "Aß", "AB1"),
            (Rule::Uppercase, "aÄ", "ab1"),
            (Rule::Number, "a1", "ab!"),
            (Rule::Symbol, "a-", "a b1"),
            (Rule::NotUsername, "ADA.lovelac", "xADA.Lovelacex"),
            (Rule::NoRuns, "aab122", "xxabcxx"),
        ] {
            assert!(rule.kept(good, "ada.lovelace"), "{rule:?} {good}");
            assert!(!rule.kept(bad, "ada.lovelace"), "{rule:?} {bad}");
            assert!(!rule.kept("", "ada.lovelace"), "{rule:?}: nothing keeps no rule");
        }
    }

    #[test]
    fn runs_go_up_down_and_stand_still() {
        for run in ["aaa", "x---x", "abc", "CbA", "xX345", "987", "€€€"] {
            assert!(has_run(run), "{run}");
        }
        for none in ["", "ab", "aab", "acegi", "ab1", "1a2b3c", "yz{", "890", "+,-"] {
            assert!(!has_run(none), "{none}");
        }
    }

    #[test]
    fn a_short_username_is_part_of_many_words() {
        assert!(Rule::NotUsername.kept("violin-oxide", "io"));
        assert!(!Rule::NotUsername.kept("violin-oxide", "oxi"));
    }

    #[test]
    fn sentences_are_whole() {
        for rule in [
            Rule::Length(8),
            Rule::Lowercase,
            Rule::Uppercase,
            Rule::Number,
            Rule::Symbol,
            Rule::NotUsername,
            Rule::NoRuns,
            Rule::NotCommon,
            Rule::NotUsedBefore(1),
            Rule::NotUsedBefore(2),
        ] {
            assert!(rule.fault().ends_with('.') && !rule.says().ends_with('.'), "{rule:?}");
        }
    }
}
