//! Parameters are checked once, at the door; behind it nothing asks again and nothing fails.
//!
//! All offenders are reported together: whoever writes a scenario mends them in one go.

use crate::fault::Lack;
use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// One number outside its range.
#[derive(Debug, Clone, PartialEq)]
pub struct Offender {
    /// The parameter, as a path from the site with its unit last.
    pub name: Cow<'static, str>,
    /// What it was.
    pub value: f64,
    /// Least allowed.
    pub low: f64,
    /// Greatest allowed.
    pub high: f64,
}

impl fmt::Display for Offender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, not within {} to {}", self.name, self.value, self.low, self.high)
    }
}

/// A fault that finds nothing to happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The fault's name.
    pub fault: &'static str,
    /// What it would need.
    pub part: Lack,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fault {} needs {}, which this site has not", self.fault, self.part)
    }
}

/// A site that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParamsError {
    /// Numbers outside their range, in the order of the parameters.
    #[error("{}", list(.offenders))]
    OutOfRange {
        /// Every one of them.
        offenders: Vec<Offender>,
    },
    /// Faults of parts that the site lacks.
    #[error("{}", list(.missing))]
    MissingPart {
        /// Every one of them.
        missing: Vec<Missing>,
    },
}

fn list(items: &[impl fmt::Display]) -> String {
    let lines: Vec<String> = items.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

/// Collects offenders.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    offenders: Vec<Offender>,
    missing: Vec<Missing>,
}

impl Checks {
    /// Notes that `fault` needs a part that is not there.
    pub fn lacking(&mut self, fault: &'static str, part: Lack) {
        self.missing.push(Missing { fault, part });
    }

    /// Notes `value` if it lies outside `range` or is no number.
    pub fn within(&mut self, name: impl Into<Cow<'static, str>>, value: f64, range: RangeInclusive<f64>) {
        if !range.contains(&value) {
            let (low, high) = (*range.start(), *range.end());
            self.offenders.push(Offender { name: name.into(), value, low, high });
        }
    }

    /// The verdict.
    pub fn finish(self) -> Result<(), ParamsError> {
        if !self.offenders.is_empty() {
            Err(ParamsError::OutOfRange { offenders: self.offenders })
        } else if !self.missing.is_empty() {
            Err(ParamsError::MissingPart { missing: self.missing })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offender_is_named_with_value_and_range() {
        let mut checks = Checks::default();
        checks.within("panel.power_watts", -1.0, 0.0..=10.0);
        checks.within("battery.soc_ratio", 0.5, 0.0..=1.0);
        checks.within("load.scale_ratio", f64::NAN, 0.0..=1.0);
        let message = checks.finish().map_err(|error| error.to_string());
        assert_eq!(
            message,
            Err("panel.power_watts is -1, not within 0 to 10; load.scale_ratio is NaN, not within 0 to 1"
                .into())
        );
    }
}
