//! How far a branch settles in a step, without `exp`.
//!
//! ```text
//! k(x) = 1 − exp(−x),   x = Δt/(R·C)
//! k(x) = x·p(x)              p of degree 4 for x ≤ ¼, of degree 2 for x ≤ 1/64
//! k(2x) = k(x)·(2 − k(x))    eight times over, for what is longer: x ≤ 64
//! ```
//!
//! How much a branch heats follows from the middle of its voltages before and after, exactly:
//!
//! ```text
//! mean of v² = w·(½(v + v'))² + (1 − w)·(R·I)²,   w(x) = k/(x·(1 − ½k)) = tanh(½x)/(½x)
//! w(x) = q(x²)               q of degree 2 for x ≤ ¼, of degree 1 for x ≤ 1/64
//! ```
//!
//! All forms keep k's *relative* error within 5e-9, where `1 − exp(−x)` would lose it to cancellation for a time
//! constant of hours at a step of a second, and w's within 1e-8. Past x = 64 a branch has settled.

use super::fit::Fit;
use super::kernel::Terms;

/// Longest step over time constant that the short forms take, of the fast and of the slow branch.
pub(super) const SHORT_MAX: [f64; 2] = [0.25, 1.0 / 64.0];
const DOUBLINGS: i32 = 8;
const LONG_MAX: f64 = 64.0;

/// The fits of both branches, taken at 1/scale: x = rate/scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Settling {
    rates: [f64; 2],
    fast: Fit<5>,
    slow: Fit<3>,
    part: Fit<5>,
    fast_middle: Fit<3>,
    slow_middle: Fit<2>,
}

impl Settling {
    /// The fits for branches of these rates, Δt/(R·C) at scale 1.
    pub fn new(rates: [f64; 2]) -> Self {
        let per_x = |x: f64| -f64::exp_m1(-x) / x;
        let part = Fit::of(0.0, SHORT_MAX[0], per_x).about_zero();
        let slow = Fit::of(0.0, SHORT_MAX[1], per_x).about_zero().squeezed(rates[1]);
        let middle = |square: f64| (0.5 * square.sqrt()).tanh() / (0.5 * square.sqrt());
        let [fast_square, slow_square] = SHORT_MAX.map(|most| most * most);
        let fast_middle = Fit::of(0.0, fast_square, middle).about_zero().squeezed(rates[0] * rates[0]);
        let slow_middle = Fit::of(0.0, slow_square, middle).about_zero().squeezed(rates[1] * rates[1]);
        Self { rates, fast: part.squeezed(rates[0]), slow, part, fast_middle, slow_middle }
    }

    /// `k(x)/x` of both branches at a 1/scale; the long form takes any `x > 0`, the short one up to [`SHORT_MAX`].
    #[inline(always)]
    pub fn per_x<T: Terms>(&self, shrink: f64) -> [f64; 2] {
        if T::LONG {
            self.rates.map(|rate| self.long(rate * shrink))
        } else {
            [self.fast.at_offset_by_pairs(shrink, shrink * shrink), self.slow.at_offset_in_turn(shrink)]
        }
    }

    /// `w(x)` of both branches at a 1/scale, for which `per_x` holds.
    #[inline(always)]
    pub fn middle<T: Terms>(&self, shrink: f64, per_x: [f64; 2]) -> [f64; 2] {
        if T::LONG {
            let long = |k: usize| per_x[k] / f64::mul_add(-0.5, self.rates[k] * shrink * per_x[k], 1.0);
            [long(0), long(1)]
        } else {
            let square = shrink * shrink;
            [self.fast_middle.at_offset_in_turn(square), self.slow_middle.at_offset_in_turn(square)]
        }
    }

    #[inline(always)]
    fn long(&self, x: f64) -> f64 {
        let reach = if x < LONG_MAX { x } else { LONG_MAX };
        let part = reach * f64::from(1 << DOUBLINGS).recip();
        let mut ratio = part * self.part.at_offset(part);
        for _ in 0..DOUBLINGS {
            ratio *= 2.0 - ratio;
        }
        ratio / x
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernel::Asked;
    use super::*;

    type Short = Asked<false, false, false>;
    type Long = Asked<true, false, false>;

    #[test]
    fn the_weight_of_the_middle_keeps_to_the_hyperbolic_tangent() {
        let settling = Settling::new([0.5, 2.0]);
        let check = |x: f64, middle: f64| {
            let error = (middle * (0.5 * x) / (0.5 * x).tanh() - 1.0).abs();
            assert!(error < 1e-8, "{x}: {middle} errs by {error:e}");
        };
        for k in 0..=20_000 {
            let x = 1e-8 * 10_f64.powf(f64::from(k) * 5e-4);
            let [fast, slow] = [x / 0.5, x / 2.0];
            check(x, settling.middle::<Long>(fast, settling.per_x::<Long>(fast))[0]);
            check(x, settling.middle::<Long>(slow, settling.per_x::<Long>(slow))[1]);
            if x <= SHORT_MAX[0] {
                check(x, settling.middle::<Short>(fast, [0.0; 2])[0]);
            }
            if x <= SHORT_MAX[1] {
                check(x, settling.middle::<Short>(slow, [0.0; 2])[1]);
            }
        }
    }

    #[test]
    fn both_forms_keep_to_the_exponential_from_microscopic_steps_to_settled_branches() {
        let settling = Settling::new([0.5, 2.0]);
        let check = |x: f64, per_x: f64, bound: f64| {
            let error = (per_x * x / -f64::exp_m1(-x) - 1.0).abs();
            assert!(error < bound, "{x}: {per_x} errs by {error:e}");
        };
        for k in 0..=20_000 {
            let x = 1e-8 * 10_f64.powf(f64::from(k) * 5e-4);
            check(x, settling.per_x::<Long>(x / 0.5)[0], 4e-9);
            check(x, settling.per_x::<Long>(x / 2.0)[1], 4e-9);
            if x <= SHORT_MAX[0] {
                check(x, settling.per_x::<Short>(x / 0.5)[0], 4e-9);
            }
            if x <= SHORT_MAX[1] {
                check(x, settling.per_x::<Short>(x / 2.0)[1], 5e-9);
            }
        }
    }
}
