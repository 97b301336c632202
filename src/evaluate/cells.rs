//! How many cells of a profile stand in series, told from its voltage.

use estimator::Profile;

/// Rest voltage of one half-charged cell, V.
const LEAD_ACID_VOLTS: f64 = 2.06;
const LIFEPO4_VOLTS: f64 = 3.3;
const LITHIUM_VOLTS: f64 = 3.65;
/// What a block is called by, V.
const BLOCK_VOLTS: f64 = 12.0;

fn cell_volts(profile: &Profile) -> f64 {
    match profile.chemistry() {
        "lead-acid" => LEAD_ACID_VOLTS,
        "lifepo4" => LIFEPO4_VOLTS,
        _ => LITHIUM_VOLTS,
    }
}

/// Cells in series.
pub(super) fn in_series(profile: &Profile) -> f64 {
    (profile.mid_voltage().as_volts() / cell_volts(profile)).round().max(1.0)
}

/// Cells that a 12 V block of this chemistry has.
pub(super) fn in_block(profile: &Profile) -> f64 {
    (BLOCK_VOLTS / cell_volts(profile)).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_lead_acid_has_six_cells_and_one_of_lithium_iron_phosphate_four() {
        for (profile, cells) in [(Profile::agm_12v(), 6.0), (Profile::lifepo4_4s(), 4.0)] {
            assert_eq!((in_series(&profile), in_block(&profile)), (cells, cells));
        }
    }
}
