//! How late a schedule was kept: a histogram, percentiles and the deadlines missed. Seconds throughout.

/// Lateness of each tick of one schedule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lateness {
    /// In order of size.
    sorted: Vec<f64>,
    /// Later than this is missed.
    late_after_secs: f64,
    /// The schedule's length, and how long it took.
    planned_secs: f64,
    took_secs: f64,
}

/// Ticks that were late by at least `from_secs` and less than `until_secs`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The lower edge.
    pub from_secs: f64,
    /// The upper edge.
    pub until_secs: f64,
    /// How many.
    pub count: usize,
}

/// The first bin ends here; each is twice as wide as the one before.
const FIRST_BIN_SECS: f64 = 20e-6;

impl Lateness {
    /// Of ticks late by these, where later than `late_after_secs` is missed.
    #[must_use]
    pub fn new(mut late_secs: Vec<f64>, late_after_secs: f64, planned_secs: f64, took_secs: f64) -> Self {
        late_secs.sort_by(f64::total_cmp);
        Self { sorted: late_secs, late_after_secs, planned_secs, took_secs }
    }

    /// Ticks kept and missed.
    #[must_use]
    pub fn ticks(&self) -> usize {
        self.sorted.len()
    }

    /// Ticks missed.
    #[must_use]
    pub fn missed(&self) -> usize {
        self.sorted.iter().filter(|late| **late > self.late_after_secs).count()
    }

    /// Lateness that this share of the ticks does not exceed.
    #[must_use]
    pub fn percentile(&self, ratio: f64) -> f64 {
        percentile(&self.sorted, ratio)
    }

    /// Time of the schedule over time of the clock: 1 where it was kept, less where it fell behind.
    #[must_use]
    pub fn real_time_factor(&self) -> f64 {
        if self.took_secs > 0.0 { self.planned_secs / self.took_secs } else { 1.0 }
    }

    /// The histogram, from 0 to the latest tick.
    #[must_use]
    pub fn histogram(&self) -> Vec<Bin> {
        let latest = self.sorted.last().copied().unwrap_or(0.0);
        let mut bins = Vec::new();
        let (mut from, mut until) = (0.0, FIRST_BIN_SECS);
        while from <= latest {
            let count = self.sorted.iter().filter(|late| (from..until).contains(*late)).count();
            bins.push(Bin { from_secs: from, until_secs: until, count });
            (from, until) = (until, until * 2.0);
        }
        bins
    }
}

/// The value that this share of `sorted` does not exceed (nearest rank); 0 of none.
#[must_use]
pub fn percentile(sorted: &[f64], ratio: f64) -> f64 {
    let rank = (ratio * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let late: Vec<f64> = (1..=100).map(f64::from).collect();
        let lateness = Lateness::new(late, 95.0, 100.0, 200.0);
        assert_eq!((lateness.percentile(0.5), lateness.percentile(0.99)), (50.0, 99.0));
        assert_eq!((lateness.percentile(1.0), lateness.missed()), (100.0, 5));
        assert_eq!(lateness.real_time_factor(), 0.5);
        assert_eq!(percentile(&[], 0.99), 0.0);
    }

    #[test]
    fn every_tick_is_in_one_bin() {
        let lateness = Lateness::new(vec![0.0, 19e-6, 20e-6, 1e-3, 0.5], 1.0, 1.0, 1.0);
        let bins = lateness.histogram();
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), 5);
        assert_eq!((bins[0].count, bins[1].count), (2, 1));
    }
}
