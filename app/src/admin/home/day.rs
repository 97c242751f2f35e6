//! The hour and the day in words.

use crate::kit::Civil;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How one greets at this hour.
pub(super) const fn greeting(hour: i64) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

fn name<const N: usize>(names: [&'static str; N], index: i64) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
}

/// By the method of Tomohiko Sakamoto.
fn weekday(year: i64, month: i64, day: i64) -> &'static str {
    const SHIFTS: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let shift = usize::try_from(month - 1).ok().and_then(|month| SHIFTS.get(month)).unwrap_or(&0);
    let year = if month < 3 { year - 1 } else { year };
    let days = year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + shift + day;
    name(WEEKDAYS, days.rem_euclid(7))
}

/// "Sunday 22 November".
pub(super) fn long(date: Civil) -> String {
    let Civil { year, month, day, .. } = date;
    format!("{} {day} {}", weekday(year, month, day), name(MONTHS, month - 1))
}

/// "Sun 22 Nov" for `2026-11-22`; what is no date stays as it is.
pub(super) fn short(date: &str) -> String {
    let numbers: Vec<i64> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers.as_slice() else { return date.to_owned() };
    let three = |word: &str| word.chars().take(3).collect::<String>();
    format!("{} {day} {}", three(weekday(*year, *month, *day)), three(name(MONTHS, month - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        for (date, words) in [
            ("2026-11-22", "Sun 22 Nov"),
            ("2024-02-29", "Thu 29 Feb"),
            ("2000-01-01", "Sat 1 Jan"),
            ("1970-01-01", "Thu 1 Jan"),
            ("soon", "soon"),
        ] {
            assert_eq!(short(date), words);
        }
        let day = Civil { year: 2026, month: 11, day: 22, hour: 9, minute: 0, second: 0 };
        assert_eq!(long(day), "Sunday 22 November");
    }

    #[test]
    fn every_hour_has_its_greeting() {
        for (hour, words) in
            [(0, "evening"), (5, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")]
        {
            assert_eq!(greeting(hour), format!("Good {words}"));
        }
    }
}
