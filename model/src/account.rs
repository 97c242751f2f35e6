//! One's own account: details, sessions, factors, preferences.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::list::ListSpec;
use crate::role::Role;
use crate::{Id, Problem, Timestamp};

/// Who is signed in, and what the screens need to know before they show anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: Role,
    pub organization: String,
    pub organization_id: Id,
    pub totp_enrolled: bool,
    /// A mail server takes messages; without one they wait in the Outbox.
    pub mail: bool,
    /// The IANA name of the zone that they chose; without one, it is the browser's.
    pub time_zone: Option<String>,
    /// What they have seen of what is new; empty for nothing.
    pub news_seen: String,
    /// The lists that open with a saved view, by name, with the query string of that view's address.
    pub default_views: Vec<(String, String)>,
}

/// One's own details, as shown and changed under the account menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDetails {
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: Role,
    /// Made from a user, whose email this is.
    pub from_user: bool,
    /// They want news of releases by email.
    pub whats_new: bool,
    pub last_login_at: Option<Timestamp>,
}

/// Whether one wants news of releases by email, with the version that this changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnNews {
    pub version: i64,
    pub wanted: bool,
}

/// The most passkeys that an account may have.
pub const PASSKEYS_MAX: usize = 10;
/// The longest name of a passkey, in characters.
pub const PASSKEY_NAME_MAX: usize = 64;

/// A passkey of an account, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    pub id: Id,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// How one's own account is secured, whichever kind it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSecurity {
    /// Since when there is an authenticator app.
    pub totp: Option<Timestamp>,
    /// The oldest first.
    pub passkeys: Vec<PasskeyRow>,
    pub recovery_codes_left: u32,
    /// The second factor is not one's own choice.
    pub mfa_required: bool,
    /// Until when it must be there, while it is not.
    pub mfa_enroll_by: Option<Timestamp>,
    pub password_changed_at: Option<Timestamp>,
    pub password_expires_at: Option<Timestamp>,
    pub email: String,
    /// Empty for an administrator.
    pub username: String,
}

/// A new first and last name, with the version that they change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDetailsForm {
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
}

/// One of one's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: Id,
    pub current: bool,
    /// How it was opened: "passkey", "password totp".
    pub methods: String,
    pub client_ip: String,
    pub useragent: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What one chose about the columns of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnChoice {
    /// Keys of columns in their order, without the fixed ones; none means the default ones.
    pub columns: Vec<String>,
    /// Names are written "Last, First".
    #[serde(default)]
    pub last_first: bool,
    /// The key of the one of them that stays in view as the fixed ones do.
    #[serde(default)]
    pub kept: Option<String>,
}

impl ColumnChoice {
    /// The same, with the column that stays in view before the others.
    #[must_use]
    pub fn kept_first(mut self) -> Self {
        let kept = self.kept.as_ref();
        self.columns.sort_by_key(|column| Some(column) != kept);
        self
    }

    /// Looks whether a list can be shown so.
    ///
    /// # Errors
    /// `invalid` for a column that does not exist, a column twice, or one that is to stay in view
    /// and is not among those chosen or is there anyway.
    pub fn check(&self, spec: &ListSpec) -> Result<(), Problem> {
        let mut seen = HashSet::new();
        for column in &self.columns {
            if !spec.has_column(column) {
                return Err(Problem::at("columns", format!("The list has no column “{column}”.")));
            }
            if !seen.insert(column) {
                return Err(Problem::at("columns", format!("The column “{column}” is there twice.")));
            }
        }
        let Some(kept) = &self.kept else { return Ok(()) };
        if !seen.contains(kept) {
            return Err(Problem::at("kept", format!("The column “{kept}” is not among those chosen.")));
        }
        if spec.column(kept).is_some_and(|column| column.fixed) {
            return Err(Problem::at("kept", format!("The column “{kept}” always stays in view.")));
        }
        Ok(())
    }
}

/// The beginning of enrolling TOTP: the secret, to be shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpEnrollment {
    /// Base 32, for typing it in.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
    /// The URI as a QR code: the rows of a square, `true` where it is dark.
    pub qr: Vec<Vec<bool>>,
}

impl std::fmt::Debug for TotpEnrollment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpEnrollment(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::USERS;

    fn choice(columns: &[&str], kept: Option<&str>) -> ColumnChoice {
        ColumnChoice {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            last_first: false,
            kept: kept.map(str::to_owned),
        }
    }

    #[test]
    fn what_was_chosen_before_a_column_could_stay_is_read() {
        let old = r#"{"columns":["email","created"]}"#;
        assert_eq!(serde_json::from_str::<ColumnChoice>(old).ok(), Some(choice(&["email", "created"], None)));
    }

    #[test]
    fn what_stays_in_view_comes_first_and_the_rest_keeps_its_order() {
        let sorted = choice(&["email", "created", "location"], Some("location")).kept_first();
        assert_eq!(sorted.columns, ["location", "email", "created"]);
        let plain = choice(&["email", "created"], None);
        assert_eq!(plain.clone().kept_first(), plain);
    }

    #[test]
    fn only_what_was_chosen_can_stay_in_view() {
        let field =
            |choice: ColumnChoice| choice.check(&USERS).err().map(|wrong| wrong.faults[0].field.clone());
        assert_eq!(field(choice(&["email"], Some("email"))), None);
        assert_eq!(field(choice(&["email"], Some("created"))).as_deref(), Some("kept"));
        assert_eq!(field(choice(&["email", "name"], Some("name"))).as_deref(), Some("kept"));
        assert_eq!(field(choice(&["email"], Some("<b>"))).as_deref(), Some("kept"));
        assert_eq!(field(choice(&["email", "email"], None)).as_deref(), Some("columns"));
        assert_eq!(field(choice(&["nope"], Some("nope"))).as_deref(), Some("columns"));
    }
}
