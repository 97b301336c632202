//! A 12 V bank of flooded deep-cycle blocks with low-antimony grids.
//!
//! Rest voltage: specific gravity (Rolls: 1.265, 1.225, 1.190, 1.160, 1.120 at 100, 75, 50, 25, 0 %) plus
//! 0.845 V a cell, so 12.66 V when full. Ohmic: a quarter above an AGM block's, ×1.3 at 50 % and ×2.5 at
//! 10 %, since there the acid itself gives out. Charge acceptance and cold lock: as [`super::agm`], a
//! little slower to rest (surface charge of two hours). Gassing: Schiffer et al., J. Power Sources 168
//! (2007), antimony constants (20 mA per 100 Ah at 2.23 V); the gas leaves, and takes 1.48 V a cell of heat
//! with it. Self-discharge 6 % a month (Victron, 1.6 % antimony).
//!
//! Not fitted to any one block; claims nothing about bulk charge above C/5 nor about stirring by the gas
//! unless stratification is asked for.

use super::agm;
use super::chart::{BranchChart, Chart};
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 5] = [(0.0, 11.79), (0.25, 12.03), (0.50, 12.21), (0.75, 12.42), (1.0, 12.66)];
/// Enthalpy of splitting water over six cells, V.
const SPLIT_VOLTS: f64 = 6.0 * 1.48;

/// The chart.
pub(super) fn chart() -> Chart {
    let agm = agm::chart();
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        ohmic_ohm_amp_hours: 0.44,
        ohmic_rise: [0.38, 1.77],
        fast: BranchChart { charge_ohm_amp_hours: 2.8, full_ohm_amp_hours: 2.2, ..agm.fast },
        slow: BranchChart { time_constant_secs: 7200.0, ..agm.slow },
        gassing_amps_per_amp_hour: 2e-4,
        vented_volts: SPLIT_VOLTS,
        self_discharge_per_month: 0.06,
        ..agm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_voltage_is_gravity_and_a_constant() {
        for (soc, gravity) in [(1.0, 1.265), (0.75, 1.225), (0.5, 1.190), (0.25, 1.160), (0.0, 1.120)] {
            let volts = chart().rest.at(soc).0;
            assert!((volts - 6.0 * (gravity + 0.845)).abs() < 0.01, "{soc}: {volts}");
        }
    }
}
