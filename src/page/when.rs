//! Dates and numbers as the reader writes them: `jeudi 4 h`, `12,4 V`, `63 %`, with spaces that do not break.

use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::words::Words;

/// Within so many days the name of a weekday says which day is meant.
const WEEKDAY_SPEAKS_DAYS: f64 = 6.0;

const SPACE: char = '\u{a0}';
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The zone of this name, else the system's, else UTC.
#[must_use]
pub fn zone(name: Option<&str>) -> Option<TimeZone> {
    match name {
        Some(name) => TimeZone::get(name).ok(),
        None => Some(TimeZone::try_system().unwrap_or(TimeZone::UTC)),
    }
}

/// The zone's name as browsers know it; UTC where it has none.
#[must_use]
pub fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// The hour nearest to an instant: `jeudi 4 h`, with the date where the weekday alone might mean another week.
#[must_use]
pub fn hour(unix_secs: f64, now_unix_secs: f64, zone: &TimeZone, words: Words) -> String {
    let nearest = (unix_secs / 3600.0).round() * 3600.0;
    said(nearest, now_unix_secs, zone, words, false)
}

/// An instant to the minute: `jeudi 4 h 30`.
#[must_use]
pub fn minute(unix_secs: f64, now_unix_secs: f64, zone: &TimeZone, words: Words) -> String {
    said((unix_secs / 60.0).floor() * 60.0, now_unix_secs, zone, words, true)
}

fn said(unix_secs: f64, now_unix_secs: f64, zone: &TimeZone, words: Words, minutes: bool) -> String {
    let Some(at) = zoned(unix_secs, zone) else { return words.say("page-unknown") };
    let weekday =
        words.say(&format!("page-{}", DAYS[(at.weekday().to_monday_zero_offset()).unsigned_abs() as usize]));
    let clock = clock(&at, words, minutes);
    if (unix_secs - now_unix_secs).abs() <= WEEKDAY_SPEAKS_DAYS * 86_400.0 {
        return format!("{weekday}{SPACE}{clock}");
    }
    let blanks = [
        ("weekday", FluentValue::from(weekday)),
        ("day", FluentValue::from(at.day().to_string())),
        ("month", FluentValue::from(words.say(&format!("page-month-{}", at.month())))),
        ("clock", FluentValue::from(clock)),
    ];
    words.tell("page-date", &blanks)
}

fn clock(at: &ZonedDateTime, words: Words, minutes: bool) -> String {
    match words {
        Words::French if minutes && at.minute() != 0 => {
            format!("{}{SPACE}h{SPACE}{:02}", at.hour(), at.minute())
        }
        Words::French => format!("{}{SPACE}h", at.hour()),
        Words::English => format!("{:02}:{:02}", at.hour(), at.minute()),
    }
}

fn zoned(unix_secs: f64, zone: &TimeZone) -> Option<ZonedDateTime> {
    Timestamp::from_second(unix_secs as i64).ok().map(|at| at.to_zoned_datetime(zone.clone()))
}

/// How long ago: `à l’instant`, `il y a 20 s`, `il y a 3 h`.
#[must_use]
pub fn ago(secs: f64, words: Words) -> String {
    let (key, count) = match secs {
        secs if secs < JUST_SECS => return words.say("page-just-now"),
        secs if secs < 60.0 => ("page-ago-seconds", (secs / 10.0).floor() * 10.0),
        secs if secs < 3_600.0 => ("page-ago-minutes", (secs / 60.0).floor()),
        secs if secs < 172_800.0 => ("page-ago-hours", (secs / 3_600.0).floor()),
        secs => ("page-ago-days", (secs / 86_400.0).floor()),
    };
    words.tell(key, &[("count", FluentValue::from(format!("{count}")))])
}

/// Younger than this is now.
pub const JUST_SECS: f64 = 10.0;

/// `12,4 V`.
#[must_use]
pub fn quantity(value: f64, digits: usize, unit: &str, words: Words) -> String {
    format!("{}{SPACE}{unit}", typeset(&words.number(value, digits)))
}

/// `+3,2 A`, `−1,1 A`.
#[must_use]
pub fn signed(value: f64, digits: usize, unit: &str, words: Words) -> String {
    let said = quantity(value, digits, unit, words);
    if value > 0.0 { format!("+{said}") } else { said }
}

/// A minus as long as a plus, and none before a nought.
fn typeset(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.chars().all(|character| matches!(character, '0' | '.' | ',')) => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIDAY: f64 = 1_768_581_000.0; // 2026-01-16, 11:30 in Montréal.

    fn montreal() -> TimeZone {
        zone(Some("America/Toronto")).expect("it is built in")
    }

    #[test]
    fn an_hour_is_said_as_in_quebec() {
        let of = |secs: f64, words| hour(secs, FRIDAY, &montreal(), words).replace('\u{a0}', " ");
        assert_eq!(of(FRIDAY + 16.6 * 3600.0, Words::French), "samedi 4 h");
        assert_eq!(of(FRIDAY + 16.6 * 3600.0, Words::English), "Saturday 04:00");
        assert_eq!(of(FRIDAY + 7.0 * 86_400.0, Words::French), "vendredi 23 janvier, 12 h");
        assert_eq!(of(FRIDAY + 7.0 * 86_400.0, Words::English), "Friday 23 January, 12:00");
        let exact = minute(FRIDAY, FRIDAY, &montreal(), Words::French);
        assert_eq!(exact, "vendredi\u{a0}11\u{a0}h\u{a0}30");
    }

    #[test]
    fn an_age_is_coarse_where_nobody_needs_it_fine() {
        let of = |secs| ago(secs, Words::French).replace('\u{a0}', " ");
        assert_eq!(of(3.0), "à l’instant");
        assert_eq!(of(29.0), "il y a 20 s");
        assert_eq!(of(185.0), "il y a 3 min");
        assert_eq!(of(3.9 * 3600.0), "il y a 3 h");
        assert_eq!(of(4.0 * 86_400.0), "il y a 4 jours");
    }

    #[test]
    fn a_nought_has_no_sign() {
        assert_eq!(signed(-0.04, 1, "A", Words::French), "0,0\u{a0}A");
        assert_eq!(signed(-3.13, 1, "A", Words::French), "\u{2212}3,1\u{a0}A");
        assert_eq!(signed(3.13, 1, "A", Words::English), "+3.1\u{a0}A");
    }
}
