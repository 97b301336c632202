//! Light on the horizontal under a clear sky, and how much of any light is diffuse.
//!
//! ```text
//! GHI = 1098·cos z·exp(−0.059/cos z)                          W/m²
//! DHI/GHI = f(kt),   kt = GHI / (1361·cos z)
//! ```
//!
//! References: B. Haurwitz, J. Meteorology 2 (1945) and 3 (1946); D. Erbs, S. Klein, J. Duffie,
//! Solar Energy 28 (1982) for `f`. The sun's distance (±3.4 % of the light) is left out of both.

/// Light outside the air, W/m².
pub(crate) const EXTRATERRESTRIAL_WATTS_M2: f64 = 1361.0;
/// So low a sun gives nothing a panel could use.
pub(crate) const COS_ZENITH_MIN: f64 = 0.005;

/// Clear-sky light on the horizontal, W/m².
pub(super) fn horizontal_watts_m2(cos_zenith: f64) -> f64 {
    if cos_zenith < COS_ZENITH_MIN { 0.0 } else { 1098.0 * cos_zenith * (-0.059 / cos_zenith).exp() }
}

/// The diffuse share of light on the horizontal.
pub(super) fn diffuse_ratio(horizontal_watts_m2: f64, cos_zenith: f64) -> f64 {
    let kt = horizontal_watts_m2 / (EXTRATERRESTRIAL_WATTS_M2 * cos_zenith.max(COS_ZENITH_MIN));
    if kt <= 0.22 {
        1.0 - 0.09 * kt
    } else if kt <= 0.80 {
        0.9511 + kt * (-0.1604 + kt * (4.388 + kt * (-16.638 + kt * 12.336)))
    } else {
        0.165
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overcast_sky_is_all_diffuse_and_a_clear_one_mostly_beam() {
        assert!(diffuse_ratio(80.0, 0.5) > 0.95);
        assert!(diffuse_ratio(horizontal_watts_m2(0.8), 0.8) < 0.3);
    }
}
