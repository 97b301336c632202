//! Where the sun stands, and the light of a clear sky on a panel that faces south.
//!
//! ```text
//! light = direct·cos(incidence) + diffuse·(1 + cos tilt)/2,   direct = 1353·0.7^(AM^0.678),   diffuse = direct/10
//! ```
//!
//! °, W/m². Good to half a degree, which is all that hours ask for.
//!
//! Reference: Spencer (1971) for declination and equation of time; Meinel (1976) for the clear sky; Kasten and Young (1989).

use std::f64::consts::TAU;

/// Where a panel stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Degrees north.
    pub latitude_degrees: f64,
    /// Degrees east.
    pub longitude_degrees: f64,
    /// From the horizontal.
    pub tilt_degrees: f64,
}

/// The sun over a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sun {
    /// Above the horizon.
    pub elevation_degrees: f64,
    /// Clear-sky light in the panel's plane.
    pub plane_watts_m2: f64,
}

/// The sun at an instant, seconds since 1970.
#[must_use]
pub fn sun(standing: &Standing, unix_secs: f64) -> Sun {
    let days = unix_secs / 86_400.0;
    let angle = TAU * (days / 365.2422).fract();
    let (sine, cosine) = angle.sin_cos();
    let (sine2, cosine2) = (2.0 * angle).sin_cos();
    let declination = 0.006918 - 0.399912 * cosine + 0.070257 * sine - 0.006758 * cosine2 + 0.000907 * sine2;
    let equation_minutes =
        229.18 * (0.000075 + 0.001868 * cosine - 0.032077 * sine - 0.014615 * cosine2 - 0.040849 * sine2);
    let solar_hours = 24.0 * days.fract() + (4.0 * standing.longitude_degrees + equation_minutes) / 60.0;
    let turn = TAU * (solar_hours - 12.0) / 24.0;
    let latitude = standing.latitude_degrees.to_radians();
    let up =
        |latitude: f64| latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * turn.cos();
    let height = up(latitude);
    let elevation_degrees = height.clamp(-1.0, 1.0).asin().to_degrees();
    if height <= 0.0 {
        return Sun { elevation_degrees, plane_watts_m2: 0.0 };
    }
    let air_mass = 1.0 / (height + 0.50572 * (elevation_degrees + 6.07995).powf(-1.6364));
    let direct = 1353.0 * 0.7_f64.powf(air_mass.powf(0.678));
    // A panel tilted south by t looks at the sun as the ground t degrees further south does.
    let incidence = up(latitude - standing.tilt_degrees.to_radians()).max(0.0);
    let seen = (1.0 + standing.tilt_degrees.to_radians().cos()) / 2.0;
    Sun { elevation_degrees, plane_watts_m2: direct * (incidence + 0.1 * seen) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_noon_of_the_winter_solstice_the_sun_stands_low_over_montreal() {
        let montreal = Standing { latitude_degrees: 45.5, longitude_degrees: -73.6, tilt_degrees: 60.0 };
        // 2025-12-21, 11:53 local solar noon.
        let noon = sun(&montreal, 1_766_335_980.0);
        assert!((noon.elevation_degrees - 21.1).abs() < 0.6, "{noon:?}");
        // By hand: air mass 2.75, 1353·0.7^(2.75^0.678) = 666 W/m² of beam, 8.7° off the panel, and a tenth of
        // it from three quarters of the sky.
        assert!((noon.plane_watts_m2 - 708.0).abs() < 5.0, "{noon:?}");
        assert_eq!(sun(&montreal, 1_766_335_980.0 - 43_200.0).plane_watts_m2, 0.0);
    }
}
