//! Instants.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant in UTC, as microseconds since the Unix epoch: the same integer in both databases and
/// on the wire to the browser, which shows it in the viewer's zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// From the first of March of the year 0 on.
const DAYS_TO_1970: i64 = 719_468;

impl Timestamp {
    /// The last instant that can be written: an end that never comes.
    pub const END: Self = Self(i64::MAX);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Whole seconds, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This much later; stops at the last instant that can be written.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This much earlier; stops at the first instant that can be written.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The beginning in UTC of a day as ISO 8601 writes it, from year 1 to 9999: `2026-11-22`.
    pub fn of_day(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let whole = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let (year, month, day) = whole.then(|| Some((number(0, 4)?, number(5, 7)?, number(8, 10)?)))??;
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if year < 1 || !(1..=12).contains(&month) || !(1..=last).contains(&day) {
            return None;
        }
        // Years that begin in March end with the leap day.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
        Some(Self((days - DAYS_TO_1970) * 24 * 60 * 60 * 1_000_000))
    }

    /// How long ago `earlier` was; zero if it is later than this.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc_and_must_be_in_the_calendar() {
        let day = |text| Timestamp::of_day(text).map(Timestamp::as_seconds);
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2026-11-22"), Some(1_795_305_600));
        assert_eq!(day("2024-02-29"), Some(1_709_164_800));
        assert_eq!(day("0001-01-01"), Some(-62_135_596_800));
        for text in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-4-31",
            "0000-01-01",
            "2026-11-2x",
            "２026-11-2",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn spans_never_overflow() {
        assert_eq!(Timestamp::from_micros(5).plus(Duration::MAX).as_micros(), i64::MAX);
        assert_eq!(Timestamp::from_micros(-5).minus(Duration::MAX).as_micros(), i64::MIN);
        assert_eq!(Timestamp::from_micros(1).since(Timestamp::from_micros(2)), Duration::ZERO);
    }
}
