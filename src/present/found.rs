//! What a results file says, of each kind that a deck can show.
//!
//! Read leniently: a figure that is absent or null is not shown, and keys that a deck does not show are passed over.
//! Ratios are 0 to 1, times seconds unless the name says otherwise.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A results file, by its kind.
#[derive(Debug, Clone)]
pub enum Found {
    /// One run of `run` or `demo`.
    Run(Box<Run>),
    /// Several runs of `run`, a line each.
    Runs(Vec<RunLine>),
    /// `evaluate --cuts` or `--matrix`.
    Scoring(Scoring),
    /// `evaluate --study`.
    Study(Study),
    /// `evaluate --nights`.
    Nights(Nights),
    /// `run` of a population.
    Alerts(AlertScores),
    /// `rig`.
    Rig(Rig),
    /// `load`.
    Load(Load),
}

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
    /// How the demands and alerts ended.
    pub counts: Counts,
    /// The demands.
    pub checks: Vec<Check>,
    /// The signs' errors.
    pub signs: Vec<Sign>,
    /// What was broken.
    pub faults: Vec<Fault>,
}

/// How demands and alerts ended.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Demands that failed.
    pub checks_failed: usize,
    /// Demands that could not be tried.
    pub checks_skipped: usize,
    /// Demands met.
    pub checks_passed: usize,
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
    /// Where it stands.
    pub site: String,
    /// Its name.
    pub battery: String,
    /// Of its battery.
    pub chemistry: String,
    /// Root mean square error of the state of charge.
    pub soc_rmse: Option<f64>,
    /// The largest.
    pub soc_error_max: Option<f64>,
    /// Share of the time the truth lay in the 95 % interval.
    pub coverage_95: Option<f64>,
    /// Its mean width.
    pub interval_width_mean: Option<f64>,
}

/// Something broken, and what became of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// Its kind.
    pub kind: String,
    /// How strong.
    pub severity: Option<f64>,
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
    /// Demands that failed.
    pub checks_failed: usize,
    /// Demands that could not be tried.
    pub checks_skipped: usize,
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

/// Trials on measured data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Scoring {
    /// Cuts of each record.
    pub cuts: u64,
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
    /// The profile's chemistry.
    pub chemistry: String,
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
    /// Cuts of each record.
    pub cuts: u64,
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

/// How good the look ahead is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Nights {
    /// First seed.
    pub seed: u64,
    /// Simulated signs.
    pub signs: u64,
    /// 1, 3 and 7 nights.
    pub horizons: Vec<Horizon>,
}

/// How good it is for so many nights.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Horizon {
    /// How many.
    pub nights: usize,
    /// Forecasts made.
    pub forecasts: usize,
    /// Of these, how many signs went dark.
    pub went_dark: usize,
    /// What is won over the base rate of the season.
    pub skill: Option<f64>,
    /// Its 90 % interval.
    pub skill_90: Option<[f64; 2]>,
    /// By what was told.
    pub bins: Vec<Bin>,
}

/// Forecasts that told about the same.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Bin {
    /// What was told.
    pub told: f64,
    /// How often it came.
    pub came: f64,
    /// Its 90 % interval.
    pub came_90: Option<[f64; 2]>,
    /// How many.
    pub forecasts: usize,
}

/// What alerts are worth over a population.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AlertScores {
    /// Its name.
    pub population: String,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Signs.
    pub batteries: usize,
    /// Lived through.
    pub battery_years: f64,
    /// A sample and an evaluation each.
    pub step_seconds: f64,
    /// An alert each.
    pub rules: Vec<RuleScore>,
    /// Every time a sign went dark.
    pub dark: Vec<Dark>,
    /// The budgets.
    pub checks: Vec<Check>,
}

/// Counts of an alert, a rival, or a part.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// How often it was due.
    pub due: usize,
    /// Told in time.
    pub hits: usize,
    /// Told without cause.
    pub false_alarms: usize,
    /// Share of what was due that was told.
    pub recall: Option<f64>,
    /// Its bounds.
    pub recall_95: Option<[f64; 2]>,
    /// Share of what was told that was due.
    pub precision: Option<f64>,
    /// Its bounds.
    pub precision_95: Option<[f64; 2]>,
    /// For each battery and year.
    pub false_alarms_per_battery_year: Option<f64>,
    /// What 95 % of the hits kept to, from the due time on.
    pub delay_p95_seconds: Option<f64>,
}

/// What one alert is worth.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RuleScore {
    /// Its name.
    pub alert: String,
    /// Over everything.
    #[serde(flatten)]
    pub all: Tally,
    /// How often it fired at all.
    pub fired: usize,
    /// Whether the crew has stated a need for it.
    pub has_need: bool,
    /// By chemistry, season, fault, state.
    pub parts: Vec<Part>,
    /// What a user has today.
    pub rivals: Vec<Rival>,
}

/// A part of a score.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// `chemistry`, `season`, `fault`, `state`.
    pub by: String,
    /// Which.
    pub is: String,
    /// Its counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A rival.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Rival {
    /// `voltage` or `device-soc`.
    pub rival: String,
    /// At its best threshold with no more false alarms than our rule has.
    pub tuned: Option<Rung>,
}

/// A rival at one threshold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Rung {
    /// V, or ratio of charge.
    pub threshold: f64,
    /// Its counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A sign gone dark.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Dark {
    /// Which fault cut it off at a stroke.
    pub sudden: Option<String>,
    /// How many hours ahead, by alert.
    pub ahead_hours: BTreeMap<String, f64>,
}

/// A bench's sheet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Rig {
    /// The manifest's name.
    pub name: String,
    /// Whether nothing failed.
    pub passed: bool,
    /// Whether pseudo-terminals stood in for ports.
    pub emulated: bool,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A step of a bench.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// `PASS`, `FAIL`, …
    pub outcome: String,
    /// How late its ticks were.
    pub lateness: Option<Lateness>,
}

/// How late ticks were.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Lateness {
    /// How many.
    pub ticks: u64,
    /// How many never came.
    pub missed: u64,
    /// Median.
    pub p50_s: Option<f64>,
    /// What 99 % kept to.
    pub p99_s: Option<f64>,
    /// The latest.
    pub max_s: Option<f64>,
}

/// What a monitor carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Load {
    /// `memory` or `pty`.
    pub line: String,
    /// Frames a second from each device.
    pub rate_hz: Option<f64>,
    /// Each load that was tried.
    pub steps: Vec<Level>,
    /// Where it broke.
    pub knee: Knee,
}

/// Where a ramp broke.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Knee {
    /// The least load that was not borne.
    pub broken: Option<u64>,
    /// Whether the devices, not the monitor, were at their end there.
    pub own_limit: bool,
}

/// One load.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Level {
    /// Virtual devices.
    pub batteries: u64,
    /// Frames the monitor took.
    pub frames_found: Option<u64>,
    /// Frames sent and not taken.
    pub frames_lost: Option<u64>,
    /// Processors used.
    pub cores: Option<f64>,
    /// Resident memory, MiB.
    pub rss_mib: Option<f64>,
    /// One scrape, median, ms.
    pub scrape_p50_ms: Option<f64>,
    /// The longest.
    pub scrape_max_ms: Option<f64>,
    /// Whether nothing was lost or late.
    pub borne: bool,
}
