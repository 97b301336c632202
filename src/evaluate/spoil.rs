//! What may be wrong between a battery and its estimator: sensors that read wrong, and records with holes.
//!
//! ```text
//! I' = g·I + b_I      V' = V + b_V      T' = T + b_T        A (positive while charging), V, K
//! ```
//!
//! Slower sampling keeps the first row of each interval as a device that is polled does: what happened in
//! between is not averaged. A gap takes rows out of the middle of a record long enough for it; where the
//! record is too short the silence falls into its longest rest, whose end is moved: there the battery has
//! rested less than the clock says. Reference: the protocol's list of faults (`docs/scoring.md`).

use rand::RngExt;
use signals::Seed;

use super::blind::{Halves, Sensed};

/// A gap lies in the middle of a record at least this many times as long.
const LENGTHS_OF_GAP: f64 = 2.0;
/// Below this current over capacity, per hour, the battery rests; a rest shorter than this hides no gap, s.
const REST_PER_HOUR: f64 = 0.005;
const REST_SECS_MIN: f64 = 60.0;

/// Everything that is wrong in one trial; the default is nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spoil {
    pub current_gain: f64,
    pub current_offset_amps: f64,
    pub voltage_offset_volts: f64,
    pub temperature_offset_kelvin: f64,
    /// Rows closer than this are left out, s.
    pub sampling_secs: f64,
    /// Length of the silence, s.
    pub gap_secs: f64,
    /// Share of rows lost.
    pub dropout_ratio: f64,
    /// Through the bytes of a battery monitor.
    pub is_quantised: bool,
    /// What the capacity is believed to be, over the profile's.
    pub capacity_factor: f64,
}

impl Default for Spoil {
    fn default() -> Self {
        Self {
            current_gain: 1.0,
            current_offset_amps: 0.0,
            voltage_offset_volts: 0.0,
            temperature_offset_kelvin: 0.0,
            sampling_secs: 0.0,
            gap_secs: 0.0,
            dropout_ratio: 0.0,
            is_quantised: false,
            capacity_factor: 1.0,
        }
    }
}

/// A record spoiled, and when its gap ended, s.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spoiled {
    pub halves: Halves,
    pub gap_end_secs: Option<f64>,
}

impl Spoil {
    /// The record as the estimator gets it; `None` where it has no room for the gap.
    pub fn apply(&self, halves: &Halves, capacity_amp_hours: f64, seed: Seed) -> Option<Spoiled> {
        let (mut halves, gap_end_secs) = if self.gap_secs > 0.0 {
            let (halves, end) = with_gap(halves, self.gap_secs, capacity_amp_hours)?;
            (halves, Some(end))
        } else {
            (halves.clone(), None)
        };
        if self.sampling_secs > 0.0 {
            halves = thinned(&halves, self.sampling_secs);
        }
        if self.dropout_ratio > 0.0 {
            let mut chance = seed.stream("dropout");
            halves = halves.keeping(|_| !chance.random_bool(self.dropout_ratio));
        }
        for row in &mut halves.sensed {
            *row = self.misread(row);
        }
        Some(Spoiled { halves, gap_end_secs })
    }

    fn misread(&self, row: &Sensed) -> Sensed {
        let amps = row.current_amps.map(|amps| self.current_gain * amps + self.current_offset_amps);
        Sensed {
            time_secs: row.time_secs,
            current_amps: amps,
            voltage_volts: row.voltage_volts.map(|volts| volts + self.voltage_offset_volts),
            temperature_celsius: row.temperature_celsius.map(|warm| warm + self.temperature_offset_kelvin),
        }
    }
}

fn thinned(halves: &Halves, every_secs: f64) -> Halves {
    let mut next = f64::NEG_INFINITY;
    halves.keeping(|row| {
        let is_due = row.time_secs >= next;
        if is_due {
            next = (row.time_secs / every_secs).floor() * every_secs + every_secs;
        }
        is_due
    })
}

fn with_gap(halves: &Halves, gap_secs: f64, capacity_amp_hours: f64) -> Option<(Halves, f64)> {
    let start = halves.sensed.first()?.time_secs;
    if halves.secs() >= LENGTHS_OF_GAP * gap_secs {
        let from = start + 0.5 * (halves.secs() - gap_secs);
        let kept = halves.keeping(|row| !(from..from + gap_secs).contains(&row.time_secs));
        return Some((kept, from + gap_secs));
    }
    let rest_end = longest_rest_end(&halves.sensed, capacity_amp_hours)?;
    let mut moved = halves.clone();
    for row in moved.sensed.iter_mut().filter(|row| row.time_secs >= rest_end) {
        row.time_secs += gap_secs;
    }
    Some((moved, rest_end + gap_secs))
}

/// When the last row of the longest rest was taken, s.
fn longest_rest_end(sensed: &[Sensed], capacity_amp_hours: f64) -> Option<f64> {
    let rests =
        |row: &Sensed| row.current_amps.is_some_and(|amps| amps.abs() < REST_PER_HOUR * capacity_amp_hours);
    let mut longest: Option<(f64, f64)> = None;
    let mut since = None;
    for row in sensed {
        since = if rests(row) { since.or(Some(row.time_secs)) } else { None };
        if let Some(since) = since {
            let secs = row.time_secs - since;
            if secs >= REST_SECS_MIN && longest.is_none_or(|(most, _)| secs > most) {
                longest = Some((secs, row.time_secs));
            }
        }
    }
    longest.map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(rows: u32, amps: impl Fn(u32) -> f64) -> Halves {
        let sensed = |k: u32| Sensed {
            time_secs: f64::from(k),
            current_amps: Some(amps(k)),
            voltage_volts: Some(3.3),
            temperature_celsius: Some(20.0),
        };
        Halves {
            sensed: (0..rows).map(sensed).collect(),
            truth: (0..rows).map(|k| Some(1.0 - f64::from(k) / 1e4)).collect(),
        }
    }

    fn spoiled(spoil: Spoil, halves: &Halves) -> Option<Spoiled> {
        spoil.apply(halves, 2.0, Seed(1))
    }

    #[test]
    fn every_sensor_is_wrong_by_its_own_amount() {
        let spoil = Spoil {
            current_gain: 1.02,
            current_offset_amps: 0.05,
            voltage_offset_volts: -0.005,
            temperature_offset_kelvin: 3.0,
            ..Spoil::default()
        };
        let row = spoiled(spoil, &record(3, |_| -1.0)).expect("no gap").halves.sensed[1];
        assert_eq!(row.current_amps, Some(-1.02 + 0.05));
        assert_eq!(row.voltage_volts, Some(3.3 - 0.005));
        assert_eq!(row.temperature_celsius, Some(23.0));
    }

    #[test]
    fn slow_sampling_keeps_one_row_an_interval_with_its_own_truth() {
        let spoil = Spoil { sampling_secs: 60.0, ..Spoil::default() };
        let halves = spoiled(spoil, &record(600, |_| -1.0)).expect("no gap").halves;
        assert_eq!(halves.sensed.len(), 10);
        assert_eq!((halves.sensed[1].time_secs, halves.truth[1]), (60.0, Some(1.0 - 0.006)));
    }

    #[test]
    fn a_gap_is_cut_from_the_middle_or_falls_into_a_rest_or_finds_no_room() {
        let gap = |secs| Spoil { gap_secs: secs, ..Spoil::default() };
        let cut = spoiled(gap(100.0), &record(1000, |_| -1.0)).expect("long enough");
        assert_eq!((cut.halves.sensed.len(), cut.gap_end_secs), (900, Some(549.5)));
        let resting = record(1000, |k| if (300..400).contains(&k) { 0.0 } else { -1.0 });
        let pause = spoiled(gap(9e3), &resting).expect("a rest");
        assert_eq!((pause.halves.sensed.len(), pause.gap_end_secs), (1000, Some(9399.0)));
        assert_eq!(pause.halves.truth, resting.truth);
        assert_eq!(spoiled(gap(9e3), &record(1000, |_| -1.0)), None);
    }

    #[test]
    fn dropout_takes_its_share_and_the_same_rows_each_time() {
        let spoil = Spoil { dropout_ratio: 0.01, ..Spoil::default() };
        let once = spoiled(spoil, &record(20_000, |_| -1.0)).expect("no gap");
        assert!((19_700..=19_900).contains(&once.halves.sensed.len()));
        assert_eq!(spoiled(spoil, &record(20_000, |_| -1.0)), Some(once));
    }
}
