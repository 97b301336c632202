//! What identification found, and what it refused to say.

use super::record::Role;
use crate::Profile;

/// A whole identification.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// The profile, ready for its file.
    pub profile: Profile,
    /// What the data determine.
    pub parameters: Vec<Parameter>,
    /// What they do not.
    pub refused: Vec<Refused>,
    /// Pairs of parameters that the data hardly tell apart.
    pub correlations: Vec<Correlation>,
    /// The profile against each record it was identified on.
    pub fits: Vec<Fit>,
    /// Starts that ended in the same place, of how many; `None` where nothing was fitted from starts.
    pub starts: Option<[usize; 2]>,
    /// Constant current errors that close slow tests, A, by record.
    pub offsets: Vec<(String, f64)>,
    /// Resistance at 25 °C from the jumps of the voltage alone, Ω, its standard error, and their number.
    pub jumps: Option<(f64, f64, usize)>,
}

/// One parameter that the data determine.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its key in the profile file.
    pub key: &'static str,
    /// The state of charge it belongs to, where it is a table.
    pub at_soc: Option<f64>,
    /// Its value.
    pub value: f64,
    /// Its standard error, in the same unit.
    pub error: f64,
    /// What the base says.
    pub base: f64,
}

/// One parameter that keeps the base's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Its key in the profile file.
    pub key: &'static str,
    /// The state of charge it belongs to, where it is a table.
    pub at_soc: Option<f64>,
    /// The base's value.
    pub kept: f64,
    /// Why the data do not determine it.
    pub reason: Reason,
}

/// Why a parameter was refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// Readings are too far apart for so fast a change, s.
    Sampling {
        /// The least time between readings.
        every_secs: f64,
    },
    /// The longest record is too short for so slow a change, s.
    Short {
        /// Its length.
        secs: f64,
    },
    /// The current never changes enough.
    NoSteps,
    /// All readings are near one temperature, K apart at most.
    OneTemperature {
        /// The range.
        kelvin: f64,
    },
    /// No slow charge and discharge at the same temperature.
    NoSlowPair,
    /// No reversal of a slow current in mid-charge.
    NoReversal,
    /// No record runs from full to empty or states the state of charge.
    NoFullRun,
    /// Slow tests put in and take out the same charge, or more comes out than went in.
    NoLoss,
    /// The fit ended on a bound.
    Bound,
    /// Its standard error is too large, as a share of the value (of the prior where it has one).
    Wide {
        /// The share.
        share: f64,
    },
}

/// Two parameters and their correlation.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// One.
    pub one: &'static str,
    /// The other.
    pub other: &'static str,
    /// From −1 to 1.
    pub value: f64,
}

/// A profile against one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The record's name.
    pub name: String,
    /// What it was used as.
    pub role: Role,
    /// Rows used and rows left out.
    pub rows: [usize; 2],
    /// Root mean square of the voltage's error, V: the profile's and the base's.
    pub rms_volts: [f64; 2],
    /// Mean of the voltage's error, V: the profile's and the base's.
    pub bias_volts: [f64; 2],
    /// Largest error of the profile, V.
    pub max_volts: f64,
    /// The record in time order, thinned.
    pub points: Vec<Point>,
}

/// One instant of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Seconds of the record.
    pub secs: f64,
    /// Measured, V.
    pub measured_volts: f64,
    /// The profile's, V.
    pub fitted_volts: f64,
}
