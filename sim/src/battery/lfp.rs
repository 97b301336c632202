//! A 12.8 V pack of four LiFePO4 cells in series.
//!
//! ```text
//! U/cell = k0 + k1/(1+e^{a1(s−b1)}) + k2/(1+e^{a2(s−b2)}) + k3/(1+e^{a3(s−1)}) + k4/(1+e^{a4 s}) + k5·s
//! ```
//!
//! Rest voltage: SimSES's fit of the Sony US26650FTC1. The fit smooths the two plateaus into one slope,
//! which makes an estimator's life too easy: here the slope is cut to less than half and the step near
//! 68 % put back (35 mV a cell), a scenario choice. Resistance: the same cell's pulse resistances split
//! 0.4 / 0.25 / 0.35 over ohmic, fast and slow, plus management system and terminals; E 1900 K.
//! Hysteresis: one state after Plett, ±12.5 mV a cell. Self-discharge 2.5 % a month.
//!
//! Claims nothing about ageing, cell imbalance or plating.

use super::chart::{BranchChart, Chart, TransferChart};
use super::surface::SurfaceChart;
use super::table::Table;

const CELLS: f64 = 4.0;
const LOCKED: [(f64, f64); 5] = [(-40.0, 0.50), (-30.0, 0.30), (-20.0, 0.15), (0.0, 0.05), (25.0, 0.0)];

fn rest_volts_per_cell(soc: f64) -> f64 {
    let fall = |steepness: f64, at: f64| 1.0 / (1.0 + (steepness * (soc - at)).exp());
    let fit = 2.0020 - 3.3160 * fall(-116.2064, -0.1572) + 4.9996 * fall(-22.4512, -0.0944)
        - 0.4574 * fall(358.9072, 1.0)
        - 1.3646 * fall(499.9994, 0.0);
    let plateaus = 0.028 + 0.055 * soc + 0.035 * fall(-60.0, 0.68);
    fit + plateaus
}

/// The chart.
pub(super) fn chart() -> Chart {
    let branch = |time_constant_secs: f64, ohm_amp_hours: f64, empty_ohm_amp_hours: f64| BranchChart {
        time_constant_secs,
        charge_ohm_amp_hours: ohm_amp_hours,
        full_ohm_amp_hours: 0.0,
        discharge_ohm_amp_hours: ohm_amp_hours,
        empty_ohm_amp_hours,
        charge_activation_kelvin: 1900.0,
        discharge_activation_kelvin: 1900.0,
        bend_volts: f64::INFINITY,
    };
    Chart {
        rest: Table::sample(|soc| CELLS * rest_volts_per_cell(soc)),
        rest_volts_per_kelvin: 0.0,
        ohmic_ohm_amp_hours: 0.40,
        ohmic_rise: [0.05, 0.3],
        ohmic_activation_kelvin: 1900.0,
        transfer: TransferChart::NONE,
        fast: branch(20.0, 0.15, 0.01),
        slow: branch(600.0, 0.20, 0.02),
        cold: BranchChart::NONE,
        surface: SurfaceChart::NONE,
        hysteresis_volts: 0.05,
        hysteresis_rate: 60.0,
        gassing_amps_per_amp_hour: 0.0,
        vented_volts: 0.0,
        self_discharge_per_month: 0.025,
        locked: &LOCKED,
        heat_joules_per_kelvin_amp_hour: 150.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_voltage_rises_and_shows_two_plateaus() {
        let volts = |soc: f64| CELLS * rest_volts_per_cell(soc);
        assert!((1..=100).all(|k| volts(f64::from(k) / 100.0) > volts(f64::from(k - 1) / 100.0)));
        for (soc, published) in [(0.2, 12.99), (0.5, 13.16), (0.9, 13.36), (0.99, 13.46), (1.0, 14.33)] {
            assert!((volts(soc) - published).abs() < 0.10, "{soc}: {}", volts(soc));
        }
        assert!(volts(0.74) - volts(0.62) > 2.0 * (volts(0.52) - volts(0.40)));
    }
}
