//! One measured cell, four in series: the A123 26650 (2.3 Ah) of Plett's toolbox.
//!
//! Fitted by least squares to the dynamic discharges (`DYN_*_script1`) at −25, −5, 25 and 45 °C together, the rest
//! voltage held to the mean of that cell's C/30 discharge and charge at 25 °C. The discharge at 15 °C was held
//! out, and so were all charges (`script3`) and the C/30 tests in the cold. What the fit found:
//!
//! - of the 10 mΩ that a step of one second sees at 25 °C, 8 are wires and hardly change; 2 are charge transfer,
//!   which grow to 130 at −25 °C (6400 K, 53 kJ/mol) and fall again as the current grows;
//! - polarisation of minutes on discharge that is nothing at 25 °C and 0.2 Ω at −25 °C (10 500 K, as far as the
//!   fit was let): more than a resistance and more than an Arrhenius law know, but it holds between;
//! - the slow resistance falls with current, so that a C/30 test and a drive cycle agree.
//!
//! Data: `batterysim/esctoolbox-python` (MIT), after G. L. Plett, *Battery Management Systems*, vol. I. Claims nothing
//! below −25 °C, nor about the last tenth and the taper of a charge; at −25 °C the tester's own counter is in
//! doubt by 2 %, which is tens of millivolts near empty.

use super::chart::{BranchChart, Chart, TransferChart};
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
pub(super) const CAPACITY_RATIO: f64 = 2.051 / RATED_AMP_HOURS;

/// Ω of a cell as the Ω·Ah of the block.
const fn block(ohms: f64) -> f64 {
    ohms * CELLS * RATED_AMP_HOURS
}

/// The chart.
pub(super) fn chart() -> Chart {
    Chart {
        rest: Table::sample(|soc| CELLS * between_knots(&REST_VOLTS, soc)),
        rest_volts_per_kelvin: 0.0,
        ohmic_ohm_amp_hours: block(7.958e-3),
        ohmic_rise: [0.0, 0.0],
        ohmic_activation_kelvin: 275.0,
        transfer: TransferChart {
            ohm_amp_hours: block(2.188e-3),
            activation_kelvin: 6376.0,
            bend_volts: CELLS * 0.2037,
        },
        fast: BranchChart {
            time_constant_secs: 18.35,
            charge_ohm_amp_hours: block(4.624e-3),
            full_ohm_amp_hours: 0.0,
            discharge_ohm_amp_hours: block(5.951e-3),
            empty_ohm_amp_hours: block(1.140e-3),
            charge_activation_kelvin: 3676.0,
            discharge_activation_kelvin: 3676.0,
            bend_volts: f64::INFINITY,
        },
        slow: BranchChart {
            time_constant_secs: 4069.0,
            charge_ohm_amp_hours: block(40.91e-3),
            full_ohm_amp_hours: 0.0,
            discharge_ohm_amp_hours: block(82.55e-3),
            empty_ohm_amp_hours: 0.0,
            charge_activation_kelvin: 1271.0,
            discharge_activation_kelvin: 1271.0,
            bend_volts: CELLS * 0.2386,
        },
        cold: BranchChart {
            time_constant_secs: 731.9,
            empty_ohm_amp_hours: block(0.1675e-3),
            discharge_activation_kelvin: 10_500.0,
            ..BranchChart::NONE
        },
        hysteresis_volts: CELLS * 8.298e-3,
        hysteresis_rate: 120.4,
        locked: &LOCKED,
        ..lfp::chart()
    }
}
