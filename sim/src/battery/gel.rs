//! A 12 V bank of gel blocks.
//!
//! Rest voltage 12.85, 12.65, 12.35, 12.00, 11.8 V at 100, 75, 50, 25, 0 %, bent down below a tenth as the
//! AGM chart is. Ohmic: 1.4 times an AGM block's, for the gel stands in the way of the ions; charge
//! acceptance likewise. Gassing: Schiffer et al., J. Power Sources 168 (2007), VRLA constants, all
//! of it recombined. Self-discharge 2 % a month (Victron). Cold lock as [`super::agm`].
//!
//! Rest voltages are values from memory of sheets, not from one sheet; claims nothing about voids in
//! the gel after charge at too high a voltage.

use super::agm;
use super::chart::{BranchChart, Chart};
use super::table::{Table, between_knots};

const REST_VOLTS: [(f64, f64); 7] =
    [(0.0, 11.58), (0.05, 11.70), (0.10, 11.81), (0.25, 12.00), (0.50, 12.35), (0.75, 12.65), (1.0, 12.85)];

/// The chart.
pub(super) fn chart() -> Chart {
    let agm = agm::chart();
    Chart {
        rest: Table::sample(|soc| between_knots(&REST_VOLTS, soc)),
        ohmic_ohm_amp_hours: 0.49,
        fast: BranchChart { charge_ohm_amp_hours: 3.2, full_ohm_amp_hours: 2.3, ..agm.fast },
        self_discharge_per_month: 0.02,
        ..agm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rested_gel_block_shows_its_charge() {
        for (soc, volts) in [(1.0, 12.85), (0.75, 12.65), (0.5, 12.35), (0.25, 12.0)] {
            assert!((chart().rest.at(soc).0 - volts).abs() < 1e-9);
        }
    }
}
