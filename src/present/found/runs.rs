//! `balise_results`: single runs, and several in one folder.

use serde::Deserialize;

/// One run: what was demanded, broken, estimated.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The scenario's name.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// Whether nothing failed.
    pub passed: bool,
    /// How the alerts ended.
    pub counts: Counts,
    /// The demands.
    pub checks: Vec<Check>,
    /// The signs' errors.
    pub signs: Vec<Sign>,
    /// What was broken.
    pub faults: Vec<Fault>,
}

/// How the alerts ended.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Due and told.
    pub alerts_hit: usize,
    /// Due and not told.
    pub alerts_missed: usize,
    /// Told without cause.
    pub false_alarms: usize,
}

/// A demand and how it ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Check {
    /// What was demanded: `budget.recall.ALERT`, `soc-error.SITE.SIGN`.
    pub id: String,
    /// `passed`, `failed` or `skipped`.
    pub outcome: String,
    /// What was measured.
    pub measured: Option<f64>,
    /// What it had to keep to.
    pub limit: Option<f64>,
    /// Of both.
    pub unit: String,
}

/// The errors of one sign's estimate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sign {
    /// Its name.
    pub battery: String,
    /// Root mean square error of the state of charge.
    pub soc_rmse: Option<f64>,
    /// The largest.
    pub soc_error_max: Option<f64>,
    /// Share of the time the truth lay in the 95 % interval.
    pub coverage_95: Option<f64>,
}

/// Something broken, and what became of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// Its kind.
    pub kind: String,
    /// Where.
    pub site: String,
    /// On which sign.
    pub battery: String,
    /// From when.
    pub from_s: f64,
    /// `not-due`, `missed` or `detected`.
    pub detection: String,
    /// The alert that told of it.
    pub alert: Option<String>,
    /// When.
    pub detected_at_s: Option<f64>,
}

/// One of several runs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RunLine {
    /// The scenario's name.
    pub name: String,
    /// Its seed.
    pub seed: u64,
    /// Whether nothing failed.
    pub passed: bool,
    /// Due and told.
    pub alerts_hit: usize,
    /// Due and not told.
    pub alerts_missed: usize,
    /// Told without cause.
    pub false_alarms: usize,
    /// Root mean square error of the first sign's state of charge.
    pub soc_rmse: Option<f64>,
    /// The largest.
    pub soc_error_max: Option<f64>,
    /// Share of the time the truth lay in the 95 % interval.
    pub coverage_95: Option<f64>,
}
