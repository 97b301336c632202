//! Smooth functions as polynomials, fitted once so that the kernel neither calls `exp` nor looks up a table.
//!
//! ```text
//! f(x) ≈ Σ aₖ·(x − centre)ᵏ,    through f at the N Chebyshev nodes of [low, high]
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
}

impl<const N: usize> Fit<N> {
    /// The polynomial through `of` at the Chebyshev nodes of `low` to `high`.
    pub fn of(low: f64, high: f64, of: impl Fn(f64) -> f64) -> Self {
        let (centre, half) = ((low + high) / 2.0, (high - low) / 2.0);
        let nodes: [f64; N] =
            std::array::from_fn(|k| (std::f64::consts::PI * (k as f64 + 0.5) / N as f64).cos());
        let values = nodes.map(|node| of(centre + half * node));
        let mut coefficients = monomials(nodes, values);
        let mut unit = 1.0;
        for coefficient in &mut coefficients {
            *coefficient /= unit;
            unit *= half;
        }
        Self { coefficients, low, high, centre }
    }

    /// The same polynomial in `x` itself: no subtraction, for an interval that is not small against where it lies.
    pub fn about_zero(self) -> Self {
        let mut coefficients = self.coefficients;
        for done in 0..N {
            for k in (done..N - 1).rev() {
                coefficients[k] -= self.centre * coefficients[k + 1];
            }
        }
        Self { coefficients, centre: 0.0, ..self }
    }

    /// The same polynomial in `x/by`, where it is one in `x` itself.
    pub fn squeezed(self, by: f64) -> Self {
        let mut power = 1.0;
        let coefficients = self.coefficients.map(|coefficient| {
            let squeezed = coefficient * power;
            power *= by;
            squeezed
        });
        Self { coefficients, low: self.low / by, high: self.high / by, ..self }
    }

    /// The value at `x`; level beyond the ends of the interval.
    #[inline(always)]
    pub fn at(&self, x: f64) -> f64 {
        self.at_offset(self.offset(x))
    }

    /// How far `x`, or the end it lies beyond, is from the centre.
    #[inline(always)]
    pub fn offset(&self, x: f64) -> f64 {
        self.within(x) - self.centre
    }

    /// `x`, or the end it lies beyond.
    #[inline(always)]
    pub fn within(&self, x: f64) -> f64 {
        // Selections rather than `clamp`: these become one instruction each.
        let above = if x > self.low { x } else { self.low };
        if above < self.high { above } else { self.high }
    }

    /// The value that far from the centre, by Estrin's scheme: short chains of products, since a cell's next
    /// step waits for this one.
    #[inline(always)]
    pub fn at_offset(&self, offset: f64) -> f64 {
        let square = offset * offset;
        let low = join(self.pair(0, offset), square, self.pair(2, offset));
        let high = join(self.pair(4, offset), square, self.pair(6, offset));
        join(low, square * square, high).unwrap_or(0.0)
    }

    /// The same by Horner's scheme: the fewest products, each waiting for the last.
    #[inline(always)]
    pub fn at_offset_in_turn(&self, offset: f64) -> f64 {
        let highest = self.coefficients[N - 1];
        (0..N - 1).rev().fold(highest, |value, k| f64::mul_add(value, offset, self.coefficients[k]))
    }

    /// The same by pairs, which a Horner's scheme of squares joins: between the two.
    #[inline(always)]
    pub fn at_offset_by_pairs(&self, offset: f64, square: f64) -> f64 {
        let pairs = [6, 4, 2].map(|k| self.pair(k, offset));
        let joined = pairs
            .into_iter()
            .fold(None, |high, low| low.map(|low| join(Some(low), square, high).unwrap_or(low)));
        join(self.pair(0, offset), square, joined).unwrap_or(0.0)
    }

    /// Two coefficients and what lies between them, as far as there are any.
    #[inline(always)]
    fn pair(&self, k: usize, offset: f64) -> Option<f64> {
        const { assert!(N <= 8, "three levels of pairs take eight coefficients") };
        join(self.coefficients.get(k).copied(), offset, self.coefficients.get(k + 1).copied())
    }

    /// Value and slope that far from the centre.
    #[inline(always)]
    pub fn tangent_at_offset(&self, offset: f64) -> (f64, f64) {
        let mut slope = self.coefficients[N - 1];
        let mut value = f64::mul_add(slope, offset, self.coefficients[N - 2]);
        for k in (0..N - 2).rev() {
            slope = f64::mul_add(slope, offset, value);
            value = f64::mul_add(value, offset, self.coefficients[k]);
        }
        (value, slope)
    }
}

/// `low + high·power`, of which `high` may be missing, or both.
#[inline(always)]
fn join(low: Option<f64>, power: f64, high: Option<f64>) -> Option<f64> {
    low.map(|low| high.map_or(low, |high| f64::mul_add(high, power, low)))
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
        for x in [-1.0, -0.3, 0.0, 1.7, 3.0] {
            let (value, slope) = fit.tangent_at_offset(fit.offset(x));
            assert!((value - (2.0 - x + 0.5 * x * x * x)).abs() < 1e-13);
            assert!((slope - (1.5 * x * x - 1.0)).abs() < 1e-12);
            assert_eq!(fit.at(x), value);
            let offset = fit.offset(x);
            assert_eq!(fit.at_offset_in_turn(offset), value);
            assert!((fit.at_offset_by_pairs(offset, offset * offset) - value).abs() < 1e-13);
        }
    }

    #[test]
    fn about_zero_a_fit_is_the_same_polynomial() {
        let fit = Fit::<5>::of(1.0, 3.0, f64::exp);
        for x in [1.0, 1.7, 3.0] {
            assert!((fit.about_zero().at_offset(x) / fit.at(x) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn squeezed_a_fit_takes_less_for_the_same() {
        let fit = Fit::<5>::of(0.0, 3.0, f64::exp).about_zero();
        for x in [0.0, 1.7, 3.0] {
            assert!((fit.squeezed(5.0).at(x / 5.0) / fit.at(x) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn beyond_its_ends_a_fit_is_level() {
        let fit = Fit::<3>::of(0.0, 1.0, |x| x * x);
        assert_eq!((fit.at(-5.0), fit.at(7.0)), (fit.at(0.0), fit.at(1.0)));
    }
}
