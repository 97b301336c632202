//! A battery profile from measured files, with what the files could not say.
//!
//! ```text
//! files -> rows -> estimator::identify -> profile (TOML), table or JSON, report.html
//! ```
//!
//! The mathematics is `estimator::identify`; here are the files, the words and the page. `--check` files are
//! predicted with the profile found, never fitted: what a profile is worth is said there.

mod page;
mod reason;
mod report;

pub use report::Report;

use std::path::PathBuf;

use estimator::Profile;
use estimator::identify::{self, IdentifyError, Record, RecordFault, Role};
use fluent_templates::fluent_bundle::FluentValue;
use rand::RngExt;
use signals::Seed;

use crate::failure::{Exit, Failure};
use crate::words::Words;
use crate::{evaluate, files, profiles};

/// The report's file inside `--report`.
const REPORT_FILE: &str = "report.html";

/// What `balise identify` is asked.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files whose role is found from the data.
    pub data: Vec<String>,
    /// Slow tests for the rest curve.
    pub rest: Vec<String>,
    /// Pulse tests.
    pub pulse: Vec<String>,
    /// Drive logs.
    pub drive: Vec<String>,
    /// Files to predict, not to identify on.
    pub check: Vec<String>,
    /// The profile to begin from: a built-in name or a file.
    pub base: String,
    /// Name of the new profile; the file's stem where absent.
    pub name: Option<String>,
    /// Capacity known better than the files say, A·h.
    pub capacity_ah: Option<f64>,
    /// Where the profile goes.
    pub out: PathBuf,
    /// Folder of the report.
    pub report: Option<PathBuf>,
    /// Where the starts of the fit come from.
    pub seed: u64,
}

/// Identifies and writes the profile, and the report where one is asked for.
///
/// # Errors
/// Exit 2 without a file to identify on, exit 3 where files or base are bad or do not belong together.
pub fn identify(options: &Options, words: Words) -> Result<Report, Failure> {
    let base = profiles::load(&options.base, None, words)?;
    let paths = paths(options);
    if paths.is_empty() {
        return Err(Failure::new(Exit::Usage, words.say("identify-no-data")));
    }
    let records = records(&paths, words)?;
    let asked = identify::Options {
        name: options.name.clone().unwrap_or_else(|| stem(&options.out)),
        capacity_amp_hours: options.capacity_ah,
    };
    let mut chance = Seed(options.seed).stream("identify.starts");
    let found = identify::identify(&records, &base, &asked, &mut || chance.random::<f64>())
        .map_err(|error| refusal(&error, &paths, options, words))?;
    let checked = checked(&options.check, &found.profile, &base, words)?;
    let report = Report { found, checked, base: base.name().to_owned(), command: command(options) };
    let text = format!("# Made by: {}\n{}", report.command, report.found.profile.to_toml());
    files::write_whole(&options.out, text.as_bytes())
        .map_err(|error| files::unwritable(&options.out, &error, words))?;
    if let Some(folder) = &options.report {
        page::write(&folder.join(REPORT_FILE), &report, words)?;
    }
    Ok(report)
}

/// Files with the roles they were given.
fn paths(options: &Options) -> Vec<(String, Option<Role>)> {
    let with =
        |paths: &[String], role| paths.iter().cloned().map(move |path| (path, role)).collect::<Vec<_>>();
    [
        with(&options.data, None),
        with(&options.rest, Some(Role::Rest)),
        with(&options.pulse, Some(Role::Pulse)),
        with(&options.drive, Some(Role::Drive)),
    ]
    .concat()
}

fn records(paths: &[(String, Option<Role>)], words: Words) -> Result<Vec<Record>, Failure> {
    paths.iter().map(|(path, role)| record(path, *role, words)).collect()
}

fn record(path: &str, role: Option<Role>, words: Words) -> Result<Record, Failure> {
    let rows = evaluate::measured(path, words)?;
    Record::new(short(path), role, &rows).map_err(|fault| unusable(path, fault, words))
}

fn checked(
    paths: &[String],
    profile: &Profile,
    base: &Profile,
    words: Words,
) -> Result<Vec<identify::Fit>, Failure> {
    let mut fits = Vec::new();
    for path in paths {
        let record = record(path, None, words)?;
        let fit = identify::predict(&[record], profile, base);
        fits.extend(fit.map_err(|error| {
            let paths = [(path.clone(), None)];
            refusal(&error, &paths, &Options::default(), words)
        })?);
    }
    Ok(fits)
}

/// The file's name without folder and endings.
fn short(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.trim_end_matches(".gz").trim_end_matches(".csv").to_owned()
}

fn stem(path: &std::path::Path) -> String {
    path.file_stem().map_or_else(|| "identified".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// The command that makes the profile again, without folders of one machine.
fn command(options: &Options) -> String {
    let mut parts = vec!["balise identify".to_owned()];
    let groups = [
        ("--data", &options.data),
        ("--ocv", &options.rest),
        ("--pulse", &options.pulse),
        ("--drive", &options.drive),
        ("--check", &options.check),
    ];
    for (flag, paths) in groups.into_iter().filter(|(_, paths)| !paths.is_empty()) {
        parts.push(flag.to_owned());
        parts.extend(paths.iter().map(|path| tail(path)));
    }
    parts.push(format!("--base {}", tail(&options.base)));
    if let Some(capacity) = options.capacity_ah {
        parts.push(format!("--capacity-ah {capacity}"));
    }
    parts.push(format!("--seed {} --out {}", options.seed, tail(&options.out.display().to_string())));
    parts.join(" ")
}

/// The last folder and the file.
fn tail(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('/').take(2).collect();
    parts.reverse();
    parts.join("/")
}

/// A file that cannot be used, with its line and what to do.
fn unusable(path: &str, fault: RecordFault, words: Words) -> Failure {
    // The header is line 1, the first row line 2.
    let place = |row: usize| format!("{path}:{}", row + 2);
    let told = |key: &str, blanks: &[(&'static str, String)]| tell(words, key, blanks);
    let message = match fault {
        RecordFault::TimeBackwards { row } => told("identify-time-backwards", &[("place", place(row))]),
        RecordFault::TooShort { rows, secs } => told(
            "identify-too-short",
            &[("path", path.to_owned()), ("rows", rows.to_string()), ("secs", words.number(secs, 0))],
        ),
        RecordFault::Unmeasured { column, missing, row } => told(
            "identify-unmeasured",
            &[("place", place(row)), ("column", column.to_owned()), ("missing", missing.to_string())],
        ),
        RecordFault::NoCurrent => told("identify-no-current", &[("path", path.to_owned())]),
    };
    Failure::new(Exit::BadFile, message)
}

/// Why nothing could be identified, with the file it is about.
fn refusal(
    error: &IdentifyError,
    paths: &[(String, Option<Role>)],
    options: &Options,
    words: Words,
) -> Failure {
    let path = |record: usize| paths.get(record).map_or_else(String::new, |(path, _)| path.clone());
    let number = |value: f64| words.number(value, 2);
    let told = |key: &str, blanks: &[(&'static str, String)]| tell(words, key, blanks);
    let message = match error {
        IdentifyError::Nothing => words.say("identify-no-data"),
        IdentifyError::OtherVoltage { record, volts, low, high } => told(
            "identify-other-voltage",
            &[
                ("path", path(*record)),
                ("volts", number(*volts)),
                ("low", number(*low)),
                ("high", number(*high)),
                ("base", options.base.clone()),
            ],
        ),
        IdentifyError::Milliamps { record, amps, amp_hours } => told(
            "identify-milliamps",
            &[("path", path(*record)), ("amps", number(*amps)), ("capacity", number(*amp_hours))],
        ),
        IdentifyError::ConstantOnly { amps } => {
            told("identify-constant-only", &[("path", path(0)), ("amps", number(*amps))])
        }
        IdentifyError::MappedBase => told("identify-mapped-base", &[("base", options.base.clone())]),
        IdentifyError::NoEnd => words.say("identify-no-end"),
        IdentifyError::NoProfile(reason) => told("identify-no-profile", &[("reason", reason.clone())]),
    };
    Failure::new(Exit::BadFile, message)
}

fn tell(words: Words, key: &str, blanks: &[(&'static str, String)]) -> String {
    let blanks: Vec<(&'static str, FluentValue<'_>)> =
        blanks.iter().map(|(name, value)| (*name, FluentValue::from(value.clone()))).collect();
    words.tell(key, &blanks)
}
