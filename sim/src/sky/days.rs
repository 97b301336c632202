//! The run of days: each has a mood for cloud and one for warmth, and remembers the day before.
//!
//! ```text
//! z[d] = ρ·z[d−1] + √(1 − ρ²)·ε,   ε ~ N(0, 1)       ρ = 0.35 (cloud), 0.65 (warmth)
//! ```
//!
//! Memory makes runs of dull days, which is what autonomy is lost to: independent days never look
//! bad. The cloud's mood becomes clearness through the distribution of daily clearness, the warmth's
//! becomes an anomaly in kelvin; a clear winter day is a cold one.
//!
//! Reference: daily clearness and its quantiles, spread and lag-one correlation of daily temperature
//! from Montréal-Mirabel's typical year (CWEC); ρ of cloud a little higher than there (0.1 to 0.35),
//! since a typical year is stitched together from single months.

use super::normal;
use super::season::Season;
use signals::{Seed, Stream};

const CLOUD_MEMORY: f64 = 0.35;
const WARMTH_MEMORY: f64 = 0.65;
/// Correlation of clearness with warmth in deep winter.
const CLEAR_IS_COLD: f64 = 0.45;
/// Daily clearness at each tenth of its distribution, for a season whose mean is 0.70.
const CLEARNESS_TENTHS: [f64; 11] = [0.10, 0.27, 0.38, 0.52, 0.65, 0.77, 0.89, 0.98, 1.03, 1.07, 1.10];
const CLEARNESS_MAX: f64 = 1.10;
const CLEARNESS_MEAN: f64 = 0.70;

/// One day's moods, standard normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Day {
    cloud: f64,
    warmth: f64,
}

impl Day {
    /// Mean clearness of the day, ratio to a clear sky.
    pub fn clearness(&self, season: &Season) -> f64 {
        // The logistic curve is within 0.01 of the normal distribution's.
        let share = 1.0 / (1.0 + (-1.702 * self.cloud).exp());
        let tenth = (share * 10.0).min(9.999_999);
        let index = tenth as usize;
        let (low, high) = (CLEARNESS_TENTHS[index], CLEARNESS_TENTHS[index + 1]);
        let clearness = low + (high - low) * (tenth - index as f64);
        let bend = (season.clearness_ratio / CLEARNESS_MAX).ln() / (CLEARNESS_MEAN / CLEARNESS_MAX).ln();
        CLEARNESS_MAX * (clearness / CLEARNESS_MAX).powf(bend)
    }

    /// Departure of the day's mean temperature from the season's, K.
    pub fn anomaly_kelvin(&self, season: &Season) -> f64 {
        let shared = CLEAR_IS_COLD * season.winter_ratio();
        season.spread_kelvin * (self.warmth * (1.0 - shared * shared).sqrt() - self.cloud * shared)
    }
}

/// Yesterday, today and tomorrow.
#[derive(Debug)]
pub(crate) struct Days {
    index: f64,
    window: [Day; 3],
    cloud: Stream,
    warmth: Stream,
}

impl Days {
    /// The days around the start of a run, `local_days` after 1970.
    pub fn new(local_days: f64, seed: Seed) -> Self {
        let (mut cloud, mut warmth) = (seed.stream("sky.cloud.day"), seed.stream("sky.air.day"));
        let first = Day { cloud: normal(&mut cloud), warmth: normal(&mut warmth) };
        let mut days = Self { index: local_days.floor(), window: [first; 3], cloud, warmth };
        days.turn();
        days.turn();
        days
    }

    /// Turns to the day of this instant.
    pub fn advance_to(&mut self, local_days: f64) {
        while self.index < local_days.floor() {
            self.index += 1.0;
            self.turn();
        }
    }

    /// Today.
    pub const fn today(&self) -> &Day {
        &self.window[1]
    }

    /// The index of today.
    pub const fn index(&self) -> f64 {
        self.index
    }

    /// Yesterday, today and tomorrow.
    pub const fn window(&self) -> &[Day; 3] {
        &self.window
    }

    /// A quantity of the day, straight from noon to noon.
    pub fn smooth(&self, local_days: f64, of: impl Fn(&Day) -> f64) -> f64 {
        let since_noon = local_days - self.index - 0.5;
        let (from, to, ratio) = if since_noon < 0.0 { (0, 1, since_noon + 1.0) } else { (1, 2, since_noon) };
        let (from, to) = (of(&self.window[from]), of(&self.window[to]));
        from + (to - from) * ratio
    }

    fn turn(&mut self) {
        let last = self.window[2];
        let next = Day {
            cloud: remember(last.cloud, CLOUD_MEMORY, &mut self.cloud),
            warmth: remember(last.warmth, WARMTH_MEMORY, &mut self.warmth),
        };
        self.window = [self.window[1], last, next];
    }
}

/// The next value of a standard normal process with this memory.
pub(super) fn remember(last: f64, memory: f64, chance: &mut Stream) -> f64 {
    memory * last + (1.0 - memory * memory).sqrt() * normal(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dull_days_come_in_runs() {
        let mut days = Days::new(0.0, Seed(1));
        let (mut dull, mut both, mut last) = (0.0, 0.0, false);
        for day in 0..20_000 {
            days.advance_to(f64::from(day));
            let now = days.today().cloud < -0.6;
            dull += f64::from(u8::from(now));
            both += f64::from(u8::from(now && last));
            last = now;
        }
        let (share, after_dull) = (dull / 20_000.0, both / dull);
        assert!((0.24..0.31).contains(&share), "{share}");
        assert!(after_dull > share + 0.12, "{after_dull}");
    }
}
