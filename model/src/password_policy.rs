//! What a user's password must be, how long it lasts, and when wrong ones lock (reference, 6.1).

mod effects;
mod form;
mod rule;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use form::{PolicyForm, Ranged};
pub use rule::Rule;

use crate::Timestamp;

/// One day.
pub const DAY: Duration = Duration::from_hours(24);

/// The organization's rules for users' passwords. What is `None` is switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct PasswordPolicy {
    /// The fewest characters.
    pub min_length: u32,
    pub needs_lowercase: bool,
    pub needs_uppercase: bool,
    pub needs_numeric: bool,
    pub needs_symbolic: bool,
    pub allow_username_substring: bool,
    /// Refuses what is guessed soon: common passwords, words, names, and patterns of them.
    pub disallow_commonly_used: bool,
    /// Refuses three of the same, or three in a row, such as `aaa`, `abc` or `321`.
    pub disallow_sequential_or_repetitive: bool,
    /// Whether pages on which a user chooses a password show the rules before the first try.
    pub display_on_reset_screen: bool,
    /// A new password differs from this many of the last ones, the present one included.
    pub max_history: Option<u32>,
    /// How old a password must be before the user may change it again.
    pub min_change_days: Option<u32>,
    /// How long a password lasts.
    pub expiration_days: Option<u32>,
    /// For how many days before its end an email is sent each day.
    pub warning_days: Option<u32>,
    /// Wrong tries within the window that lock an account.
    pub max_attempts: Option<u32>,
    /// How many minutes wrong tries are remembered.
    pub window_minutes: u32,
    /// After how many minutes a lock opens by itself; never by itself when `None`.
    pub unlock_minutes: Option<u32>,
}

impl Default for PasswordPolicy {
    /// Long, not guessable, without changes for their own sake; six tries in a quarter of an hour.
    fn default() -> Self {
        Self {
            min_length: 12,
            needs_lowercase: false,
            needs_uppercase: false,
            needs_numeric: false,
            needs_symbolic: false,
            allow_username_substring: false,
            disallow_commonly_used: true,
            disallow_sequential_or_repetitive: false,
            display_on_reset_screen: true,
            max_history: Some(3),
            min_change_days: None,
            expiration_days: None,
            warning_days: None,
            max_attempts: Some(6),
            window_minutes: 15,
            unlock_minutes: Some(15),
        }
    }
}

/// The policy as it stands, and whom a change of it would meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySettings {
    /// Sent back with a change, so that a lost race is told.
    pub version: i64,
    pub policy: PasswordPolicy,
    pub figures: PolicyFigures,
}

/// Users who have a password, by how it ages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFigures {
    /// Whose password can expire, expired or not.
    pub ageing: u64,
    /// Whose password never expires, whatever the policy says.
    pub ageless: u64,
    /// Whose password has lasted its time.
    pub expired: u64,
}

/// When wrong tries lock, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// The try that locks; none does when `None`.
    pub limit: Option<u32>,
    pub window: Duration,
    /// `None` waits for an administrator.
    pub opens_after: Option<Duration>,
}

impl Lockout {
    /// Until when an account stays locked that is locked now.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        self.opens_after.map_or(Timestamp::END, |span| now.plus(span))
    }
}

impl PasswordPolicy {
    pub fn lockout(&self) -> Lockout {
        let minutes = |count: u32| Duration::from_mins(u64::from(count));
        Lockout {
            limit: self.max_attempts,
            window: minutes(self.window_minutes),
            opens_after: self.unlock_minutes.map(minutes),
        }
    }

    /// When a password that is set now will have lasted.
    pub fn expiry(&self, set_at: Timestamp) -> Option<Timestamp> {
        self.expiration_days.map(|days| set_at.plus(DAY * days))
    }

    /// When the warnings of an expiry begin.
    pub fn warning(&self, expires_at: Timestamp) -> Option<Timestamp> {
        self.warning_days.map(|days| expires_at.minus(DAY * days))
    }

    /// The rules that can be judged while somebody types, and whether what is typed keeps them.
    pub fn rules(&self, typed: &str, username: &str) -> Vec<(Rule, bool)> {
        let known = self.asked().filter(|rule| rule.is_live());
        known.map(|rule| (rule, rule.kept(typed, username))).collect()
    }

    /// The rules that only the server can judge, when the password is sent.
    pub fn later_rules(&self) -> Vec<Rule> {
        self.asked().filter(|rule| !rule.is_live()).collect()
    }

    fn asked(&self) -> impl Iterator<Item = Rule> {
        let on = |asked: bool, rule: Rule| asked.then_some(rule);
        [
            Some(Rule::Length(self.min_length)),
            on(self.needs_lowercase, Rule::Lowercase),
            on(self.needs_uppercase, Rule::Uppercase),
            on(self.needs_numeric, Rule::Number),
            on(self.needs_symbolic, Rule::Symbol),
            on(!self.allow_username_substring, Rule::NotUsername),
            on(self.disallow_sequential_or_repetitive, Rule::NoRuns),
            on(self.disallow_commonly_used, Rule::NotCommon),
            self.max_history.map(Rule::NotUsedBefore),
        ]
        .into_iter()
        .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_those_that_are_switched_on() {
        let plain = PasswordPolicy {
            allow_username_substring: true,
            disallow_commonly_used: false,
            max_history: None,
            ..PasswordPolicy::default()
        };
        assert_eq!(plain.rules("", "ada"), [(Rule::Length(12), false)]);
        assert_eq!(plain.later_rules(), []);
        let all = PasswordPolicy {
            needs_lowercase: true,
            needs_uppercase: true,
            needs_numeric: true,
            needs_symbolic: true,
            disallow_sequential_or_repetitive: true,
            ..PasswordPolicy::default()
        };
        assert_eq!(all.rules("", "ada").len(), 7);
        assert_eq!(all.later_rules(), [Rule::NotCommon, Rule::NotUsedBefore(3)]);
    }

    #[test]
    fn a_lock_that_nothing_opens_has_no_end() {
        let now = Timestamp::from_micros(5);
        let policy = PasswordPolicy { unlock_minutes: None, ..PasswordPolicy::default() };
        assert_eq!(policy.lockout().until(now), Timestamp::END);
        assert_eq!(PasswordPolicy::default().lockout().until(now), now.plus(Duration::from_mins(15)));
    }

    #[test]
    fn an_expiry_is_days_from_the_setting_and_warned_of_before() {
        let now = Timestamp::from_micros(0);
        let policy =
            PasswordPolicy { expiration_days: Some(90), warning_days: Some(7), ..PasswordPolicy::default() };
        let expiry = policy.expiry(now).expect("an expiry");
        assert_eq!(expiry.since(now), DAY * 90);
        assert_eq!(policy.warning(expiry), Some(now.plus(DAY * 83)));
        assert_eq!(PasswordPolicy::default().expiry(now), None);
    }
}
