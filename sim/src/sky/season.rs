//! The time of the year: monthly figures, straight between mid-months.
//!
//! Spread of daily mean temperature and mean daily range (K), by month, from Montréal-Mirabel's
//! typical year (CWEC), rounded; snow lies, and the ground is bright, where the month is cold.

use crate::place::Place;

const YEAR_DAYS: f64 = 365.2425;
const SPREAD_KELVIN: [f64; 12] = [5.2, 5.6, 5.8, 4.5, 3.8, 2.6, 2.2, 2.4, 3.5, 3.8, 4.2, 6.0];
const RANGE_KELVIN: [f64; 12] = [7.5, 8.8, 9.3, 10.0, 11.2, 10.6, 10.1, 10.1, 11.0, 9.5, 6.2, 7.8];
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
    /// Daily range, K.
    pub range_kelvin: f64,
    /// Mean clearness, ratio.
    pub clearness_ratio: f64,
}

impl Season {
    /// The season at an instant.
    pub fn at(unix_secs: f64, place: &Place) -> Self {
        let months = (unix_secs / 86_400.0 / YEAR_DAYS).rem_euclid(1.0) * 12.0 - 0.5;
        Self {
            mean_celsius: between(&place.month_mean_celsius, months),
            spread_kelvin: between(&SPREAD_KELVIN, months),
            range_kelvin: between(&RANGE_KELVIN, months),
            clearness_ratio: between(&place.month_clearness_ratio, months),
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
    fn mid_month_has_the_months_figure() {
        let mid_january = 1_768_478_400.0; // 2026-01-15T12:00:00Z
        let season = Season::at(mid_january, &Place::montreal());
        assert!((season.mean_celsius + 10.2).abs() < 0.2, "{}", season.mean_celsius);
        assert!((season.albedo_ratio() - SNOW_ALBEDO).abs() < 1e-9);
    }
}
