//! A bank on the bench: units in series and parallel under a current, without a sign around it.
//!
//! ```text
//! bank = parallel strings of units in series;   V equal over all strings,   Σ I_string = I
//! ```
//!
//! A bank is one battery until a unit differs: a spread drawn from the seed, or a unit that weakens, splits
//! it ([`units`]). [`crate::Site`] holds its bank by the same kernel.
//!
//! ```
//! use signals::{Amps, AmpHours, Celsius, Seed, Soc, Span};
//! use sim::{Bank, BatteryParams, Layout};
//!
//! let layout = Layout { series: 2, parallel: 4, ..Layout::default() };
//! let params = BatteryParams { layout, ..BatteryParams::flooded_12v(AmpHours::new(900.0)) };
//! let mut bank = Bank::new(&params, Soc::clamped(0.8), Celsius::new(20.0), Seed(7))?;
//! bank.weaken(0, 1, 0.5, 2.0);
//! bank.step(Amps::new(-20.0), Span::from_secs(600.0), Celsius::new(20.0));
//! let shares = bank.string_currents();
//! assert!(shares[0].as_amps().abs() < shares[1].as_amps().abs(), "the weak string gives less");
//! # Ok::<(), sim::ParamsError>(())
//! ```

mod harm;
mod share;
mod spread;
mod units;

pub(crate) use harm::{Affliction, Harm};
pub(crate) use units::Units;

use crate::battery::{BatteryParams, Condition, HOLD_SECS};
use crate::check::{Checks, ParamsError};
use signals::{AmpHours, Amps, Celsius, Seed, Soc, Span, Volts};

const HOLD_NANOS: i64 = HOLD_SECS as i64 * 1_000_000_000;

/// How a bank is put together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Units in a string; their voltages add up to the bank's.
    pub series: u32,
    /// Strings side by side; their capacities add up to the bank's.
    pub parallel: u32,
    /// Standard deviation of the units' capacities, ratio.
    pub capacity_spread_ratio: f64,
    /// Standard deviation of the units' resistances, ratio.
    pub resistance_spread_ratio: f64,
}

impl Default for Layout {
    fn default() -> Self {
        Self { series: 1, parallel: 1, capacity_spread_ratio: 0.0, resistance_spread_ratio: 0.0 }
    }
}

impl Layout {
    /// One block like the next, and no second.
    pub(crate) const SINGLE: Self =
        Self { series: 1, parallel: 1, capacity_spread_ratio: 0.0, resistance_spread_ratio: 0.0 };

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("battery.series_units", f64::from(self.series), 1.0..=24.0);
        checks.within("battery.parallel_strings", f64::from(self.parallel), 1.0..=64.0);
        checks.within("battery.capacity_spread_ratio", self.capacity_spread_ratio, 0.0..=0.3);
        checks.within("battery.resistance_spread_ratio", self.resistance_spread_ratio, 0.0..=0.3);
    }
}

/// A bank under way.
#[derive(Debug)]
pub struct Bank {
    units: Units,
    nanos: i64,
    amps: f64,
}

impl Bank {
    /// A rested bank at this charge and temperature.
    ///
    /// # Errors
    /// Names every parameter outside its range.
    pub fn new(
        params: &BatteryParams,
        soc: Soc,
        temperature: Celsius,
        seed: Seed,
    ) -> Result<Self, ParamsError> {
        let mut checks = Checks::default();
        params.check(&mut checks);
        checks.within("temperature_celsius", temperature.as_celsius(), -60.0..=90.0);
        checks.finish()?;
        let units = Units::new(params, soc.as_ratio(), temperature.as_celsius(), seed);
        Ok(Self { units, nanos: 0, amps: 0.0 })
    }

    /// The bank after `dt` at a constant current, positive while charging, in air of this temperature.
    pub fn step(&mut self, current: Amps, dt: Span, ambient: Celsius) {
        self.amps = current.as_amps();
        let mut left = dt.as_nanos();
        while left > 0 {
            let since = self.nanos % HOLD_NANOS;
            if since == 0 {
                self.units.refresh();
            }
            let nanos = left.min(HOLD_NANOS - since);
            self.units.step(self.amps, nanos as f64 * 1e-9, ambient.as_celsius());
            self.nanos += nanos;
            left -= nanos;
        }
    }

    /// From now on one unit, counted from 0, has this share of its capacity and this multiple of its
    /// resistance. Beyond the bank's last string or unit nothing happens.
    pub fn weaken(&mut self, string: usize, unit: usize, capacity_ratio: f64, resistance_ratio: f64) {
        self.units.weaken(string, unit, capacity_ratio.clamp(0.05, 1.2), resistance_ratio.clamp(0.2, 50.0));
    }

    /// Terminal voltage.
    #[must_use]
    pub fn voltage(&self) -> Volts {
        Volts::new(self.units.volts())
    }

    /// Charge held over present capacity.
    #[must_use]
    pub fn soc(&self) -> Soc {
        Soc::clamped(self.units.soc())
    }

    /// Capacity now at 25 °C.
    #[must_use]
    pub fn capacity(&self) -> AmpHours {
        AmpHours::new(self.units.capacity_amp_hours())
    }

    /// Mean temperature of the units.
    #[must_use]
    pub fn temperature(&self) -> Celsius {
        Celsius::new(self.units.celsius())
    }

    /// The worst that ice, layers, sulfate and age have made of any unit.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.units.condition()
    }

    /// The current of each string in the latest step.
    #[must_use]
    pub fn string_currents(&self) -> Vec<Amps> {
        self.units.string_amps().into_iter().map(Amps::new).collect()
    }

    /// The voltage of each string after the latest step: the same but for what a hold's coefficients miss.
    #[must_use]
    pub fn string_voltages(&self) -> Vec<Volts> {
        self.units.string_volts().into_iter().map(Volts::new).collect()
    }
}
