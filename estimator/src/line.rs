//! The rest curve as a straight line over the width of a belief.
//!
//! ```text
//! nodes z − √3σ, z, z + √3σ with weights 1/6, 2/3, 1/6      (three-node Gauss–Hermite)
//! mean  Σ w·OCV,   slope  cov(z, OCV)/σ²,   bend  var(OCV) − slope²·σ²
//! ```
//!
//! On a plateau between two knees the slope *at* the mean says nothing; the slope over the belief's width
//! does, and the variance that the line misses is added to the measurement's.
//!
//! Reference: A. F. García-Fernández et al., *Posterior linearization filter*, IEEE TSP 63 (2015).

use crate::model::{Model, Place};

/// Least and largest reach, so that a sure belief still sees a slope and a wide one stays on the curve.
const REACH: [f64; 2] = [0.004, 0.6];

/// The straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    /// Mean voltage over the belief.
    pub volts: f64,
    /// Volts per unit of charge.
    pub slope: f64,
    /// Variance of what the line misses, V².
    pub bend: f64,
}

impl Line {
    /// The line through one branch of the rest curve over a belief of this mean and standard deviation.
    pub fn over(model: &Model, place: &Place, branch: f64, soc: f64, stddev: f64) -> Self {
        let at = |soc| model.rest_on(soc, place, branch);
        Self::through(at, |soc| model.rest_on_extended(soc, place, branch), soc, stddev)
    }

    fn through(at: impl Fn(f64) -> f64, extended: impl Fn(f64) -> f64, soc: f64, stddev: f64) -> Self {
        let reach = (3.0_f64.sqrt() * stddev).clamp(REACH[0], REACH[1]);
        let (low, middle, high) = (extended(soc - reach), at(soc), extended(soc + reach));
        let slope = (high - low) / (2.0 * reach);
        let volts = (low + high) / 6.0 + middle * 2.0 / 3.0;
        let ends = (low - volts).powi(2) + (high - volts).powi(2);
        let spread = ends / 6.0 + (middle - volts).powi(2) * 2.0 / 3.0;
        Self { volts, slope, bend: (spread - slope * slope * reach * reach / 3.0).max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Curve;

    fn over(rest: &Curve, soc: f64, stddev: f64) -> Line {
        Line::through(|soc| rest.at(soc), |soc| rest.extended(soc), soc, stddev)
    }

    #[test]
    fn a_straight_curve_is_its_own_line() {
        let line = over(&Curve::through(&[0.0, 1.0], &[11.0, 13.0]), 0.95, 0.2);
        assert!((line.slope - 2.0).abs() < 1e-9 && line.bend < 1e-12);
        assert!((line.volts - 12.9).abs() < 1e-9);
    }

    #[test]
    fn a_belief_across_a_knee_sees_a_slope_and_a_bend() {
        let knee = Curve::through(&[0.0, 0.1, 1.0], &[10.0, 13.0, 13.2]);
        let (sure, wide) = (over(&knee, 0.4, 0.01), over(&knee, 0.4, 0.2));
        assert!(wide.slope > 2.0 * sure.slope && wide.bend > 100.0 * sure.bend);
    }
}
