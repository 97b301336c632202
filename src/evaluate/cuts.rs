//! Records cut as the judges cut them: somewhere between 15 and 85 % of charge, with a wrong start and sensors
//! a little off.
//!
//! Each cut is tried with either sign of the current offset, with no and with either sign of the voltage
//! offset, told a wrong start; and with either sign of the current offset, told nothing.

use rand::RngExt;
use signals::Seed;

use super::blind::Halves;
use super::conditions::{Condition, Planned, Setting};
use super::spoil::Spoil;
use super::trial::Trial;

/// Where a record may be cut, ratios of charge.
const CUT_SOC: (f64, f64) = (0.15, 0.85);
/// How far off the believed start may be, ratio.
const START_ERROR: f64 = 0.4;
/// How far off the sensors are: A, and V per cell.
const CURRENT_OFFSET_AMPS: f64 = 0.05;
const VOLTAGE_OFFSET_CELL_VOLTS: f64 = 0.005;
/// After a cut a record goes on at least this long, s.
const REST_OF_RECORD_SECS: f64 = 1800.0;

/// One cut: where, and what is said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub row: usize,
    /// What is believed, ratio.
    pub told: f64,
    pub seed: Seed,
}

/// `count` cuts of the record called `name`; none where it never is in range for long enough. They depend on
/// the seed, the name and the record alone.
pub(super) fn draw(halves: &Halves, name: &str, count: u64, seed: Seed) -> Vec<Cut> {
    let last = halves.sensed.last().map_or(0.0, |row| row.time_secs) - REST_OF_RECORD_SECS;
    let places: Vec<(usize, f64)> = halves
        .truth
        .iter()
        .enumerate()
        .filter_map(|(row, truth)| Some((row, (*truth)?)))
        .filter(|(row, truth)| {
            (CUT_SOC.0..=CUT_SOC.1).contains(truth) && halves.sensed[*row].time_secs <= last
        })
        .collect();
    let low = places.iter().map(|place| place.1).fold(f64::INFINITY, f64::min);
    let high = places.iter().map(|place| place.1).fold(f64::NEG_INFINITY, f64::max);
    let mut chance = seed.part(name).stream("cuts");
    let mut one = |number: u64| {
        let (wanted, error) =
            (chance.random_range(low..=high), chance.random_range(-START_ERROR..=START_ERROR));
        let nearest = |place: &&(usize, f64)| (place.1 - wanted).abs();
        let (row, truth) = *places.iter().min_by(|a, b| nearest(a).total_cmp(&nearest(b)))?;
        let seed = seed.part(&format!("{name}.{number}"));
        Some(Cut { row, told: (truth + error).clamp(0.0, 1.0), seed })
    };
    if places.is_empty() { Vec::new() } else { (0..count).filter_map(&mut one).collect() }
}

/// The trials of some cuts.
pub(super) fn plan(cuts: &[Cut], setting: &Setting) -> Vec<Planned> {
    cuts.iter().flat_map(|cut| of_cut(cut, setting)).collect()
}

fn of_cut(cut: &Cut, setting: &Setting) -> Vec<Planned> {
    let volts = VOLTAGE_OFFSET_CELL_VOLTS * setting.cells;
    let mut planned = Vec::new();
    for amps in [CURRENT_OFFSET_AMPS, -CURRENT_OFFSET_AMPS] {
        let mut add = |family, told, volts| {
            let spoil = Spoil { current_offset_amps: amps, voltage_offset_volts: volts, ..Spoil::default() };
            let trial = Trial { from_row: cut.row, told, spoil: setting.over(spoil), seed: cut.seed };
            planned.push(Planned { condition: Condition::plain(family), trial });
        };
        add("cut", Some(cut.told), 0.0);
        add("cut_voltage", Some(cut.told), volts);
        add("cut_voltage", Some(cut.told), -volts);
        add("cut_unknown", None, 0.0);
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::super::blind::Sensed;
    use super::*;

    fn discharge(rows: u32) -> Halves {
        let sensed = |k: u32| Sensed {
            time_secs: f64::from(k) * 10.0,
            current_amps: Some(-1.0),
            voltage_volts: Some(3.3),
            temperature_celsius: None,
        };
        Halves {
            sensed: (0..rows).map(sensed).collect(),
            truth: (0..rows).map(|k| Some(1.0 - f64::from(k) / f64::from(rows))).collect(),
        }
    }

    #[test]
    fn cuts_lie_in_range_and_are_believed_up_to_forty_points_wrong() {
        let record = discharge(2000);
        let cuts = draw(&record, "a", 200, Seed(1));
        assert_eq!(cuts.len(), 200);
        let truth = |cut: &Cut| record.truth[cut.row].unwrap_or(f64::NAN);
        assert!(cuts.iter().all(|cut| (0.149..0.851).contains(&truth(cut))));
        assert!(
            cuts.iter().all(|cut| (cut.told - truth(cut)).abs() <= 0.4 && (0.0..=1.0).contains(&cut.told))
        );
        let spread = |of: &dyn Fn(&Cut) -> f64| {
            let each = || cuts.iter().map(of);
            each().fold(0.0, f64::max) - each().fold(1.0, f64::min)
        };
        assert!(spread(&truth) > 0.6 && spread(&|cut: &Cut| cut.told) > 0.8);
    }

    #[test]
    fn the_cuts_of_a_seed_and_a_name_are_the_same_on_every_run() {
        let record = discharge(2000);
        assert_eq!(draw(&record, "a", 5, Seed(1)), draw(&record, "a", 5, Seed(1)));
        assert_eq!(draw(&record, "a", 5, Seed(1))[..3], draw(&record, "a", 3, Seed(1)));
        assert_ne!(draw(&record, "a", 5, Seed(1)), draw(&record, "a", 5, Seed(2)));
        assert_ne!(draw(&record, "a", 5, Seed(1)), draw(&record, "b", 5, Seed(1)));
    }

    #[test]
    fn a_record_that_is_never_in_range_for_long_enough_is_not_cut() {
        assert_eq!(draw(&discharge(100), "a", 5, Seed(1)), []);
        assert_eq!(draw(&Halves::default(), "a", 5, Seed(1)), []);
    }

    #[test]
    fn every_sign_is_tried_and_an_offset_from_the_command_line_adds_up() {
        let base = Spoil { voltage_offset_volts: 0.1, ..Spoil::default() };
        let setting = Setting { cells: 6.0, block_cells: 6.0, capacity_amp_hours: 17.0, base };
        let planned = plan(&draw(&discharge(2000), "a", 1, Seed(1)), &setting);
        assert_eq!(planned.len(), 8);
        let volts: Vec<f64> = planned.iter().map(|it| it.trial.spoil.voltage_offset_volts).collect();
        assert!((volts[1] - 0.13).abs() < 1e-12 && (volts[2] - 0.07).abs() < 1e-12 && volts[0] == 0.1);
        assert_eq!(planned.iter().filter(|it| it.trial.told.is_none()).count(), 2);
        let amps: f64 = planned.iter().map(|it| it.trial.spoil.current_offset_amps).sum();
        assert!(amps.abs() < 1e-12);
    }
}
