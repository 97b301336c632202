//! The alert rules, as structs that write the rule file.
//!
//! ```text
//! Thresholds ──> standard() ──> Vec<Rule> ──(edited by a mutant?)──> file(rules, scaling, texts)
//! ```
//!
//! Windows are lengths of the battery's time; [`Scaling`] turns them into Prometheus' time, so that the
//! file for an accelerated run comes from the same structs as the one in the field. The strings are the
//! caller's: a rule holds only their keys. Valid for Prometheus 2.42 and 3.x: no verdict turns on
//! whether a range is closed on the left.

mod condition;
mod file;
mod scaling;

pub use condition::Condition;
pub use file::{BLANKS, Language, Texts, file};
pub use scaling::Scaling;

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// How soon somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The sign goes dark if nobody comes.
    Critical,
    /// To be planned.
    Warning,
}

impl Severity {
    /// The value of the label `severity`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Alert name.
    pub name: &'static str,
    /// What must hold.
    pub condition: Condition,
    /// For how long without a break before the alert fires.
    pub hold: Duration,
    /// For how long it stays on after the condition last held: one that returns at once is one event.
    pub keep_firing: Duration,
    /// How soon somebody must look.
    pub severity: Severity,
    /// Stem of the text keys: `<key>-summary`, `<key>-description`, `<key>-action`; also the runbook's entry.
    pub key: &'static str,
}

/// Every number of the rules that is not a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// State of charge below which a crew must come.
    pub low_soc_ratio: f64,
    /// How sure the estimate must be of it, in standard deviations (0.5: 69 %).
    pub low_sigmas: f64,
    /// A day that brings less than this share of the capacity is a day without charge.
    pub charge_of_capacity_ratio: f64,
    /// A battery fuller than this has no need of charge.
    pub charge_soc_ratio: f64,
    /// Share of the day that must have been seen before it is judged.
    pub charge_seen_ratio: f64,
    /// Difference between estimate and device that matters.
    pub disagree_soc_ratio: f64,
    /// How far beyond the estimate's own uncertainty it must lie, in standard deviations.
    pub disagree_sigmas: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            low_soc_ratio: 0.40,
            low_sigmas: 0.5,
            charge_of_capacity_ratio: 0.01,
            charge_soc_ratio: 0.90,
            charge_seen_ratio: 0.90,
            disagree_soc_ratio: 0.15,
            disagree_sigmas: 3.0,
        }
    }
}

/// The rules of the product.
#[must_use]
pub fn standard() -> Vec<Rule> {
    with(&Thresholds::default())
}

/// The rules with other thresholds.
#[must_use]
pub fn with(thresholds: &Thresholds) -> Vec<Rule> {
    vec![battery_low(thresholds), device_silent(), not_charging(thresholds), estimate_disagrees(thresholds)]
}

fn battery_low(thresholds: &Thresholds) -> Rule {
    Rule {
        name: "BaliseBatteryLow",
        condition: Condition::Low {
            soc_ratio: thresholds.low_soc_ratio,
            sigmas: thresholds.low_sigmas,
            memory: 6 * HOUR,
        },
        hold: 30 * MINUTE,
        keep_firing: 2 * HOUR,
        severity: Severity::Critical,
        key: "battery-low",
    }
}

fn device_silent() -> Rule {
    Rule {
        name: "BaliseDeviceSilent",
        condition: Condition::Silent,
        hold: 15 * MINUTE,
        keep_firing: 10 * MINUTE,
        severity: Severity::Warning,
        key: "device-silent",
    }
}

/// The hold closes the gap that `charge_seen_ratio` leaves: 0.9 of a day and 3 hours are more than a
/// day, so a battery just installed is not judged before it had a whole day.
fn not_charging(thresholds: &Thresholds) -> Rule {
    Rule {
        name: "BaliseNotCharging",
        condition: Condition::NotCharging {
            window: DAY,
            step: 30 * MINUTE,
            of_capacity_ratio: thresholds.charge_of_capacity_ratio,
            soc_ratio: thresholds.charge_soc_ratio,
            seen_ratio: thresholds.charge_seen_ratio,
        },
        hold: 3 * HOUR,
        keep_firing: HOUR,
        severity: Severity::Warning,
        key: "not-charging",
    }
}

fn estimate_disagrees(thresholds: &Thresholds) -> Rule {
    Rule {
        name: "BaliseEstimateDisagrees",
        condition: Condition::Disagrees {
            soc_ratio: thresholds.disagree_soc_ratio,
            sigmas: thresholds.disagree_sigmas,
        },
        hold: 2 * HOUR,
        keep_firing: HOUR,
        severity: Severity::Warning,
        key: "estimate-disagrees",
    }
}
