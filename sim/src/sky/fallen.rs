//! What a sky sends down at one instant, drawn or measured, before a panel stands in its way.

use super::clear;
use super::sun::Sun;

/// What falls from a sky at one instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fallen {
    /// Light on the horizontal, W/m².
    pub horizontal_watts_m2: f64,
    /// Part of it that does not come straight from the sun, W/m².
    pub diffuse_watts_m2: f64,
    /// Share of light the ground throws back.
    pub albedo_ratio: f64,
    /// Light over that of a clear sky, ratio; by night, that of the evening.
    pub clearness_ratio: f64,
    /// Air temperature, °C.
    pub air_celsius: f64,
}

impl Fallen {
    /// The same sky with a forced share of the clear sky's light, if one is.
    pub fn forced(self, clearness: Option<f64>, sun: &Sun) -> Self {
        let Some(clearness_ratio) = clearness else { return self };
        let horizontal_watts_m2 = clear::horizontal_watts_m2(sun.cos_zenith) * clearness_ratio;
        let diffuse_watts_m2 =
            horizontal_watts_m2 * clear::diffuse_ratio(horizontal_watts_m2, sun.cos_zenith);
        Self { horizontal_watts_m2, diffuse_watts_m2, clearness_ratio, ..self }
    }
}
