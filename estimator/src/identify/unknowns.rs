//! The unknowns of the fit: where each lies in the vector, its bounds, what is believed of it beforehand.
//!
//! ```text
//! x = ln p           resistances, time constants, B, γ: positive by construction
//! x = p              rest-curve corrections, log factors, temperature slope, axis shifts: held by a prior
//! x = low + (high − low)/(1 + e^−u)                      the optimiser sees u, which knows no bounds
//! low(ln τ₂) = ln τ₁ + ln 3                              time constants stay ordered
//! ```
//!
//! Covariances are reported in `x`: a standard error of 0.1 there is ten per cent.

use crate::model::Model;

/// Places in the vector.
pub(crate) const OHMIC: usize = 0;
pub(crate) const FAST: usize = 1;
pub(crate) const FAST_SECS: usize = 2;
pub(crate) const SLOW: usize = 3;
pub(crate) const SLOW_SECS: usize = 4;
pub(crate) const ACTIVATION: usize = 5;
pub(crate) const SLOPE: usize = 6;
pub(crate) const RATE: usize = 7;
pub(crate) const FACTOR: usize = 8;
/// States of charge where the factor of the resistance may differ from the base's, as a logarithm; at the
/// reference it may not: there the resistances themselves say it.
pub(crate) const FACTOR_NODES: [f64; 8] = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0];
pub(crate) const FACTOR_REFERENCE: usize = 4;
pub(crate) const REST: usize = FACTOR + FACTOR_NODES.len();
/// States of charge where the rest curve may be corrected.
pub(crate) const REST_NODES: [f64; 15] =
    [0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];
/// The first shift; one for each record.
pub(crate) const SHIFT: usize = REST + REST_NODES.len();

/// Slower than this is no relaxation but drift, s.
pub(crate) const SLOW_SECS_MAX: f64 = 30_000.0;
/// Time constants are this far apart at least, as a logarithm.
const ORDER: f64 = 1.098_612_288_668_109_8;
/// Doubt of the base's factor beforehand, as a logarithm.
const FACTOR_DOUBT: f64 = 0.5;
/// Doubt of the temperature slope beforehand, 1/K of the full voltage: 0.3 mV/K on a cell of 3.6 V.
const SLOPE_DOUBT: f64 = 8e-5;
/// Closer to a bound than this share of the range, the bound and not the data said so.
const AT_BOUND: f64 = 0.01;

/// One unknown, in `x`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unknown {
    pub base: f64,
    /// Bounds; `None` where a prior holds it.
    pub bounds: Option<[f64; 2]>,
    /// Standard deviation beforehand, around `base`.
    pub prior: Option<f64>,
    pub free: bool,
}

/// All unknowns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unknowns(pub Vec<Unknown>);

impl Unknowns {
    /// Around a base, with this doubt of its rest curve (V) and of each record's axis.
    pub fn around(base: &Model, rest_doubt: f64, shift_doubts: &[f64]) -> Self {
        let log = |value: f64, low: f64, high: f64| Unknown {
            base: value.ln().clamp(low.ln(), high.ln()),
            bounds: Some([low.ln(), high.ln()]),
            prior: None,
            free: true,
        };
        let near = |value: f64| log(value, value / 30.0, value * 30.0);
        let held =
            |base: f64, doubt: f64| Unknown { base, bounds: None, prior: Some(doubt), free: doubt > 0.0 };
        let mut all = vec![
            near(base.ohmic_ohms),
            near(base.fast_ohms),
            log(base.fast_seconds, 0.5, 600.0),
            near(base.slow_ohms),
            log(base.slow_seconds, 20.0, SLOW_SECS_MAX),
            log(base.activation_kelvin, 100.0, 12_000.0),
            held(base.temperature_slope_volts_per_kelvin, SLOPE_DOUBT * base.reference_rest(1.0)),
            log(base.hysteresis_rate.max(0.1), 0.5, 300.0),
        ];
        all.extend(FACTOR_NODES.iter().map(|_| held(0.0, FACTOR_DOUBT)));
        all[FACTOR + FACTOR_REFERENCE].free = false;
        all.extend(REST_NODES.iter().map(|_| held(0.0, rest_doubt)));
        all.extend(shift_doubts.iter().map(|doubt| held(0.0, *doubt)));
        Self(all)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Places of the free ones.
    pub fn free(&self) -> Vec<usize> {
        (0..self.len()).filter(|at| self.0[*at].free).collect()
    }

    pub fn base(&self) -> Vec<f64> {
        self.0.iter().map(|unknown| unknown.base).collect()
    }

    /// Bounds of one, given the others.
    fn bounds(&self, at: usize, x: &[f64]) -> Option<[f64; 2]> {
        let [low, high] = self.0[at].bounds?;
        match at {
            SLOW_SECS => Some([low.max(x[FAST_SECS] + ORDER), high.max(x[FAST_SECS] + 2.0 * ORDER)]),
            // Where the slow one is not free, the fast one stays below it.
            FAST_SECS if !self.0[SLOW_SECS].free => {
                Some([low, high.min(x[SLOW_SECS] - ORDER).max(low + ORDER)])
            }
            _ => Some([low, high]),
        }
    }

    /// What the optimiser sees of `x`: the free ones, without bounds.
    pub fn unbounded(&self, x: &[f64]) -> Vec<f64> {
        let one = |at: usize| match self.bounds(at, x) {
            Some([low, high]) => {
                let share = ((x[at] - low) / (high - low)).clamp(1e-3, 1.0 - 1e-3);
                (share / (1.0 - share)).ln()
            }
            None => (x[at] - self.0[at].base) / self.0[at].prior.unwrap_or(1.0),
        };
        self.free().into_iter().map(one).collect()
    }

    /// The vector for what the optimiser chose; what is not free keeps the base's value.
    pub fn bounded(&self, u: &[f64]) -> Vec<f64> {
        let mut x = self.base();
        for (at, u) in self.free().into_iter().zip(u) {
            x[at] = match self.bounds(at, &x) {
                Some([low, high]) => low + (high - low) / (1.0 + (-u).exp()),
                None => self.0[at].base + u * self.0[at].prior.unwrap_or(1.0),
            };
        }
        x
    }

    /// How much each free unknown changes with its own `u`.
    pub fn stretch(&self, x: &[f64]) -> Vec<f64> {
        let one = |at: usize| match self.bounds(at, x) {
            Some([low, high]) => {
                let share = ((x[at] - low) / (high - low)).clamp(0.0, 1.0);
                (high - low) * share * (1.0 - share)
            }
            None => self.0[at].prior.unwrap_or(1.0),
        };
        self.free().into_iter().map(one).collect()
    }

    /// How much the slow time constant moves with the fast one while its own `u` stays.
    pub fn order_pull(&self, x: &[f64]) -> f64 {
        match (self.0[FAST_SECS].free, self.0[SLOW_SECS].free, self.bounds(SLOW_SECS, x)) {
            (true, true, Some([low, high])) if low == x[FAST_SECS] + ORDER => {
                1.0 - ((x[SLOW_SECS] - low) / (high - low)).clamp(0.0, 1.0)
            }
            _ => 0.0,
        }
    }

    /// Whether the value sits on a bound.
    pub fn at_bound(&self, at: usize, x: &[f64]) -> bool {
        self.bounds(at, x).is_some_and(|[low, high]| {
            let share = (x[at] - low) / (high - low);
            !(AT_BOUND..=1.0 - AT_BOUND).contains(&share)
        })
    }
}

/// Hat functions: the two nodes around `soc` and the share of the upper one; beyond the nodes the last rules.
pub(crate) fn hat(nodes: &[f64], soc: f64) -> (usize, f64) {
    let soc = soc.clamp(nodes[0], nodes[nodes.len() - 1]);
    let above = nodes.partition_point(|node| *node < soc).clamp(1, nodes.len() - 1);
    let (low, high) = (nodes[above - 1], nodes[above]);
    (above - 1, (soc - low) / (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_the_optimiser_chooses_is_bounded_and_ordered(u in proptest::collection::vec(-40.0..40.0_f64, SHIFT + 1)) {
            let unknowns = Unknowns::around(&Model::of(&Profile::agm_12v()), 0.01, &[0.01]);
            let x = unknowns.bounded(&u);
            prop_assert!(x[SLOW_SECS] >= x[FAST_SECS] + ORDER - 1e-9);
            prop_assert!(x.iter().all(|value| value.is_finite()));
        }

        #[test]
        fn the_two_views_are_inverse(u in proptest::collection::vec(-4.0..4.0_f64, SHIFT)) {
            let unknowns = Unknowns::around(&Model::of(&Profile::agm_12v()), 0.01, &[0.01]);
            let x = unknowns.bounded(&u);
            let again = unknowns.bounded(&unknowns.unbounded(&x));
            for (one, other) in x.iter().zip(&again) {
                prop_assert!((one - other).abs() < 1e-9);
            }
        }
    }
}
