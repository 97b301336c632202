//! `balise_nights`: what the look ahead told, and what came.

use serde::Deserialize;

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
