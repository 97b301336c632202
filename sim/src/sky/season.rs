//! The time of the year: monthly figures, straight between mid-months.
//!
//! ```text
//! month = ⅛·knot[−1] + ¾·knot[0] + ⅛·knot[+1]
//! ```
//!
//! Straight lines through the monthly means would cut the coldest and the warmest month short (January
//! by 0.7 K): means and clearness are laid through knots whose months have the published means.
//!
//! By month, in K: *spread* of daily means, half-way between Montréal-Mirabel's typical year (CWEC) and
//! what the spread of whole months at Montréal-Trudeau asks for (normals 1971–2000), and 7 % more, which
//! the straight way from noon to noon takes away again; regular daily *swing*, lowest to highest, in
//! winter that of the typical year's mean day (most of a winter day's range is a front's) and otherwise
//! the normals' mean range. Snow lies, and the ground is bright, where the month is cold.

use crate::place::Place;

const YEAR_DAYS: f64 = 365.2425;
const MID_MONTH_DAYS: [f64; 12] =
    [15.5, 45.0, 74.5, 105.0, 135.5, 166.0, 196.5, 227.5, 258.0, 288.5, 319.0, 349.5];
/// Each round halves what is missing, or better.
const KNOT_ROUNDS: u32 = 8;
const SPREAD_KELVIN: [f64; 12] = [7.7, 7.5, 6.2, 4.7, 4.1, 2.8, 2.4, 2.6, 3.5, 4.1, 4.5, 7.7];
const SWING_KELVIN: [f64; 12] = [4.5, 5.5, 7.0, 9.0, 11.2, 10.9, 10.7, 10.4, 10.3, 9.0, 5.5, 4.0];
/// Share of light that bare ground throws back.
pub(super) const BARE_ALBEDO: f64 = 0.2;
/// and snow.
pub(super) const SNOW_ALBEDO: f64 = 0.6;
/// A mean this far below freezing keeps the ground white.
const WHITE_BELOW_KELVIN: f64 = 4.0;

/// What the climate says of a time of the year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Season {
    /// Mean temperature, °C.
    pub mean_celsius: f64,
    /// Standard deviation of daily means, K.
    pub spread_kelvin: f64,
    /// Regular daily course, lowest to highest, K.
    pub swing_kelvin: f64,
    /// Mean clearness, ratio.
    pub clearness_ratio: f64,
}

impl Season {
    /// The season at an instant.
    pub fn at(unix_secs: f64, place: &Place) -> Self {
        let months = months_since_mid_january((unix_secs / 86_400.0 / YEAR_DAYS).rem_euclid(1.0) * 365.0);
        Self {
            mean_celsius: between(&knots(&place.month_mean_celsius), months),
            spread_kelvin: between(&SPREAD_KELVIN, months),
            swing_kelvin: between(&SWING_KELVIN, months),
            clearness_ratio: between(&knots(&place.month_clearness_ratio), months).clamp(0.05, 1.05),
        }
    }

    /// Share of light the ground throws back.
    pub fn albedo_ratio(&self) -> f64 {
        let white = (-self.mean_celsius / WHITE_BELOW_KELVIN).clamp(0.0, 1.0);
        BARE_ALBEDO + (SNOW_ALBEDO - BARE_ALBEDO) * white
    }

    /// How wintry it is, 0 to 1: clear winter days are cold, clear summer days are not.
    pub fn winter_ratio(&self) -> f64 {
        ((10.0 - self.mean_celsius) / 15.0).clamp(0.0, 1.0)
    }
}

/// Months from mid-January to this day of the year.
fn months_since_mid_january(day: f64) -> f64 {
    let next = MID_MONTH_DAYS.partition_point(|mid| *mid <= day);
    let before = if next == 0 { MID_MONTH_DAYS[11] - 365.0 } else { MID_MONTH_DAYS[next - 1] };
    let after = if next == 12 { MID_MONTH_DAYS[0] + 365.0 } else { MID_MONTH_DAYS[next] };
    next as f64 - 1.0 + (day - before) / (after - before)
}

/// Mid-month figures between which straight lines have these monthly means.
fn knots(means: &[f64; 12]) -> [f64; 12] {
    let mut knots = *means;
    for _ in 0..KNOT_ROUNDS {
        knots = std::array::from_fn(|month| knots[month] + means[month] - month_mean(&knots, month));
    }
    knots
}

/// Mean over a month of straight lines between mid-months.
fn month_mean(knots: &[f64; 12], month: usize) -> f64 {
    0.125 * knots[(month + 11) % 12] + 0.75 * knots[month] + 0.125 * knots[(month + 1) % 12]
}

/// Between two mid-months; January's is 0.
fn between(months: &[f64; 12], at: f64) -> f64 {
    let floor = at.floor();
    let index = floor.rem_euclid(12.0) as usize;
    let (from, to) = (months[index % 12], months[(index + 1) % 12]);
    from + (to - from) * (at - floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_the_months_figures() {
        let place = Place::montreal();
        let january = 1_767_243_600.0; // 2026-01-01T05:00:00Z
        let hours = (0..744).map(|hour| Season::at(january + f64::from(hour) * 3600.0, &place));
        let mean = hours.map(|season| season.mean_celsius).sum::<f64>() / 744.0;
        assert!((mean + 10.2).abs() < 0.1, "{mean}");
        assert!((months_since_mid_january(0.0) + 0.5).abs() < 1e-9);
        assert!((months_since_mid_january(105.0) - 3.0).abs() < 1e-9);
        assert!((months_since_mid_january(365.0) - 11.5).abs() < 1e-9);
        assert!((Season::at(january, &place).albedo_ratio() - SNOW_ALBEDO).abs() < 1e-9);
        for (month, told) in place.month_mean_celsius.iter().enumerate() {
            assert!((month_mean(&knots(&place.month_mean_celsius), month) - told).abs() < 0.01);
        }
    }
}
