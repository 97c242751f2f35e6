//! The courier.

/// Gives a letter to whoever is about to send it.
pub(super) const LEASE: &str = "UPDATE letters SET lease_until = $2, attempts = attempts + 1 WHERE id = $1";
