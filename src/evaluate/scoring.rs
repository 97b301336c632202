//! `evaluate --cuts` and `evaluate --matrix`: many trials of many records, spread over threads.
//!
//! ```text
//! files -> (read, check, split, plan, attempt) a file at a time -> files in their order -> sets -> sheets, JSON
//! ```
//!
//! Trials share nothing and draw from streams named after their file, so any number of threads gives the same
//! bits. A file that cannot be scored is listed with its reason, never dropped in silence.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use estimator::Profile;
use fluent_templates::fluent_bundle::FluentValue;
use signals::Seed;

use super::blind::Halves;
use super::check::{self, Excluded};
use super::conditions::{self, Condition, Setting};
use super::cuts;
use super::rows::{self, Reference, Row};
use super::spoil::Spoil;
use super::trial::{Trial, Tried, attempt};
use super::{Options, cells, shown};
use crate::failure::{Exit, Failure};
use crate::profiles;
use crate::report::{Sheets, write_sheets};
use crate::run::report_failure;
use crate::speech;
use crate::words::Words;

/// Where profiles of measured batteries lie, named after the folders of data.
const PROFILES: &str = "fixtures/profiles";

/// What is to be tried.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Data, profile and what is wrong everywhere; `data` may be a folder. An empty profile is looked for by
    /// the folder's name.
    pub options: Options,
    /// Whether the whole table is run; else only cuts.
    pub is_matrix: bool,
    /// Cuts of each record.
    pub cuts: u64,
    /// What cuts and dropouts are drawn from.
    pub seed: u64,
    /// Threads; one a processor where absent.
    pub jobs: Option<usize>,
    /// Nothing is told on the way.
    pub is_quiet: bool,
}

/// A trial made; nothing came of it where the record had no room for its gap.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub condition: Condition,
    pub trial: Trial,
    /// When the trial began in the record, s, and the truth then.
    pub from_secs: f64,
    pub soc_start: Option<f64>,
    pub tried: Option<Tried>,
}

/// A file and all that was tried on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scored {
    /// The file's name.
    pub file: String,
    pub reference: Reference,
    pub rows: usize,
    pub excluded: Excluded,
    /// Nominal temperature, °C.
    pub celsius: Option<i32>,
    pub made: Vec<Made>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Scored(Scored),
    /// It has no reference: predicted to its end, not scored.
    Predicted,
    /// Why it took no part.
    Refused(String),
}

/// A folder of records of one battery.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub name: String,
    pub battery: String,
    pub chemistry: &'static str,
    /// Each file's name, and what became of it.
    pub files: Vec<(String, Outcome)>,
}

/// Everything that came of it.
#[derive(Debug, Clone)]
pub struct Scoring {
    pub(super) sets: Vec<Set>,
    pub(super) cuts: u64,
    pub(super) seed: u64,
    /// Folders without a profile.
    pub(super) unmatched: Vec<String>,
}

impl Scoring {
    /// For machines.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        shown::json(self)
    }

    /// For people: the sheets that the page has too.
    #[must_use]
    pub fn table(&self, words: Words) -> String {
        shown::sheets(self, words).text()
    }

    /// The page.
    #[must_use]
    pub fn sheets(&self, words: Words) -> Sheets {
        shown::sheets(self, words)
    }
}

/// Tries everything asked for, and writes `report.html` and `results.json` where `out` is given.
///
/// # Errors
/// Exit 3 where a single file or the profile is bad, no file can be scored, or the results cannot be written.
pub fn score_all(asked: &Asked, words: Words) -> Result<Scoring, Failure> {
    let (sources, unmatched) = sources(asked, words)?;
    let jobs: Vec<(&Source, &PathBuf)> =
        sources.iter().flat_map(|source| source.files.iter().map(move |file| (source, file))).collect();
    let done = spread(&jobs, asked.jobs, |(source, file)| {
        let outcome = one(source, file, asked, words);
        if !asked.is_quiet {
            speech::tell(&file_name(file));
        }
        outcome
    });
    let mut done = done.into_iter();
    let mut sets = Vec::new();
    for source in &sources {
        let mut files = Vec::new();
        for file in &source.files {
            let Some(outcome) = done.next() else { continue };
            // One file asked for by name has to be good; in a folder a bad one is listed.
            let outcome = if source.is_one_file { outcome? } else { outcome.unwrap_or_else(refused) };
            files.push((file_name(file), outcome));
        }
        let profile = &source.profile;
        sets.push(Set {
            name: source.name.clone(),
            battery: profile.name().to_owned(),
            chemistry: profile.chemistry(),
            files,
        });
    }
    let scoring = Scoring { sets, cuts: asked.cuts, seed: asked.seed, unmatched };
    if let Some(dir) = &asked.options.out {
        write_sheets(dir, &scoring.sheets(words), &scoring.json(), words)
            .map_err(|error| report_failure(&error, words))?;
    }
    Ok(scoring)
}

/// The reason without the machine's own folders.
fn refused(failure: Failure) -> Outcome {
    let plain = |word: &str| {
        let name = if word.starts_with('/') { word.rsplit('/').next() } else { None };
        name.unwrap_or(word).to_owned()
    };
    Outcome::Refused(failure.message.split(' ').map(plain).collect::<Vec<_>>().join(" "))
}

/// Files of one battery, before they are read.
pub(super) struct Source {
    pub name: String,
    pub profile: Profile,
    pub files: Vec<PathBuf>,
    is_one_file: bool,
}

/// The sets, and the folders for which there is no profile.
pub(super) fn sources(asked: &Asked, words: Words) -> Result<(Vec<Source>, Vec<String>), Failure> {
    let place = PathBuf::from(&asked.options.data);
    if !place.is_dir() {
        let profile = profiles::load(&profile_name(asked, &place), None, words)?;
        let name = file_name(&place);
        return Ok((vec![Source { name, profile, files: vec![place], is_one_file: true }], Vec::new()));
    }
    let (mut sources, mut unmatched) = (Vec::new(), Vec::new());
    let records = records(&place, words)?;
    let folders = if records.is_empty() { entries(&place, words)? } else { vec![place.clone()] };
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        let profile = profile_name(asked, &folder);
        if asked.options.profile.is_empty() && !Path::new(&profile).is_file() {
            unmatched.push(file_name(&folder));
            continue;
        }
        let profile = profiles::load(&profile, None, words)?;
        let files = self::records(&folder, words)?;
        sources.push(Source { name: file_name(&folder), profile, files, is_one_file: false });
    }
    if sources.iter().all(|source| source.files.is_empty()) {
        let blanks = [
            ("path", FluentValue::from(asked.options.data.clone())),
            ("profiles", FluentValue::from(PROFILES)),
        ];
        return Err(Failure::new(Exit::BadFile, words.tell("scoring-nothing", &blanks)));
    }
    Ok((sources, unmatched))
}

fn profile_name(asked: &Asked, folder: &Path) -> String {
    match asked.options.profile.as_str() {
        "" => {
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            format!("{PROFILES}/{}.toml", file_name(&folder))
        }
        named => named.to_owned(),
    }
}

/// Everything in a folder, in the order of its names.
fn entries(folder: &Path, words: Words) -> Result<Vec<PathBuf>, Failure> {
    let unreadable =
        |error: std::io::Error| crate::files::unreadable(&folder.display().to_string(), &error, words);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        all.push(entry.map_err(unreadable)?.path());
    }
    all.sort();
    Ok(all)
}

/// The records of a folder: every CSV file but its manifest.
fn records(folder: &Path, words: Words) -> Result<Vec<PathBuf>, Failure> {
    let is_record = |path: &PathBuf| {
        let name = file_name(path);
        (name.ends_with(".csv") || name.ends_with(".csv.gz")) && name != "manifest.csv"
    };
    Ok(entries(folder, words)?.into_iter().filter(is_record).collect())
}

/// A path's last part.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// All that is tried on one file.
fn one(source: &Source, file: &Path, asked: &Asked, words: Words) -> Result<Outcome, Failure> {
    let (path, name) = (file.display().to_string(), file_name(file));
    let (table, profile) = (rows::read(&path, words)?, &source.profile);
    check::check(&path, &table, profile, words)?;
    let halves = Halves::of(&table);
    let options = &asked.options;
    let base = Spoil {
        current_gain: options.current_gain.unwrap_or(1.0),
        current_offset_amps: options.current_offset_a,
        voltage_offset_volts: options.voltage_offset_v,
        ..Spoil::default()
    };
    let Some(reference) = table.reference else {
        let seed = Seed(asked.seed);
        attempt(&halves, profile, &Trial { from_row: 0, told: None, spoil: base, seed });
        return Ok(Outcome::Predicted);
    };
    let setting = Setting {
        cells: cells::in_series(profile),
        block_cells: cells::in_block(profile),
        capacity_amp_hours: profile.capacity().as_amp_hours(),
        base,
    };
    let seed = Seed(asked.seed);
    let mut planned = cuts::plan(&cuts::draw(&halves, &name, asked.cuts, seed), &setting);
    if asked.is_matrix {
        planned.extend(conditions::plan(&halves, &setting, seed.part(&name)));
    }
    let made = planned.into_iter().map(|planned| Made {
        from_secs: halves.sensed.get(planned.trial.from_row).map_or(0.0, |row| row.time_secs),
        soc_start: halves.truth.iter().skip(planned.trial.from_row).find_map(|truth| *truth),
        tried: attempt(&halves, profile, &planned.trial),
        trial: planned.trial,
        condition: planned.condition,
    });
    Ok(Outcome::Scored(Scored {
        reference,
        rows: table.rows.len(),
        excluded: Excluded::of(&table),
        celsius: celsius(&name, &table.rows),
        made: made.collect(),
        file: name,
    }))
}

/// The nominal temperature: as the file's name has it (`n10degC`, `_N05_`, `_P25_`), else the first measured
/// one to the next 5 °C. Self-heating must not move a record to another row of the table.
fn celsius(name: &str, rows: &[Row]) -> Option<i32> {
    let number = |part: &str, sign: i32| part.parse::<i32>().ok().map(|degrees| sign * degrees);
    let named = name.split(['_', '.']).find_map(|part| {
        if let Some(part) = part.strip_suffix("degC") {
            return part.strip_prefix('n').map_or_else(|| number(part, 1), |part| number(part, -1));
        }
        if part.len() != 3 {
            return None;
        }
        part.strip_prefix('P')
            .and_then(|part| number(part, 1))
            .or_else(|| part.strip_prefix('N').and_then(|part| number(part, -1)))
    });
    let measured = || {
        let first = rows.iter().find_map(|row| row.temperature_celsius)?;
        Some(5 * (first / 5.0).round() as i32)
    };
    named.or_else(measured)
}

/// `work` of every item, over threads; the order of the items is kept.
pub(super) fn spread<T: Sync, R: Send>(
    items: &[T],
    jobs: Option<usize>,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = jobs.unwrap_or(processors).clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(items.iter().map(|_| None).collect::<Vec<Option<R>>>());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A short made-up discharge of an AGM block that was never very full, and one of few rows.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let row = |k: u32| {
            let soc = 0.95 - f64::from(k) / 500.0;
            let volts = 11.75 + 1.15 * soc - 0.1;
            format!("{},-20,{volts:.3},{soc:.5}", f64::from(k) * 36.0)
        };
        let rows = (0..400).map(row).collect::<Vec<_>>().join("\n");
        let write = |name: &str, text: String| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("a_P25.csv", format!("time_s,current_a,voltage_v,soc_ref\n{rows}\n"));
        write("b_N05.csv", format!("time_s,current_a,voltage_v,soc_ref\n{rows}\n"));
        write("bare.csv", format!("time_s,current_a,voltage_v,other\n{rows}\n"));
        write("broken.csv", "time_s,current_a,voltage_v\n0,-1,12.5\n60,-1,12.5\n30,-1,12.5\n".to_owned());
        write("manifest.csv", "file,rows\n".to_owned());
        folder
    }

    fn asked(folder: &tempfile::TempDir, jobs: usize) -> Asked {
        let options = Options {
            data: folder.path().display().to_string(),
            profile: "agm_12v".to_owned(),
            ..Options::default()
        };
        Asked { options, is_matrix: true, cuts: 2, jobs: Some(jobs), is_quiet: true, ..Asked::default() }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let folder = folder();
        let text =
            |jobs| score_all(&asked(&folder, jobs), Words::English).expect("scored").json().to_string();
        let one = text(1);
        assert_eq!(one, text(3));
        assert_eq!(one, text(1));
    }

    #[test]
    fn what_is_not_scored_is_listed_with_its_reason_in_both_languages() {
        let folder = folder();
        let scoring = score_all(&asked(&folder, 2), Words::English).expect("scored");
        let json = scoring.json();
        let set = &json["sets"][0];
        assert_eq!(set["files"].as_array().map(Vec::len), Some(2));
        assert_eq!(set["predicted"][0], "bare.csv");
        let reason = set["excluded"][0]["reason"].as_str().unwrap_or_default();
        assert!(reason.starts_with("broken.csv:4"), "{reason}");
        for words in [Words::English, Words::French] {
            let table = scoring.table(words);
            assert!(table.contains("bare.csv") && table.contains("broken.csv"), "{table}");
            assert!(!table.contains("scoring-") && !table.contains("evaluate-"), "{table}");
        }
    }

    #[test]
    fn the_page_and_the_results_are_written_and_ask_the_network_for_nothing() {
        let (folder, out) = (folder(), tempfile::tempdir().expect("a folder"));
        let mut asked = asked(&folder, 2);
        asked.options.out = Some(out.path().join("new"));
        for words in [Words::French, Words::English] {
            asked.options.out = Some(out.path().join(words.code()));
            score_all(&asked, words).expect("scored");
            let read = |name: &str| {
                std::fs::read_to_string(out.path().join(words.code()).join(name)).expect("a file")
            };
            let page = read("report.html");
            assert!(page.contains(&format!("<html lang=\"{}\">", words.code())));
            for reference in
                ["http://", "https://", "src=", "<link", "@import", "url(", "Unknown localization"]
            {
                assert!(!page.contains(reference), "{reference}");
            }
            assert!(read("results.json").contains("\"balise_scoring\": 1"));
        }
    }

    #[test]
    fn one_bad_file_asked_for_by_name_is_a_failure() {
        let folder = folder();
        let mut asked = asked(&folder, 1);
        asked.options.data = folder.path().join("broken.csv").display().to_string();
        let failure = score_all(&asked, Words::English).err();
        assert_eq!(failure.map(|failure| failure.exit), Some(Exit::BadFile));
    }

    #[test]
    fn a_folder_that_has_no_profile_is_a_failure_that_says_where_to_put_one() {
        let folder = folder();
        let mut asked = asked(&folder, 1);
        asked.options.profile.clear();
        let failure = score_all(&asked, Words::English).err();
        assert!(failure.is_some_and(|failure| failure.message.contains(PROFILES)));
    }

    #[test]
    fn the_nominal_temperature_is_in_the_name_or_in_the_first_row() {
        let row = |celsius| Row {
            time_secs: 0.0,
            current_amps: None,
            voltage_volts: None,
            temperature_celsius: celsius,
            ambient_celsius: None,
            charge_amp_hours: None,
            reference: None,
        };
        let of = |name: &str, degrees| celsius(name, &[row(degrees)]);
        assert_eq!(of("n10degC_Cycle_1.csv.gz", Some(-3.0)), Some(-10));
        assert_eq!(of("25degC_Cycle_1.csv.gz", Some(21.8)), Some(25));
        assert_eq!(of("DYN_N05_script1.csv.gz", None), Some(-5));
        assert_eq!(of("unitA_dis_0.53A.csv.gz", Some(21.9)), Some(20));
        assert_eq!(of("test01_b5.csv.gz", None), None);
    }
}
