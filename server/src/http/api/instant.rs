//! Instants as answers hold them.

use model::Timestamp;

/// As RFC 3339 writes an instant, in UTC and always with six digits after the point: as many as are kept, so that
/// what was answered can be compared with, and each as wide as any other.
pub fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros()).map(|at| format!("{at:.6}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_as_wide_as_any_other() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_795_338_000_000_000, "2026-11-22T09:00:00.000000Z"),
            (1_795_338_000_120_000, "2026-11-22T09:00:00.120000Z"),
            (1_795_338_000_000_001, "2026-11-22T09:00:00.000001Z"),
        ] {
            assert_eq!(instant(Timestamp::from_micros(micros)), text);
        }
    }
}
