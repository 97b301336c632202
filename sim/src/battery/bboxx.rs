//! One measured battery: the 12 V 17 Ah block of BBOXX's off-grid telemetry (unit A).
//!
//! Fitted by least squares to four discharges at 3.04, 1.54, 1.03 and 0.53 A and 18 to 26 °C together: rest
//! voltage, one discharge resistance that rises towards empty, a capacity of 20.4 Ah, and where each
//! discharge began (100, 96, 94, 91 %: the block was never quite full again). The fit finds no difference
//! between ohmic and fast resistance at samples a minute apart; a data sheet's 0.35 Ω·Ah is called ohmic.
//! All else is [`super::agm`]'s.
//!
//! Data: V. Sulzer et al., *faster-lead-acid* (BSD-3), `inputs/telemetry_*.csv`. Claims nothing about charge,
//! about other temperatures, or below 10.8 V; the rest voltage is that under discharge, surface charge
//! and all, and the dip of the first minutes (coup de fouet) is not in it.

use super::agm;
use super::chart::{BranchChart, Chart};
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 14] = [
    (0.0, 10.855),
    (0.03, 11.098),
    (0.06, 11.288),
    (0.1, 11.447),
    (0.15, 11.59),
    (0.2, 11.708),
    (0.3, 11.899),
    (0.4, 12.062),
    (0.5, 12.214),
    (0.6, 12.357),
    (0.7, 12.508),
    (0.8, 12.677),
    (0.9, 12.871),
    (0.95, 12.909),
];

/// The capacity fitted over the 17 Ah of the label.
pub(super) const CAPACITY_RATIO: f64 = 20.4 / 17.0;

/// The chart.
pub(super) fn chart() -> Chart {
    let agm = agm::chart();
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        rest_volts_per_kelvin: 0.0,
        ohmic_ohm_amp_hours: 0.35,
        ohmic_rise: [0.0, 0.0],
        fast: BranchChart { discharge_ohm_amp_hours: 1.166, empty_ohm_amp_hours: 0.0418, ..agm.fast },
        slow: BranchChart { discharge_ohm_amp_hours: 0.0, ..agm.slow },
        ..agm
    }
}
