//! Intervals of time, as a program asks for events to be counted by.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use model::Timestamp;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The unit of an interval, by the letters of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "s" => Self::Second,
            "m" => Self::Minute,
            "h" => Self::Hour,
            "d" => Self::Day,
            "w" => Self::Week,
            "M" => Self::Month,
            "q" => Self::Quarter,
            "y" => Self::Year,
            _ => return None,
        })
    }
}

/// So many of a unit, where the clocks are so far from UTC.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    pub unit: Unit,
    /// From 1; of months, quarters and years 1 alone.
    pub value: i64,
    /// In seconds.
    pub offset: i32,
}

impl Interval {
    /// The length of what the database counts by, in microseconds: a day for what has no length of its own.
    pub fn counted(self) -> i64 {
        match self.unit {
            Unit::Second => SECOND * self.value,
            Unit::Minute => 60 * SECOND * self.value,
            Unit::Hour => 3_600 * SECOND * self.value,
            Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year => DAY,
        }
    }

    /// How much later the clocks there are, in microseconds.
    pub fn offset(self) -> i64 {
        i64::from(self.offset) * SECOND
    }

    /// The beginnings of the intervals with an event, with how many there are.
    pub fn gather(self, counted: &BTreeMap<i64, u64>) -> BTreeMap<Timestamp, u64> {
        let mut gathered = BTreeMap::new();
        for (number, count) in counted {
            let start = self.start(*number).saturating_sub(self.offset());
            *gathered.entry(Timestamp::from_micros(start)).or_default() += count;
        }
        gathered
    }

    /// When the interval begins that what the database counted lies in, on the clocks there.
    fn start(self, number: i64) -> i64 {
        let days = |days: i64| days.saturating_mul(DAY);
        match self.unit {
            Unit::Second | Unit::Minute | Unit::Hour => number.saturating_mul(self.counted()),
            Unit::Day => days(number.div_euclid(self.value) * self.value),
            // The first day of the epoch was a Thursday.
            Unit::Week => {
                let length = 7 * self.value;
                days((number + 3).div_euclid(length) * length - 3)
            }
            Unit::Month | Unit::Quarter | Unit::Year => days(self.first_day(number).unwrap_or(number)),
        }
    }

    /// The first day of the month, quarter or year that a day lies in, both in days from the epoch.
    fn first_day(self, day: i64) -> Option<i64> {
        let epoch = Date::constant(1970, 1, 1);
        let date = epoch.checked_add(jiff::Span::new().try_days(day).ok()?).ok()?;
        let month = match self.unit {
            Unit::Year => 1,
            Unit::Quarter => (date.month() - 1) / 3 * 3 + 1,
            _ => date.month(),
        };
        let first = Date::new(date.year(), month, 1).ok()?;
        Some(i64::from(epoch.until(first).ok()?.get_days()))
    }

    /// An instant on the clocks there.
    pub fn written(self, at: Timestamp) -> String {
        let zone = Offset::from_seconds(self.offset).map_or(TimeZone::UTC, TimeZone::fixed);
        let local = jiff::Timestamp::from_microsecond(at.as_micros()).map(|at| at.to_zoned(zone));
        local.map(|local| format!("{}{}", local.datetime(), colon(local.offset()))).unwrap_or_default()
    }
}

fn colon(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 22 November 2026, 09:00 UTC, a Sunday.
    const NOON: i64 = 1_795_338_000;

    #[test]
    fn each_interval_begins_where_the_clocks_say() {
        for (unit, value, offset, wanted) in [
            ("h", 2, 0, "2026-11-22T08:00:00+00:00"),
            ("m", 30, 0, "2026-11-22T09:00:00+00:00"),
            ("d", 1, 3_600, "2026-11-22T00:00:00+01:00"),
            ("d", 1, -36_000, "2026-11-21T00:00:00-10:00"),
            ("w", 1, 0, "2026-11-16T00:00:00+00:00"),
            ("M", 1, 0, "2026-11-01T00:00:00+00:00"),
            ("q", 1, 0, "2026-10-01T00:00:00+00:00"),
            ("y", 1, 0, "2026-01-01T00:00:00+00:00"),
        ] {
            let interval = Interval { unit: Unit::read(unit).expect("a unit"), value, offset };
            let number = (NOON * SECOND + interval.offset()) / interval.counted();
            let gathered = interval.gather(&BTreeMap::from([(number, 3)]));
            let (at, count) = gathered.first_key_value().expect("one");
            assert_eq!((interval.written(*at).as_str(), *count), (wanted, 3), "{value}{unit}");
        }
        assert_eq!(Unit::read("Y"), None);
    }
}
