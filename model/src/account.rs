//! One's own account: details, sessions, factors, preferences.

use serde::{Deserialize, Serialize};

use crate::role::Role;
use crate::{Id, Timestamp};

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
}

/// One's own details, as shown and changed under the account menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDetails {
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: Role,
    pub last_login_at: Option<Timestamp>,
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
