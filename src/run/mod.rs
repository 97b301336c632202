//! `balise run`: scenarios as fast as they go, each scored against its truth; one folder of results.
//!
//! ```text
//! (scenario, seed) list -> shard -> threads -> single() -> files, one line each -> verdict, exit code
//! ```
//!
//! Runs share nothing, so any number of threads gives the same bytes.

mod baseline;
mod single;
mod summary;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use exporter::BatteryId;
use exporter::rules::Scaling;
use hil::FaultHit;
use hil::capture::Event;
use signals::{Seed, Stamp};

use crate::alerts;
use crate::capture::{About, CaptureFile};
use crate::command::read_scenario;
use crate::due::{self, Need};
use crate::failure::{Exit, Failure};
use crate::faultlog::FaultLog;
use crate::files;
use crate::months::command as months;
use crate::replay::source_name;
use crate::report::{self, RunRecord, Timing};
use crate::scenario::Scenario;
use crate::speech;
use crate::stack::Tools;
use crate::words::Words;

pub use single::{Made, single, single_heard};

/// The capture's file in a run's folder.
const CAPTURE: &str = "capture.txt";

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Scenario files.
    pub scenarios: Vec<String>,
    /// First seed; each file's own where absent.
    pub seed: Option<u64>,
    /// How many seeds, counting up.
    pub seeds: u64,
    /// Threads; one a processor where absent.
    pub jobs: Option<usize>,
    /// Part I of N of the list, from 1.
    pub shard: Option<(u64, u64)>,
    /// Folder for the results.
    pub out: Option<PathBuf>,
    /// Folder of an earlier run to compare with.
    pub baseline: Option<PathBuf>,
    /// Write every byte on the line beside the results.
    pub capture: bool,
    /// Write over earlier results.
    pub force: bool,
    /// Nothing but JSON on standard output.
    pub json: bool,
}

/// One run to be made.
#[derive(Debug, Clone)]
pub struct Job {
    /// The scenario.
    pub scenario: Scenario,
    /// Its file.
    pub file: String,
    /// The seed.
    pub seed: Seed,
    /// Where its results go, below the folder of all; empty for a run alone.
    pub folder: String,
}

/// What judges the alerts.
#[derive(Debug, Clone)]
pub struct Court {
    /// promtool, where it can be had.
    pub promtool: Option<PathBuf>,
    /// The rules under trial, as Prometheus reads them.
    pub rules_yaml: String,
    /// What the crew needs.
    pub needs: Vec<Need>,
}

impl Court {
    /// The product's own rules, judged by the promtool of this machine.
    #[must_use]
    pub fn of_the_product() -> Self {
        Self {
            promtool: Tools::find().promtool,
            rules_yaml: alerts::standard().rule_file(&Scaling::real()),
            needs: due::standard(),
        }
    }
}

/// One run made.
#[derive(Debug)]
pub struct Done {
    /// What came of it.
    pub record: RunRecord,
    /// How long it took.
    pub timing: Timing,
    /// Its results' folder.
    pub dir: PathBuf,
}

/// Runs everything asked for.
///
/// # Errors
/// Exit 3 where a file is bad or a folder taken.
pub fn run(options: &Options, words: Words) -> Result<Exit, Failure> {
    if months::are_populations(&options.scenarios, words)? {
        return months::run(options, words);
    }
    let out = options.out.clone().unwrap_or_else(dated_folder);
    let jobs = jobs(options, words)?;
    check_folders(options, &out, &jobs, words)?;
    if jobs.is_empty() {
        return Err(Failure::new(Exit::Usage, words.say("run-empty-shard")));
    }
    let court = Court::of_the_product();
    if court.promtool.is_none() && !options.json {
        speech::tell(&words.say("check-no-promtool"));
    }
    let done = all(&jobs, &court, options, &out, words)?;
    let worse = match &options.baseline {
        Some(baseline) => baseline::worse(baseline, &out, &jobs, words)?,
        None => Vec::new(),
    };
    if jobs.len() > 1 {
        summary::write(&out, &done, options.force, words)?;
    }
    let text = if options.json { summary::json(&done, &worse) } else { summary::table(&done, &worse, words) };
    speech::print(&text, words)?;
    Ok(exit(&done, &worse))
}

/// A failed check first, then what got worse, then what could not be tried.
fn exit(done: &[Done], worse: &[String]) -> Exit {
    if done.iter().any(|done| !done.record.passed() && !done.record.is_incomplete()) {
        Exit::CheckFailed
    } else if !worse.is_empty() {
        Exit::WorseThanBaseline
    } else if done.iter().any(|done| done.record.is_incomplete()) {
        Exit::Environment
    } else {
        Exit::Ok
    }
}

/// What would spoil the end is told at the start.
fn check_folders(options: &Options, out: &Path, jobs: &[Job], words: Words) -> Result<(), Failure> {
    if let Some(baseline) = &options.baseline {
        baseline::check(baseline, out, jobs, words)?;
    }
    let files = jobs.iter().map(|job| out.join(&job.folder).join("results.json"));
    match files.chain([out.join("results.json")]).find(|path| path.exists()) {
        Some(path) if !options.force => {
            Err(report_failure(&report::ReportError::AlreadyThere { path }, words))
        }
        _ => Ok(()),
    }
}

/// The list of runs, or every complaint about every file at once.
fn jobs(options: &Options, words: Words) -> Result<Vec<Job>, Failure> {
    let mut jobs = Vec::new();
    let mut complaints = Vec::new();
    for file in &options.scenarios {
        match read_scenario(file, words) {
            Err(failure) => complaints.push(failure.message),
            Ok((scenario, _)) => {
                let first = options.seed.unwrap_or(scenario.seed.0);
                for seed in (0..options.seeds.max(1)).map(|index| first.wrapping_add(index)) {
                    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
                    let folder = format!("{stem}-seed{seed}");
                    jobs.push(Job {
                        scenario: scenario.clone(),
                        file: file.clone(),
                        seed: Seed(seed),
                        folder,
                    });
                }
            }
        }
    }
    if !complaints.is_empty() {
        return Err(Failure::new(Exit::BadFile, complaints.join("\n")));
    }
    if let [alone] = jobs.as_mut_slice() {
        alone.folder.clear();
    }
    if let Some((part, of)) = options.shard {
        let mut index = 0;
        jobs.retain(|_| {
            index += 1;
            (index - 1) % of == part - 1
        });
    }
    Ok(jobs)
}

/// Every job, spread over threads; the order of the list is kept.
fn all(
    jobs: &[Job],
    court: &Court,
    options: &Options,
    out: &Path,
    words: Words,
) -> Result<Vec<Done>, Failure> {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = options.jobs.unwrap_or(processors).clamp(1, jobs.len());
    let next = AtomicUsize::new(0);
    let results = Mutex::new(jobs.iter().map(|_| None).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, job)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    jobs.get(index).map(|job| (index, job))
                } {
                    let result = one(job, court, options, out, words);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

fn one(job: &Job, court: &Court, options: &Options, out: &Path, words: Words) -> Result<Done, Failure> {
    let dir = if job.folder.is_empty() { out.to_owned() } else { out.join(&job.folder) };
    let Made { record, timing, fault_log } = if options.capture {
        let mut tape = tape(job, &dir, options.force, words)?;
        let source = source_name(&BatteryId::new(&job.scenario.site, &job.scenario.battery));
        let mut hear = |stamp: Stamp, event: Event<'_>| tape.record(&source, stamp, event);
        let made = single_heard(job, court, &mut hear, words)?;
        tape.finish(words)?;
        made
    } else {
        single(job, court, words)?
    };
    report::write_all(&dir, &record, &timing, words, options.force)
        .map_err(|error| report_failure(&error, words))?;
    if !job.scenario.faults.is_empty() {
        write_fault_log(&dir.join("faults.jsonl"), job.seed, &fault_log, words)?;
    }
    Ok(Done { record, timing, dir })
}

fn write_fault_log(path: &Path, seed: Seed, hits: &[FaultHit], words: Words) -> Result<(), Failure> {
    let written = FaultLog::new(files::create(path, words)?, seed).and_then(|mut log| {
        hits.iter().try_for_each(|hit| log.add(hit))?;
        log.flush()
    });
    written.map_err(|error| files::unwritable(path, &error, words))
}

/// The capture of a run. Like its other files it is the same for one seed: no date is in it.
fn tape(job: &Job, dir: &Path, force: bool, words: Words) -> Result<CaptureFile, Failure> {
    let text = files::read_text(&job.file, words)?;
    let scenario = &job.scenario;
    let source = source_name(&BatteryId::new(&scenario.site, &scenario.battery));
    let about = About::made_by("run").of_scenario(&scenario.name, &text, job.seed);
    std::fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error, words))?;
    let path = dir.join(CAPTURE);
    if force && path.exists() {
        std::fs::remove_file(&path).map_err(|error| files::unwritable(&path, &error, words))?;
    }
    CaptureFile::create(&path, &about.of_device(&source, scenario.device.kind), words)
}

/// Why a report could not be written, in the reader's words.
#[must_use]
pub fn report_failure(error: &report::ReportError, words: Words) -> Failure {
    use fluent_templates::fluent_bundle::FluentValue;
    match error {
        report::ReportError::AlreadyThere { path } => {
            let blanks = [("path", FluentValue::from(path.display().to_string()))];
            Failure::new(Exit::BadFile, words.tell("run-already-there", &blanks))
        }
        report::ReportError::Write { path, source } => files::unwritable(path, source, words),
        other => Failure::new(Exit::BadFile, other.to_string()),
    }
}

/// `balise-2026-01-12-143000`, in the current folder.
#[must_use]
pub fn dated_folder() -> PathBuf {
    let now = jiff::Timestamp::from_nanosecond(i128::from(hil::pace::wall_unix_nanos())).unwrap_or_default();
    PathBuf::from(format!("balise-{}", now.strftime("%Y-%m-%d-%H%M%S")))
}
