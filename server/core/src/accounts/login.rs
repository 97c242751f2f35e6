//! How somebody says who they are.

use model::{Email, Principal, Username};

/// What was typed to say who one is, in the form by which accounts are found and attempts counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    Email(String),
    Username(String),
    /// Nobody is called that.
    Nonsense,
}

impl Login {
    /// Administrators sign in by email, users also by username.
    pub fn parse(principal: Principal, typed: &str) -> Self {
        if let Ok(email) = Email::parse(typed) {
            return Self::Email(email.into());
        }
        match Username::parse(typed) {
            Ok(username) if principal == Principal::User => Self::Username(username.key()),
            _ => Self::Nonsense,
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(text) | Self::Username(text) => text,
            Self::Nonsense => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_say_who_they_are_by_either_name() {
        assert_eq!(
            Login::parse(Principal::User, " Ada@Example.org "),
            Login::Email("ada@example.org".into())
        );
        assert_eq!(Login::parse(Principal::User, "Ada.L"), Login::Username("ada.l".into()));
        assert_eq!(Login::parse(Principal::Administrator, "Ada.L"), Login::Nonsense);
        assert_eq!(Login::parse(Principal::User, "' OR 1=1"), Login::Nonsense);
    }
}
