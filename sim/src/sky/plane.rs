//! Light in the plane of a panel that faces south.
//!
//! ```text
//! POA = DNI·cos θ·iam + DHI·(A·Rb + (1 − A)·(1 + cos β)/2) + GHI·ρ·(1 − cos β)/2
//! A = DNI/1361,   Rb = cos θ/cos z,   iam = 1 − 0.05·(1/cos θ − 1)
//! ```
//!
//! `β` the tilt, `θ` the angle between sun and the panel's normal, `ρ` the ground's albedo; W/m².
//!
//! Reference: J. Hay, J. Davies (1980); incidence after ASHRAE, b₀ = 0.05.

use super::clear::EXTRATERRESTRIAL_WATTS_M2;
use super::fallen::Fallen;
use super::sun::Sun;

pub(crate) const INCIDENCE_LOSS: f64 = 0.05;
/// Below 5° the beam of an hourly formula is not to be trusted: no more is made of it than at 5°.
pub(crate) const COS_ZENITH_MIN: f64 = 0.087;

/// Light in the plane, W/m².
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Light {
    /// All of it.
    pub whole_watts_m2: f64,
    /// What comes from the sun and close about it: what a shadow takes away.
    pub beam_watts_m2: f64,
}

/// The light in the plane.
pub(super) fn light(fallen: &Fallen, sun: &Sun, tilt_degrees: f64) -> Light {
    let Fallen { horizontal_watts_m2, diffuse_watts_m2: diffuse, albedo_ratio, .. } = *fallen;
    if horizontal_watts_m2 <= 0.0 {
        return Light { whole_watts_m2: 0.0, beam_watts_m2: 0.0 };
    }
    let (sin_tilt, cos_tilt) = tilt_degrees.to_radians().sin_cos();
    let cos_incidence = (sun.cos_zenith * cos_tilt + sun.southing * sin_tilt).max(0.0);
    let cos_zenith = sun.cos_zenith.max(COS_ZENITH_MIN);
    let direct_normal = (horizontal_watts_m2 - diffuse) / cos_zenith;
    let circumsolar = (direct_normal / EXTRATERRESTRIAL_WATTS_M2).clamp(0.0, 1.0);
    let beam = direct_normal * cos_incidence * incidence_ratio(cos_incidence);
    let about = circumsolar * cos_incidence / cos_zenith;
    let sky = about + (1.0 - circumsolar) * (1.0 + cos_tilt) / 2.0;
    let ground = horizontal_watts_m2 * albedo_ratio * (1.0 - cos_tilt) / 2.0;
    Light { whole_watts_m2: beam + diffuse * sky + ground, beam_watts_m2: beam + diffuse * about }
}

/// What the glass lets through at this angle.
fn incidence_ratio(cos_incidence: f64) -> f64 {
    if cos_incidence < 0.05 { 0.0 } else { (1.0 - INCIDENCE_LOSS * (1.0 / cos_incidence - 1.0)).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::super::clear::diffuse_ratio;
    use super::*;

    fn fallen(horizontal_watts_m2: f64, sun: &Sun, albedo_ratio: f64) -> Fallen {
        let diffuse_watts_m2 = horizontal_watts_m2 * diffuse_ratio(horizontal_watts_m2, sun.cos_zenith);
        Fallen { horizontal_watts_m2, diffuse_watts_m2, albedo_ratio, clearness_ratio: 1.0, air_celsius: 0.0 }
    }

    #[test]
    fn a_flat_panel_gets_what_falls_on_the_horizontal() {
        let sun = Sun { elevation_degrees: 53.1, cos_zenith: 0.8, southing: 0.6 };
        let light = light(&fallen(700.0, &sun, 0.2), &sun, 0.0).whole_watts_m2;
        assert!((light / 700.0 - 1.0).abs() < 0.02, "{light}");
    }

    #[test]
    fn a_steep_panel_gains_from_a_low_sun() {
        let sun = Sun { elevation_degrees: 20.0, cos_zenith: 0.342, southing: 0.94 };
        let light = light(&fallen(300.0, &sun, 0.6), &sun, 60.0);
        assert!(light.whole_watts_m2 > 2.0 * 300.0);
        assert!((0.5..0.9).contains(&(light.beam_watts_m2 / light.whole_watts_m2)), "{light:?}");
    }
}
