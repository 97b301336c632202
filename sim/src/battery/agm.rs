//! A 12 V AGM bank.
//!
//! Rest voltage: Polaris bands for AGM (11.8, 12.0, 12.3, 12.6, 12.8–13.0 V at 0, 25, 50, 75, 100 %),
//! smoothed. Ohmic: a data sheet's "< 8 mΩ" at 40 Ah (0.32 Ω·Ah) with terminals; ×2.3 at −20 °C, ×1.3 at
//! 50 % and ×1.9 at 10 %. Charge acceptance: resistance that grows as 1/(1 − SOC), so that the current
//! at the absorption voltage tapers over hours, and ×4 at −20 °C, so that a short winter day does not
//! fill the bank; between sheet curves for C/30 to C/10, the currents a panel gives. Gassing: Schiffer
//! et al., J. Power Sources 168 (2007), VRLA constants. Self-discharge 3 % a month (Victron). Locked by
//! cold: a C/100 blend of an AGM sheet and SAM's table.
//!
//! Claims nothing about charging above C/5, flooded banks, stratification, sulfation or freezing.

use super::chart::{BranchChart, Chart};
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 8] = [
    (0.0, 11.62),
    (0.05, 11.76),
    (0.10, 11.86),
    (0.25, 12.04),
    (0.50, 12.31),
    (0.75, 12.60),
    (0.90, 12.77),
    (1.0, 12.87),
];

const LOCKED: [(f64, f64); 7] =
    [(-40.0, 0.60), (-30.0, 0.44), (-20.0, 0.31), (-10.0, 0.20), (0.0, 0.12), (10.0, 0.07), (25.0, 0.0)];

/// The chart.
pub(super) fn chart() -> Chart {
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        rest_volts_per_kelvin: 0.0012,
        ohmic_ohm_amp_hours: 0.35,
        ohmic_rise: [0.55, 0.6],
        ohmic_activation_kelvin: 1400.0,
        fast: BranchChart {
            time_constant_secs: 60.0,
            charge_ohm_amp_hours: 6.0,
            full_ohm_amp_hours: 1.6,
            discharge_ohm_amp_hours: 0.6,
            empty_ohm_amp_hours: 0.6,
            charge_activation_kelvin: 2300.0,
            discharge_activation_kelvin: 1400.0,
        },
        slow: BranchChart {
            time_constant_secs: 5400.0,
            charge_ohm_amp_hours: 2.5,
            full_ohm_amp_hours: 0.0,
            discharge_ohm_amp_hours: 1.0,
            empty_ohm_amp_hours: 0.0,
            charge_activation_kelvin: 1400.0,
            discharge_activation_kelvin: 1400.0,
        },
        hysteresis_volts: 0.0,
        hysteresis_rate: 0.0,
        gassing_amps_per_amp_hour: 1e-4,
        self_discharge_per_month: 0.03,
        locked: &LOCKED,
        heat_joules_per_kelvin_amp_hour: 300.0,
    }
}
