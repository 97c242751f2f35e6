//! Addresses of the second factor's pages and forms.

pub const TOTP: &str = "/admin/account/security/totp";
pub const CONFIRM: &str = "/admin/account/security/totp/confirm";
pub const REMOVE: &str = "/admin/account/security/totp/remove";
pub const CODES: &str = "/admin/account/security/recovery-codes";
