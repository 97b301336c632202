//! Air temperature: the season's mean, the day's anomaly, the course of the day, and restlessness.
//!
//! ```text
//! T = mean + anomaly(day) + range/2·(0.5 + 0.7·k)·cos(2π(t − 15 h)/24 h) + 0.8·x
//! ```
//!
//! °C and K; `k` the day's clearness (clear days swing wider), `x` of memory exp(−1 min/20 h).
//!
//! Limit: normal anomalies know no deep snap. Around Mirabel's monthly means the coldest hour of a year
//! is −26.5 °C on average, where its typical year has −31.5 °C (a test in `tests/weather.rs`).
//!
//! Reference: ECCC normals 1971–2000 for the means; coldest hour near dawn and warmest at 15 h.

use super::days::{Days, remember};
use super::normal;
use super::season::Season;
use signals::{Seed, Stream};

/// exp(−1/1200), one minute a step.
pub(crate) const MEMORY: f64 = 0.999_167_013_772_571;
pub(crate) const RESTLESSNESS_KELVIN: f64 = 0.8;
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
    pub fn next(&mut self, days: &Days, season: &Season, local_days: f64) -> f64 {
        self.restless = remember(self.restless, MEMORY, &mut self.chance);
        let anomaly = days.smooth(local_days, |day| day.anomaly_kelvin(season));
        let clearness = days.smooth(local_days, |day| day.clearness(season));
        let course = (std::f64::consts::TAU * (local_days - WARMEST_DAYS)).cos();
        let swing = season.range_kelvin / 2.0 * (0.5 + 0.7 * clearness) * course;
        season.mean_celsius + anomaly + swing + RESTLESSNESS_KELVIN * self.restless
    }
}
