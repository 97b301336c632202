//! Scores of the estimator on measured data, beside what a simple counter would have made of it.
//!
//! ```text
//! rows -> (offsets) -> Reading -> [Instrument -> bytes -> Decoder ->] Estimator -> scores, predictions
//! ```
//!
//! With `through`, every row goes through the bytes of an emulated device, quantised and decoded as live.
//! Where the profile names a parameter set of the plant, the plant's own battery is driven by the same
//! current, and its voltage laid over the measured one ([`plant`]).
//!
//! The reference (`soc_ref`, or `soc_rel` where a file has only that) is shown to the scorer alone.

mod blind;
mod bootstrap;
mod cells;
mod check;
mod conditions;
mod cuts;
mod interval;
mod knee;
mod knee_sheet;
pub mod nights;
mod page;
pub mod plant;
mod predictions;
mod regime;
mod report;
mod rest;
mod rival;
mod rows;
mod run;
mod score;
mod scoring;
mod shown;
mod spoil;
mod study;
mod summary;
mod trial;

pub use check::Excluded;
pub use interval::Intervals;
pub use report::Report;
pub use rows::Reference;
pub use score::{Errors, Scores};
pub use scoring::{Asked, Scoring, score_all};
pub use study::{Study, study};

use std::path::PathBuf;

use hil::DeviceKind;
use signals::{Reading, SimTime, Soc};

use crate::failure::Failure;
use crate::profiles;
use crate::words::Words;

/// What `balise evaluate` is asked.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The measured data, `.csv` or `.csv.gz`.
    pub data: String,
    /// A profile file, or the name of a built-in one.
    pub profile: String,
    /// Device whose bytes the rows go through.
    pub through: Option<DeviceKind>,
    /// State of charge the estimator is told at the start.
    pub initial_soc: Option<Soc>,
    /// Added to every current, A.
    pub current_offset_a: f64,
    /// Added to every voltage, V.
    pub voltage_offset_v: f64,
    /// Every current is first multiplied by this; `None` for 1.
    pub current_gain: Option<f64>,
    /// Where to write one prediction per row.
    pub predictions: Option<PathBuf>,
    /// Folder for `report.html` and `results.json`.
    pub out: Option<PathBuf>,
}

/// Evaluates the estimator on one file.
///
/// # Errors
/// Exit 3 where the data or the profile is bad, or the predictions or the page cannot be written.
pub fn evaluate(options: &Options, words: Words) -> Result<Report, Failure> {
    let profile = profiles::load(&options.profile, None, words)?;
    let table = rows::read(&options.data, words)?;
    check::check(&options.data, &table, &profile, words)?;
    let run = run::run(&table, &profile, options);
    if let Some(path) = &options.predictions {
        predictions::write(path, &table, &run, words)?;
    }
    let report = Report::of(options, &profile, &table, &run);
    if let Some(dir) = &options.out {
        page::write(dir, &report, &table, &run, words)?;
    }
    Ok(report)
}

/// The readings of a measured file, each at its instant: what drives an emulated device.
///
/// # Errors
/// Exit 3 where the data are bad.
pub fn readings(path: &str, words: Words) -> Result<Vec<(SimTime, Reading)>, Failure> {
    let table = rows::read(path, words)?;
    let exact = Options::default();
    Ok(table.rows.iter().map(|row| (SimTime::from_secs(row.time_secs), run::sensed(row, &exact))).collect())
}

/// The rows of a measured file as identification takes them; a share of one discharge (`soc_rel`) is no
/// state of charge.
///
/// # Errors
/// Exit 3 where the data are bad.
pub fn measured(path: &str, words: Words) -> Result<Vec<estimator::identify::Row>, Failure> {
    let table = rows::read(path, words)?;
    let absolute = table.reference == Some(Reference::Absolute);
    let row = |row: &rows::Row| estimator::identify::Row {
        time_secs: row.time_secs,
        current_amps: row.current_amps,
        voltage_volts: row.voltage_volts,
        temperature_celsius: row.temperature_celsius,
        charge_amp_hours: row.charge_amp_hours,
        soc: row.reference.filter(|_| absolute),
    };
    Ok(table.rows.iter().map(row).collect())
}

/// The laboratory's state of charge at each row of a measured file, ratio.
///
/// # Errors
/// Exit 3 where the data are bad.
pub fn reference(path: &str, words: Words) -> Result<Vec<f64>, Failure> {
    let table = rows::read(path, words)?;
    Ok(table.rows.iter().filter_map(|row| row.reference).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    const A123: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/data/a123_lfp_plett/DYN_P25_script2.csv.gz");
    const A123_PROFILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/profiles/a123_lfp_plett.toml");
    const BBOXX: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/data/leadacid_12v_17ah_bboxx/unitA_dis_3.04A.csv.gz");
    const BBOXX_PROFILE: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/profiles/leadacid_12v_17ah_bboxx.toml");

    fn options(data: &str, profile: &str) -> Options {
        Options { data: data.to_owned(), profile: profile.to_owned(), ..Options::default() }
    }

    fn report(options: &Options) -> Report {
        evaluate(options, Words::English).expect("the data are there")
    }

    #[test]
    fn the_bytes_of_a_device_change_little() {
        for (data, profile) in [(A123, A123_PROFILE), (BBOXX, BBOXX_PROFILE)] {
            let direct = options(data, profile);
            let through = Options { through: Some(DeviceKind::VedirectBmv), ..direct.clone() };
            let rmse =
                |options: &Options| report(options).scores.map_or(1.0, |scores| scores.from_start.rmse);
            assert!((rmse(&direct) - rmse(&through)).abs() < 0.002, "{data}");
        }
    }

    /// Scores every file of the shared data called `names`, straight and through a battery monitor: the error once
    /// settled, the interval from the first row on. What a sleeping cell did before anybody looked is unknown, and
    /// at -25 °C stays so for minutes.
    fn check_shared(folder: &str, names: &[&str], rmse_max: f64, coverage_min: f64) {
        let Some(root) = std::env::var_os("BALISE_DATA") else {
            crate::speech::tell("skipped: BALISE_DATA does not name the folder of measured data");
            return;
        };
        let profile = format!("{}/fixtures/profiles/{folder}.toml", env!("CARGO_MANIFEST_DIR"));
        for name in names {
            let path = std::path::Path::new(&root).join(folder).join(format!("{name}.csv.gz"));
            let direct = options(&path.display().to_string(), &profile);
            let through = Options { through: Some(DeviceKind::VedirectBmv), ..direct.clone() };
            let [direct, through] =
                [direct, through].map(|options| report(&options).scores.expect("a reference"));
            let rmse = direct.settled.unwrap_or(direct.from_start).rmse;
            let coverage = direct.intervals.map_or(0.0, |intervals| intervals.coverage_95);
            let (whole, through) = (direct.from_start.rmse, through.from_start.rmse);
            println!(
                "{name}: rmse {rmse:.4}, coverage {coverage:.3}, whole {whole:.4}, through {through:.4}"
            );
            assert!(rmse < rmse_max, "{name}: rmse {rmse}");
            assert!(coverage > coverage_min, "{name}: coverage {coverage}");
            assert!(through - whole < 0.002, "{name}: the bytes cost {whole} -> {through}");
        }
    }

    #[test]
    fn a_measured_lifepo4_cell_is_followed_from_cold_to_hot() {
        let names = [
            "DYN_P25_script2",
            "DYN_P25_script3",
            "DYN_N05_script1",
            "DYN_N05_script3",
            "DYN_N25_script1",
            "DYN_N25_script3",
            "DYN_P45_script1",
            "DYN_P45_script3",
        ];
        check_shared("a123_lfp_plett", &names, 0.02, 0.88);
    }

    #[test]
    fn a_measured_lead_acid_battery_is_followed_to_its_cut_off() {
        let names = ["unitA_dis_0.53A", "unitA_dis_1.03A_1", "unitA_dis_1.54A", "unitA_dis_3.04A"];
        check_shared("leadacid_12v_17ah_bboxx", &names, 0.045, 0.88);
    }

    #[test]
    fn a_relative_reference_is_used_and_said() {
        let report = report(&options(BBOXX, BBOXX_PROFILE));
        assert_eq!(report.json()["reference"], "soc_rel");
        assert!(report.scores.is_some_and(|scores| scores.from_start.rmse < 0.06));
        assert!(report.table(Words::English).contains("soc_rel"));
    }

    #[test]
    fn the_table_says_everything_in_both_languages() {
        let report = report(&options(A123, A123_PROFILE));
        for words in [Words::English, Words::French] {
            let table = report.table(words);
            assert!(!table.contains("evaluate-"), "{table}");
        }
    }

    #[test]
    fn a_bad_cell_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bad.csv");
        std::fs::write(&path, "time_s,voltage_v,current_a\n0,12.5,-1\n1,full,-1\n").expect("written");
        let failure = evaluate(&options(&path.display().to_string(), "agm_12v"), Words::English).err();
        let message = failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
        assert_eq!(failure.map(|failure| failure.exit), Some(Exit::BadFile));
        assert!(message.contains("bad.csv:3") && message.contains("voltage_v"), "{message}");
    }

    #[test]
    fn a_file_without_a_reference_is_predicted_and_not_scored() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, out) = (folder.path().join("bare.csv"), folder.path().join("out.csv"));
        std::fs::write(&data, "time_s,voltage_v,current_a\n0,12.5,-1\n60,,\n120,12.5,-1\n").expect("written");
        let options =
            Options { predictions: Some(out.clone()), ..options(&data.display().to_string(), "agm_12v") };
        let report = report(&options);
        assert!(report.scores.is_none() && report.json()["rmse"].is_null());
        let lines = std::fs::read_to_string(out).expect("predictions");
        assert_eq!(lines.lines().count(), 4, "{lines}");
        assert!(lines.starts_with("time_s,soc,soc_low,soc_high\n"));
    }
}
