//! `balise_scoring` and `balise_study`: trials on measured records.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Trials on measured data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Scoring {
    /// What they were drawn from.
    pub seed: u64,
    /// What the 95 % intervals cover, by chemistry.
    pub coverage_95: Vec<Covered>,
    /// A battery each.
    pub sets: Vec<Set>,
}

/// What the intervals cover, a mean over files with its 90 % interval.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Covered {
    /// Of which batteries.
    pub chemistry: String,
    /// Mean of the files.
    pub mean: Option<f64>,
    /// Lower bound.
    pub low_90: Option<f64>,
    /// Upper bound.
    pub high_90: Option<f64>,
    /// How many files.
    pub files: usize,
}

/// Records of one battery.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Set {
    /// The folder the records came from, or the record.
    pub set: String,
    /// The profile's name.
    pub battery: String,
    /// The records.
    pub files: Vec<Record>,
    /// Records without a reference: predicted, not scored.
    pub predicted: Vec<String>,
    /// Records that took no part.
    pub excluded: Vec<Excluded>,
}

/// A record that took no part.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Excluded {
    /// The record.
    pub file: String,
}

/// One record and its trials.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Nominal, °C.
    pub temperature_c: Option<i32>,
    /// Each cut, start and spoiled sensor.
    pub trials: Vec<Trial>,
}

/// One trial.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// Each method's errors; absent where there was no room for the trial.
    pub methods: Option<BTreeMap<String, Errors>>,
}

/// One method's errors in one trial.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Errors {
    /// From the first row on.
    pub rmse: Option<f64>,
    /// From 1,200 s on.
    pub after_1200_s: Settled,
    /// When it came within two points, to stay.
    pub time_to_stay_within_2pct_s: Option<f64>,
}

/// Errors from 1,200 s on.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Settled {
    /// Root mean square.
    pub rmse: Option<f64>,
    /// Mean.
    pub mae: Option<f64>,
    /// Largest.
    pub max_abs: Option<f64>,
    /// Share of rows whose truth lay in the 95 % interval.
    pub coverage_95: Option<f64>,
    /// Its mean width.
    pub mean_interval_width: Option<f64>,
}

/// Every model that was tried, on the same cuts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Study {
    /// What they were drawn from.
    pub seed: u64,
    /// A battery each.
    pub sets: Vec<StudySet>,
}

/// The models on one battery.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StudySet {
    /// The folder the records came from.
    pub set: String,
    /// How many trials.
    pub trials: usize,
    /// By method; null where it took no part.
    pub methods: BTreeMap<String, Option<StudyMethod>>,
}

/// One model's errors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StudyMethod {
    /// From 1,200 s on.
    pub after_1200_s: StudyStage,
}

/// Mean and worst over the trials.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StudyStage {
    /// Mean of the trials.
    pub mean: Settled,
    /// The worst.
    pub worst: Settled,
}
