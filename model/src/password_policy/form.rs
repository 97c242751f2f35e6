//! The policy as a form: numbers as typed, each with its switch.

use serde::{Deserialize, Serialize};

use super::PasswordPolicy;
use crate::Faults;

/// A number of the policy: what it is called, and from where to where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranged {
    /// The field's name in requests and events.
    pub name: &'static str,
    pub least: u32,
    pub most: u32,
    /// What it counts, for the sentence that refuses it.
    pub unit: &'static str,
}

impl Ranged {
    pub const MIN_LENGTH: Self = Self { name: "minLength", least: 8, most: 64, unit: "characters" };
    pub const MAX_HISTORY: Self = Self { name: "maxHistory", least: 1, most: 24, unit: "passwords" };
    pub const MIN_CHANGE: Self = Self { name: "minChangePeriodInDays", least: 1, most: 365, unit: "days" };
    pub const EXPIRATION: Self =
        Self { name: "passwordExpirationInDays", least: 1, most: 3650, unit: "days" };
    pub const WARNING: Self =
        Self { name: "daysBeforeExpirationToForceReset", least: 1, most: 60, unit: "days" };
    pub const ATTEMPTS: Self = Self { name: "maxLoginAttempts", least: 3, most: 100, unit: "tries" };
    pub const WINDOW: Self =
        Self { name: "resetLockoutCounterMinutes", least: 1, most: 1440, unit: "minutes" };
    pub const UNLOCK: Self = Self { name: "lockoutTimeInMinutes", least: 5, most: 90, unit: "minutes" };

    /// The number as typed.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(self, typed: &str) -> Result<u32, String> {
        let Self { least, most, unit, .. } = self;
        let number = typed.trim().parse::<u32>().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("Enter a number from {least} to {most} ({unit})."))
    }
}

/// The policy as typed. A number whose switch is off is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct PolicyForm {
    pub min_length: String,
    pub needs_lowercase: bool,
    pub needs_uppercase: bool,
    pub needs_numeric: bool,
    pub needs_symbolic: bool,
    pub allow_username_substring: bool,
    pub disallow_commonly_used: bool,
    pub disallow_sequential_or_repetitive: bool,
    pub display_on_reset_screen: bool,
    pub enable_history: bool,
    pub max_history: String,
    pub enable_min_change: bool,
    pub min_change_days: String,
    pub enable_expiration: bool,
    pub expiration_days: String,
    pub enable_warning: bool,
    pub warning_days: String,
    pub enable_lockout: bool,
    pub max_attempts: String,
    pub window_minutes: String,
    pub enable_unlock: bool,
    pub unlock_minutes: String,
}

impl From<&PasswordPolicy> for PolicyForm {
    /// What is switched off shows the number that it would begin with.
    fn from(policy: &PasswordPolicy) -> Self {
        let or = |number: Option<u32>, first: u32| number.unwrap_or(first).to_string();
        Self {
            min_length: policy.min_length.to_string(),
            needs_lowercase: policy.needs_lowercase,
            needs_uppercase: policy.needs_uppercase,
            needs_numeric: policy.needs_numeric,
            needs_symbolic: policy.needs_symbolic,
            allow_username_substring: policy.allow_username_substring,
            disallow_commonly_used: policy.disallow_commonly_used,
            disallow_sequential_or_repetitive: policy.disallow_sequential_or_repetitive,
            display_on_reset_screen: policy.display_on_reset_screen,
            enable_history: policy.max_history.is_some(),
            max_history: or(policy.max_history, 3),
            enable_min_change: policy.min_change_days.is_some(),
            min_change_days: or(policy.min_change_days, 1),
            enable_expiration: policy.expiration_days.is_some(),
            expiration_days: or(policy.expiration_days, 90),
            enable_warning: policy.warning_days.is_some() || policy.expiration_days.is_none(),
            warning_days: or(policy.warning_days, 7),
            enable_lockout: policy.max_attempts.is_some(),
            max_attempts: or(policy.max_attempts, 6),
            window_minutes: policy.window_minutes.to_string(),
            enable_unlock: policy.unlock_minutes.is_some() || policy.max_attempts.is_none(),
            unlock_minutes: or(policy.unlock_minutes, 15),
        }
    }
}

impl PolicyForm {
    /// The policy, if every number that counts is one.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn parse(&self) -> Result<PasswordPolicy, Faults> {
        let mut faults = Faults::default();
        let mut number = |range: Ranged, on: bool, typed: &str| {
            if on { faults.take(range.name, range.parse(typed)) } else { None }
        };
        let warned = self.enable_expiration && self.enable_warning;
        let min_length = number(Ranged::MIN_LENGTH, true, &self.min_length);
        let max_history = number(Ranged::MAX_HISTORY, self.enable_history, &self.max_history);
        let min_change_days = number(Ranged::MIN_CHANGE, self.enable_min_change, &self.min_change_days);
        let expiration_days = number(Ranged::EXPIRATION, self.enable_expiration, &self.expiration_days);
        let warning_days = number(Ranged::WARNING, warned, &self.warning_days);
        let max_attempts = number(Ranged::ATTEMPTS, self.enable_lockout, &self.max_attempts);
        let window_minutes = number(Ranged::WINDOW, self.enable_lockout, &self.window_minutes);
        let unlock_minutes =
            number(Ranged::UNLOCK, self.enable_lockout && self.enable_unlock, &self.unlock_minutes);
        if let (Some(least), Some(most)) = (min_change_days, expiration_days)
            && least >= most
        {
            let message = format!("A password that lasts {most} days must be changeable before its end.");
            faults.add(Ranged::MIN_CHANGE.name, message);
        }
        if let (Some(warning), Some(most)) = (warning_days, expiration_days)
            && warning >= most
        {
            let message = format!("Warn for fewer days than the {most} that a password lasts.");
            faults.add(Ranged::WARNING.name, message);
        }
        faults.check()?;
        let least = PasswordPolicy::default();
        Ok(PasswordPolicy {
            min_length: min_length.unwrap_or(least.min_length),
            needs_lowercase: self.needs_lowercase,
            needs_uppercase: self.needs_uppercase,
            needs_numeric: self.needs_numeric,
            needs_symbolic: self.needs_symbolic,
            allow_username_substring: self.allow_username_substring,
            disallow_commonly_used: self.disallow_commonly_used,
            disallow_sequential_or_repetitive: self.disallow_sequential_or_repetitive,
            display_on_reset_screen: self.display_on_reset_screen,
            max_history,
            min_change_days,
            expiration_days,
            warning_days,
            max_attempts,
            window_minutes: window_minutes.unwrap_or(least.window_minutes),
            unlock_minutes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything() -> PasswordPolicy {
        PasswordPolicy {
            min_length: 64,
            max_history: Some(24),
            min_change_days: Some(1),
            expiration_days: Some(90),
            warning_days: Some(14),
            max_attempts: Some(3),
            window_minutes: 30,
            unlock_minutes: Some(90),
            ..PasswordPolicy::default()
        }
    }

    #[test]
    fn what_is_shown_is_what_is_read() {
        for policy in [PasswordPolicy::default(), everything()] {
            assert_eq!(PolicyForm::from(&policy).parse(), Ok(policy));
        }
    }

    #[test]
    fn every_number_is_told_from_where_to_where_it_goes() {
        let nonsense = || "x".to_owned();
        let form = PolicyForm {
            min_length: "7".into(),
            max_history: "25".into(),
            min_change_days: "0".into(),
            expiration_days: nonsense(),
            warning_days: String::new(),
            max_attempts: "2".into(),
            window_minutes: "-1".into(),
            unlock_minutes: "4".into(),
            ..PolicyForm::from(&everything())
        };
        let faults = form.parse().expect_err("all are wrong");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "minLength",
                "maxHistory",
                "minChangePeriodInDays",
                "passwordExpirationInDays",
                "daysBeforeExpirationToForceReset",
                "maxLoginAttempts",
                "resetLockoutCounterMinutes",
                "lockoutTimeInMinutes"
            ]
        );
        assert!(faults.iter().any(|fault| fault.message == "Enter a number from 5 to 90 (minutes)."));
    }

    #[test]
    fn a_number_that_is_switched_off_is_not_looked_at() {
        let form = PolicyForm {
            enable_expiration: false,
            expiration_days: "x".into(),
            warning_days: "y".into(),
            enable_lockout: false,
            max_attempts: "z".into(),
            ..PolicyForm::from(&everything())
        };
        let policy = form.parse().expect("a policy");
        assert_eq!((policy.expiration_days, policy.warning_days, policy.max_attempts), (None, None, None));
        assert_eq!(policy.unlock_minutes, None);
    }

    #[test]
    fn numbers_must_leave_room_for_each_other() {
        let form = PolicyForm {
            min_change_days: "7".into(),
            expiration_days: "7".into(),
            warning_days: "7".into(),
            ..PolicyForm::from(&everything())
        };
        let faults = form.parse().expect_err("no room");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["minChangePeriodInDays", "daysBeforeExpirationToForceReset"]);
    }
}
