//! Whether a password will do, and making one that does.

use model::password_policy::Rule;
use model::user::{TextAttribute, UserForm};
use model::{Faults, PasswordPolicy};

use directory_core::environment::Environment;
use directory_core::error::Result;

/// Whose password it is: what it must not be made of.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub username: String,
    /// Email addresses, names, and whatever else is known of somebody.
    pub known: Vec<String>,
}

impl Subject {
    /// Somebody about to be added, as typed.
    pub(crate) fn typed(form: &UserForm) -> Self {
        let names = [TextAttribute::FirstName, TextAttribute::LastName, TextAttribute::DisplayName];
        let known = [form.username.as_str(), form.email.as_str()]
            .into_iter()
            .chain(names.map(|name| form.text(name)))
            .filter(|text| !text.is_empty());
        Self { username: form.username.clone(), known: known.map(str::to_owned).collect() }
    }
}

/// What is wrong with a password, rule by rule, at `password`. Takes up to some hundred milliseconds:
/// not for threads that answer requests.
pub(crate) fn faults(policy: &PasswordPolicy, typed: &str, subject: &Subject) -> Faults {
    let mut faults = Faults::default();
    for (rule, kept) in policy.rules(typed, &subject.username) {
        if !kept {
            faults.add("password", rule.fault());
        }
    }
    if policy.disallow_commonly_used && faults.is_empty() {
        let known: Vec<&str> = subject.known.iter().map(String::as_str).collect();
        if let Some(why) = guessed_soon(typed, &known) {
            faults.add("password", why);
        }
    }
    faults
}

/// How much of a password is looked at for words and patterns: what is good so far does not become
/// worse by more, and the time it takes grows faster than the length.
const LOOKED_AT: usize = 32;

/// Why a password would soon be guessed: it is in the lists of common passwords, words and names,
/// or made of them and of what is `known` of somebody (zxcvbn). `None` when it would not.
pub(crate) fn guessed_soon(typed: &str, known: &[&str]) -> Option<String> {
    let local = |text: &&str| text.split('@').next().unwrap_or_default().to_owned();
    let locals: Vec<String> = known.iter().filter(|text| text.contains('@')).map(local).collect();
    let known: Vec<&str> =
        known.iter().copied().chain(locals.iter().map(String::as_str)).chain(["bailiwick"]).collect();
    let begin: String = typed.chars().take(LOOKED_AT).collect();
    let estimate = zxcvbn::zxcvbn(&begin, &known);
    if estimate.score() >= zxcvbn::Score::Three {
        return None;
    }
    let why = estimate
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning)
        .map(|warning| format!(" {warning}"));
    Some(format!(
        "{}{} Take several words that do not belong together.",
        Rule::NotCommon.fault(),
        why.unwrap_or_default()
    ))
}

/// Without letters and digits that are taken for one another.
const LETTERS: [&[u8]; 3] = [b"abcdefghijkmnpqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789"];

/// How many characters stand between two hyphens.
const GROUP: usize = 4;

/// A password that keeps the policy, to be read aloud and typed: groups of four.
pub(crate) fn generate(policy: &PasswordPolicy, env: &Environment) -> Result<String> {
    let all: Vec<u8> = LETTERS.concat();
    let least = (policy.min_length as usize).max(18);
    let groups = (least + 1).div_ceil(GROUP + 1);
    // Three in a row come by chance, and a class may be missing; nearly every try will do.
    loop {
        let mut made = Vec::with_capacity(groups);
        for _ in 0..groups {
            let mut group = String::with_capacity(GROUP);
            while group.len() < GROUP {
                let [byte] = env.bytes::<1>()?;
                // Bytes beyond the alphabet are thrown away, so that each letter is as likely.
                group.extend(all.get(usize::from(byte)).map(|letter| char::from(*letter)));
            }
            made.push(group);
        }
        let made = made.join("-");
        let classes = LETTERS.iter().all(|class| made.bytes().any(|byte| class.contains(&byte)));
        if classes && policy.rules(&made, "").iter().all(|(_, kept)| *kept) {
            return Ok(made);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory_core::environment::{HashingCost, SeededRng, SystemClock};

    fn subject() -> Subject {
        Subject {
            username: "ada.lovelace".into(),
            known: ["ada.lovelace", "ada@example.org", "Ada", "Lovelace"].map(str::to_owned).to_vec(),
        }
    }

    fn messages(policy: &PasswordPolicy, typed: &str) -> Vec<String> {
        faults(policy, typed, &subject()).iter().map(|fault| fault.message.clone()).collect()
    }

    #[test]
    fn every_rule_that_is_broken_is_told_at_once() {
        let policy =
            PasswordPolicy { needs_numeric: true, needs_symbolic: true, ..PasswordPolicy::default() };
        let told = messages(&policy, "short");
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(messages(&policy, "tundra-violin-oxide-9").is_empty());
    }

    #[test]
    fn common_passwords_and_those_made_of_somebodys_names_are_refused() {
        let policy = PasswordPolicy { min_length: 8, ..PasswordPolicy::default() };
        for common in ["password", "P@ssw0rd1", "qwertyuiop", "football1", "iloveyou2", "Lovelace.Ada1"] {
            let told = messages(&policy, common);
            assert!(told.iter().any(|text| text.contains("guessed")), "{common}: {told:?}");
        }
        let lenient = PasswordPolicy { disallow_commonly_used: false, ..policy };
        assert!(messages(&lenient, "password").is_empty());
    }

    /// The time that zxcvbn takes grows much faster than the length.
    #[test]
    fn of_long_ones_the_beginning_is_looked_at() {
        let begins_badly = "password".repeat(4) + "tundra-violin-oxide-9";
        assert!(guessed_soon(&begins_badly, &[]).is_some());
        assert!(
            guessed_soon(&("tundra-violin-oxide-9-lantern-otter".to_owned() + "password"), &[]).is_none()
        );
    }

    #[test]
    fn what_is_generated_keeps_every_policy() {
        let env = Environment {
            clock: std::sync::Arc::new(SystemClock),
            rng: std::sync::Arc::new(SeededRng::from_seed(7)),
            hashing: HashingCost::default(),
            payments: std::sync::Arc::new(crate::Invoices),
        };
        for min_length in 8..=64 {
            let policy = PasswordPolicy {
                min_length,
                needs_lowercase: true,
                needs_uppercase: true,
                needs_numeric: true,
                needs_symbolic: true,
                disallow_sequential_or_repetitive: true,
                ..PasswordPolicy::default()
            };
            let made = generate(&policy, &env).expect("made");
            assert!(messages(&policy, &made).is_empty(), "{made}");
            assert_ne!(made, generate(&policy, &env).expect("made"));
        }
    }
}
