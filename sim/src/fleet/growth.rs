//! How resistance grows in the cold.
//!
//! ```text
//! growth(T) = exp(E·(1/T − 1/298.15 K)) ≈ p(1/T)⁴
//! ```
//!
//! `E` in kelvin (activation energy over the gas constant), `T` in K below the door. `p` is fitted to the
//! fourth root in 1/T, whose range is small, so that a polynomial of degree 6 and two squarings keep the
//! relative error within 2e-8 for E ≤ 1600 K, 1e-7 for 2400 K and 4e-6 for 4000 K, over −45 to 75 °C. (In T
//! itself the same degree errs a thousand times more: 1/T has its pole not far away.) Beyond these
//! temperatures the growth stays level.

use super::fit::Fit;

/// Coldest temperature that the growth follows, °C.
pub(super) const COLDEST_CELSIUS: f64 = -45.0;
/// Warmest temperature that the growth follows, °C.
pub(super) const WARMEST_CELSIUS: f64 = 75.0;

/// 0 °C, K.
pub(super) const ZERO_CELSIUS_KELVIN: f64 = 273.15;

/// The growth of one activation energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    fourth_root: Fit<7>,
}

impl Growth {
    /// The growth for `activation_kelvin`.
    pub fn new(activation_kelvin: f64) -> Self {
        let root = |per_kelvin: f64| (0.25 * activation_kelvin * (per_kelvin - 1.0 / 298.15)).exp();
        let per_kelvin = |celsius: f64| 1.0 / (celsius + ZERO_CELSIUS_KELVIN);
        Self {
            fourth_root: Fit::of(per_kelvin(WARMEST_CELSIUS), per_kelvin(COLDEST_CELSIUS), root).about_zero(),
        }
    }

    /// The growth at the warm end.
    pub fn least(&self) -> f64 {
        self.at(1.0 / (WARMEST_CELSIUS + ZERO_CELSIUS_KELVIN))
    }

    /// A temperature in K, or the end of the range that it lies beyond.
    #[inline(always)]
    pub fn kelvin_within(celsius: f64) -> f64 {
        // Selections rather than `clamp`: these become one instruction each.
        let above = if celsius > COLDEST_CELSIUS { celsius } else { COLDEST_CELSIUS };
        let within = if above < WARMEST_CELSIUS { above } else { WARMEST_CELSIUS };
        within + ZERO_CELSIUS_KELVIN
    }

    /// Resistance at a temperature over that at 25 °C; takes a 1/T that lies [within](Self::kelvin_within) its range.
    #[inline(always)]
    pub fn at(&self, per_kelvin: f64) -> f64 {
        let root = self.fourth_root.at_offset(per_kelvin);
        let square = root * root;
        square * square
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polynomial_keeps_to_the_exponential() {
        for (activation_kelvin, bound) in [(0.0, 1e-15), (1600.0, 2e-8), (2405.6, 1e-7), (4000.0, 4e-6)] {
            let growth = Growth::new(activation_kelvin);
            let error = |k: i32| {
                let celsius = -45.0 + f64::from(k) * 0.01;
                let per_kelvin = 1.0 / (celsius + ZERO_CELSIUS_KELVIN);
                (growth.at(per_kelvin) / (activation_kelvin * (per_kelvin - 1.0 / 298.15)).exp() - 1.0).abs()
            };
            let worst = (0..=12_000).map(error).fold(0.0, f64::max);
            println!("{activation_kelvin} K: {worst:e}");
            assert!(worst <= bound, "{activation_kelvin} K: {worst:e}");
        }
    }
}
