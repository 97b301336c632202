//! Clouds passing within a day: the day's clearness, unsteady over an hour and over some minutes.
//!
//! ```text
//! k(t) = k_day + s·(0.8·x₁ + 0.6·x₂),   x of memory exp(−1 min/τ), τ₁ = 60 min, τ₂ = 6 min
//! ```
//!
//! `s` is largest on days of broken cloud and small on clear or overcast ones; `k` may pass 1 for
//! minutes, as light does at the edge of a cloud.
//!
//! Reference: hourly lag-one correlation 0.54 ± 0.14, V. Graham, K. Hollands, Solar Energy 44 (1990);
//! shape and size are a scenario choice.

use super::days::remember;
use super::normal;
use signals::{Seed, Stream};

/// exp(−1/60) and exp(−1/6), one minute a step.
pub(crate) const HOUR_MEMORY: f64 = 0.983_471_453_821_617_4;
pub(crate) const MINUTES_MEMORY: f64 = 0.846_481_724_890_614_1;
pub(crate) const CLEARNESS_MIN: f64 = 0.02;
pub(crate) const CLEARNESS_MAX: f64 = 1.20;
/// A forced sky is near enough uniform.
pub(crate) const FORCED_UNSTEADINESS: f64 = 0.15;

/// The clouds of one run.
#[derive(Debug)]
pub(super) struct Clouds {
    hour: f64,
    minutes: f64,
    chance: Stream,
}

impl Clouds {
    /// The clouds at the start.
    pub fn new(seed: Seed) -> Self {
        let mut chance = seed.stream("sky.cloud.minute");
        Self { hour: normal(&mut chance), minutes: normal(&mut chance), chance }
    }

    /// Clearness of the next minute, given the day's, or the one a spell forces.
    pub fn next(&mut self, day: f64, forced: Option<f64>) -> f64 {
        self.hour = remember(self.hour, HOUR_MEMORY, &mut self.chance);
        self.minutes = remember(self.minutes, MINUTES_MEMORY, &mut self.chance);
        let wave = 0.8 * self.hour + 0.6 * self.minutes;
        if let Some(clearness) = forced {
            return (clearness * (1.0 + FORCED_UNSTEADINESS * wave)).clamp(0.0, CLEARNESS_MAX);
        }
        let unsteadiness = (0.45 * day).min(0.5 * (CLEARNESS_MAX - day));
        (day + unsteadiness * wave).clamp(CLEARNESS_MIN, CLEARNESS_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_leave_the_days_mean_as_it_is() {
        for day in [0.2, 0.6, 1.0] {
            let mut clouds = Clouds::new(Seed(4));
            let mean = (0..100_000).map(|_| clouds.next(day, None)).sum::<f64>() / 100_000.0;
            assert!((mean / day - 1.0).abs() < 0.06, "{day}: {mean}");
        }
    }
}
