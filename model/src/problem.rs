//! What goes wrong, in words for a person and codes for a program.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $status:literal;)+) => {
        /// What kind of thing went wrong. The text of a code never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The HTTP status that every protocol answers with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

codes! {
    /// The request could not be read at all.
    Malformed = "malformed", 400;
    /// Nobody is signed in, or the session has ended.
    NotSignedIn = "not_signed_in", 401;
    /// The role does not allow it.
    Forbidden = "forbidden", 403;
    /// Reauthentication is needed first: the password was given too long ago.
    ReauthenticationNeeded = "reauthentication_needed", 403;
    /// There is no such thing, or it has been deleted.
    NotFound = "not_found", 404;
    /// Somebody else changed it in the meantime.
    Stale = "stale", 409;
    /// It stands against a rule of the directory as things are now.
    Conflict = "conflict", 409;
    /// At least one Administrator With Billing who can sign in must remain.
    LastAdministrator = "last_administrator", 409;
    /// It has been used, has expired, or never was for this.
    Gone = "gone", 410;
    /// The request is larger than is accepted.
    TooLarge = "too_large", 413;
    /// A field holds what it must not.
    Invalid = "invalid", 422;
    /// Too many tries; `retry_after` says when to come back.
    TooMany = "too_many", 429;
    /// A fault of ours; `reference` finds it in the log.
    Internal = "internal", 500;
    /// Not now: starting, stopping, or the database does not answer.
    Unavailable = "unavailable", 503;
}

/// One field that holds what it must not, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field's name, as in the request.
    pub field: String,
    /// A sentence that says what is wrong and what would be right.
    pub message: String,
}

/// The one error of every operation: a stable code, a sentence, the fields at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: ErrorCode,
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Where the log tells more, when the code is `internal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Problem {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), faults: Vec::new(), retry_after: None, reference: None }
    }

    /// One field at fault.
    pub fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        Faults::one(field, message).into()
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}; it may have been deleted."))
    }

    /// What the field named `field` should be told, if anything.
    pub fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// Collects the fields at fault, so that a form learns of all of them at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(field, message);
        faults
    }

    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault { field: field.into(), message: message.into() });
    }

    /// The value of a result, or its message noted under `field`.
    pub fn take<T, E: fmt::Display>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error.to_string())).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// An error when there is any fault.
    pub fn check(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        let fields: BTreeSet<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        let message = match (faults.0.as_slice(), fields.len()) {
            ([one], _) => one.message.clone(),
            (_, 1) => "One field needs another look.".to_owned(),
            (_, many) => format!("{many} fields need another look."),
        };
        Self { faults: faults.0, ..Self::new(ErrorCode::Invalid, message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_contract() {
        let table: Vec<String> =
            ErrorCode::ALL.iter().map(|code| format!("{} {}", code.status(), code.as_str())).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        400 malformed
        401 not_signed_in
        403 forbidden
        403 reauthentication_needed
        404 not_found
        409 stale
        409 conflict
        409 last_administrator
        410 gone
        413 too_large
        422 invalid
        429 too_many
        500 internal
        503 unavailable
        ");
    }

    #[test]
    fn a_single_fault_speaks_for_the_whole() {
        let problem = Problem::at("email", "An email address has an @.");
        assert_eq!(problem.to_string(), "An email address has an @.");
        assert_eq!(problem.fault("email"), Some("An email address has an @."));
        assert_eq!(problem.fault("username"), None);
        let mut faults = Faults::one("password", "It is too short.");
        faults.add("password", "It needs a number.");
        assert_eq!(Problem::from(faults.clone()).message, "One field needs another look.");
        faults.add("email", "An email address has an @.");
        assert_eq!(Problem::from(faults).message, "2 fields need another look.");
    }
}
