//! `balise_alert_scores`: what alerts are worth over a population.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Check;

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
