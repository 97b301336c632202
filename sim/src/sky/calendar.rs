//! Days and years: which day of which year a day since 1970 is.
//!
//! Reference: H. Hinnant, *chrono-Compatible Low-Level Date Algorithms* (proleptic Gregorian).

/// Days of each month of a common year.
pub(super) const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The day of its year (0 for 1 January) that lies this many days after 1970-01-01, and whether that
/// year is a leap year.
pub(super) fn day_of_year(days: i64) -> (usize, bool) {
    let shifted = days + 719_468; // days since 0000-03-01
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let since_march = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years of this count begin in March: January and February belong to the next calendar year.
    let starts_in_march = year_of_era + era * 400;
    if since_march >= 306 {
        ((since_march - 306) as usize, is_leap(starts_in_march + 1))
    } else {
        let leap = is_leap(starts_in_march);
        (since_march as usize + if leap { 60 } else { 59 }, leap)
    }
}

const fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_where_the_calendar_has_them() {
        assert_eq!(day_of_year(0), (0, false)); // 1970-01-01
        assert_eq!(day_of_year(11_016), (59, true)); // 2000-02-29
        assert_eq!(day_of_year(11_322), (365, true)); // 2000-12-31
        assert_eq!(day_of_year(20_454), (0, false)); // 2026-01-01
        assert_eq!(day_of_year(20_454 + 364), (364, false)); // 2026-12-31
        assert_eq!(day_of_year(-1), (364, false)); // 1969-12-31
    }

    #[test]
    fn every_year_has_its_days_in_order() {
        let mut last = day_of_year(0);
        for day in 1..60_000 {
            let now = day_of_year(day);
            let turned = now.0 == 0 && last.0 == if last.1 { 365 } else { 364 };
            assert!(turned || now == (last.0 + 1, last.1), "{day}: {last:?} {now:?}");
            last = now;
        }
    }
}
