//! Instants as people read them, in the viewer's zone. The server and the browser each find the
//! date and the hour by their own means; the words are put together here for both.

use leptos::prelude::*;
use model::Timestamp;

use super::clock;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How much of an instant to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// "Today 09:14", "Yesterday 17:02", "12 Oct 2026".
    #[default]
    Brief,
    /// "12 Oct 2026".
    Day,
    /// "12 Oct 2026, 09:14".
    Full,
    /// "12 Oct 2026, 09:14:05".
    Exact,
}

/// A date and an hour on some clock on a wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

impl Civil {
    /// In UTC (the algorithm of Howard Hinnant's `civil_from_days`).
    pub fn utc(at: Timestamp) -> Self {
        let seconds = at.as_seconds();
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let (era, doe) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Self {
            year: yoe + era * 400 + i64::from(month <= 2),
            month,
            day: doy - (153 * mp + 2) / 5 + 1,
            hour: rest / 3_600,
            minute: rest % 3_600 / 60,
            second: rest % 60,
        }
    }

    /// Days since some day long ago: to compare dates.
    fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let (era, yoe) = (year.div_euclid(400), year.rem_euclid(400));
        let mp = (self.month + 9) % 12;
        era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + (153 * mp + 2) / 5 + self.day - 1
    }

    /// Seconds since the epoch, were this UTC.
    fn seconds(self) -> i64 {
        const EPOCH: i64 = 719_468;
        (self.days() - EPOCH) * 86_400 + self.hour * 3_600 + self.minute * 60 + self.second
    }

    pub fn date(self) -> String {
        let month = usize::try_from(self.month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"");
        format!("{} {month} {}", self.day, self.year)
    }

    fn time(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// As an attribute of `<time>`.
    fn iso(self) -> String {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            self.year, self.month, self.day, self.hour, self.minute, self.second
        )
    }
}

/// An instant in words.
pub fn say(at: Timestamp, now: Timestamp, zone: &str, when: When) -> String {
    let civil = local::civil(at, zone);
    match when {
        When::Day => civil.date(),
        When::Full => format!("{}, {}", civil.date(), civil.time()),
        When::Exact => format!("{}, {}:{:02}", civil.date(), civil.time(), civil.second),
        When::Brief => match local::civil(now, zone).days() - civil.days() {
            0 => format!("Today {}", civil.time()),
            1 => format!("Yesterday {}", civil.time()),
            -1 => format!("Tomorrow {}", civil.time()),
            _ => civil.date(),
        },
    }
}

/// The date where the viewer is.
pub fn today() -> Civil {
    here(clock().now())
}

/// Date and hour of an instant where the viewer is.
pub fn here(at: Timestamp) -> Civil {
    clock().zone.with(|zone| local::civil(at, zone))
}

/// The beginning of a day, written `2026-11-22`, where the viewer is.
pub(super) fn midnight(day: &str) -> Option<Timestamp> {
    moment(day, 0, 0)
}

/// A moment where the viewer is, written as fields for date and time write it: `2026-11-22T09:20`.
pub fn instant_here(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T')?;
    let mut parts = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    moment(day, hour, minute)
}

fn moment(day: &str, hour: i64, minute: i64) -> Option<Timestamp> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let utc = Civil { year, month, day, hour, minute, second: 0 }.seconds();
    // How far the zone is from UTC around then; near a change of the clocks it takes a second look.
    let offset = |seconds: i64| here(Timestamp::from_micros(seconds * 1_000_000)).seconds() - seconds;
    let guess = utc - offset(utc);
    Some(Timestamp::from_micros((utc - offset(guess)) * 1_000_000))
}

/// An instant; the whole of it, with its zone, as a tooltip.
#[component]
pub fn Time(at: Timestamp, #[prop(optional)] when: When) -> impl IntoView {
    let clock = clock();
    let text = move || clock.zone.with(|zone| say(at, clock.now(), zone, when));
    let title =
        move || clock.zone.with(|zone| format!("{} ({zone})", say(at, clock.now(), zone, When::Full)));
    view! { <time datetime=Civil::utc(at).iso() title=title>{text}</time> }
}

#[cfg(feature = "ssr")]
mod local {
    use super::{Civil, Timestamp};

    pub fn civil(at: Timestamp, zone: &str) -> Civil {
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return Civil::utc(at) };
        let local = instant.to_zoned(zone).datetime();
        Civil {
            year: local.year().into(),
            month: local.month().into(),
            day: local.day().into(),
            hour: local.hour().into(),
            minute: local.minute().into(),
            second: local.second().into(),
        }
    }
}

#[cfg(not(feature = "ssr"))]
mod local {
    use std::cell::RefCell;

    use wasm_bindgen::JsValue;

    use super::{Civil, Timestamp};

    thread_local! {
        /// Making one is slow, and a page asks for many times in one zone.
        static FORMAT: RefCell<Option<(String, js_sys::Function)>> = const { RefCell::new(None) };
    }

    /// By the browser's own tables of zones; in UTC if it does not know the zone.
    pub fn civil(at: Timestamp, zone: &str) -> Civil {
        civil_in(at, zone).unwrap_or_else(|| Civil::utc(at))
    }

    fn civil_in(at: Timestamp, zone: &str) -> Option<Civil> {
        let format = FORMAT.with_borrow_mut(|kept| {
            if kept.as_ref().is_none_or(|(of, _)| of != zone) {
                *kept = formatter(zone).map(|format| (zone.to_owned(), format));
            }
            kept.as_ref().map(|(_, format)| format.clone())
        })?;
        #[expect(clippy::cast_precision_loss, reason = "JavaScript counts milliseconds in doubles")]
        let millis = JsValue::from_f64(at.as_millis() as f64);
        let text = format.call1(&JsValue::UNDEFINED, &millis).ok()?.as_string()?;
        // Swedish writes as ISO 8601 does: 2026-11-22 09:20:14.
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let mut next = || numbers.next();
        Some(Civil {
            year: next()?,
            month: next()?,
            day: next()?,
            hour: next()?,
            minute: next()?,
            second: next()?,
        })
    }

    fn formatter(zone: &str) -> Option<js_sys::Function> {
        let options = js_sys::Object::new();
        let set = |key: &str, value: &str| {
            js_sys::Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)).ok()
        };
        for (key, value) in [("timeZone", zone), ("hourCycle", "h23"), ("year", "numeric")] {
            set(key, value)?;
        }
        for key in ["month", "day", "hour", "minute", "second"] {
            set(key, "2-digit")?;
        }
        let intl = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let maker = js_sys::Reflect::get(&intl, &JsValue::from_str("DateTimeFormat")).ok()?;
        let arguments = js_sys::Array::of2(&JsValue::from_str("sv-SE"), &options);
        // Not the constructor of js-sys: that one cannot refuse, and an unknown zone is refused.
        let format = js_sys::Reflect::construct(&maker.into(), &arguments).ok()?;
        js_sys::Reflect::get(&format, &JsValue::from_str("format")).ok().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_proleptic_calendar() {
        for (seconds, date) in [
            (0, "1 Jan 1970"),
            (951_782_400, "29 Feb 2000"),
            (1_795_312_575, "22 Nov 2026"),
            (-86_400, "31 Dec 1969"),
        ] {
            let civil = Civil::utc(Timestamp::from_micros(seconds * 1_000_000));
            assert_eq!(civil.date(), date);
            assert_eq!(civil.days() - Civil::utc(Timestamp::default()).days(), seconds.div_euclid(86_400));
        }
    }

    #[test]
    fn days_begin_at_midnight() {
        let _owner = Owner::new_root(None);
        assert_eq!(midnight("2026-11-22"), Some(Timestamp::from_micros(1_795_305_600 * 1_000_000)));
        for wrong in ["", "2026-11", "2026-13-01", "x-1-1", "2026-11-22-1"] {
            assert_eq!(midnight(wrong), None, "{wrong}");
        }
        let at = Timestamp::from_micros((1_795_305_600 + 9 * 3_600 + 20 * 60) * 1_000_000);
        assert_eq!(instant_here("2026-11-22T09:20"), Some(at));
        assert_eq!(instant_here("2026-11-22T09:20:00"), Some(at));
        for wrong in ["2026-11-22", "2026-11-22T", "2026-11-22T24:00", "2026-11-22T09", "T09:20"] {
            assert_eq!(instant_here(wrong), None, "{wrong}");
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn today_is_the_viewers() {
        // 22 Nov 2026, 00:56:15 UTC: still the 21st in New York.
        let now = Timestamp::from_micros(1_795_308_975 * 1_000_000);
        let hours_ago = |hours: u64| now.minus(std::time::Duration::from_secs(hours * 3_600));
        assert_eq!(say(now, now, "Europe/Berlin", When::Full), "22 Nov 2026, 01:56");
        assert_eq!(say(hours_ago(2), now, "Europe/Berlin", When::Brief), "Yesterday 23:56");
        assert_eq!(say(hours_ago(2), now, "America/New_York", When::Brief), "Today 17:56");
        assert_eq!(say(hours_ago(48), now, "UTC", When::Brief), "20 Nov 2026");
        assert_eq!(say(now, now, "Mars/Base", When::Day), "22 Nov 2026");
    }
}
