//! One measured cell, four in series: the A123 26650 (2.3 Ah) of Plett's toolbox.
//!
//! Fitted by least squares to the dynamic profiles at −5, 15, 25 and 45 °C together, the rest voltage held to
//! the mean of that cell's C/30 discharge and charge at 25 °C: rest voltage, ±10 mV of hysteresis,
//! resistances, activation of 3000 to 4000 K, and a capacity of 2.05 Ah. Time constants and the rate of the
//! hysteresis come from a coarse grid. The fit finds no slow resistance while charging: in these
//! profiles charge comes in pulses of seconds.
//!
//! Data: `batterysim/esctoolbox-python` (MIT), after G. L. Plett, *Battery Management Systems*, vol. I. Claims nothing
//! below −5 °C, where resistance falls with the current (at −25 °C the error is ten times as large), nor
//! about charge slower or longer than those pulses.

use super::chart::{BranchChart, Chart};
use super::lfp;
use super::table::{Table, between_knots};

const CELLS: f64 = 4.0;
const RATED_AMP_HOURS: f64 = 2.3;

/// V per cell.
const REST_VOLTS: [(f64, f64); 28] = [
    (0.0, 2.0),
    (0.01, 2.35),
    (0.02, 2.4084),
    (0.03, 2.6876),
    (0.05, 2.9429),
    (0.075, 3.0605),
    (0.1, 3.1467),
    (0.125, 3.2011),
    (0.15, 3.2179),
    (0.2, 3.2435),
    (0.25, 3.263),
    (0.3, 3.2781),
    (0.35, 3.2898),
    (0.4, 3.3008),
    (0.45, 3.3063),
    (0.5, 3.3089),
    (0.55, 3.3125),
    (0.6, 3.3176),
    (0.65, 3.3234),
    (0.7, 3.3304),
    (0.75, 3.341),
    (0.8, 3.346),
    (0.85, 3.349),
    (0.9, 3.3525),
    (0.95, 3.3688),
    (0.97, 3.3698),
    (0.985, 3.3949),
    (1.0, 3.5695),
];
/// At these rates the cold locks nothing in.
const LOCKED: [(f64, f64); 1] = [(25.0, 0.0)];

/// The capacity fitted over the label's.
pub(super) const CAPACITY_RATIO: f64 = 2.05 / RATED_AMP_HOURS;

/// Ω of a cell as the Ω·Ah of the block.
const fn block(ohms: f64) -> f64 {
    ohms * CELLS * RATED_AMP_HOURS
}

/// The chart.
pub(super) fn chart() -> Chart {
    Chart {
        rest: Table::sample(|soc| CELLS * between_knots(&REST_VOLTS, soc)),
        rest_volts_per_kelvin: CELLS * -0.505e-3,
        ohmic_ohm_amp_hours: block(9.595e-3),
        ohmic_rise: [0.0, 0.0],
        ohmic_activation_kelvin: 3000.0,
        fast: BranchChart {
            time_constant_secs: 20.0,
            charge_ohm_amp_hours: block(4.593e-3),
            full_ohm_amp_hours: 0.0,
            discharge_ohm_amp_hours: block(7.977e-3),
            empty_ohm_amp_hours: block(0.373e-3),
            charge_activation_kelvin: 3000.0,
            discharge_activation_kelvin: 3000.0,
        },
        slow: BranchChart {
            time_constant_secs: 1600.0,
            charge_ohm_amp_hours: 0.0,
            full_ohm_amp_hours: 0.0,
            discharge_ohm_amp_hours: block(29.06e-3),
            empty_ohm_amp_hours: 0.0,
            charge_activation_kelvin: 4000.0,
            discharge_activation_kelvin: 4000.0,
        },
        hysteresis_volts: CELLS * 9.98e-3,
        hysteresis_rate: 160.0,
        locked: &LOCKED,
        ..lfp::chart()
    }
}
