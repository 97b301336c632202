//! The management system of a LiFePO4 pack, as far as a sign feels it: it stops charge in the cold and
//! at too high a voltage, and discharge at too low a one, each with hysteresis.
//!
//! ```text
//! charge:    off below 0 °C, on above 2 °C;   off above 14.8 V, on below 13.8 V;
//!            off with one cell full and the others not, on below 98 % of that cell
//! discharge: off below 10.4 V,  on above 12.4 V
//! ```
//!
//! Voltages are four times that of the cell that ends it. A full cell among others is told by its charge: the
//! last of its rest voltage's rise, which a management system sees, is steeper than the plant's table.
//!
//! With discharge off, charge still flows in. The cells' voltage stays visible; a real pack would show
//! the shunt next to nothing, which is a gap in telemetry rather than a low battery.
//!
//! Reference: Battle Born and Ionic data sheets (charge from −3.9 or 0 °C, 14.7 to 15.2 V, 10 to 10.5 V).

use super::Chemistry;

pub(crate) const CHARGE_OFF_CELSIUS: f64 = 0.0;
pub(crate) const CHARGE_ON_CELSIUS: f64 = 2.0;
pub(crate) const CHARGE_OFF_VOLTS: f64 = 14.8;
pub(crate) const CHARGE_ON_VOLTS: f64 = 13.8;
const UNEVEN_OFF_SOC: f64 = 0.999;
const UNEVEN_ON_SOC: f64 = 0.98;
const EVEN_SPAN_SOC: f64 = 0.01;
pub(crate) const DISCHARGE_OFF_VOLTS: f64 = 10.4;
pub(crate) const DISCHARGE_ON_VOLTS: f64 = 12.4;

/// What is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bms {
    present: bool,
    cold: bool,
    high: bool,
    uneven: bool,
    low: bool,
}

/// The cells that end it: voltages as four times the cell's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extremes {
    pub volts_max: f64,
    pub volts_min: f64,
    pub soc_max: f64,
    pub soc_min: f64,
}

impl Bms {
    /// The system of this kind of battery; a lead-acid bank has none.
    pub fn new(chemistry: Chemistry) -> Self {
        Self { present: chemistry == Chemistry::LiFePo4, cold: false, high: false, uneven: false, low: false }
    }

    /// Charge may flow in.
    pub const fn lets_charge(&self) -> bool {
        !self.cold && !self.high && !self.uneven
    }

    /// Charge may flow out.
    pub const fn lets_discharge(&self) -> bool {
        !self.low
    }

    /// Looks at the cells.
    pub fn watch(&mut self, cells: &Extremes, celsius: f64) {
        if self.present {
            self.cold = celsius < if self.cold { CHARGE_ON_CELSIUS } else { CHARGE_OFF_CELSIUS };
            self.high = cells.volts_max > if self.high { CHARGE_ON_VOLTS } else { CHARGE_OFF_VOLTS };
            self.low = cells.volts_min < if self.low { DISCHARGE_ON_VOLTS } else { DISCHARGE_OFF_VOLTS };
            self.uneven = cells.soc_max - cells.soc_min > EVEN_SPAN_SOC
                && cells.soc_max > if self.uneven { UNEVEN_ON_SOC } else { UNEVEN_OFF_SOC };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(volts: f64) -> Extremes {
        Extremes { volts_max: volts, volts_min: volts, soc_max: 0.5, soc_min: 0.5 }
    }

    #[test]
    fn a_full_cell_among_others_ends_the_charge() {
        let mut bms = Bms::new(Chemistry::LiFePo4);
        let mut lets = |soc_max: f64, soc_min: f64| {
            bms.watch(&Extremes { soc_max, soc_min, ..even(13.6) }, 20.0);
            bms.lets_charge()
        };
        assert_eq!(
            [lets(0.9, 0.7), lets(1.0, 0.8), lets(0.99, 0.79), lets(0.97, 0.77)],
            [true, false, false, true]
        );
        assert!(lets(1.0, 0.998));
    }

    #[test]
    fn a_frozen_pack_takes_no_charge_until_it_is_warm_again() {
        let mut bms = Bms::new(Chemistry::LiFePo4);
        let mut lets = |celsius: f64| {
            bms.watch(&even(13.2), celsius);
            bms.lets_charge()
        };
        assert_eq!([5.0, -0.1, 1.0, 2.1].map(&mut lets), [true, false, false, true]);
    }

    #[test]
    fn an_empty_pack_lets_go_of_the_load_and_a_lead_bank_has_no_such_switch() {
        let lets = |chemistry: Chemistry| {
            let mut bms = Bms::new(chemistry);
            bms.watch(&even(10.0), 20.0);
            bms.lets_discharge()
        };
        assert!(!lets(Chemistry::LiFePo4) && lets(Chemistry::Agm));
    }
}
