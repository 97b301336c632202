//! Where the sun stands: Grena's third algorithm (±0.01°, good for 2010 to 2110) from `solar-positioning`.
//!
//! Beyond 2105 the sun of 28 years before stands in: calendar and weekday repeat, and no run ends.

use crate::place::Place;
use solar_positioning::time::JulianDate;
use solar_positioning::{Location, SolarPositions};

/// TT − UT1 of these decades, s; a second of it moves the sun by 0.004°.
const DELTA_T_SECS: f64 = 70.0;
const UNIX_EPOCH_JULIAN_DAYS: f64 = 2_440_587.5;
const LAST_UNIX_SECS: f64 = 4_260_000_000.0;
const CALENDAR_CYCLE_SECS: f64 = 28.0 * 365.25 * 86_400.0;

/// The sun's place in the sky.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sun {
    /// Above the horizon, degrees, without refraction.
    pub elevation_degrees: f64,
    /// Cosine of the angle from the zenith.
    pub cos_zenith: f64,
    /// How far the sun lies to the south: sin(zenith)·cos(azimuth from south).
    pub southing: f64,
}

impl Sun {
    const BELOW: Self = Self { elevation_degrees: -90.0, cos_zenith: -1.0, southing: 0.0 };

    /// The sun over `place`.
    pub fn at(unix_secs: f64, place: &Place) -> Self {
        let late_by = (unix_secs - LAST_UNIX_SECS).max(0.0);
        let secs = unix_secs - (late_by / CALENDAR_CYCLE_SECS).ceil() * CALENDAR_CYCLE_SECS;
        let location = Location { latitude: place.latitude_degrees, longitude: place.longitude_degrees };
        let position = JulianDate::new(UNIX_EPOCH_JULIAN_DAYS + secs / 86_400.0, DELTA_T_SECS)
            .and_then(|time| SolarPositions::grena3().at_from_julian(time, location, 0.0, None));
        // Checked parameters leave no way to fail; a night would be the harmless answer.
        position.map_or(Self::BELOW, |sun| {
            let zenith = sun.zenith_angle().to_radians();
            Self {
                elevation_degrees: sun.elevation_angle(),
                cos_zenith: zenith.cos(),
                southing: -zenith.sin() * sun.azimuth().to_radians().cos(),
            }
        })
    }
}

/// Where the sun stands over the whole globe at one instant: what all places share.
///
/// At the pole the algorithm's elevation is the declination and its azimuth the hour angle at Greenwich,
/// so that [`Ephemeris::over`] gives any place what [`Sun::at`] gives it, to 1e-12, for a few products.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Ephemeris {
    /// Sine of the declination.
    pub sin_declination: f64,
    /// Cosine of the declination times sine and cosine of the hour angle at Greenwich.
    pub westward: f64,
    /// See [`Self::westward`].
    pub meridional: f64,
}

/// How much lower the sun stands than from the centre of the globe, per cosine of its elevation, rad.
const PARALLAX: f64 = 4.26e-5;

impl Ephemeris {
    /// The sun at an instant.
    pub fn at(unix_secs: f64) -> Self {
        let late_by = (unix_secs - LAST_UNIX_SECS).max(0.0);
        let secs = unix_secs - (late_by / CALENDAR_CYCLE_SECS).ceil() * CALENDAR_CYCLE_SECS;
        let pole = Location { latitude: 90.0, longitude: 0.0 };
        let position = JulianDate::new(UNIX_EPOCH_JULIAN_DAYS + secs / 86_400.0, DELTA_T_SECS)
            .and_then(|time| SolarPositions::grena3().at_from_julian(time, pole, 0.0, None));
        position.map_or(Self { sin_declination: -1.0, ..Self::default() }, |sun| {
            let seen = sun.elevation_angle().to_radians();
            let declination = seen + PARALLAX * (seen + PARALLAX * seen.cos()).cos();
            let hour = sun.azimuth().to_radians() + std::f64::consts::PI;
            let (sin_hour, cos_hour) = hour.sin_cos();
            let (sin_declination, cos_declination) = declination.sin_cos();
            Self {
                sin_declination,
                westward: cos_declination * sin_hour,
                meridional: cos_declination * cos_hour,
            }
        })
    }

    /// The sun over a place: cosine of the zenith angle, and southing.
    #[inline(always)]
    pub fn over(&self, latitude: [f64; 2], longitude: [f64; 2]) -> (f64, f64) {
        let ([sin_lat, cos_lat], [sin_lon, cos_lon]) = (latitude, longitude);
        let meridional = f64::mul_add(self.meridional, cos_lon, -(self.westward * sin_lon));
        let rise = f64::mul_add(sin_lat, self.sin_declination, cos_lat * meridional);
        let south = f64::mul_add(sin_lat, meridional, -(cos_lat * self.sin_declination));
        let square = f64::mul_add(-rise, rise, 1.0);
        let square = if square > 0.0 { square } else { 0.0 };
        // The parallax p = PARALLAX·cos e lowers the sun: sin(e − p), and the level part grows to match.
        let half = 0.5 * PARALLAX * PARALLAX * square;
        let cos_zenith = f64::mul_add(rise, 1.0 - half, -(PARALLAX * square));
        let southing = south * (f64::mul_add(PARALLAX, rise, 1.0) - half);
        (cos_zenith, southing)
    }
}

/// Days since 1970 in local mean solar time.
pub(crate) fn local_days(unix_secs: f64, place: &Place) -> f64 {
    unix_secs / 86_400.0 + place.longitude_degrees / 360.0
}

/// The instant of local noon, that many local days after 1970, unix seconds.
pub(super) fn local_noon_unix_secs(local_days: f64, place: &Place) -> f64 {
    (local_days.floor() + 0.5 - place.longitude_degrees / 360.0) * 86_400.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The highest the sun gets on a day, degrees.
    fn noon(day_start_unix_secs: f64, place: &Place) -> f64 {
        let elevation =
            |minute: i32| Sun::at(day_start_unix_secs + f64::from(minute) * 60.0, place).elevation_degrees;
        (0..1440).map(elevation).fold(-90.0, f64::max)
    }

    #[test]
    fn the_sun_stands_as_high_at_the_solstice_as_published() {
        let solstice = 1_797_829_200.0; // 2026-12-21T05:00:00Z
        for (place, published) in
            [(Place::montreal(), 21.1), (Place::quebec(), 19.8), (Place::saguenay(), 18.2)]
        {
            assert!((noon(solstice, &place) - published).abs() < 0.2);
        }
    }

    #[test]
    fn one_ephemeris_serves_every_place() {
        for minute in 0..20_000 {
            let secs = 1_768_194_000.0 + f64::from(minute) * 1_997.0;
            for place in
                [Place::montreal(), Place::sept_iles(), Place { latitude_degrees: -33.0, ..Place::quebec() }]
            {
                let told = Sun::at(secs, &place);
                let (sin_lat, cos_lat) = place.latitude_degrees.to_radians().sin_cos();
                let (sin_lon, cos_lon) = place.longitude_degrees.to_radians().sin_cos();
                let (cos_zenith, southing) = Ephemeris::at(secs).over([sin_lat, cos_lat], [sin_lon, cos_lon]);
                assert!((cos_zenith - told.cos_zenith).abs() < 1e-9, "{cos_zenith} {}", told.cos_zenith);
                assert!((southing - told.southing).abs() < 1e-9, "{southing} {}", told.southing);
            }
        }
    }

    #[test]
    fn the_sun_still_rises_in_the_next_century() {
        assert!(noon(LAST_UNIX_SECS + 50.0 * 365.25 * 86_400.0, &Place::montreal()) > 20.0);
    }
}
