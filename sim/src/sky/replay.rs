//! Measured hours as light and warmth at any instant.
//!
//! ```text
//! GHI(t) = GHI_hour · clear(t)/mean clear over the hour        DHI(t) = GHI(t)·DHI_hour/GHI_hour
//! T(t) straight between the ends of hours                      snow on the ground -> bright ground
//! ```
//!
//! The clear sky lends the hour its shape and takes none of its energy. Where the sun hardly clears
//! the horizon the hour's mean is used flat. W/m², °C.

use super::clear;
use super::fallen::Fallen;
use super::measured::{Hour, MeasuredYear};
use super::season::{BARE_ALBEDO, SNOW_ALBEDO};
use super::sun::Sun;
use crate::place::Place;
use std::sync::Arc;

/// Samples of an hour's clear sky.
const SAMPLES: u32 = 12;
/// A clear sky dimmer than this lends no shape, W/m².
const SHAPE_WATTS_M2: f64 = 10.0;

/// A measured year being replayed.
#[derive(Debug)]
pub(super) struct Replay {
    year: Arc<MeasuredYear>,
    place: Place,
    /// The hour the figures below are for, local hours since 1970.
    local_hour: f64,
    clear_mean_watts_m2: f64,
    clearness_ratio: f64,
}

impl Replay {
    /// The year over this place.
    pub const fn new(year: Arc<MeasuredYear>, place: Place) -> Self {
        Self { year, place, local_hour: f64::NAN, clear_mean_watts_m2: 0.0, clearness_ratio: 0.7 }
    }

    /// What falls now, with the sun there.
    pub fn next(&mut self, unix_secs: f64, sun: &Sun) -> Fallen {
        let local = self.year.local_hours(unix_secs);
        let begins = local.floor();
        self.turn_to(begins);
        let (now, last) = (*self.year.hour(begins), *self.year.hour(begins - 1.0));
        let horizontal = now.global_watts_m2 * self.shape(sun);
        let diffuse_ratio =
            if now.global_watts_m2 > 0.0 { now.diffuse_watts_m2 / now.global_watts_m2 } else { 1.0 };
        Fallen {
            horizontal_watts_m2: horizontal,
            diffuse_watts_m2: horizontal * diffuse_ratio,
            albedo_ratio: if now.snow_centimetres > 0.0 { SNOW_ALBEDO } else { BARE_ALBEDO },
            clearness_ratio: self.clearness_ratio,
            air_celsius: last.air_celsius + (now.air_celsius - last.air_celsius) * (local - begins),
        }
    }

    /// Light of the local day around an instant over that of a clear sky, ratio.
    pub fn day_clearness(&self, unix_secs: f64) -> f64 {
        let midnight = (self.year.local_hours(unix_secs) / 24.0).floor() * 24.0;
        let hours = (0..24).map(|hour| midnight + f64::from(hour));
        let (light, clear) = hours.fold((0.0, 0.0), |(light, clear), hour| {
            (light + self.year.hour(hour).global_watts_m2, clear + self.clear_mean(hour))
        });
        if clear > SHAPE_WATTS_M2 { (light / clear).clamp(0.0, 1.1) } else { 0.7 }
    }

    fn turn_to(&mut self, local_hour: f64) {
        if self.local_hour == local_hour {
            return;
        }
        self.local_hour = local_hour;
        self.clear_mean_watts_m2 = self.clear_mean(local_hour);
        let hour: &Hour = self.year.hour(local_hour);
        if self.clear_mean_watts_m2 > SHAPE_WATTS_M2 {
            self.clearness_ratio = (hour.global_watts_m2 / self.clear_mean_watts_m2).min(1.2);
        }
    }

    /// Mean light of a clear sky over the hour that begins then, W/m².
    fn clear_mean(&self, local_hour: f64) -> f64 {
        let start = self.year.unix_secs(local_hour);
        let step = 3600.0 / f64::from(SAMPLES);
        let samples = (0..SAMPLES).map(|k| {
            let sun = Sun::at(start + (f64::from(k) + 0.5) * step, &self.place);
            clear::horizontal_watts_m2(sun.cos_zenith)
        });
        samples.sum::<f64>() / f64::from(SAMPLES)
    }

    /// This instant's light over the hour's mean.
    fn shape(&self, sun: &Sun) -> f64 {
        if self.clear_mean_watts_m2 > SHAPE_WATTS_M2 {
            clear::horizontal_watts_m2(sun.cos_zenith) / self.clear_mean_watts_m2
        } else {
            1.0
        }
    }
}
