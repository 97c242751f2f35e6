//! What an action would do to the users that are selected, before it is done.

use serde::{Deserialize, Serialize};

use super::UserState;
use super::schedule::ResolvedTime;
use crate::{Id, Timestamp};

/// How many users a preview names of those to whom the action can be done.
pub const PREVIEW_NAMES: usize = 5;

/// What would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPreview {
    /// To how many it can be done.
    pub able: u64,
    /// The first of them.
    pub first: Vec<PreviewLine>,
    /// Those to whom it cannot be done, by the reason; the most frequent reason first.
    pub left_out: Vec<LeftOut>,
    /// How many of them are Staged, a state that nobody returns to.
    pub staged: u64,
    /// How many get which email.
    pub emails: EmailCounts,
    /// How many of them have a change of state scheduled, which stays.
    pub scheduled: u64,
    /// The next of these changes.
    pub next_change: Option<NextChange>,
    /// When it will happen, for what is scheduled.
    pub at: Option<ResolvedTime>,
}

/// One user of those to whom it can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    pub id: Id,
    pub name: String,
    pub state: UserState,
}

/// Users to whom it cannot be done for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What follows the name of one of them.
    pub why: String,
    pub count: u64,
    /// The first few of them.
    pub names: Vec<String>,
}

/// How many of those to whom it can be done get which email.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailCounts {
    /// The link to the first password.
    pub activation: u64,
    /// That the account is ready.
    pub welcome: u64,
    /// The link to another password.
    pub password_reset: u64,
    /// The link to another second factor.
    pub totp_reset: u64,
    /// That a second factor is required.
    pub mfa_required: u64,
    /// None, as they are now.
    pub none: u64,
}

/// A change of state that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextChange {
    pub name: String,
    pub state: UserState,
    pub at: Timestamp,
}

/// A reason as it is said of several users: "are Suspended already" of "is Suspended already".
pub fn of_several(why: &str) -> String {
    let word = |word: &str| match word {
        "is" => "are".to_owned(),
        "has" => "have".to_owned(),
        "gets" => "get".to_owned(),
        "keeps" => "keep".to_owned(),
        "needs" => "need".to_owned(),
        other => other.to_owned(),
    };
    why.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl LeftOut {
    /// "14 are Suspended already: Ada Lovelace, Alan Turing and 12 more."
    pub fn sentence(&self) -> String {
        match (self.count, self.names.as_slice()) {
            (1, [name, ..]) => format!("{name} {}.", self.why),
            (count, names) => {
                let rest = count.saturating_sub(names.len() as u64);
                let more = if rest == 0 {
                    String::new()
                } else {
                    format!(" and {} more", crate::list::grouped(rest))
                };
                let count = crate::list::grouped(count);
                format!("{count} {}: {}{more}.", of_several(&self.why), names.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_said_of_one_and_of_several() {
        let one = LeftOut { why: "is Suspended already".into(), count: 1, names: vec!["Ada".into()] };
        assert_eq!(one.sentence(), "Ada is Suspended already.");
        let names = vec!["Ada".into(), "Alan".into()];
        let two = LeftOut { why: "is Staged, and gets no email".into(), count: 2, names: names.clone() };
        assert_eq!(two.sentence(), "2 are Staged, and get no email: Ada, Alan.");
        let many = LeftOut { why: "has no password yet".into(), count: 1400, names };
        assert_eq!(many.sentence(), "1,400 have no password yet: Ada, Alan and 1,398 more.");
    }
}
