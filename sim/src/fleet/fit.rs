//! Smooth functions as polynomials, fitted once so that the kernel neither calls `exp` nor looks up a table.
//!
//! ```text
//! f(x) ≈ Σ aₖ·uᵏ,    u = (x − centre)/half,    through f at the N Chebyshev nodes of [low, high]
//! ```
//!
//! The error of interpolation at these nodes is within a small factor of the best polynomial's of that
//! degree. What each fit of this engine errs by is a test beside it.
//!
//! Reference: L. N. Trefethen, *Approximation Theory and Approximation Practice* (2013), ch. 4 and 8.

/// A polynomial of degree `N − 1` on an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit<const N: usize> {
    coefficients: [f64; N],
    low: f64,
    high: f64,
    centre: f64,
    per_half: f64,
}

impl<const N: usize> Fit<N> {
    /// The polynomial through `of` at the Chebyshev nodes of `low` to `high`.
    pub fn of(low: f64, high: f64, of: impl Fn(f64) -> f64) -> Self {
        let (centre, half) = ((low + high) / 2.0, (high - low) / 2.0);
        let nodes: [f64; N] =
            std::array::from_fn(|k| (std::f64::consts::PI * (k as f64 + 0.5) / N as f64).cos());
        let values = nodes.map(|node| of(centre + half * node));
        Self { coefficients: monomials(nodes, values), low, high, centre, per_half: 1.0 / half }
    }

    /// The value at `x`; level beyond the ends of the interval.
    #[inline(always)]
    pub fn at(&self, x: f64) -> f64 {
        self.at_place(self.place(x))
    }

    /// The value at an `x` that the caller knows to lie within.
    #[inline(always)]
    pub fn at_inner(&self, x: f64) -> f64 {
        self.at_place((x - self.centre) * self.per_half)
    }

    /// Value and slope at `x`; level beyond the ends.
    #[inline(always)]
    pub fn tangent(&self, x: f64) -> (f64, f64) {
        let u = self.place(x);
        let (mut value, mut slope) = (self.coefficients[N - 1], 0.0);
        for k in (0..N - 1).rev() {
            slope = f64::mul_add(slope, u, value);
            value = f64::mul_add(value, u, self.coefficients[k]);
        }
        let inside = if x > self.low && x < self.high { self.per_half } else { 0.0 };
        (value, slope * inside)
    }

    #[inline(always)]
    fn place(&self, x: f64) -> f64 {
        // Selections rather than `clamp`: these become one instruction each.
        let above = if x > self.low { x } else { self.low };
        let within = if above < self.high { above } else { self.high };
        (within - self.centre) * self.per_half
    }

    #[inline(always)]
    fn at_place(&self, u: f64) -> f64 {
        let mut value = self.coefficients[N - 1];
        for k in (0..N - 1).rev() {
            value = f64::mul_add(value, u, self.coefficients[k]);
        }
        value
    }
}

/// From values at nodes to powers of u: Newton's divided differences, multiplied out.
fn monomials<const N: usize>(nodes: [f64; N], values: [f64; N]) -> [f64; N] {
    let mut newton = values;
    for order in 1..N {
        for k in (order..N).rev() {
            newton[k] = (newton[k] - newton[k - 1]) / (nodes[k] - nodes[k - order]);
        }
    }
    let mut powers = [0.0; N];
    for k in (0..N).rev() {
        let mut carried = newton[k];
        for power in &mut powers {
            let raised = *power;
            *power = carried - nodes[k] * raised;
            carried = raised;
        }
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polynomial_is_its_own_fit_with_its_slope() {
        let fit = Fit::<4>::of(-1.0, 3.0, |x| 2.0 - x + 0.5 * x * x * x);
        for x in [-1.0, -0.3, 0.0, 1.7, 2.99] {
            let (value, slope) = fit.tangent(x);
            assert!((value - (2.0 - x + 0.5 * x * x * x)).abs() < 1e-13);
            assert!((slope - (1.5 * x * x - 1.0)).abs() < 1e-12 || x == -1.0);
            assert!((fit.at(x) - value).abs() < 1e-15);
        }
    }

    #[test]
    fn beyond_its_ends_a_fit_is_level() {
        let fit = Fit::<3>::of(0.0, 1.0, |x| x * x);
        assert_eq!((fit.at(-5.0), fit.at(7.0)), (fit.at(0.0), fit.at(1.0)));
        assert_eq!(fit.tangent(7.0).1, 0.0);
    }
}
