//! A sky drawn from a seed: the run of days, the clouds within a day, the air.

use super::air::Air;
use super::clear;
use super::cloud::Clouds;
use super::days::Days;
use super::fallen::Fallen;
use super::season::Season;
use super::sun::Sun;
use crate::place::Place;
use signals::Seed;

/// A drawn sky under way.
#[derive(Debug)]
pub(super) struct Drawn {
    days: Days,
    clouds: Clouds,
    air: Air,
}

impl Drawn {
    /// The sky at the start of a run, this many local days after 1970.
    pub fn new(local_days: f64, place: Place, seed: Seed) -> Self {
        Self { days: Days::new(local_days, place, seed), clouds: Clouds::new(seed), air: Air::new(seed) }
    }

    /// What falls the next minute; `forced` is the clearness of a spell.
    pub fn next(&mut self, local_days: f64, season: &Season, sun: &Sun, forced: Option<f64>) -> Fallen {
        self.days.advance_to(local_days);
        let clearness = self.clouds.next(self.days.today().clearness_ratio, forced);
        let horizontal = clear::horizontal_watts_m2(sun.cos_zenith) * clearness;
        Fallen {
            horizontal_watts_m2: horizontal,
            diffuse_watts_m2: horizontal * clear::diffuse_ratio(horizontal, sun.cos_zenith),
            albedo_ratio: season.albedo_ratio(),
            clearness_ratio: clearness,
            air_celsius: self.air.next(&self.days, local_days),
        }
    }

    /// Clearness of the day of the latest minute.
    pub const fn day_clearness(&self) -> f64 {
        self.days.today().clearness_ratio
    }
}
