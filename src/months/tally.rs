//! What alerts were worth, counted: hits, misses, false alarms, delays.
//!
//! ```text
//! recall = hits / (hits + missed)      precision = hits / (hits + false alarms)
//! ```
//!
//! An alert while a milder form of its cause held is neither: it is excused, and counted apart. Delays from the due
//! time, seconds, negative where the alert came before the crew's patience was over.

use super::confidence::wilson;
use crate::verdict::{Outcome, Ruling};

/// Counts of one alert, of a rival, or of a part of either.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Due, and told in time.
    pub hits: usize,
    /// Due, and not told, or too late.
    pub missed: usize,
    /// Told without cause.
    pub false_alarms: usize,
    /// Told while a milder cause held.
    pub excused: usize,
    /// Stretches with a cause in which it was told at least once.
    pub events: usize,
    /// How often it was told in them.
    pub firings: usize,
    /// From due to told, of each hit.
    pub delays_secs: Vec<f64>,
}

impl Tally {
    /// Counts one ruling.
    pub fn add(&mut self, ruling: &Ruling) {
        match ruling.outcome {
            Outcome::Hit { delay_secs } => {
                self.hits += 1;
                self.delays_secs.push(delay_secs);
            }
            Outcome::Missed => self.missed += 1,
            Outcome::FalseAlarm => self.false_alarms += 1,
            Outcome::Excused => self.excused += 1,
        }
    }

    /// Takes in the counts of another part.
    pub fn join(&mut self, other: &Self) {
        self.hits += other.hits;
        self.missed += other.missed;
        self.false_alarms += other.false_alarms;
        self.excused += other.excused;
        self.events += other.events;
        self.firings += other.firings;
        self.delays_secs.extend(&other.delays_secs);
    }

    /// How often it was due.
    #[must_use]
    pub const fn due(&self) -> usize {
        self.hits + self.missed
    }

    /// Share of what was due that was told.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.hits, self.due())
    }

    /// Its interval at 95 %.
    #[must_use]
    pub fn recall_interval(&self) -> Option<(f64, f64)> {
        wilson(self.hits, self.due())
    }

    /// Share of what was told that was due.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.hits, self.hits + self.false_alarms)
    }

    /// Its interval at 95 %.
    #[must_use]
    pub fn precision_interval(&self) -> Option<(f64, f64)> {
        wilson(self.hits, self.hits + self.false_alarms)
    }

    /// The delay that this share of the hits did not exceed.
    #[must_use]
    pub fn delay_secs(&self, share: f64) -> Option<f64> {
        quantile(&self.delays_secs, share)
    }

    /// How often it was told again for the same cause, for each event.
    #[must_use]
    pub fn flaps_per_event(&self) -> Option<f64> {
        (self.events > 0).then(|| (self.firings - self.events) as f64 / self.events as f64)
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// The value that this share of `values` does not exceed.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_delays_are_those_of_the_rulings() {
        let mut tally = Tally::default();
        let outcomes = [
            Outcome::Hit { delay_secs: -600.0 },
            Outcome::Hit { delay_secs: 300.0 },
            Outcome::Missed,
            Outcome::FalseAlarm,
            Outcome::Excused,
        ];
        for outcome in outcomes {
            tally.add(&Ruling { alert: String::new(), due: None, fired: None, outcome });
        }
        assert_eq!((tally.recall(), tally.precision()), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!((tally.delay_secs(0.5), tally.delay_secs(0.95)), (Some(-600.0), Some(300.0)));
        assert_eq!((tally.excused, Tally::default().recall()), (1, None));
    }
}
