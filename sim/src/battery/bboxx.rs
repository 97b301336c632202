//! One measured battery: the 12 V 17 Ah block of BBOXX's off-grid telemetry (unit A).
//!
//! Fitted by least squares to the discharges at 3.04 and 0.53 A and to the recharge between them, at 18 to 29 °C:
//! rest voltage, one discharge resistance that rises towards empty, a capacity of 21.0 Ah, charging resistances
//! (over 1 − SOC alone, as [`super::ub121000`]'s), gassing of fourteen times a new block's, surface charge of
//! 0.30 V, and where each record began (99, 89 and 6 %: the block was never quite full again). The discharges at
//! 1.54 and 1.03 A were held out. The fit finds no difference between ohmic and fast resistance at samples a
//! minute apart; a data sheet's 0.35 Ω·Ah is called ohmic. How soon surface charge turns and leaks is
//! [`super::ub121000`]'s; all else is [`super::agm`]'s.
//!
//! Data: V. Sulzer et al., *faster-lead-acid* (BSD-3), `inputs/telemetry_*.csv`. Claims nothing about other
//! temperatures or below 10.8 V. The dip of the first minutes (coup de fouet) is not in it, nor the slow
//! recovery after a discharge (0.1 to 0.2 V in hours).

use super::agm;
use super::chart::{BranchChart, Chart};
use super::surface::SurfaceChart;
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 15] = [
    (0.0, 10.949),
    (0.025, 11.12),
    (0.05, 11.278),
    (0.1, 11.456),
    (0.15, 11.608),
    (0.2, 11.727),
    (0.3, 11.923),
    (0.4, 12.08),
    (0.5, 12.25),
    (0.6, 12.396),
    (0.7, 12.552),
    (0.8, 12.733),
    (0.9, 12.901),
    (0.95, 12.908),
    (1.0, 12.910),
];

/// The capacity fitted over the 17 Ah of the label.
pub(super) const CAPACITY_RATIO: f64 = 20.995 / 17.0;

/// The chart.
pub(super) fn chart() -> Chart {
    let agm = agm::chart();
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        ohmic_ohm_amp_hours: 0.35,
        ohmic_rise: [0.0, 0.0],
        fast: BranchChart {
            time_constant_secs: 46.0,
            charge_ohm_amp_hours: 0.018,
            full_ohm_amp_hours: 1.270,
            discharge_ohm_amp_hours: 1.311,
            empty_ohm_amp_hours: 0.0615,
            ..agm.fast
        },
        slow: BranchChart {
            time_constant_secs: 2000.0,
            charge_ohm_amp_hours: 0.022,
            full_ohm_amp_hours: 0.150,
            discharge_ohm_amp_hours: 0.013,
            empty_ohm_amp_hours: 0.0085,
            ..agm.slow
        },
        surface: SurfaceChart { volts: 0.301, rate: 400.0, leak_secs: 216_000.0 },
        gassing_amps_per_amp_hour: 1.436e-3,
        ..agm
    }
}
