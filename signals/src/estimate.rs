//! What the estimator believes of one battery, each number with its standard deviation.

use crate::{AmpHours, Ohms, SensorHealth, SimTime, Soc, Volts};

/// Half the width of a 95 % interval, in standard deviations of a normal distribution.
pub const SIGMAS_95: f64 = 1.96;

/// The estimate after the latest reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Instant of the reading this follows.
    pub at: SimTime,
    /// State of charge.
    pub soc: Soc,
    /// Standard deviation of the state of charge, ratio.
    pub soc_stddev: f64,
    /// Present capacity at the reference temperature.
    pub capacity: AmpHours,
    /// Standard deviation of the capacity.
    pub capacity_stddev: AmpHours,
    /// Capacity over rated capacity; may exceed 1 for a battery better than its label.
    pub soh: f64,
    /// Standard deviation of the state of health, ratio.
    pub soh_stddev: f64,
    /// Ohmic resistance, referred to 25 °C and the profile's reference state of charge.
    pub resistance: Ohms,
    /// Standard deviation of the resistance.
    pub resistance_stddev: Ohms,
    /// Measured minus predicted voltage at the latest update.
    pub innovation: Volts,
    /// Squared innovation over its predicted variance: 1 on average when the filter is consistent.
    pub innovation_squared_normalized: f64,
    /// The latest voltage was left out because it was too unlikely.
    pub gated: bool,
    /// Time since the battery was last full, through gaps and restarts; `None` where it never was.
    pub since_full_secs: Option<f64>,
    /// Time until the capacity has fallen to its end of life, s: 5 % quantile, median and 95 % quantile.
    /// `None` while the history is too short or the interval too wide to mean anything.
    pub remaining_life: Option<[f64; 3]>,
    /// What is wrong with the sensors; the estimate does without what these tell.
    pub health: SensorHealth,
}

impl Estimate {
    /// Ends of the 95 % interval of the state of charge, clamped to 0..1.
    #[must_use]
    pub fn soc_interval_95(&self) -> (f64, f64) {
        let half = SIGMAS_95 * self.soc_stddev;
        let centre = self.soc.as_ratio();
        ((centre - half).max(0.0), (centre + half).min(1.0))
    }
}
