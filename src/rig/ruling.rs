//! Limits with an uncertainty: what a measured value proves, and what it does not.
//!
//! ```text
//!        low                                   high
//!  fail   | ~~~~~ |        pass        | ~~~~~ |   fail         ~ half of the guard band, w = U
//!     low−U  low   low+U         high−U  high  high+U
//! ```
//!
//! The guard band is as wide as the expanded uncertainty (k = 2) on either side of the limit. A value inside it
//! proves neither: it is a conditional pass on the near side of the limit and a conditional fail beyond it.
//! On the run sheet both are ERROR, the bench cannot tell, and never PASS or FAIL.
//!
//! Reference: ILAC-G8:09/2019, 4.2.3 (non-binary statement with guard band, w = U); the uncertainty combines
//! the instrument's own with the scatter of the mean, both at k = 2, as in JCGM 100:2008, 4.2.3 and 5.1.2.

/// What is allowed, either end open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Not below this.
    pub low: Option<f64>,
    /// Not above this.
    pub high: Option<f64>,
}

/// What a measured value proves, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruling {
    /// It conforms.
    Pass,
    /// Within the limit, and too near it to be sure.
    ConditionalPass,
    /// Beyond the limit, and too near it to be sure.
    ConditionalFail,
    /// It does not conform.
    Fail,
}

impl Limits {
    /// Within this much of zero.
    #[must_use]
    pub const fn around_zero(most: f64) -> Self {
        Self { low: Some(-most), high: Some(most) }
    }

    /// No more than this.
    #[must_use]
    pub const fn at_most(most: f64) -> Self {
        Self { low: None, high: Some(most) }
    }

    /// What `measured` proves, known to within `uncertainty`; a value that is no number fails.
    #[must_use]
    pub fn rule(self, measured: f64, uncertainty: f64) -> Ruling {
        let low = self.low.map_or(Ruling::Pass, |low| one_sided(measured - low, uncertainty));
        let high = self.high.map_or(Ruling::Pass, |high| one_sided(high - measured, uncertainty));
        low.max(high)
    }
}

/// `inside` is how far the value lies inside the limit.
fn one_sided(inside: f64, uncertainty: f64) -> Ruling {
    if inside.is_nan() || uncertainty.is_nan() {
        Ruling::Fail
    } else if inside >= uncertainty {
        Ruling::Pass
    } else if inside >= 0.0 {
        Ruling::ConditionalPass
    } else if inside >= -uncertainty {
        Ruling::ConditionalFail
    } else {
        Ruling::Fail
    }
}

/// The mean of `values` and its expanded uncertainty (k = 2) from their scatter alone.
#[must_use]
pub fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    if values.len() < 2 {
        return (mean, 0.0);
    }
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 2.0 * (variance / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(measured: f64, expected: Ruling) {
        assert_eq!(Limits { low: Some(-1.0), high: Some(1.0) }.rule(measured, 0.1), expected, "{measured}");
    }

    #[test]
    fn a_value_in_the_guard_band_neither_passes_nor_fails() {
        check(0.0, Ruling::Pass);
        check(0.89, Ruling::Pass);
        check(0.95, Ruling::ConditionalPass);
        check(1.05, Ruling::ConditionalFail);
        check(1.2, Ruling::Fail);
        check(-1.05, Ruling::ConditionalFail);
        check(f64::NAN, Ruling::Fail);
    }

    #[test]
    fn without_uncertainty_the_limit_alone_decides() {
        assert_eq!(Limits::at_most(0.0).rule(0.0, 0.0), Ruling::Pass);
        assert_eq!(Limits::at_most(0.0).rule(1.0, 0.0), Ruling::Fail);
    }

    #[test]
    fn scatter_of_the_mean_falls_with_the_number_of_values() {
        let (mean_of_four, wide) = mean(&[1.0, 3.0, 1.0, 3.0]);
        assert_eq!(mean_of_four, 2.0);
        assert!((wide - 2.0 * (4.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
        assert_eq!(mean(&[5.0]), (5.0, 0.0));
    }
}
