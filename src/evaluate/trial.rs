//! One trial: a record cut and spoiled, a start told or not, and what the estimator and its rivals made of it.
//!
//! ```text
//! Halves -> cut -> spoil -> sensed rows -> estimator, rivals -> thoughts ─┐
//!                        └> truth ────────────────────────────────────────┴-> scores
//! ```
//!
//! `think` is given the sensed half alone; the truth meets its thoughts only in the scorer.

use estimator::Profile;
use hil::DeviceKind;
use signals::{AmpHours, Amps, Celsius, Reading, Seed, SimTime, Soc, Volts};

use super::Options;
use super::blind::{Halves, Sensed};
use super::knee::Knee;
use super::regime::{Regimes, Tally};
use super::rival::{COUNT, NAMES, Rivals, Said};
use super::run::Chain;
use super::score::{Scored, Scores, score};
use super::spoil::{Spoil, Spoiled};

/// The estimator and its rivals, as machine output names them.
pub(super) const METHODS: [&str; COUNT + 1] = ["estimator", NAMES[0], NAMES[1], NAMES[2], NAMES[3]];

/// What a trial is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trial {
    /// First row of the record that is used.
    pub from_row: usize,
    /// State of charge the estimator and the counter are told; `None` where nobody knows.
    pub told: Option<f64>,
    pub spoil: Spoil,
    /// For what is drawn within the trial.
    pub seed: Seed,
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tried {
    /// Of each of [`METHODS`]; `None` where it said nothing.
    pub scores: [Option<Scores>; METHODS.len()],
    /// Mean of the estimator's normalised innovation squared.
    pub nis_mean: Option<f64>,
    /// The estimator's errors by regime.
    pub regimes: Regimes,
    /// The estimator's errors before and after the first knee.
    pub knee: Knee,
}

/// What all said after one row, in the order of [`METHODS`].
#[derive(Debug, Clone, Copy)]
struct Thought {
    said: [Option<Said>; METHODS.len()],
    innovation_squared: Option<f64>,
}

/// Makes a trial; `None` where the record has no room for its gap.
pub(super) fn attempt(halves: &Halves, profile: &Profile, trial: &Trial) -> Option<Tried> {
    let cut = halves.cut_at(trial.from_row);
    let Spoiled { halves, gap_end_secs } =
        trial.spoil.apply(&cut, profile.capacity().as_amp_hours(), trial.seed)?;
    let believed = believed(profile, trial.spoil.capacity_factor);
    let thoughts = think(&halves.sensed, &believed, trial.told, trial.spoil.is_quantised);
    let innovations = thoughts.iter().filter_map(|thought| thought.innovation_squared);
    let (sum, count) = innovations.fold((0.0, 0.0), |(sum, count), nis| (sum + nis, count + 1.0));
    let series = |method: usize| scored(&halves, &thoughts, method);
    let ours = series(0);
    Some(Tried {
        scores: std::array::from_fn(|method| score(&series(method))),
        nis_mean: (count > 0.0).then(|| sum / count),
        regimes: Tally::new(profile, gap_end_secs).of(&ours, &halves),
        knee: Knee::of(profile, &ours, &halves),
    })
}

fn believed(profile: &Profile, factor: f64) -> Profile {
    let capacity = factor * profile.capacity().as_amp_hours();
    if factor == 1.0 { profile.clone() } else { profile.clone().with_capacity(AmpHours::new(capacity)) }
}

fn think(sensed: &[Sensed], profile: &Profile, told: Option<f64>, is_quantised: bool) -> Vec<Thought> {
    let told = told.map(Soc::clamped);
    let through = is_quantised.then_some(DeviceKind::VedirectBmv);
    let mut chain = Chain::new(profile, &Options { initial_soc: told, through, ..Options::default() });
    let mut rivals = Rivals::new(profile, told);
    sensed
        .iter()
        .map(|row| {
            let at = SimTime::from_secs(row.time_secs);
            let (is_fresh, reading) = chain.take(at, reading(row));
            let estimate = chain.estimate();
            let ours = estimate.map(|estimate| Said {
                soc: estimate.soc.as_ratio(),
                interval: Some(estimate.soc_interval_95()),
            });
            let [counter, full, rest, notebook] = rivals.look(at, &reading);
            let was_weighed = is_fresh && reading.voltage.is_some();
            Thought {
                said: [ours, counter, full, rest, notebook],
                innovation_squared: estimate
                    .filter(|_| was_weighed)
                    .map(|estimate| estimate.innovation_squared_normalized),
            }
        })
        .collect()
}

/// What instruments say in this row.
pub(super) fn reading(row: &Sensed) -> Reading {
    Reading {
        voltage: row.voltage_volts.map(Volts::new),
        current: row.current_amps.map(Amps::new),
        temperature: row.temperature_celsius.map(Celsius::new),
        current_is_net: true,
        ..Reading::default()
    }
}

fn scored(halves: &Halves, thoughts: &[Thought], method: usize) -> Vec<Scored> {
    let each = halves.sensed.iter().zip(&halves.truth).zip(thoughts);
    each.filter_map(|((sensed, truth), thought)| {
        let said = thought.said[method]?;
        Some(Scored { time_secs: sensed.time_secs, truth: (*truth)?, soc: said.soc, interval: said.interval })
    })
    .collect()
}
