//! State as a dot and a word, and people as initials.

use leptos::prelude::*;
use model::Id;
use model::administrator::AdministratorStatus;
use model::user::{PasswordStatus, UserState};

use super::upper;

/// What a colour means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Waiting,
    #[default]
    Neutral,
    Bad,
    Info,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "waiting",
            Self::Neutral => "neutral",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

impl From<UserState> for Tone {
    fn from(state: UserState) -> Self {
        match state {
            UserState::Staged => Self::Waiting,
            UserState::Activated => Self::Ok,
            UserState::Suspended => Self::Neutral,
        }
    }
}

impl From<PasswordStatus> for Tone {
    fn from(status: PasswordStatus) -> Self {
        match status {
            PasswordStatus::Pending => Self::Neutral,
            PasswordStatus::Active => Self::Ok,
            PasswordStatus::Expired | PasswordStatus::Locked => Self::Bad,
        }
    }
}

impl From<AdministratorStatus> for Tone {
    fn from(status: AdministratorStatus) -> Self {
        match status {
            AdministratorStatus::Invited => Self::Waiting,
            AdministratorStatus::Active => Self::Ok,
            AdministratorStatus::Suspended => Self::Neutral,
            AdministratorStatus::Locked => Self::Bad,
        }
    }
}

/// A state: a dot in its colour, and the word.
#[component]
pub fn Pill(#[prop(into)] tone: Tone, #[prop(into)] word: String) -> impl IntoView {
    view! { <span class=format!("pill {}", tone.class())>{word}</span> }
}

/// A user's state.
#[component]
pub fn StatePill(state: UserState) -> impl IntoView {
    view! { <Pill tone=state word=state.label()/> }
}

/// How a user's password stands.
#[component]
pub fn PasswordPill(status: PasswordStatus) -> impl IntoView {
    view! { <Pill tone=status word=status.as_str()/> }
}

/// The two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    upper(&first.into_iter().chain(last).collect::<String>())
}

const AVATAR_COLOURS: u32 = 6;

/// Somebody's initials in a colour that follows from their id. It says nothing that the name
/// beside it does not.
#[component]
pub fn Avatar(id: Id, #[prop(into)] name: String, #[prop(optional)] large: bool) -> impl IntoView {
    let hash =
        id.as_bytes().iter().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    view! {
        <span class=format!("avatar c{}", hash % AVATAR_COLOURS) class:large=large aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, letters) in
            [("Ada Lovelace", "AL"), ("Ludwig van Beethoven", "LB"), ("ada", "A"), ("", "")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
