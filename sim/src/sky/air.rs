//! Air temperature: the day's mean, its regular course, the radiating night, and restlessness.
//!
//! ```text
//! T = mean + swing·c − night·(max(0, −c) − 1/π) + restless·x,    c = cos(2π(t − 15 h)/24 h)
//! ```
//!
//! °C and K, the four figures the day's, straight from noon to noon; `x` is standard normal of memory
//! exp(−1 min/8 h). The night's term has no mean over a day: what the night loses the day has more.
//!
//! Reference: coldest hour near dawn and warmest at 15 h; within-day departures from the regular
//! course, 1.9 K in winter and 1.6 K in summer, of Montréal-Mirabel's typical year (CWEC), of which the
//! way from one day's mean to the next's makes about half.

use super::days::{Days, remember};
use super::normal;
use signals::{Seed, Stream};
use std::f64::consts::{FRAC_1_PI, TAU};

/// exp(−1/480), one minute a step.
pub(crate) const MEMORY: f64 = 0.997_918_835_299_299_3;
pub(crate) const WARMEST_DAYS: f64 = 15.0 / 24.0;

/// The air of one run.
#[derive(Debug)]
pub(super) struct Air {
    restless: f64,
    chance: Stream,
}

impl Air {
    /// The air at the start.
    pub fn new(seed: Seed) -> Self {
        let mut chance = seed.stream("sky.air.minute");
        Self { restless: normal(&mut chance), chance }
    }

    /// Temperature of the next minute, °C.
    pub fn next(&mut self, days: &Days, local_days: f64) -> f64 {
        self.restless = remember(self.restless, MEMORY, &mut self.chance);
        let day = days.air(local_days);
        let course = (TAU * (local_days - WARMEST_DAYS)).cos();
        let night = day.night_kelvin * ((-course).max(0.0) - FRAC_1_PI);
        day.mean_celsius + day.swing_kelvin * course - night + day.restless_kelvin * self.restless
    }
}
