//! Parameters are checked once, at the door; behind it nothing asks again and nothing fails.
//!
//! All offenders are reported together: whoever writes a scenario mends them in one go.

use std::fmt;
use std::ops::RangeInclusive;

/// One number outside its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offender {
    /// The parameter, as a path from the site with its unit last.
    pub name: &'static str,
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

/// A site that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParamsError {
    /// Numbers outside their range, in the order of the parameters.
    #[error("{}", list(.offenders))]
    OutOfRange {
        /// Every one of them.
        offenders: Vec<Offender>,
    },
}

fn list(offenders: &[Offender]) -> String {
    let lines: Vec<String> = offenders.iter().map(Offender::to_string).collect();
    lines.join("; ")
}

/// Collects offenders.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    offenders: Vec<Offender>,
}

impl Checks {
    /// Notes `value` if it lies outside `range` or is no number.
    pub fn within(&mut self, name: &'static str, value: f64, range: RangeInclusive<f64>) {
        if !range.contains(&value) {
            self.offenders.push(Offender { name, value, low: *range.start(), high: *range.end() });
        }
    }

    /// The verdict.
    pub fn finish(self) -> Result<(), ParamsError> {
        if self.offenders.is_empty() {
            Ok(())
        } else {
            Err(ParamsError::OutOfRange { offenders: self.offenders })
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
