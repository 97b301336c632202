//! Where a sign stands: coordinates, and the climate the weather is drawn from.
//!
//! Temperatures are monthly means, °C (Environment and Climate Change Canada, normals 1971–2000);
//! May, June, August, September and the whole rows of Saguenay and Val-d'Or are recalled, not re-read,
//! and good to about 0.5 K; Sept-Îles as the town prints them. Daily course and spread are one row for all places (`sky::season`).
//! Clearness is the mean daily global irradiation over that of a clear sky, about half-way between the
//! CWEC year (0.59 in November to 0.92 in February) and typical published figures (0.55 in November and
//! December, 0.65 in January, 0.70 in February and March, 0.62 in June). It is one row for all places:
//! southern Quebec differs less from place to place than from year to year (Sept-Îles is a little sunnier
//! in winter than this).

use crate::check::Checks;
use crate::sky::Station;

/// A place with its climate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Latitude, degrees north.
    pub latitude_degrees: f64,
    /// Longitude, degrees east.
    pub longitude_degrees: f64,
    /// Mean temperature of each month, °C, January first.
    pub month_mean_celsius: [f64; 12],
    /// Mean daily irradiation over clear-sky irradiation of each month, ratio.
    pub month_clearness_ratio: [f64; 12],
}

const CLEARNESS: [f64; 12] = [0.76, 0.80, 0.78, 0.71, 0.67, 0.64, 0.67, 0.66, 0.70, 0.66, 0.57, 0.66];

impl Place {
    /// Montréal-Trudeau.
    #[must_use]
    pub const fn montreal() -> Self {
        Self {
            latitude_degrees: 45.47,
            longitude_degrees: -73.75,
            month_mean_celsius: [-10.2, -8.4, -2.3, 5.7, 13.4, 18.2, 20.9, 19.6, 14.6, 8.1, 1.6, -6.3],
            month_clearness_ratio: CLEARNESS,
        }
    }

    /// Québec-Lesage.
    #[must_use]
    pub const fn quebec() -> Self {
        Self {
            latitude_degrees: 46.79,
            longitude_degrees: -71.39,
            month_mean_celsius: [-12.8, -11.1, -4.6, 3.3, 11.2, 16.5, 19.2, 17.9, 12.5, 6.2, -0.7, -9.1],
            month_clearness_ratio: CLEARNESS,
        }
    }

    /// Saguenay (Bagotville).
    #[must_use]
    pub const fn saguenay() -> Self {
        Self {
            latitude_degrees: 48.33,
            longitude_degrees: -71.0,
            month_mean_celsius: [-15.7, -13.6, -6.6, 2.4, 10.1, 15.6, 18.4, 16.9, 11.6, 5.2, -2.1, -11.5],
            month_clearness_ratio: CLEARNESS,
        }
    }

    /// Sept-Îles, on the north shore of the gulf.
    #[must_use]
    pub const fn sept_iles() -> Self {
        Self {
            latitude_degrees: 50.22,
            longitude_degrees: -66.27,
            month_mean_celsius: [-15.3, -13.4, -7.1, 0.0, 5.9, 11.7, 15.3, 14.2, 9.3, 3.4, -3.1, -11.3],
            month_clearness_ratio: CLEARNESS,
        }
    }

    /// Val-d'Or, in Abitibi: the coldest of the five.
    #[must_use]
    pub const fn val_dor() -> Self {
        Self {
            latitude_degrees: 48.06,
            longitude_degrees: -77.79,
            month_mean_celsius: [-17.2, -14.7, -8.0, 0.8, 9.0, 14.6, 17.2, 15.8, 10.1, 4.0, -4.3, -13.5],
            month_clearness_ratio: CLEARNESS,
        }
    }

    /// The same climate where a weather station stands.
    #[must_use]
    pub fn at(self, station: &Station) -> Self {
        let Station { latitude_degrees, longitude_degrees } = *station;
        Self { latitude_degrees, longitude_degrees, ..self }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("place.latitude_degrees", self.latitude_degrees, -90.0..=90.0);
        checks.within("place.longitude_degrees", self.longitude_degrees, -180.0..=180.0);
        for mean in self.month_mean_celsius {
            checks.within("place.month_mean_celsius", mean, -50.0..=50.0);
        }
        for clearness in self.month_clearness_ratio {
            checks.within("place.month_clearness_ratio", clearness, 0.1..=1.0);
        }
    }
}
