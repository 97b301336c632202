//! The plant's own battery under a record's current, its voltage laid over the measured one.
//!
//! ```text
//! rows -> current, air temperature -> sim::Bank -> voltage  ~  measured voltage
//! ```
//!
//! What the harness simulates is thereby held against a real battery, where a profile says that the plant
//! has parameters of that very one. The estimator has no part in it. Where a record begins is unknown
//! where it has no absolute reference: then, and only then, the start that fits best is sought.

use estimator::Profile;
use signals::{Amps, Celsius, Seed, Soc, Span, Volts};
use sim::{Bank, BatteryParams};

use super::Options;
use super::rows::{Reference, Row, Table};

/// The plant's parameters of one measured battery.
struct Set {
    /// As a profile names them.
    name: &'static str,
    params: BatteryParams,
    /// Keys of the sentences on what they cannot follow.
    gap_keys: &'static [&'static str],
}

const SETS: [Set; 3] = [
    Set {
        name: "a123-2p3ah",
        params: BatteryParams::a123_2p3ah(),
        gap_keys: &["plant-gap-cold", "plant-gap-full", "plant-gap-counter"],
    },
    Set {
        name: "bboxx-17ah",
        params: BatteryParams::bboxx_17ah(),
        gap_keys: &[
            "plant-gap-coup-de-fouet",
            "plant-gap-stratification",
            "plant-gap-before",
            "plant-gap-absorption",
            "plant-gap-recovery",
        ],
    },
    Set {
        name: "ub121000-100ah",
        params: BatteryParams::ub121000_100ah(),
        gap_keys: &[
            "plant-gap-set-point",
            "plant-gap-coup-de-fouet",
            "plant-gap-stratification",
            "plant-gap-before",
            "plant-gap-absorption",
        ],
    },
];

/// Below this current over capacity, per hour, the battery rests.
const REST_PER_HOUR: f64 = 0.005;
/// How soon the fed charge follows the tester's counter, s.
const COUNTER_SECS: f64 = 100.0;
/// Rows closer than this are samples of a current; over longer ones the counter knows better.
const SAMPLED_SECS: f64 = 2.0;
/// How long before a row the current is taken to be that row's own, s.
const PRESENT_SECS: f64 = 1.0;

/// Where a record tells no temperature.
const ROOM_CELSIUS: f64 = 25.0;
const STARTS: u32 = 20;
const NARROWINGS: u32 = 8;

/// The names a profile may give in `plant`.
pub fn names() -> impl Iterator<Item = &'static str> {
    SETS.iter().map(|set| set.name)
}

/// What the battery was doing at a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Current flowed out.
    Discharge,
    /// Current flowed in.
    Charge,
    /// Hardly any flowed.
    Rest,
}

/// How the start of charge is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The caller said it.
    Told,
    /// The laboratory's reference says it.
    Reference,
    /// It is what fits this record best.
    Sought,
}

impl Start {
    /// As machine output spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Reference => "reference",
            Self::Sought => "sought",
        }
    }
}

/// One row: measured and simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Time of the record, s.
    pub time_secs: f64,
    /// What was measured, V.
    pub measured_volts: f64,
    /// What the plant has under the same current, V.
    pub plant_volts: f64,
    /// What the battery was doing.
    pub phase: Phase,
}

/// Root mean square of the voltage error, V, of each phase that the record has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rmse {
    /// Over every row.
    pub whole: f64,
    /// Over discharge.
    pub discharge: Option<f64>,
    /// Over charge.
    pub charge: Option<f64>,
    /// Over rest.
    pub rest: Option<f64>,
}

/// The plant's voltage over the measured one.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// The plant's parameter set.
    pub set: &'static str,
    /// Keys of the sentences on what it cannot follow.
    pub gap_keys: &'static [&'static str],
    /// Whether it is of lead and acid.
    pub is_lead_acid: bool,
    /// Cells in series whose voltage the record gives.
    pub cells: u32,
    /// Where the record begins.
    pub start: Soc,
    /// How that is known.
    pub start_from: Start,
    /// Every row that has a voltage.
    pub points: Vec<Point>,
    /// The errors.
    pub rmse: Rmse,
}

impl Overlay {
    /// What the error over a discharge may be, V: 20 mV a lithium cell, 100 mV a block of six lead-acid cells.
    #[must_use]
    pub fn bound_volts(&self) -> f64 {
        f64::from(self.cells) * if self.is_lead_acid { 0.100 / 6.0 } else { 0.020 }
    }

    /// Whether the error over the discharge keeps to it; `None` without a discharge.
    #[must_use]
    pub fn is_within(&self) -> Option<bool> {
        self.rmse.discharge.map(|rmse| rmse <= self.bound_volts())
    }
}

/// Drives the plant's battery of this profile through the record; `None` where the plant has none, or
/// the record no current or no voltage.
pub(super) fn overlay(profile: &Profile, table: &Table, options: &Options) -> Option<Overlay> {
    let set = SETS.iter().find(|set| Some(set.name) == profile.plant())?;
    let drive = Drive::new(set.params, profile, table)?;
    let first = table.rows.iter().find_map(|row| row.reference);
    let (start, start_from) = match (options.initial_soc, first, table.reference) {
        (Some(told), ..) => (told.as_ratio(), Start::Told),
        (None, Some(soc), Some(Reference::Absolute)) => (soc, Start::Reference),
        _ => (drive.best_start()?, Start::Sought),
    };
    let points = drive.points(start)?;
    Some(Overlay {
        set: set.name,
        gap_keys: set.gap_keys,
        is_lead_acid: drive.params.chemistry.is_lead_acid(),
        cells: drive.cells,
        start: Soc::clamped(start),
        start_from,
        rmse: rmse_of(&points)?,
        points,
    })
}

/// A record and the battery it drives.
struct Drive<'t> {
    params: BatteryParams,
    rows: Vec<&'t Row>,
    cells: u32,
    cells_of_plant: u32,
    rest_amps: f64,
}

impl<'t> Drive<'t> {
    fn new(params: BatteryParams, profile: &Profile, table: &'t Table) -> Option<Self> {
        let rows: Vec<&Row> = table.rows.iter().filter(|row| row.current_amps.is_some()).collect();
        let cells_of_plant = if params.chemistry.is_lead_acid() { 6 } else { 4 };
        let half = Bank::new(&params, Soc::clamped(0.5), Celsius::new(25.0), Seed(0)).ok()?;
        let share = profile.mid_voltage().as_volts() / half.voltage().as_volts();
        Some(Self {
            params,
            rows,
            cells: ((share * f64::from(cells_of_plant)).round() as u32).max(1),
            cells_of_plant,
            rest_amps: REST_PER_HOUR * profile.capacity().as_amp_hours(),
        })
    }

    /// Measured and simulated voltage from the second row on, from this state of charge.
    fn points(&self, start: f64) -> Option<Vec<Point>> {
        let first = self.rows.first()?;
        let mut celsius = self.rows.iter().find_map(|row| row.temperature_celsius).unwrap_or(ROOM_CELSIUS);
        let air = |celsius: f64| Celsius::new(celsius.clamp(-60.0, 90.0));
        let mut bank = Bank::new(&self.params, Soc::clamped(start), air(celsius), Seed(0)).ok()?;
        let (mut before, mut fed_amp_hours) = (*first, 0.0);
        let mut points = Vec::with_capacity(self.rows.len());
        for row in &self.rows[1..] {
            let secs = row.time_secs - before.time_secs;
            let Some(amps) = row.current_amps.filter(|_| secs > 0.0) else { continue };
            celsius = row.air_celsius().unwrap_or(celsius);
            for (amps, secs) in split(amps, secs, self.missed(first, before, row, fed_amp_hours)) {
                fed_amp_hours += amps * secs / 3600.0;
                bank.step(Amps::new(amps), Span::from_secs(secs), air(celsius));
            }
            points.extend(row.voltage_volts.map(|measured_volts| Point {
                time_secs: row.time_secs,
                measured_volts,
                plant_volts: self.recorded(bank.voltage()),
                phase: self.phase(amps),
            }));
            before = row;
        }
        Some(points)
    }

    /// Charge that the tester's counter has seen by this row and the battery has not, Ah.
    fn missed(&self, first: &Row, before: &Row, row: &Row, fed_amp_hours: f64) -> f64 {
        let seen = row.charge_amp_hours.zip(first.charge_amp_hours).map(|(now, then)| now - then);
        let hours = (row.time_secs - before.time_secs) / 3600.0;
        let mean_amps = 0.5 * (row.current_amps.unwrap_or(0.0) + before.current_amps.unwrap_or(0.0));
        seen.map_or(mean_amps * hours, |seen| seen - fed_amp_hours)
    }

    /// A battery's voltage over as many cells as the record has.
    fn recorded(&self, volts: Volts) -> f64 {
        volts.as_volts() * f64::from(self.cells) / f64::from(self.cells_of_plant)
    }

    fn phase(&self, amps: f64) -> Phase {
        match amps {
            amps if amps < -self.rest_amps => Phase::Discharge,
            amps if amps > self.rest_amps => Phase::Charge,
            _ => Phase::Rest,
        }
    }

    /// The start whose voltage fits the record best: of an even grid, then by halving around the best.
    fn best_start(&self) -> Option<f64> {
        let error = |soc: f64| self.points(soc).and_then(|points| rmse_of(&points)).map(|rmse| rmse.whole);
        let mut best = (f64::INFINITY, 0.5);
        let mut step = 1.0 / f64::from(STARTS);
        for soc in (0..=STARTS).map(|k| f64::from(k) * step) {
            let found = error(soc)?;
            best = if found < best.0 { (found, soc) } else { best };
        }
        for _ in 0..NARROWINGS {
            step /= 2.0;
            for soc in [best.1 - step, best.1 + step].map(|soc| soc.clamp(0.0, 1.0)) {
                let found = error(soc)?;
                best = if found < best.0 { (found, soc) } else { best };
            }
        }
        Some(best.1)
    }
}

/// The currents of the time up to a row, each with how long it flows.
///
/// Samples of a second are taken as they are and drawn towards the counter; over longer rows flows what the
/// counter says, and in the last second the row's own current, for that is what its voltage goes with.
fn split(amps: f64, secs: f64, missed_amp_hours: f64) -> Vec<(f64, f64)> {
    if secs <= SAMPLED_SECS {
        let pulled = missed_amp_hours * 3600.0 - amps * secs;
        return vec![(amps + pulled / COUNTER_SECS, secs)];
    }
    let before_secs = secs - PRESENT_SECS;
    let before_amps = (missed_amp_hours * 3600.0 - amps * PRESENT_SECS) / before_secs;
    vec![(before_amps, before_secs), (amps, PRESENT_SECS)]
}

fn rmse_of(points: &[Point]) -> Option<Rmse> {
    let over = |counts: &dyn Fn(Phase) -> bool| {
        let errors = points.iter().filter(|point| counts(point.phase));
        let (sum, count) = errors.fold((0.0, 0.0), |(sum, count), point| {
            (sum + (point.plant_volts - point.measured_volts).powi(2), count + 1.0)
        });
        (count > 0.0).then(|| f64::sqrt(sum / count))
    };
    Some(Rmse {
        whole: over(&|_| true)?,
        discharge: over(&|phase| phase == Phase::Discharge),
        charge: over(&|phase| phase == Phase::Charge),
        rest: over(&|phase| phase == Phase::Rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::rows;
    use crate::profiles;
    use crate::words::Words;

    fn laid_over(data: &str, profile: &str) -> Overlay {
        let here = |path: &str| format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
        let profile = profiles::load(&here(profile), None, Words::English).expect("a profile");
        let table = rows::read(&here(data), Words::English).expect("a record");
        overlay(&profile, &table, &Options::default()).expect("the plant has this battery")
    }

    #[test]
    fn a_lithium_cell_is_laid_over_its_record_within_twenty_millivolts_over_the_discharge() {
        let found = laid_over("data/a123_lfp_plett/DYN_P45_script1.csv.gz", "profiles/a123_lfp_plett.toml");
        assert_eq!((found.cells, found.start_from), (1, Start::Reference));
        assert!(found.is_within() == Some(true), "{:?}", found.rmse);
        assert!((found.bound_volts() - 0.020).abs() < 1e-12);
    }

    #[test]
    fn a_lead_acid_block_is_laid_over_its_record_within_a_tenth_of_a_volt_and_its_start_is_sought() {
        let found = laid_over(
            "data/leadacid_12v_17ah_bboxx/unitA_dis_3.04A.csv.gz",
            "profiles/leadacid_12v_17ah_bboxx.toml",
        );
        assert_eq!((found.cells, found.start_from), (6, Start::Sought));
        assert!(found.is_within() == Some(true), "{:?}", found.rmse);
        assert!((found.start.as_ratio() - 0.99).abs() < 0.03, "{:?}", found.start);
    }

    #[test]
    fn every_gap_is_said_in_both_languages() {
        for key in SETS.iter().flat_map(|set| set.gap_keys) {
            for words in [Words::French, Words::English] {
                assert!(words.say(key).len() > 40, "{key}");
            }
        }
    }

    #[test]
    fn a_profile_without_a_plant_is_not_laid_over_anything() {
        let row = |time_secs: f64| Row {
            time_secs,
            current_amps: Some(-1.0),
            voltage_volts: Some(12.5),
            temperature_celsius: None,
            ambient_celsius: None,
            charge_amp_hours: None,
            reference: None,
        };
        let table = Table { rows: vec![row(0.0), row(60.0)], reference: None, lines: Vec::new() };
        assert!(overlay(&Profile::agm_12v(), &table, &Options::default()).is_none());
    }
}
