//! Quantities with a unit, used where crates meet. Inside numerical kernels a plain `f64` with a unit
//! suffix takes over; the accessor that gives the type up names the unit (`as_volts`).
//!
//! ```
//! use signals::{Amps, Ohms, Volts};
//! let drop: Volts = Amps::new(2.0) * Ohms::new(0.05);
//! assert_eq!(drop.as_volts(), 0.1);
//! ```

use std::ops::{Add, Mul, Neg, Sub};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $accessor:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $name {
            /// The quantity of this many units.
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// The bare number; from here on the variable's name carries the unit.
            #[must_use]
            pub const fn $accessor(self) -> f64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }
    };
}

quantity!(/// Electric potential, V.
    Volts, as_volts);
quantity!(/// Electric current, A. For a battery: positive while charging.
    Amps, as_amps);
quantity!(/// Power, W. For a battery: positive while charging.
    Watts, as_watts);
quantity!(/// Resistance, Ω.
    Ohms, as_ohms);
quantity!(/// Charge, A·h.
    AmpHours, as_amp_hours);
quantity!(/// Temperature, °C.
    Celsius, as_celsius);

impl Mul<Ohms> for Amps {
    type Output = Volts;
    fn mul(self, resistance: Ohms) -> Volts {
        Volts(self.0 * resistance.0)
    }
}

impl Mul<Amps> for Volts {
    type Output = Watts;
    fn mul(self, current: Amps) -> Watts {
        Watts(self.0 * current.0)
    }
}

impl AmpHours {
    /// The same charge in coulombs, the SI unit metrics use.
    #[must_use]
    pub const fn as_coulombs(self) -> f64 {
        self.0 * 3600.0
    }
}

/// State of charge: the share of the battery's present capacity that it holds, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Soc(f64);

/// A number that lies outside the range its type allows.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{value} is outside 0 to 1")]
pub struct OutOfRange {
    /// The number that was offered.
    pub value: f64,
}

impl Soc {
    /// A full battery.
    pub const FULL: Self = Self(1.0);

    /// The nearest state of charge to `ratio`; a NaN becomes 0, so that nothing unknown looks full.
    #[must_use]
    pub fn clamped(ratio: f64) -> Self {
        Self(if ratio.is_nan() { 0.0 } else { ratio.clamp(0.0, 1.0) })
    }

    /// The ratio, 0 to 1.
    #[must_use]
    pub const fn as_ratio(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Soc {
    type Error = OutOfRange;

    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(OutOfRange { value }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranged_ratio_refuses_what_lies_outside() {
        assert!(Soc::try_from(1.01).is_err());
        assert!(Soc::try_from(f64::NAN).is_err());
        assert_eq!(Soc::try_from(0.5).map(Soc::as_ratio), Ok(0.5));
    }

    #[test]
    fn the_unknown_never_looks_full() {
        assert_eq!(Soc::clamped(f64::NAN).as_ratio(), 0.0);
    }
}
