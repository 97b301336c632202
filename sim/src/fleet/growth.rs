//! How resistance grows in the cold.
//!
//! ```text
//! growth(T) = exp(E·(1/T − 1/298.15 K)) ≈ p(T)⁴
//! ```
//!
//! `E` in kelvin (activation energy over the gas constant), `T` in °C at the door. `p` is fitted to the
//! fourth root, whose range is small, so that a polynomial of degree 6 and two squarings keep the relative
//! error within 5e-7 for E ≤ 4000 K over −45 to 75 °C. Beyond these the growth stays level.

use super::fit::Fit;

/// Coldest temperature that the growth follows, °C.
pub(super) const COLDEST_CELSIUS: f64 = -45.0;
/// Warmest temperature that the growth follows, °C.
pub(super) const WARMEST_CELSIUS: f64 = 75.0;

/// The growth of one activation energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    fourth_root: Fit<7>,
}

impl Growth {
    /// The growth for `activation_kelvin`.
    pub fn new(activation_kelvin: f64) -> Self {
        let root = |celsius: f64| (0.25 * exponent(activation_kelvin, celsius)).exp();
        Self { fourth_root: Fit::of(COLDEST_CELSIUS, WARMEST_CELSIUS, root) }
    }

    /// Resistance at this temperature over that at 25 °C.
    #[inline(always)]
    pub fn at(&self, celsius: f64) -> f64 {
        let root = self.fourth_root.at(celsius);
        let square = root * root;
        square * square
    }
}

/// The closed form's exponent.
fn exponent(activation_kelvin: f64, celsius: f64) -> f64 {
    activation_kelvin * (1.0 / (celsius + 273.15) - 1.0 / 298.15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polynomial_keeps_to_the_exponential() {
        for (activation_kelvin, bound) in [(0.0, 1e-15), (1600.0, 2e-8), (2405.6, 5e-8), (4000.0, 5e-7)] {
            let growth = Growth::new(activation_kelvin);
            let error = |k: i32| {
                let celsius = -45.0 + f64::from(k) * 0.01;
                (growth.at(celsius) / exponent(activation_kelvin, celsius).exp() - 1.0).abs()
            };
            let worst = (0..=12_000).map(error).fold(0.0, f64::max);
            println!("{activation_kelvin} K: {worst:e}");
            assert!(worst <= bound, "{activation_kelvin} K: {worst:e}");
        }
    }
}
