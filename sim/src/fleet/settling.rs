//! How far a branch settles in a step, without `exp`.
//!
//! ```text
//! k(x) = 1 − exp(−x),   x = Δt/(R·C)
//! k(x) = x·p(x)              for x ≤ ¼, p of degree 4
//! k(2x) = k(x)·(2 − k(x))    eight times over, for what is longer: x ≤ 64
//! ```
//!
//! Both forms keep k's *relative* error within 4e-9, where `1 − exp(−x)` would lose it to cancellation
//! for a time constant of hours at a step of a second. Past x = 64 a branch has settled.

use super::fit::Fit;

/// Longest step over time constant that the short form takes.
pub(super) const SHORT_MAX: f64 = 0.25;
const DOUBLINGS: i32 = 8;
const LONG_MAX: f64 = 64.0;

/// The fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Settling {
    per_x: Fit<5>,
}

impl Settling {
    /// The fit; the same for every law.
    pub fn new() -> Self {
        Self { per_x: Fit::of(0.0, SHORT_MAX, |x| -f64::exp_m1(-x) / x) }
    }

    /// `k(x)` and `k(x)/x`; the long form takes any `x > 0`, the short one up to [`SHORT_MAX`].
    #[inline(always)]
    pub fn at<const LONG: bool>(&self, x: f64) -> (f64, f64) {
        if !LONG {
            let per_x = self.per_x.at_inner(x);
            return (x * per_x, per_x);
        }
        let reach = if x < LONG_MAX { x } else { LONG_MAX };
        let part = reach * f64::from(1 << DOUBLINGS).recip();
        let mut ratio = part * self.per_x.at_inner(part);
        for _ in 0..DOUBLINGS {
            ratio *= 2.0 - ratio;
        }
        (ratio, ratio / x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const LONG: bool>(x: f64) {
        let settling = Settling::new();
        let (ratio, per_x) = settling.at::<LONG>(x);
        let truth = -f64::exp_m1(-x);
        assert!((ratio / truth - 1.0).abs() < 4e-9, "{x}: {ratio} {truth}");
        assert!((per_x * x / truth - 1.0).abs() < 4e-9, "{x}: {per_x}");
    }

    #[test]
    fn both_forms_keep_to_the_exponential_from_microscopic_steps_to_settled_branches() {
        for k in 0..=20_000 {
            let x = 1e-8 * 10_f64.powf(f64::from(k) * 5e-4);
            if x <= SHORT_MAX {
                check::<false>(x);
            }
            check::<true>(x);
        }
    }
}
