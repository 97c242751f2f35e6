//! Local times: which instant a date and a time of day in a zone are, and how clocks there show it.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use model::user::schedule::{LocalTime, ResolvedTime};
use model::{Faults, Problem, Timestamp};

use crate::preferences::time_zones;
use directory_core::error::{Error, Result};

/// How far ahead a change can be scheduled, in years.
const YEARS_AHEAD: i64 = 10;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A local time that keeps the rules.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// With the zone as the database of zones spells it.
    pub typed: LocalTime,
    pub at: Timestamp,
    note: String,
}

impl Resolved {
    /// How it is shown to whoever chooses it.
    pub(crate) fn shown(&self, now: Timestamp) -> Result<ResolvedTime> {
        Ok(ResolvedTime {
            at: self.at,
            local: shown_in(self.at, &self.typed.zone)?,
            utc: shown_in(self.at, "UTC")?,
            until: until(self.at.since(now).as_secs()),
            note: self.note.clone(),
        })
    }
}

/// Which instant was typed; it may have passed.
///
/// # Errors
/// `invalid` at `date`, `time` or `zone`: what cannot be read, and a time that clocks leave out that day.
pub(crate) fn read(typed: &LocalTime) -> Result<Resolved, Faults> {
    let mut faults = Faults::default();
    let date = typed.date.trim().parse::<Date>().map_err(|_| "Give a date, such as 2026-12-01.");
    let time = typed.time.trim().parse::<Time>().map_err(|_| "Give a time of day, such as 09:00.");
    let asked = typed.zone.trim();
    let zone = time_zones().into_iter().find(|zone| zone.eq_ignore_ascii_case(asked));
    let zone = zone.ok_or("Choose a time zone from the list, such as Europe/Berlin.");
    let (date, time, zone) =
        (faults.take("date", date), faults.take("time", time), faults.take("zone", zone));
    let (Some(date), Some(time), Some(zone)) = (date, time, zone) else { return Err(faults) };
    let Ok(rules) = TimeZone::get(&zone) else {
        faults.add("zone", "The rules of this time zone are not known here.");
        return Err(faults);
    };
    let local = DateTime::from_parts(date, time);
    let ambiguous = rules.to_ambiguous_timestamp(local);
    let note = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => String::new(),
        AmbiguousOffset::Gap { .. } => {
            let message = format!(
                "Clocks in {zone} are put forward that day and leave {} out. Choose another time.",
                local.strftime("%H:%M")
            );
            faults.add("time", message);
            return Err(faults);
        }
        AmbiguousOffset::Fold { .. } => {
            "Clocks are put back that day and show this time twice. The first time is meant.".to_owned()
        }
    };
    let Ok(instant) = ambiguous.earlier() else {
        faults.add("date", "This date is too far away.");
        return Err(faults);
    };
    let typed = LocalTime { date: date.to_string(), time: local.strftime("%H:%M").to_string(), zone };
    // Seconds are not typed; what was given of them is left out.
    let at = Timestamp::from_micros(instant.as_microsecond().div_euclid(60_000_000) * 60_000_000);
    Ok(Resolved { typed, at, note })
}

/// The same for what is still to come.
///
/// # Errors
/// `invalid` likewise; at `date` also for what has passed, or is more than ten years away.
pub(crate) fn to_come(typed: &LocalTime, now: Timestamp) -> Result<Resolved> {
    let resolved = read(typed)?;
    if resolved.at <= now {
        let message = format!("This time has passed: it is {} now.", shown_in(now, &resolved.typed.zone)?);
        return Err(Problem::at("date", message).into());
    }
    let days = i64::try_from(resolved.at.since(now).as_secs() / DAY).unwrap_or(i64::MAX);
    if days > YEARS_AHEAD * 366 {
        return Err(Problem::at("date", format!("At most {YEARS_AHEAD} years ahead.")).into());
    }
    Ok(resolved)
}

/// As clocks in a zone show it, with the zone: `1 Dec 2026, 09:00 Europe/Berlin`.
pub(crate) fn shown_in(at: Timestamp, zone: &str) -> Result<String> {
    let rules = TimeZone::get(zone).map_err(Error::internal)?;
    let instant = jiff::Timestamp::from_microsecond(at.as_micros()).map_err(Error::internal)?;
    Ok(format!("{} {zone}", instant.to_zoned(rules).strftime("%-d %b %Y, %H:%M")))
}

/// "in 8 days, 23 hours".
fn until(seconds: u64) -> String {
    match (seconds / DAY, seconds % DAY / HOUR, seconds % HOUR / MINUTE) {
        (0, 0, 0) => "in less than a minute".to_owned(),
        (0, 0, minutes) => format!("in {}", counted(minutes, "minute")),
        (0, hours, 0) => format!("in {}", counted(hours, "hour")),
        (0, hours, minutes) => format!("in {}, {}", counted(hours, "hour"), counted(minutes, "minute")),
        (days, 0, _) => format!("in {}", counted(days, "day")),
        (days, hours, _) => format!("in {}, {}", counted(days, "day"), counted(hours, "hour")),
    }
}

/// How late something was, from a minute on: "2 hours, 5 minutes".
pub(crate) fn lateness(due: Timestamp, now: Timestamp) -> Option<String> {
    let late = now.since(due).as_secs();
    (late >= MINUTE).then(|| until(late).trim_start_matches("in ").to_owned())
}

fn counted(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {what}{s}", model::list::grouped(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(date: &str, time: &str, zone: &str) -> LocalTime {
        LocalTime { date: date.into(), time: time.into(), zone: zone.into() }
    }

    fn instant(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().expect("an instant").as_microsecond())
    }

    #[test]
    fn a_local_time_is_one_instant() {
        for (date, time, zone, at) in [
            ("2026-12-01", "09:00", "Europe/Berlin", "2026-12-01T08:00:00Z"),
            ("2026-07-01", "09:00", "europe/berlin", "2026-07-01T07:00:00Z"),
            ("2026-12-01", "17:00", "Pacific/Auckland", "2026-12-01T04:00:00Z"),
            ("2026-12-01", "00:15", "Asia/Kathmandu", "2026-11-30T18:30:00Z"),
            ("2026-12-01", "09:00", "UTC", "2026-12-01T09:00:00Z"),
            // Twice that night; the first time is meant.
            ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"),
        ] {
            let resolved = read(&typed(date, time, zone)).expect("a time");
            assert_eq!(resolved.at, instant(at), "{date} {time} {zone}");
            assert_eq!(resolved.note.is_empty(), date != "2026-10-25");
        }
    }

    #[test]
    fn what_never_comes_and_what_cannot_be_read_is_told_at_its_field() {
        for (date, time, zone, field) in [
            ("2026-03-29", "02:30", "Europe/Berlin", "time"),
            ("2026-02-30", "09:00", "UTC", "date"),
            ("tomorrow", "09:00", "UTC", "date"),
            ("2026-12-01", "25:00", "UTC", "time"),
            ("2026-12-01", "", "UTC", "time"),
            ("2026-12-01", "09:00", "Mars/Olympus", "zone"),
            ("2026-12-01", "09:00", "", "zone"),
        ] {
            let faults = read(&typed(date, time, zone)).expect_err("refused");
            let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!(fields, [field], "{date} {time} {zone}");
        }
    }

    #[test]
    fn times_are_shown_in_words() {
        let at = instant("2026-12-01T08:00:00Z");
        assert_eq!(shown_in(at, "Europe/Berlin").expect("shown"), "1 Dec 2026, 09:00 Europe/Berlin");
        assert_eq!(until(8 * DAY + 23 * HOUR + 59), "in 8 days, 23 hours");
        assert_eq!(until(DAY), "in 1 day");
        assert_eq!(until(2 * HOUR + 60), "in 2 hours, 1 minute");
        assert_eq!(until(30), "in less than a minute");
        assert_eq!(lateness(at, instant("2026-12-01T10:05:00Z")).as_deref(), Some("2 hours, 5 minutes"));
        assert_eq!(lateness(at, instant("2026-12-01T08:00:59Z")), None);
    }
}
