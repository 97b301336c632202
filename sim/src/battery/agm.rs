//! A 12 V AGM bank.
//!
//! Rest voltage: Polaris bands for AGM (11.8, 12.0, 12.3, 12.6, 12.8–13.0 V at 0, 25, 50, 75, 100 %),
//! smoothed. Ohmic: a data sheet's "< 8 mΩ" at 40 Ah (0.32 Ω·Ah) with terminals; ×2.3 at −20 °C, ×1.3 at
//! 50 % and ×1.9 at 10 %. Charge acceptance: resistance that grows as 1/(1 − SOC), so that the current
//! at the absorption voltage tapers over hours and leaves a surface charge, and ×4 at −20 °C, so that a
//! short winter day does not fill the bank. Gassing: Schiffer et al., J. Power Sources 168 (2007), VRLA
//! constants. Self-discharge 3 % a month (Victron). Locked by cold: a C/100 blend of an AGM sheet and
//! SAM's table.
//!
//! Against one measured 100 Ah block at 27 °C: a C/10 discharge within 0.04 V from 87 % to 15 % (0.11 V at
//! 10 %); absorption at C/10 to C/50 a third too slow; at rest two hours after it 0.26 V too low.
//!
//! Claims nothing about bulk charge above C/5 (at C/3 its voltage comes out 0.8 V too high; what was fitted to
//! that block is [`super::ub121000`]), nor about flooded banks, stratification, sulfation or freezing.

use super::chart::{BranchChart, Chart, TransferChart};
use super::surface::SurfaceChart;
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 8] = [
    (0.0, 11.58),
    (0.05, 11.74),
    (0.10, 11.86),
    (0.25, 12.04),
    (0.50, 12.31),
    (0.75, 12.60),
    (0.90, 12.78),
    (1.0, 12.92),
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
        transfer: TransferChart::NONE,
        fast: BranchChart {
            time_constant_secs: 60.0,
            charge_ohm_amp_hours: 2.5,
            full_ohm_amp_hours: 1.8,
            discharge_ohm_amp_hours: 0.6,
            empty_ohm_amp_hours: 0.5,
            charge_activation_kelvin: 2300.0,
            discharge_activation_kelvin: 1400.0,
            bend_volts: f64::INFINITY,
        },
        slow: BranchChart {
            time_constant_secs: 5400.0,
            charge_ohm_amp_hours: 1.5,
            full_ohm_amp_hours: 0.25,
            discharge_ohm_amp_hours: 1.0,
            empty_ohm_amp_hours: 0.0,
            charge_activation_kelvin: 1400.0,
            discharge_activation_kelvin: 1400.0,
            bend_volts: f64::INFINITY,
        },
        cold: BranchChart::NONE,
        surface: SurfaceChart::NONE,
        hysteresis_volts: 0.0,
        hysteresis_rate: 0.0,
        gassing_amps_per_amp_hour: 1e-4,
        vented_volts: 0.0,
        self_discharge_per_month: 0.03,
        locked: &LOCKED,
        heat_joules_per_kelvin_amp_hour: 300.0,
    }
}
