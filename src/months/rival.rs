//! What a user has today: an alarm below a fixed voltage, or below a state of charge as the device claims it.
//!
//! Both are tried on a ladder of thresholds, with a hold and a memory as patient as our own rule's, and the threshold
//! that finds most at no more false alarms than ours is the rival to be compared with: a better one than a user
//! without the truth could find.

use std::ops::Range;

use super::grid::Grid;
use super::life::Life;
use super::machine::Machine;
use super::score::is_marginal;
use super::tally::Tally;
use crate::due::{Need, SpanSecs};
use crate::verdict;

/// Low for half an hour; one alarm until it was not low for two.
const HOLD_SECS: f64 = 1800.0;
const KEEP_SECS: f64 = 7200.0;

/// What a rival looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rival {
    /// The battery's voltage, V.
    Voltage,
    /// The state of charge the device claims, ratio.
    DeviceSoc,
}

impl Rival {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Voltage, Self::DeviceSoc];

    /// A name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Voltage => "voltage",
            Self::DeviceSoc => "device-soc",
        }
    }

    fn thresholds(self) -> Vec<f64> {
        let steps: (Range<u32>, f64, f64) = match self {
            Self::Voltage => (0..41, 11.0, 0.05),
            Self::DeviceSoc => (0..39, 0.025, 0.025),
        };
        let (count, low, step) = steps;
        count.map(|index| low + f64::from(index) * step).collect()
    }

    fn reads(self, life: &Life) -> &[f32] {
        match self {
            Self::Voltage => &life.volts,
            Self::DeviceSoc => &life.device_soc,
        }
    }
}

/// A rival of one alert at each of its thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder {
    /// The rival.
    pub rival: Rival,
    /// Threshold and what came of it.
    pub rungs: Vec<(f64, Tally)>,
}

impl Ladder {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(rival: Rival) -> Self {
        let rungs = rival.thresholds().into_iter().map(|threshold| (threshold, Tally::default())).collect();
        Self { rival, rungs }
    }

    /// Counts what each threshold would have told of one life.
    pub fn add(&mut self, life: &Life, need: &Need, grid: &Grid) {
        let read = self.rival.reads(life);
        for (threshold, tally) in &mut self.rungs {
            let fired = fired(read, *threshold as f32, grid);
            for ruling in verdict::rule(need, &life.moments, &fired, grid.step_secs as f64) {
                if !is_marginal(need, &life.moments, &ruling) {
                    tally.add(&ruling);
                }
            }
        }
    }

    /// Takes in what another part counted.
    pub fn join(&mut self, other: &Self) {
        for ((_, tally), (_, more)) in self.rungs.iter_mut().zip(&other.rungs) {
            tally.join(more);
        }
    }

    /// The threshold that misses least with at most so many false alarms.
    #[must_use]
    pub fn tuned(&self, false_alarms: usize) -> Option<&(f64, Tally)> {
        self.rungs.iter().filter(|(_, tally)| tally.false_alarms <= false_alarms).max_by(
            |(_, one), (_, next)| one.hits.cmp(&next.hits).then(next.false_alarms.cmp(&one.false_alarms)),
        )
    }
}

fn fired(read: &[f32], threshold: f32, grid: &Grid) -> Vec<SpanSecs> {
    let mut machine = Machine::new(HOLD_SECS, KEEP_SECS);
    let mut spans: Vec<SpanSecs> = Vec::new();
    let mut was_firing = false;
    for (step, value) in read.iter().enumerate() {
        let fires = machine.evaluate(grid.secs(step), *value < threshold);
        let (from, until) = (grid.secs(step), grid.secs(step + 1));
        match spans.last_mut() {
            Some(span) if fires && was_firing => span.until = until,
            _ if fires => spans.push(SpanSecs { from, until }),
            _ => {}
        }
        was_firing = fires;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rival_is_tuned_to_as_many_false_alarms_as_ours() {
        let mut ladder = Ladder::new(Rival::Voltage);
        for (index, (_, tally)) in ladder.rungs.iter_mut().enumerate() {
            (tally.hits, tally.false_alarms) = (index, 2 * index);
        }
        assert_eq!(ladder.tuned(7).map(|(_, tally)| tally.hits), Some(3));
        assert_eq!(ladder.tuned(0).map(|(_, tally)| tally.hits), Some(0));
    }

    #[test]
    fn a_low_voltage_alarms_after_half_an_hour_and_a_gap_is_not_low() {
        let grid = Grid { start_unix_secs: 0, step_secs: 300, steps: 60 };
        let mut read = vec![12.0_f32; 60];
        read[10..20].fill(11.0);
        read[40..45].fill(f32::NAN);
        assert_eq!(fired(&read, 11.5, &grid), [SpanSecs { from: 4800.0, until: 13_200.0 }]);
    }
}
