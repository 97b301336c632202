//! A sum of many small amounts that loses none of them to rounding.
//!
//! ```text
//! s' = s + (x + r),    r' = what that addition rounded away        (Knuth's two-sum)
//! ```
//!
//! Plain addition of 14 µAh to 100 Ah, once a second for a month, is off by a part in ten thousand million;
//! this is off by less than one in a million million.

/// The sum, and what it still owes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Tally {
    sum: f64,
    rest: f64,
}

impl Tally {
    /// From here on.
    pub const fn new(sum: f64) -> Self {
        Self { sum, rest: 0.0 }
    }

    /// The sum to the nearest number.
    pub const fn value(self) -> f64 {
        self.sum
    }

    /// The sum with `amount` more.
    #[must_use]
    pub fn plus(self, amount: f64) -> Self {
        let amount = amount + self.rest;
        let sum = self.sum + amount;
        let added = sum - self.sum;
        let rest = (self.sum - (sum - added)) + (amount - added);
        Self { sum, rest }
    }

    /// The sum times `ratio`.
    #[must_use]
    pub fn times(self, ratio: f64) -> Self {
        Self { sum: self.sum * ratio, rest: self.rest * ratio }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_microamp_hours_adds_up() {
        let (amount, count) = (-0.05 / 3600.0, 30 * 86_400);
        let plain = (0..count).fold(100.0, |sum, _| sum + amount);
        let tally = (0..count).fold(Tally::new(100.0), |tally, _| tally.plus(amount));
        let exact = 100.0 + amount * f64::from(count);
        assert!((plain - exact).abs() > 36.0 * 1e-12, "plain addition would do: {:e}", plain - exact);
        assert!((tally.value() - exact).abs() < 36.0 * 1e-12, "{:e}", tally.value() - exact);
    }

    #[test]
    fn the_smaller_of_two_is_never_swallowed() {
        let tally = Tally::new(1e16).plus(1.0).plus(1.0).plus(-1e16);
        assert_eq!(tally.value(), 2.0);
    }
}
