//! The committed year of days from which futures are drawn: clearness and temperature, one day after the other, so
//! that whole spells come again.

use std::sync::LazyLock;

/// One day of the typical year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Share of a clear sky's light.
    pub clearness: f64,
    /// Outside air, mean of the day, °C.
    pub mean_celsius: f64,
    /// Outside air, lowest of the day, °C.
    pub low_celsius: f64,
}

/// Days of the year.
pub const DAYS: usize = 365;
/// Half the window over which "usual" is meant, days.
const USUAL_DAYS: usize = 20;

static MIRABEL: LazyLock<Vec<Day>> =
    LazyLock::new(|| read(include_str!("../../fixtures/climate/mirabel_daily.csv")));

fn read(text: &str) -> Vec<Day> {
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').filter_map(|cell| cell.parse().ok()).collect();
        match cells[..] {
            [_, _, clearness, mean_celsius, low_celsius] => {
                Some(Day { clearness, mean_celsius, low_celsius })
            }
            _ => None,
        }
    };
    text.lines().filter_map(row).collect()
}

/// The day of the year with this number, which may run over either end.
#[must_use]
pub fn day(number: i64) -> Day {
    let index = number.rem_euclid(DAYS as i64) as usize;
    MIRABEL.get(index).copied().unwrap_or(Day { clearness: 0.65, mean_celsius: 5.0, low_celsius: 0.0 })
}

/// What is usual about that day.
#[must_use]
pub fn usual(number: i64) -> Day {
    let reach = USUAL_DAYS as i64;
    let count = (2 * reach + 1) as f64;
    let mean =
        |of: &dyn Fn(&Day) -> f64| (-reach..=reach).map(|near| of(&day(number + near))).sum::<f64>() / count;
    Day {
        clearness: mean(&|day| day.clearness),
        mean_celsius: mean(&|day| day.mean_celsius),
        low_celsius: mean(&|day| day.low_celsius),
    }
}

/// Day of the year of an instant, from 0.
#[must_use]
pub fn day_of_year(unix_secs: f64) -> i64 {
    ((unix_secs / 86_400.0 / 365.2422).fract() * 365.2422) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_whole_and_colder_in_january() {
        assert_eq!(MIRABEL.len(), DAYS);
        assert!(usual(14).mean_celsius < -8.0 && usual(195).mean_celsius > 17.0);
        assert!((0.4..0.9).contains(&usual(320).clearness));
        assert_eq!(day(-1), day(364));
    }
}
