//! Follows the truth file of a simulated sign while it is written, and shows its last row beside the estimate. The estimator never
//! sees it: it goes onto the board under names of its own, and nowhere else.

use std::path::PathBuf;

use exporter::Row;

use super::tail::Tail;
use crate::truth::{self, TruthRow};

/// A truth file being followed.
#[derive(Debug)]
pub struct Follower(Tail);

/// The last row of the truth, and the faults that act.
#[derive(Debug, Clone, PartialEq)]
pub struct Latest {
    row: TruthRow,
    /// `kind` or `kind=severity`.
    pub faults: Vec<String>,
}

impl Follower {
    /// Follows the file at `path`, which need not be there yet.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(Tail::new(path))
    }

    /// The last whole row written since the last look, if any.
    pub fn look(&mut self) -> Option<Latest> {
        self.0.lines().iter().rev().find_map(|line| latest(line))
    }
}

fn latest(line: &str) -> Option<Latest> {
    let (row, faults) = truth::row_of(line)?;
    let faults = faults.split('+').filter(|label| !label.is_empty()).map(str::to_owned).collect();
    Some(Latest { row, faults })
}

impl Latest {
    /// Puts the truth into a row of the board.
    pub fn show(&self, row: &mut Row) {
        let truth = &self.row;
        row.truth_soc_ratio = Some(truth.moment.soc);
        row.truth_soh_ratio = Some(truth.soh);
        row.truth_capacity_coulombs = Some(truth.capacity_amp_hours * 3600.0);
        row.truth_internal_resistance_ohms = Some(truth.resistance_ohms);
        row.truth_voltage_volts = Some(truth.voltage_volts);
        row.truth_current_amperes = Some(truth.current_amps);
        row.truth_panel_power_watts = Some(truth.pv_watts);
        row.truth_unpowered = Some(f64::from(u8::from(truth.unpowered)));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Write;

    #[test]
    fn the_last_whole_row_is_shown_and_half_a_row_waits_for_its_other_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("truth.csv");
        let mut follower = Follower::new(path.clone());
        assert_eq!(follower.look(), None);
        let mut file = File::create(&path).unwrap();
        let row = |soc: f64, faults: &str| {
            format!("60,{soc},90,0.9,0.01,12.5,-3,-11,0,40,1,,0,0,12.5,0,0,{faults}\n")
        };
        write!(
            file,
            "# balise_truth 3\nheader\n{}{}60,0.",
            row(0.5, ""),
            row(0.4, "panel-snow=0.98+cable-pulled")
        )
        .unwrap();
        let latest = follower.look().unwrap();
        assert_eq!(latest.faults, ["panel-snow=0.98", "cable-pulled"]);
        let mut shown = Row::default();
        latest.show(&mut shown);
        assert_eq!((shown.truth_soc_ratio, shown.truth_unpowered), (Some(0.4), Some(1.0)));
        write!(file, "{}", &row(0.3, "")[5..]).unwrap();
        assert_eq!(follower.look().unwrap().row.moment.soc, 0.3);
        assert_eq!(follower.look(), None);
    }
}
