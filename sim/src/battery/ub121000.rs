//! One measured battery: the Universal UB121000, a 12 V 100 Ah AGM block.
//!
//! Fitted by least squares to its one record (31 A bulk to 14.9 V, absorption, two and a half hours of rest,
//! 10 A to 10.45 V, five hours of rest): rest voltage, capacity, discharge and charge resistances, gassing, surface
//! charge. What the fit found:
//!
//! - charging is resisted by what nears full alone (1.1 Ω·Ah fast and 0.12 Ω·Ah slow, over 1 − SOC), which
//!   follows bulk at C/3 and the taper at 14.9 V alike, with four times the gassing of a new block;
//! - at rest after it the block keeps 0.36 V of surface charge, of which two hours take nothing measurable and
//!   half a per cent of discharge takes all. The leak of 60 h is the longest the fit allowed.
//!
//! The record's discharge current is a set point that begins 890 s before the voltage feels it: those rows count
//! as rest in the fit. Cold behaviour, cold lock, self-discharge and heat are [`super::agm`]'s.
//!
//! Data: `vmehra813/lead_acid_battery_data`. Claims nothing about another block, about cold, or about any
//! current but C/3 up and C/10 down: there is no second record to test it on. (Its charging resistances,
//! scaled to a BBOXX block, miss that one's bulk charge at C/6 by 0.1 V.)

use super::agm;
use super::chart::{BranchChart, Chart};
use super::surface::SurfaceChart;
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 15] = [
    (0.0, 11.536),
    (0.025, 11.538),
    (0.05, 11.627),
    (0.1, 11.767),
    (0.15, 11.875),
    (0.2, 11.969),
    (0.3, 12.127),
    (0.4, 12.268),
    (0.5, 12.400),
    (0.6, 12.526),
    (0.7, 12.662),
    (0.8, 12.790),
    (0.9, 12.841),
    (0.95, 12.959),
    (1.0, 12.996),
];

/// The capacity fitted over the label's.
pub(super) const CAPACITY_RATIO: f64 = 0.9348;

/// The chart.
pub(super) fn chart() -> Chart {
    let agm = agm::chart();
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        ohmic_rise: [0.002, 2.140],
        fast: BranchChart {
            time_constant_secs: 46.2,
            charge_ohm_amp_hours: 0.0,
            full_ohm_amp_hours: 1.111,
            discharge_ohm_amp_hours: 3.604,
            empty_ohm_amp_hours: 0.0351,
            ..agm.fast
        },
        slow: BranchChart {
            time_constant_secs: 2014.0,
            charge_ohm_amp_hours: 0.0,
            full_ohm_amp_hours: 0.1183,
            discharge_ohm_amp_hours: 0.0,
            empty_ohm_amp_hours: 0.1356,
            ..agm.slow
        },
        surface: SurfaceChart { volts: 0.357, rate: 400.0, leak_secs: 216_000.0 },
        gassing_amps_per_amp_hour: 3.578e-4,
        ..agm
    }
}
