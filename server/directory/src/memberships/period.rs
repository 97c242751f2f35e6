//! From when to when: what was typed, and the instants that it means.

use model::group::{NewPeriod, Period};
use model::user::schedule::LocalTime;
use model::{Faults, Timestamp};

use super::FOREVER;
use crate::local_time;
use directory_core::error::{Error, Result};

/// A period that keeps the rules, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// 0 for what begins when it is added.
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub typed: NewPeriod,
}

impl Resolved {
    pub(super) fn stored(starts_at: Timestamp, ends_at: Timestamp, typed: &str) -> Result<Self> {
        Ok(Self { starts_at, ends_at, typed: serde_json::from_str(typed)? })
    }

    pub(super) fn shown(self) -> Period {
        Period {
            starts_at: (self.starts_at.as_micros() != 0).then_some(self.starts_at),
            ends_at: (self.ends_at.as_micros() != FOREVER).then_some(self.ends_at),
            typed: self.typed,
        }
    }

    pub(super) fn has_begun(&self, now: Timestamp) -> bool {
        self.starts_at <= now
    }

    /// As an event says it: "from 1 Dec 2026, 09:00 Europe/Berlin until …"; empty for at once and without end.
    pub(super) fn words(&self) -> Result<String> {
        let mut words = Vec::new();
        if let Some(starts) = &self.typed.starts {
            words.push(format!("from {}", local_time::shown_in(self.starts_at, &starts.zone)?));
        }
        if let Some(ends) = &self.typed.ends {
            words.push(format!("until {}", local_time::shown_in(self.ends_at, &ends.zone)?));
        }
        Ok(words.join(" "))
    }
}

/// Which instants were typed. A start that was typed before may have passed meanwhile.
///
/// # Errors
/// `invalid` at `starts.date`, `ends.zone` and so on: what cannot be read, has passed, is too far ahead, or ends before
/// it begins.
pub(crate) fn resolve(new: &NewPeriod, before: Option<&NewPeriod>, now: Timestamp) -> Result<Resolved> {
    let mut faults = Faults::default();
    let kept = before.is_some_and(|before| before.starts.is_some() && before.starts == new.starts);
    let starts = read(&mut faults, "starts", new.starts.as_ref(), |typed| {
        if kept { Ok(local_time::read(typed)?) } else { local_time::to_come(typed, now) }
    })?;
    let ends = read(&mut faults, "ends", new.ends.as_ref(), |typed| local_time::to_come(typed, now))?;
    if let (Some(starts), Some(ends)) = (&starts, &ends)
        && ends.at <= starts.at
    {
        faults.add("ends.date", "The end comes after the start.");
    }
    faults.check()?;
    Ok(Resolved {
        starts_at: starts.as_ref().map_or(Timestamp::from_micros(0), |time| time.at),
        ends_at: ends.as_ref().map_or(Timestamp::from_micros(FOREVER), |time| time.at),
        typed: NewPeriod { starts: starts.map(|time| time.typed), ends: ends.map(|time| time.typed) },
    })
}

/// One of the two, with its faults at its own fields.
fn read(
    faults: &mut Faults,
    field: &str,
    typed: Option<&LocalTime>,
    resolve: impl Fn(&LocalTime) -> Result<local_time::Resolved>,
) -> Result<Option<local_time::Resolved>> {
    match typed.map(resolve).transpose() {
        Ok(resolved) => Ok(resolved),
        Err(Error::Problem(problem)) if !problem.faults.is_empty() => {
            for fault in problem.faults {
                faults.add(format!("{field}.{}", fault.field), fault.message);
            }
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
