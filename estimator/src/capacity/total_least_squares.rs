//! Capacity as the slope of charge over change of the state of charge, with errors in both.
//!
//! ```text
//! χ²(Q) = Σ γ·(y − Q·x)²/(1 + Q²)²·(Q²/σx² + 1/σy²)        x = Δz,  y = charge over rated capacity
//! c₁ = Σx²/σy²  c₂ = Σxy/σy²  c₃ = Σy²/σy²  c₄ = Σx²/σx²  c₅ = Σxy/σx²  c₆ = Σy²/σx²
//! χ²′ = 2·p(Q)/(1 + Q²)³,   p = c₅Q⁴ + (2c₄ − c₁ − c₆)Q³ + 3(c₂ − c₅)Q² + (c₁ − 2c₃ + c₆)Q − c₂
//! variance = 2/χ²″ = (1 + Q²)³/p′(Q)                        at the root of least χ²
//! ```
//!
//! Ordinary least squares takes the doubt of `x` for none and finds a capacity that is too small. What is
//! believed beforehand is one more pair, `x = 1`. Memory fades so that the variance grows as that of a
//! capacity which wanders: `γ = σ²/(σ² + w²Δt)`.
//!
//! Reference: G. L. Plett, *Recursive approximate weighted total least squares estimation of battery cell
//! total capacity*, J. Power Sources 196 (2011).

/// Where the slope is looked for.
const RANGE: [f64; 2] = [0.1, 1.9];
/// Steps of the search for changes of sign.
const STEPS: usize = 60;
/// A pair further off than this many standard deviations counts less.
const SOFT_SIGMAS: f64 = 3.0;

/// One stretch between two anchors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    /// Change of the state of charge.
    pub soc: f64,
    pub soc_variance: f64,
    /// Charge that flowed, over the rated capacity.
    pub charge: f64,
    pub charge_variance: f64,
    /// Part of `soc_variance` that is the same in every pair of its kind.
    pub lasting_variance: f64,
}

impl Pair {
    /// The capacity by this pair alone.
    pub fn alone(&self) -> f64 {
        self.charge / self.soc
    }
}

/// The six faded sums.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TotalLeastSquares {
    pub sums: [f64; 6],
}

impl TotalLeastSquares {
    /// Nothing seen; the capacity is believed to be `ratio` of the rated, `stddev` in doubt.
    pub fn believing(ratio: f64, stddev: f64) -> Self {
        let half = 0.5 * stddev * stddev;
        let mut empty = Self { sums: [0.0; 6] };
        empty.add(&Pair {
            soc: 1.0,
            soc_variance: half,
            charge: ratio,
            charge_variance: half,
            lasting_variance: 0.0,
        });
        empty
    }

    /// Learns from a pair; one that contradicts everything known counts less.
    pub fn learn(&mut self, pair: &Pair) {
        let (ratio, variance) = self.solve();
        let left = pair.charge - ratio * pair.soc;
        let expected =
            pair.charge_variance + ratio * ratio * pair.soc_variance + variance * pair.soc * pair.soc;
        let soft = (left * left / expected / (SOFT_SIGMAS * SOFT_SIGMAS)).max(1.0);
        let widened = Pair {
            soc_variance: pair.soc_variance * soft,
            charge_variance: pair.charge_variance * soft,
            ..*pair
        };
        if widened.soc.is_finite() && widened.charge.is_finite() && soft.is_finite() {
            self.add(&widened);
        }
    }

    fn add(&mut self, pair: &Pair) {
        let (x, y) = (pair.soc, pair.charge);
        let products = [x * x, x * y, y * y];
        for (i, product) in products.iter().enumerate() {
            self.sums[i] += product / pair.charge_variance.max(1e-9);
            self.sums[i + 3] += product / pair.soc_variance.max(1e-9);
        }
    }

    /// Fades so that the variance grows by `added`.
    pub fn age(&mut self, added: f64) {
        if added <= 0.0 {
            return;
        }
        let (_, variance) = self.solve();
        let keep = variance / (variance + added);
        for sum in &mut self.sums {
            *sum *= keep;
        }
    }

    /// Capacity over the rated one.
    pub fn capacity(&self) -> f64 {
        self.solve().0
    }

    /// Mean and variance of the logarithm of capacity over the rated one.
    pub fn log_marginal(&self) -> (f64, f64) {
        let (ratio, variance) = self.solve();
        (ratio.ln(), variance / (ratio * ratio))
    }

    /// The slope of least cost and its variance.
    pub fn solve(&self) -> (f64, f64) {
        let step = (RANGE[1] - RANGE[0]) / STEPS as f64;
        let mut best = (f64::INFINITY, 1.0);
        let mut left = (RANGE[0], self.polynomial(RANGE[0]));
        for i in 1..=STEPS {
            let at = RANGE[0] + step * i as f64;
            let right = (at, self.polynomial(at));
            if left.1 <= 0.0 && right.1 > 0.0 {
                let root = self.root(left.0, right.0);
                let cost = self.cost(root);
                if cost < best.0 {
                    best = (cost, root);
                }
            }
            left = right;
        }
        let ratio = best.1;
        let curvature = self.polynomial_slope(ratio).max(1e-6);
        (ratio, (1.0 + ratio * ratio).powi(3) / curvature)
    }

    fn root(&self, mut low: f64, mut high: f64) -> f64 {
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.polynomial(middle) <= 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// Coefficients of the derivative, highest power first.
    fn coefficients(&self) -> [f64; 5] {
        let [c1, c2, c3, c4, c5, c6] = self.sums;
        [c5, 2.0 * c4 - c1 - c6, 3.0 * (c2 - c5), c1 - 2.0 * c3 + c6, -c2]
    }

    fn polynomial(&self, ratio: f64) -> f64 {
        self.coefficients().iter().fold(0.0, |sum, c| sum * ratio + c)
    }

    fn polynomial_slope(&self, ratio: f64) -> f64 {
        let [a, b, c, d, _] = self.coefficients();
        ((4.0 * a * ratio + 3.0 * b) * ratio + 2.0 * c) * ratio + d
    }

    fn cost(&self, ratio: f64) -> f64 {
        let [c1, c2, c3, c4, c5, c6] = self.sums;
        let square = ratio * ratio;
        let by_charge = c3 - 2.0 * ratio * c2 + square * c1;
        let by_soc = c6 - 2.0 * ratio * c5 + square * c4;
        (square * by_soc + by_charge) / (1.0 + square).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fitted(pairs: &[Pair]) -> TotalLeastSquares {
        let mut fit = TotalLeastSquares::believing(1.0, 0.1);
        for pair in pairs {
            fit.add(pair);
        }
        fit
    }

    /// The cost written out pair by pair, from the definition.
    fn cost(pairs: &[Pair], ratio: f64) -> f64 {
        let prior = Pair {
            soc: 1.0,
            soc_variance: 0.005,
            charge: 1.0,
            charge_variance: 0.005,
            lasting_variance: 0.0,
        };
        pairs
            .iter()
            .chain([&prior])
            .map(|pair| {
                let left = pair.charge - ratio * pair.soc;
                let square = ratio * ratio;
                left * left / (1.0 + square).powi(2)
                    * (square / pair.soc_variance + 1.0 / pair.charge_variance)
            })
            .sum()
    }

    prop_compose! {
        fn any_pair()(soc in -0.9..0.9_f64, ratio in 0.5..1.3_f64, left in -0.05..0.05_f64, doubt in 0.005..0.08_f64, share in 0.2..3.0_f64) -> Pair {
            Pair { soc, soc_variance: doubt * doubt, charge: ratio * soc + left, charge_variance: (share * doubt).powi(2), lasting_variance: 0.0 }
        }
    }

    proptest! {
        #[test]
        fn the_root_is_where_a_blind_search_finds_the_least_cost(pairs in prop::collection::vec(any_pair(), 1..12)) {
            let (ratio, _) = fitted(&pairs).solve();
            let blind = (0..=36_000).map(|i| 0.1 + f64::from(i) * 5e-5)
                .min_by(|a, b| cost(&pairs, *a).total_cmp(&cost(&pairs, *b)))
                .ok_or_else(|| TestCaseError::fail("no candidate"))?;
            prop_assert!((ratio - blind).abs() < 1e-4, "{ratio} {blind}");
        }

        #[test]
        fn the_variance_is_twice_the_inverse_of_the_costs_curvature(pairs in prop::collection::vec(any_pair(), 1..12)) {
            let (ratio, variance) = fitted(&pairs).solve();
            let h = 1e-4;
            let curvature = (cost(&pairs, ratio + h) - 2.0 * cost(&pairs, ratio) + cost(&pairs, ratio - h)) / (h * h);
            prop_assert!((variance * curvature / 2.0 - 1.0).abs() < 1e-3, "{variance} {curvature}");
        }
    }

    #[test]
    fn what_is_believed_beforehand_has_the_doubt_that_was_said() {
        let (ratio, variance) = TotalLeastSquares::believing(1.0, 0.1).solve();
        assert!((ratio - 1.0).abs() < 1e-9 && (variance.sqrt() - 0.1).abs() < 1e-9);
    }

    #[test]
    fn fading_grows_the_doubt_and_keeps_the_capacity() {
        let mut fit = fitted(&[Pair {
            soc: 0.5,
            soc_variance: 4e-4,
            charge: 0.42,
            charge_variance: 1e-4,
            lasting_variance: 0.0,
        }]);
        let before = fit.solve();
        fit.age(0.001);
        let after = fit.solve();
        assert!((after.0 - before.0).abs() < 1e-9);
        assert!((after.1 - before.1 - 0.001).abs() < 1e-9);
    }

    #[test]
    fn doubt_of_the_charge_state_does_not_make_the_capacity_too_small() {
        // True capacity 0.8; the changes of charge are off by ±0.06 in turn, at swings of 0.2 to 0.6.
        let pairs: Vec<Pair> = (0..400)
            .map(|i| {
                let swing = 0.2 + 0.4 * f64::from(i % 10) / 9.0;
                let soc = swing + if (i / 10) % 2 == 0 { 0.06 } else { -0.06 };
                Pair {
                    soc,
                    soc_variance: 0.0036,
                    charge: 0.8 * swing,
                    charge_variance: 1e-6,
                    lasting_variance: 0.0,
                }
            })
            .collect();
        let (mut xx, mut xy) = (0.0, 0.0);
        for pair in &pairs {
            (xx, xy) = (xx + pair.soc * pair.soc, xy + pair.soc * pair.charge);
        }
        let (found, stddev) = fitted(&pairs).solve();
        assert!(xy / xx < 0.79, "ordinary least squares finds {}", xy / xx);
        assert!((found - 0.8).abs() < 0.006, "{found} ± {}", stddev.sqrt());
    }
}
