//! Dates and times as logs write them.
//!
//! | form | examples |
//! | --- | --- |
//! | ISO | `2026-01-02T14:05:06.5-05:00`, `2026-01-02 14:05`, `2026/01/02 14:05:06Z` |
//! | day and month, either first | `02/01/2026 14:05`, `2.1.26 2:05 PM`, `01-02-2026` |
//! | time alone | `14:05`, `14:05:06,5`, `2:05 PM`, `14h05` |

/// A stamp as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp {
    /// Its date, where it has one.
    pub date: Option<Date>,
    /// Seconds of the day.
    pub secs: f64,
    /// East of Greenwich, where it says so, s.
    pub offset_secs: Option<i32>,
}

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Date {
    /// Year, month, day.
    Ymd(i32, u8, u8),
    /// Two numbers of which one is the day, and the year.
    Either {
        /// The first number.
        first: u8,
        /// The second number.
        second: u8,
        /// The year.
        year: i32,
    },
}

/// Reads a stamp; `None` where the cell is none.
pub fn parse(cell: &[u8]) -> Option<Stamp> {
    // Far cheaper than to fail later: a stamp has two parts of digits at least.
    if cell.len() < 4 || cell.len() > 40 || !cell.first()?.is_ascii_digit() {
        return None;
    }
    let mut rest = cell;
    let date = take_date(&mut rest);
    if date.is_some() {
        rest = rest.strip_prefix(b"T").or_else(|| rest.strip_prefix(b"_")).unwrap_or(rest).trim_ascii_start();
        if rest.is_empty() {
            return Some(Stamp { date, secs: 0.0, offset_secs: None });
        }
    }
    let secs = take_time(&mut rest)?;
    let offset_secs = take_offset(&mut rest)?;
    rest.is_empty().then_some(Stamp { date, secs, offset_secs })
}

fn take_number(rest: &mut &[u8], digits_max: usize) -> Option<(u32, usize)> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > digits_max {
        return None;
    }
    let value = rest.iter().take(digits).fold(0_u32, |value, byte| value * 10 + u32::from(byte - b'0'));
    *rest = rest.get(digits..).unwrap_or_default();
    Some((value, digits))
}

fn take_date(rest: &mut &[u8]) -> Option<Date> {
    let mut ahead = *rest;
    let (first, first_digits) = take_number(&mut ahead, 4)?;
    let separator = *ahead.first().filter(|byte| matches!(byte, b'-' | b'/' | b'.'))?;
    ahead = ahead.get(1..)?;
    let (second, _) = take_number(&mut ahead, 2)?;
    ahead = ahead.strip_prefix(&[separator])?;
    let (third, third_digits) = take_number(&mut ahead, 4)?;
    let date = if first_digits == 4 {
        let date = Date::Ymd(first as i32, second as u8, third as u8);
        (third_digits <= 2 && is_day(first as i32, second, third)).then_some(date)?
    } else {
        let year = match third_digits {
            4 => third as i32,
            2 => 2000 + third as i32,
            _ => return None,
        };
        let possible = is_day(year, second, first) || is_day(year, first, second);
        possible.then_some(Date::Either { first: first as u8, second: second as u8, year })?
    };
    *rest = ahead;
    Some(date)
}

fn is_day(year: i32, month: u32, day: u32) -> bool {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn take_time(rest: &mut &[u8]) -> Option<f64> {
    let (mut hour, _) = take_number(rest, 2)?;
    *rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"h"))?;
    let (minute, _) = take_number(rest, 2)?;
    let mut secs = 0.0;
    if let Some(ahead) = rest.strip_prefix(b":") {
        *rest = ahead;
        let (second, _) = take_number(rest, 2)?;
        secs = f64::from(second);
        if let Some(ahead) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
            *rest = ahead;
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            let mut scale = 0.1;
            for byte in rest.iter().take(digits.min(12)) {
                secs += f64::from(byte - b'0') * scale;
                scale /= 10.0;
            }
            *rest = rest.get(digits..)?;
        }
    }
    let half = rest.trim_ascii();
    if half.eq_ignore_ascii_case(b"am") || half.eq_ignore_ascii_case(b"pm") {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half.eq_ignore_ascii_case(b"pm") { 12 } else { 0 };
        *rest = &[];
    }
    // 24:00 is the end of a day, and 60 a leap second.
    let is_time = (hour < 24 || (hour == 24 && minute == 0 && secs == 0.0)) && minute < 60 && secs < 61.0;
    is_time.then_some(f64::from(hour * 3600 + minute * 60) + secs)
}

/// The inner `None` is a stamp without an offset; the outer one no offset at all.
#[expect(clippy::option_option, reason = "absent and wrong are two things")]
fn take_offset(rest: &mut &[u8]) -> Option<Option<i32>> {
    let text = rest.trim_ascii();
    *rest = &[];
    if text.is_empty() {
        return Some(None);
    }
    if text.eq_ignore_ascii_case(b"z")
        || text.eq_ignore_ascii_case(b"utc")
        || text.eq_ignore_ascii_case(b"gmt")
    {
        return Some(Some(0));
    }
    let (sign, mut ahead) = match text {
        [b'+', ahead @ ..] => (1, ahead),
        [b'-', ahead @ ..] => (-1, ahead),
        _ => return None,
    };
    let (hours, minutes) = match ahead.len() {
        4 => {
            let (both, _) = take_number(&mut ahead, 4)?;
            (both / 100, both % 100)
        }
        _ => {
            let (hours, _) = take_number(&mut ahead, 2)?;
            let minutes = match ahead.strip_prefix(b":") {
                Some(mut ahead_of) => {
                    let (minutes, _) = take_number(&mut ahead_of, 2)?;
                    ahead = ahead_of;
                    minutes
                }
                None => 0,
            };
            (hours, minutes)
        }
    };
    let is_offset = ahead.is_empty() && hours <= 15 && minutes < 60;
    is_offset.then_some(Some(sign * (hours * 3600 + minutes * 60) as i32))
}

/// Seconds from 1970-01-01T00:00 to the start of a day of the same clock.
///
/// Reference: H. Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`.
pub fn day_secs(year: i32, month: u8, day: u8) -> f64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let month = i64::from(month);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + i64::from(day) - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    days as f64 * 86_400.0
}

/// Year, month and day of an instant in seconds since 1970, by the same algorithm backwards.
pub fn civil(secs: f64) -> (i32, u8, u8) {
    let days = (secs / 86_400.0).floor() as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u8;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u8;
    ((year + era * 400) as i32 + i32::from(month <= 2), month, day)
}

/// `2026-01-02 14:05:06` of an instant in seconds since 1970.
pub fn shown(secs: f64) -> String {
    let (year, month, day) = civil(secs);
    let of_day = secs.rem_euclid(86_400.0);
    let (hour, minute, second) = (of_day as u32 / 3600, of_day as u32 / 60 % 60, of_day as u32 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_table_are_read() {
        let iso = Stamp { date: Some(Date::Ymd(2026, 1, 2)), secs: 50_706.5, offset_secs: Some(-18_000) };
        assert_eq!(parse(b"2026-01-02T14:05:06.5-05:00"), Some(iso));
        assert_eq!(parse(b"2026-01-02 14:05:06.5-0500"), Some(iso));
        let either = Some(Date::Either { first: 2, second: 1, year: 2026 });
        for text in ["2/1/2026 14:05", "02.01.26 2:05 PM", "02-01-2026 14h05"] {
            assert_eq!(
                parse(text.as_bytes()),
                Some(Stamp { date: either, secs: 50_700.0, offset_secs: None })
            );
        }
        assert_eq!(parse(b"14:05:06,5"), Some(Stamp { date: None, secs: 50_706.5, offset_secs: None }));
    }

    #[test]
    fn what_is_no_stamp_is_none() {
        for text in [
            "12.5",
            "2026-13-01",
            "2026-02-30",
            "31/31/2026",
            "25:00",
            "14:61",
            "2026-01-02T14:05+99:00",
            "1.2.3",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn days_count_from_1970_and_back() {
        assert_eq!(day_secs(1970, 1, 1), 0.0);
        assert_eq!(day_secs(2024, 2, 29), 1_709_164_800.0);
        for secs in [0.0, 1_709_164_800.0, 1_709_251_200.0, -86_400.0, 4_102_444_800.0] {
            let (year, month, day) = civil(secs);
            assert_eq!(day_secs(year, month, day), secs);
        }
        assert_eq!(shown(1_709_164_800.0 + 50_706.0), "2024-02-29 14:05:06");
    }
}
