//! The run of days: each has a mood for cloud and one for warmth, and remembers the day before.
//!
//! ```text
//! z[d] = ρ·z[d−1] + √(1 − ρ²)·ε,   ε ~ N(0, 1)       ρ = 0.35 (cloud), 0.75 (warmth)
//! ```
//!
//! Memory makes runs of dull days, which is what autonomy is lost to: independent days never look
//! bad; and it makes cold snaps last. What a mood means is for `day`.
//!
//! Reference: lag-one correlations of Montréal-Mirabel's typical year (CWEC). ρ of cloud is a little higher
//! than there (0.1 to 0.35), since a typical year is stitched together from single months; ρ of warmth is
//! such that whole months spread about their normals as published (2.9 K in January, 1.0 K in July).

use super::day::{DailyAir, Day, Moods};
use super::{normal, season_of_day};
use crate::place::Place;
use signals::{Seed, Stream};

const CLOUD_MEMORY: f64 = 0.35;
const WARMTH_MEMORY: f64 = 0.75;

/// Yesterday, today and tomorrow.
#[derive(Debug)]
pub(crate) struct Days {
    place: Place,
    index: f64,
    moods: Moods,
    window: [Day; 3],
    cloud: Stream,
    warmth: Stream,
}

impl Days {
    /// The days around the start of a run, `local_days` after 1970.
    pub fn new(local_days: f64, place: Place, seed: Seed) -> Self {
        let (mut cloud, mut warmth) = (seed.stream("sky.cloud.day"), seed.stream("sky.air.day"));
        let moods = Moods { cloud: normal(&mut cloud), warmth: normal(&mut warmth) };
        let index = local_days.floor();
        let yesterday = day(moods, index - 1.0, &place);
        let mut days = Self { place, index: index - 2.0, moods, window: [yesterday; 3], cloud, warmth };
        days.advance_to(local_days);
        days
    }

    /// Turns to the day of this instant.
    pub fn advance_to(&mut self, local_days: f64) {
        while self.index < local_days.floor() {
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

    /// The air, straight from noon to noon.
    pub fn air(&self, local_days: f64) -> DailyAir {
        let since_noon = local_days - self.index - 0.5;
        let (from, ratio) = if since_noon < 0.0 { (0, since_noon + 1.0) } else { (1, since_noon) };
        self.window[from].air.toward(&self.window[from + 1].air, ratio)
    }

    fn turn(&mut self) {
        self.index += 1.0;
        self.moods = Moods {
            cloud: remember(self.moods.cloud, CLOUD_MEMORY, &mut self.cloud),
            warmth: remember(self.moods.warmth, WARMTH_MEMORY, &mut self.warmth),
        };
        let tomorrow = day(self.moods, self.index + 1.0, &self.place);
        self.window = [self.window[1], self.window[2], tomorrow];
    }
}

/// The day of these moods, so many local days after 1970.
fn day(moods: Moods, index: f64, place: &Place) -> Day {
    Day::new(moods, &season_of_day(index, place))
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
        let mut days = Days::new(0.0, Place::montreal(), Seed(1));
        let (mut dull, mut both, mut last) = (0.0, 0.0, false);
        for day in 0..20_000 {
            days.advance_to(f64::from(day));
            let now = days.moods.cloud < -0.6;
            dull += f64::from(u8::from(now));
            both += f64::from(u8::from(now && last));
            last = now;
        }
        let (share, after_dull) = (dull / 20_000.0, both / dull);
        assert!((0.24..0.31).contains(&share), "{share}");
        assert!(after_dull > share + 0.12, "{after_dull}");
    }
}
