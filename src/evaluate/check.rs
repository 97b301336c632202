//! Data that cannot be what they say they are: found before anything is scored.
//!
//! Time that runs backwards, columns in milliunits or swapped, and a battery that is not the profile's are
//! exit 3 with file, line and remedy. What single rows lack is data: counted, and shown with the scores.
//! The limits are wide, so that no real record of the right battery meets them; a profile of another
//! chemistry with the same voltage is only seen where the file has a reference, or discharges above full.

use estimator::Profile;

use super::rest::RestCurve;
use super::rows::{Row, Table, bad};
use crate::failure::Failure;
use crate::words::Words;

/// The median voltage lies in this range, over the voltage of the profile’s half-charged battery: a lithium cell
/// that is kept empty stands at 0.61.
const VOLTAGE_RANGE: (f64, f64) = (0.55, 1.45);
/// No record moves its net charge over more than this many capacities.
const SWING_CAPACITIES: f64 = 20.0;
/// Small currents over capacity, per hour: the voltage is nearly at rest.
const SMALL_PER_HOUR: f64 = 0.05;
const DISCHARGE_PER_HOUR: f64 = 0.005;
/// The median distance from the rest curve, and how far above full a discharge may lie: shares of voltage.
const REST_SHARE: f64 = 0.05;
const ABOVE_FULL_SHARE: f64 = 0.015;
/// In the cold a voltage is far from rest for hours: below this it is not compared, °C.
const COMPARED_CELSIUS_MIN: f64 = 10.0;
/// States of charge at which the rest curve is compared, and how many rows that takes.
const COMPARED: (f64, f64) = (0.2, 0.9);
const ROWS_MIN: usize = 20;

/// Rows or cells that took no part, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Rows with the instant of the row before.
    pub duplicate_stamps: usize,
    /// Rows whose current is blank or NaN.
    pub without_current: usize,
    /// Rows whose voltage is blank or NaN.
    pub without_voltage: usize,
    /// Rows that no reference says anything of.
    pub without_reference: usize,
}

impl Excluded {
    /// Counts them.
    pub(super) fn of(table: &Table) -> Self {
        let lacking = |has: fn(&Row) -> bool| table.rows.iter().filter(|row| !has(row)).count();
        let repeats = |pair: &&[Row]| pair[0].time_secs == pair[1].time_secs;
        Self {
            duplicate_stamps: table.rows.windows(2).filter(repeats).count(),
            without_current: lacking(|row| row.current_amps.is_some()),
            without_voltage: lacking(|row| row.voltage_volts.is_some()),
            without_reference: lacking(|row| row.reference.is_some()),
        }
    }
}

/// Looks at a table that is to be scored with this profile.
///
/// # Errors
/// Exit 3 where the data cannot be of that battery, or time runs backwards.
pub(super) fn check(path: &str, table: &Table, profile: &Profile, words: Words) -> Result<(), Failure> {
    time(path, table, words)?;
    voltage(path, table, profile, words)?;
    current(path, table, profile, words)?;
    chemistry(path, table, profile, words)
}

fn time(path: &str, table: &Table, words: Words) -> Result<(), Failure> {
    let backwards = table.rows.windows(2).position(|pair| pair[1].time_secs < pair[0].time_secs);
    let Some(row) = backwards else { return Ok(()) };
    let (before, now) = (table.rows[row].time_secs.to_string(), table.rows[row + 1].time_secs.to_string());
    let place = table.place(path, row + 1);
    Err(bad(words, "evaluate-backwards", &[("place", &place), ("before", &before), ("now", &now)]))
}

fn voltage(path: &str, table: &Table, profile: &Profile, words: Words) -> Result<(), Failure> {
    let expected = profile.mid_voltage().as_volts();
    let Some((row, volts)) = median(table, |row| row.voltage_volts) else { return Ok(()) };
    let fits = |volts: f64| (VOLTAGE_RANGE.0..=VOLTAGE_RANGE.1).contains(&(volts / expected));
    if fits(volts) {
        return Ok(());
    }
    let amps = median(table, |row| row.current_amps).map(|(_, amps)| amps);
    let key = if amps.is_some_and(&fits) {
        "evaluate-swapped"
    } else if fits(volts / 1000.0) {
        "evaluate-millivolts"
    } else {
        "evaluate-other-block"
    };
    let (place, found) = (table.place(path, row), words.number(volts, 3));
    let (half, battery) = (words.number(expected, 2), profile.name());
    let times = words.number(if volts > expected { volts / expected } else { expected / volts }, 1);
    let blanks = [
        ("place", place.as_str()),
        ("found", &found),
        ("half", &half),
        ("battery", battery),
        ("times", &times),
    ];
    Err(bad(words, key, &blanks))
}

fn current(path: &str, table: &Table, profile: &Profile, words: Words) -> Result<(), Failure> {
    let capacity = profile.capacity().as_amp_hours();
    let (mut charge, mut low, mut high) = (0.0_f64, 0.0_f64, 0.0_f64);
    for pair in table.rows.windows(2) {
        let hours = (pair[1].time_secs - pair[0].time_secs) / 3600.0;
        charge += pair[0].current_amps.unwrap_or(0.0) * hours;
        (low, high) = (low.min(charge), high.max(charge));
    }
    let swing = (high - low) / capacity;
    let size = |row: &Row| row.current_amps.map_or(0.0, f64::abs);
    let largest =
        (0..table.rows.len()).max_by(|a, b| size(&table.rows[*a]).total_cmp(&size(&table.rows[*b])));
    let Some(row) = largest.filter(|_| swing > SWING_CAPACITIES) else { return Ok(()) };
    let place = table.place(path, row);
    let found = table.rows[row].current_amps.unwrap_or(0.0).to_string();
    let swing = words.number(swing, 0);
    let blanks =
        [("place", place.as_str()), ("found", &found), ("swing", &swing), ("battery", profile.name())];
    Err(bad(words, "evaluate-milliamps", &blanks))
}

fn chemistry(path: &str, table: &Table, profile: &Profile, words: Words) -> Result<(), Failure> {
    let (curve, capacity) = (RestCurve::of(profile), profile.capacity().as_amp_hours());
    let expected = profile.mid_voltage().as_volts();
    // A voltage that a logger only wrote again tells of no battery.
    let held = estimator::identify::held(table.rows.iter().map(|row| (row.current_amps, row.voltage_volts)));
    let off = median_of(table, |i, row| {
        let (amps, soc) = (row.current_amps?, row.reference?);
        let is_near_rest = amps <= 0.0 && -amps < SMALL_PER_HOUR * capacity;
        let is_warm = row.temperature_celsius.is_none_or(|celsius| celsius >= COMPARED_CELSIUS_MIN);
        let is_compared = !held[i] && is_near_rest && is_warm && (COMPARED.0..=COMPARED.1).contains(&soc);
        row.voltage_volts.filter(|_| is_compared).map(|volts| (volts - curve.volts(soc)).abs())
    });
    let above = median(table, |row| {
        let is_discharge = row.current_amps? < -DISCHARGE_PER_HOUR * capacity;
        is_discharge.then_some(row.voltage_volts?)
    });
    let is_off = |(row, off): &(usize, f64)| (*off > REST_SHARE * expected).then_some(*row);
    let is_above =
        |(row, volts): &(usize, f64)| (*volts > (1.0 + ABOVE_FULL_SHARE) * curve.volts(1.0)).then_some(*row);
    let Some(row) = off.as_ref().and_then(is_off).or(above.as_ref().and_then(is_above)) else {
        return Ok(());
    };
    let place = table.place(path, row);
    let volts = words.number(table.rows[row].voltage_volts.unwrap_or(f64::NAN), 3);
    let blanks = [
        ("place", place.as_str()),
        ("found", &volts),
        ("battery", profile.name()),
        ("chemistry", profile.chemistry()),
    ];
    Err(bad(words, "evaluate-other-chemistry", &blanks))
}

/// The median of what rows say, and the row that says it; `None` where fewer than [`ROWS_MIN`] say anything.
fn median(table: &Table, of: impl Fn(&Row) -> Option<f64>) -> Option<(usize, f64)> {
    median_of(table, |_, row| of(row))
}

/// The same of what rows say that know their place.
fn median_of(table: &Table, of: impl Fn(usize, &Row) -> Option<f64>) -> Option<(usize, f64)> {
    let mut said: Vec<(usize, f64)> =
        table.rows.iter().enumerate().filter_map(|(i, row)| Some((i, of(i, row)?))).collect();
    if said.len() < ROWS_MIN {
        return None;
    }
    said.sort_by(|a, b| a.1.total_cmp(&b.1));
    said.get(said.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;
    use crate::failure::Exit;

    /// A discharge of an AGM block in the text of a file; `cell` may write any row its own way.
    fn agm(header: &str, cell: impl Fn(f64, f64, f64, f64) -> String) -> String {
        let row = |k: u32| {
            let soc = 0.9 - f64::from(k) / 100.0;
            cell(f64::from(k) * 720.0, -4.0, 11.75 + 1.15 * soc, soc)
        };
        format!("{header}\n{}\n", (0..60).map(row).collect::<Vec<_>>().join("\n"))
    }

    const HEADER: &str = "time_s,current_a,voltage_v,soc_ref";

    fn outcome(text: &str, profile: &Profile) -> Result<(), Failure> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("record.csv").display().to_string();
        std::fs::write(&path, text).expect("written");
        let table = rows::read(&path, Words::English)?;
        check(&path, &table, profile, Words::English)
    }

    fn refuses(text: &str, profile: &Profile, place: &str, remedy: &str) {
        let failure = outcome(text, profile).expect_err("it is bad");
        assert_eq!(failure.exit, Exit::BadFile);
        let message = failure.message;
        assert!(message.contains(place) && message.contains(remedy), "{message}");
        assert!(!message.contains("evaluate-"), "{message}");
    }

    #[test]
    fn a_sound_record_is_taken() {
        let text = agm(HEADER, |t, i, v, soc| format!("{t},{i},{v},{soc}"));
        assert!(outcome(&text, &Profile::agm_12v()).is_ok());
    }

    #[test]
    fn missing_columns_are_named_with_the_names_that_are_wanted() {
        let text = agm("time_s,i,v,soc_ref", |t, i, v, soc| format!("{t},{i},{v},{soc}"));
        refuses(&text, &Profile::agm_12v(), "record.csv:1", "voltage_v");
    }

    #[test]
    fn swapped_columns_are_seen() {
        let text = agm("time_s,voltage_v,current_a,soc_ref", |t, i, v, soc| format!("{t},{i},{v},{soc}"));
        refuses(&text, &Profile::agm_12v(), "record.csv:", "swapped");
    }

    #[test]
    fn milliunits_are_seen() {
        let milliamps = agm(HEADER, |t, i, v, soc| format!("{t},{},{v},{soc}", 1000.0 * i));
        refuses(&milliamps, &Profile::agm_12v(), "record.csv:", "milliamps");
        let millivolts = agm(HEADER, |t, i, v, soc| format!("{t},{i},{},{soc}", 1000.0 * v));
        refuses(&millivolts, &Profile::agm_12v(), "record.csv:", "millivolts");
    }

    #[test]
    fn time_that_runs_backwards_is_named_with_its_line() {
        let text =
            agm(HEADER, |t, i, v, soc| format!("{},{i},{v},{soc}", if t == 7200.0 { 60.0 } else { t }));
        refuses(&text, &Profile::agm_12v(), "record.csv:12", "6480");
    }

    #[test]
    fn a_block_on_a_profile_of_one_cell_is_seen() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/profiles/a123_lfp_plett.toml");
        let cell = crate::profiles::load(path, None, Words::English).expect("a profile");
        let text = agm(HEADER, |t, i, v, soc| format!("{t},{},{v},{soc}", i / 50.0));
        refuses(&text, &cell, "record.csv:", "a123_lfp_plett");
    }

    #[test]
    fn a_profile_of_another_chemistry_is_seen_with_a_reference_and_above_full_without() {
        let agm_record = agm(HEADER, |t, i, v, soc| format!("{t},{i},{v},{soc}"));
        refuses(&agm_record, &Profile::lifepo4_4s(), "record.csv:", "lifepo4");
        let lithium =
            agm("time_s,current_a,voltage_v", |t, i, _, soc| format!("{t},{i},{}", 13.1 + 0.3 * soc));
        refuses(&lithium, &Profile::agm_12v(), "record.csv:", "lead-acid");
    }

    #[test]
    fn a_cell_that_sags_in_the_cold_is_not_taken_for_another() {
        let record = |celsius: f64| {
            agm("time_s,current_a,voltage_v,soc_ref,temperature_c", |t, i, v, soc| {
                format!("{t},{i},{},{soc},{celsius}", 0.94 * v)
            })
        };
        assert!(outcome(&record(-20.0), &Profile::agm_12v()).is_ok());
        refuses(&record(25.0), &Profile::agm_12v(), "record.csv:", "lead-acid");
    }

    #[test]
    fn what_single_rows_lack_is_counted_and_no_failure() {
        let text =
            "time_s,current_a,voltage_v,soc_ref\n0,nan,12.5,0.6\n60,-1,,0.6\n60,-1,12.5,\n120,-1,12.5,0.5\n";
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("record.csv").display().to_string();
        std::fs::write(&path, text).expect("written");
        let table = rows::read(&path, Words::English).expect("a table");
        assert!(check(&path, &table, &Profile::agm_12v(), Words::English).is_ok());
        let counted =
            Excluded { duplicate_stamps: 1, without_current: 1, without_voltage: 1, without_reference: 1 };
        assert_eq!(Excluded::of(&table), counted);
    }
}
