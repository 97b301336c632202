//! The table of what may be wrong: starts, sensors, sampling, holes, capacity; both signs of everything.
//!
//! Starts are tried with sound sensors, faults from starts 30 points too low and too high, so that a fault
//! that happens to cancel a start is met by one that adds to it. Offsets are per cell where the table says
//! so, and are counted in whole blocks otherwise.

use signals::Seed;

use super::blind::Halves;
use super::spoil::Spoil;
use super::trial::Trial;

/// What a trial tries, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// Its kind; `scoring-FAMILY` is its sentence.
    pub family: &'static str,
    /// How much, with its unit; empty where the kind says it all.
    pub amount: String,
}

impl Condition {
    pub fn plain(family: &'static str) -> Self {
        Self { family, amount: String::new() }
    }

    fn of(family: &'static str, amount: impl Into<String>) -> Self {
        Self { family, amount: amount.into() }
    }
}

/// A trial with its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    pub condition: Condition,
    pub trial: Trial,
}

/// The battery on trial, and what the command line makes wrong everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Cells in series, and in a 12 V block of this chemistry.
    pub cells: f64,
    pub block_cells: f64,
    pub capacity_amp_hours: f64,
    pub base: Spoil,
}

impl Setting {
    /// A fault on top of what is wrong everywhere.
    pub fn over(&self, spoil: Spoil) -> Spoil {
        Spoil {
            current_gain: spoil.current_gain * self.base.current_gain,
            current_offset_amps: spoil.current_offset_amps + self.base.current_offset_amps,
            voltage_offset_volts: spoil.voltage_offset_volts + self.base.voltage_offset_volts,
            ..spoil
        }
    }
}

/// Starts in points of charge.
const STARTS: [i32; 5] = [-30, -15, 0, 15, 30];
/// Faults are tried from these.
const FAULT_STARTS: [f64; 2] = [-0.3, 0.3];

/// The whole table for one record.
pub(super) fn plan(halves: &Halves, setting: &Setting, seed: Seed) -> Vec<Planned> {
    let Some(truth) = halves.truth.iter().find_map(|truth| *truth) else { return Vec::new() };
    let trial =
        |told: Option<f64>, spoil: Spoil| Trial { from_row: 0, told, spoil: setting.over(spoil), seed };
    let told = |error: f64| Some((truth + error).clamp(0.0, 1.0));
    let start = |points: &i32| Planned {
        condition: Condition::of("start", signed(f64::from(*points), 0, "%")),
        trial: trial(told(f64::from(*points) / 100.0), Spoil::default()),
    };
    let unknown =
        Planned { condition: Condition::plain("start_unknown"), trial: trial(None, Spoil::default()) };
    let faults = faults(setting).into_iter().flat_map(|(condition, spoil)| {
        FAULT_STARTS.map(|error| Planned { condition: condition.clone(), trial: trial(told(error), spoil) })
    });
    STARTS.iter().map(start).chain([unknown]).chain(faults).collect()
}

fn faults(setting: &Setting) -> Vec<(Condition, Spoil)> {
    let sound = Spoil::default();
    let mut all = Vec::new();
    for sign in [1.0, -1.0] {
        let mut add = |family, amount, spoil| all.push((Condition::of(family, amount), spoil));
        let amps = |amps| Spoil { current_offset_amps: sign * amps, ..sound };
        let volts = |volts| Spoil { voltage_offset_volts: sign * volts, ..sound };
        let block = 0.03 * setting.cells / setting.block_cells;
        add("current_offset", signed(sign * 50.0, 0, "mA"), amps(0.05));
        add("current_offset_c", signed(sign * 0.5, 1, "%"), amps(0.005 * setting.capacity_amp_hours));
        add("current_gain", signed(sign * 2.0, 0, "%"), Spoil { current_gain: 1.0 + sign * 0.02, ..sound });
        add("voltage_offset", signed(sign * 5.0, 0, "mV"), volts(0.005 * setting.cells));
        add("voltage_offset_12v", signed(sign * 30.0, 0, "mV"), volts(block));
        add(
            "temperature_fault",
            signed(sign * 3.0, 0, "K"),
            Spoil { temperature_offset_kelvin: sign * 3.0, ..sound },
        );
    }
    for secs in [1.0, 10.0, 60.0, 300.0] {
        all.push((Condition::of("sampling", format!("{secs} s")), Spoil { sampling_secs: secs, ..sound }));
    }
    for (secs, amount) in [(600.0, "10 min"), (21_600.0, "6 h"), (259_200.0, "72 h")] {
        all.push((Condition::of("gap", amount), Spoil { gap_secs: secs, ..sound }));
    }
    all.push((Condition::of("dropout", "1 %"), Spoil { dropout_ratio: 0.01, ..sound }));
    all.push((Condition::plain("quantised"), Spoil { is_quantised: true, ..sound }));
    all.push((Condition::of("capacity", "+20 %"), Spoil { capacity_factor: 1.2, ..sound }));
    all
}

/// `+5 mV`, `−0.5 %`, `0 %`.
fn signed(value: f64, digits: usize, unit: &str) -> String {
    if value == 0.0 {
        format!("0 {unit}")
    } else {
        format!("{value:+.digits$} {unit}").replace('-', "\u{2212}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::blind::Sensed;
    use super::*;

    #[test]
    fn every_fault_with_a_sign_is_tried_with_both_and_from_both_starts() {
        let sensed =
            Sensed { time_secs: 0.0, current_amps: None, voltage_volts: None, temperature_celsius: None };
        let halves = Halves { sensed: vec![sensed], truth: vec![Some(0.9)] };
        let setting =
            Setting { cells: 1.0, block_cells: 4.0, capacity_amp_hours: 2.0, base: Spoil::default() };
        let planned = plan(&halves, &setting, Seed(1));
        assert_eq!(planned.len(), 6 + 2 * (6 * 2 + 4 + 3 + 3));
        let sum = |of: fn(&Spoil) -> f64| planned.iter().map(|it| of(&it.trial.spoil)).sum::<f64>();
        assert!(sum(|spoil| spoil.current_offset_amps).abs() < 1e-12);
        assert!(sum(|spoil| spoil.voltage_offset_volts).abs() < 1e-12);
        assert!(sum(|spoil| spoil.current_gain - 1.0).abs() < 1e-12);
        assert!(sum(|spoil| spoil.temperature_offset_kelvin).abs() < 1e-12);
        let starts: Vec<Option<f64>> = planned.iter().take(6).map(|it| it.trial.told).collect();
        assert_eq!(starts, [Some(0.9 - 0.3), Some(0.75), Some(0.9), Some(1.0), Some(1.0), None]);
    }

    #[test]
    fn thirty_millivolts_are_of_a_whole_block() {
        let volts = |cells, block_cells| {
            let setting = Setting { cells, block_cells, capacity_amp_hours: 2.0, base: Spoil::default() };
            let found = faults(&setting).into_iter().find(|(it, _)| it.family == "voltage_offset_12v");
            found.map(|(_, spoil)| spoil.voltage_offset_volts)
        };
        assert_eq!(volts(6.0, 6.0), Some(0.03));
        assert!(volts(1.0, 4.0).is_some_and(|volts| (volts - 0.0075).abs() < 1e-12));
    }

    #[test]
    fn amounts_are_typeset_with_their_sign() {
        assert_eq!(signed(-0.5, 1, "%"), "\u{2212}0.5 %");
        assert_eq!(signed(50.0, 0, "mA"), "+50 mA");
    }
}
