//! What saving a changed policy means, in sentences for whoever is about to.

use super::{PasswordPolicy, PolicyFigures};
use crate::list::grouped;

impl PasswordPolicy {
    /// What changes for whom when this becomes `after`; nothing when nobody notices.
    pub fn effects(&self, after: &Self, figures: PolicyFigures) -> Vec<String> {
        let mut effects = Vec::new();
        if self.asked().ne(after.asked()) {
            let text = "The new rules hold for passwords that are set from now on. Passwords that are there stay good.";
            effects.push(text.to_owned());
        }
        if after.max_history.is_none() && self.max_history.is_some() {
            effects.push("Former passwords are forgotten, and may be used again.".to_owned());
        }
        if self.expiration_days != after.expiration_days {
            effects.extend(expiry(after, figures));
        }
        if self.warning_days != after.warning_days
            && let Some(days) = after.warning_days
        {
            effects.push(format!(
                "Warnings go out once a day, from {} before a password expires.",
                counted(days.into(), "day", "days")
            ));
        }
        effects.extend(locks(self, after));
        effects
    }
}

fn expiry(after: &PasswordPolicy, figures: PolicyFigures) -> Vec<String> {
    let lasting = figures.ageing.saturating_sub(figures.expired);
    let Some(days) = after.expiration_days else {
        let mut told = vec!["Passwords do not expire any more.".to_owned()];
        if figures.expired > 0 {
            let who = counted(figures.expired, "expired password", "expired passwords");
            told.push(format!("{who} can be used again."));
        }
        return told;
    };
    let span = counted(days.into(), "day", "days");
    let mut told = vec![match lasting {
        0 => format!("A password that is set from now on lasts {span}."),
        1 => format!("1 password has to be changed within {span}, counted from the saving."),
        many => {
            format!("{} passwords have to be changed within {span}, counted from the saving.", grouped(many))
        }
    }];
    if figures.expired > 0 {
        let who = counted(figures.expired, "password that has", "passwords that have");
        told.push(format!("{who} expired already must still be changed."));
    }
    if figures.ageless > 0 {
        let who =
            counted(figures.ageless, "password that never expires is", "passwords that never expire are");
        told.push(format!("{who} not concerned."));
    }
    told
}

fn locks(before: &PasswordPolicy, after: &PasswordPolicy) -> Option<String> {
    let asked = |policy: &PasswordPolicy| policy.max_attempts.map(|_| policy.lockout());
    if asked(before) == asked(after) {
        return None;
    }
    let told = match (after.max_attempts, after.unlock_minutes) {
        (None, _) => "Wrong passwords lock nobody any more. Locks that are closed stay until they open.",
        (Some(_), None) => {
            "From now on a lock opens only by an administrator or a new password. \
             Locks that are closed already open when they were to."
        }
        (Some(_), Some(_)) => "Locks that are closed already open when they were to.",
    };
    Some(told.to_owned())
}

fn counted(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: PolicyFigures = PolicyFigures { ageing: 1_240, ageless: 1, expired: 2 };

    fn told(before: &PasswordPolicy, after: &PasswordPolicy) -> Vec<String> {
        before.effects(after, FIGURES)
    }

    #[test]
    fn nothing_changes_nothing() {
        let policy = PasswordPolicy::default();
        assert!(told(&policy, &policy).is_empty());
        let shown = PasswordPolicy { display_on_reset_screen: false, ..PasswordPolicy::default() };
        assert!(told(&policy, &shown).is_empty());
    }

    #[test]
    fn an_expiry_names_whom_it_meets() {
        let before = PasswordPolicy::default();
        let after =
            PasswordPolicy { expiration_days: Some(90), warning_days: Some(1), ..PasswordPolicy::default() };
        assert_eq!(
            told(&before, &after),
            [
                "1,238 passwords have to be changed within 90 days, counted from the saving.",
                "2 passwords that have expired already must still be changed.",
                "1 password that never expires is not concerned.",
                "Warnings go out once a day, from 1 day before a password expires.",
            ]
        );
        assert_eq!(
            told(&after, &before),
            ["Passwords do not expire any more.", "2 expired passwords can be used again."]
        );
        let nobody = before.effects(&after, PolicyFigures::default());
        assert_eq!(
            nobody.first().map(String::as_str),
            Some("A password that is set from now on lasts 90 days.")
        );
    }

    #[test]
    fn rules_and_locks_are_for_what_comes() {
        let before = PasswordPolicy::default();
        let longer = PasswordPolicy { min_length: 16, ..PasswordPolicy::default() };
        assert_eq!(told(&before, &longer).len(), 1);
        let forgetful = PasswordPolicy { max_history: None, ..PasswordPolicy::default() };
        assert_eq!(told(&before, &forgetful).len(), 2);
        for after in [
            PasswordPolicy { max_attempts: None, ..PasswordPolicy::default() },
            PasswordPolicy { unlock_minutes: None, ..PasswordPolicy::default() },
            PasswordPolicy { window_minutes: 60, ..PasswordPolicy::default() },
        ] {
            assert_eq!(told(&before, &after).len(), 1, "{after:?}");
        }
    }
}
