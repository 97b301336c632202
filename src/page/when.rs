//! Dates and numbers as the reader writes them: `jeudi 4 h`, `12,4 V`, `63 %`, with spaces that do not break.

use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, Unit, ZonedDateTime, ZonedDateTimeRound};

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

/// The whole hour before an instant: `jeudi 4 h`, with the date where the weekday alone might mean another week. What is told to hold until
/// then must not be told to hold longer than is known. Within the hour that has begun it is told to the minute: `jeudi 4 h 30`.
#[must_use]
pub fn hour(unix_secs: f64, now_unix_secs: f64, zone: &TimeZone, words: Words) -> String {
    let whole = |at: &ZonedDateTime| floored(at, Unit::Hour).timestamp().as_second() as f64 > now_unix_secs;
    match zoned(unix_secs, zone) {
        Some(at) if whole(&at) => said(&floored(&at, Unit::Hour), now_unix_secs, words, false),
        _ => minute(unix_secs, now_unix_secs, zone, words),
    }
}

/// An instant to the minute: `jeudi 4 h 30`.
#[must_use]
pub fn minute(unix_secs: f64, now_unix_secs: f64, zone: &TimeZone, words: Words) -> String {
    let at = zoned(unix_secs, zone).map(|at| floored(&at, Unit::Minute));
    at.map_or_else(|| words.say("page-unknown"), |at| said(&at, now_unix_secs, words, true))
}

/// The last whole unit on the reader's own clock, which need not be a whole number of hours from UTC.
fn floored(at: &ZonedDateTime, unit: Unit) -> ZonedDateTime {
    at.round(ZonedDateTimeRound::new().smallest(unit).mode(RoundMode::Trunc)).unwrap_or_else(|_| at.clone())
}

fn said(at: &ZonedDateTime, now_unix_secs: f64, words: Words, minutes: bool) -> String {
    let weekday =
        words.say(&format!("page-{}", DAYS[(at.weekday().to_monday_zero_offset()).unsigned_abs() as usize]));
    let clock = clock(at, words, minutes);
    if (at.timestamp().as_second() as f64 - now_unix_secs).abs() <= WEEKDAY_SPEAKS_DAYS * 86_400.0 {
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
    Timestamp::from_second(unix_secs.floor() as i64).ok().map(|at| at.to_zoned_datetime(zone.clone()))
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
    format!("{}{SPACE}{unit}", words.typeset(value, digits))
}

/// `+3,2 A`, `−1,1 A`.
#[must_use]
pub fn signed(value: f64, digits: usize, unit: &str, words: Words) -> String {
    let said = quantity(value, digits, unit, words);
    let is_nought = !said.contains(|character: char| matches!(character, '1'..='9'));
    if value > 0.0 && !is_nought { format!("+{said}") } else { said }
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
        assert_eq!(of(FRIDAY + 7.0 * 86_400.0, Words::French), "vendredi 23 janvier, 11 h");
        assert_eq!(of(FRIDAY + 7.0 * 86_400.0, Words::English), "Friday 23 January, 11:00");
        let exact = minute(FRIDAY, FRIDAY, &montreal(), Words::French);
        assert_eq!(exact, "vendredi\u{a0}11\u{a0}h\u{a0}30");
    }

    #[test]
    fn no_hour_is_told_that_is_later_than_the_instant_or_already_past() {
        let of = |secs: f64, name: &str| {
            let zone = zone(Some(name)).expect("it is built in");
            hour(FRIDAY + secs, FRIDAY, &zone, Words::English).replace('\u{a0}', " ")
        };
        assert_eq!(of(5.49 * 3600.0, "America/Toronto"), "Friday 16:00");
        assert_eq!(of(5.51 * 3600.0, "America/Toronto"), "Friday 17:00");
        assert_eq!(of(0.3 * 3600.0, "America/Toronto"), "Friday 11:48");
        assert_eq!(of(0.0, "America/Toronto"), "Friday 11:30");
        // Half an hour off: 13:00 there, and three quarters in Nepal.
        assert_eq!(of(1.9 * 3600.0, "America/St_Johns"), "Friday 14:00");
        assert_eq!(of(1.9 * 3600.0, "Asia/Kathmandu"), "Saturday 00:00");
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
        assert_eq!(signed(0.04, 1, "A", Words::French), "0,0\u{a0}A");
        assert_eq!(signed(3.13, 1, "A", Words::English), "+3.1\u{a0}A");
    }
}
