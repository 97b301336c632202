//! `balise run` given populations: lived, judged by a real Prometheus, scored, held against the budgets.
//!
//! ```text
//! results.json   programs          scores.prom    a Prometheus
//! junit.xml      CI                report.html    a reader
//! rulings.csv    whoever asks why
//! ```

use std::path::{Path, PathBuf};
use std::time::Instant;

use fluent_templates::fluent_bundle::FluentValue;
use signals::Seed;

use super::population::{self, Population};
use super::run::{self, MonthsError, Plan, Took};
use super::score::Score;
use super::{budget, exposition, judged, results, rulings, shown};
use crate::document;
use crate::due;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::report::{self, Check, Outcome, ReportError, RunRecord, Said, Timing};
use crate::run::{Options, dated_folder, report_failure};
use crate::speech;
use crate::stack::Tools;
use crate::words::Words;

/// A population scored.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// Who lived.
    pub population: &'r Population,
    /// With which seeds.
    pub seeds: &'r [Seed],
    /// What came of it.
    pub score: &'r Score,
    /// Budgets kept or not.
    pub checks: &'r [Check],
}

/// Whether these files are populations. One that cannot be read is left to whoever reads it.
///
/// # Errors
/// Exit 2 where scenarios and populations are mixed.
pub fn are_populations(files: &[String], words: Words) -> Result<bool, Failure> {
    let is_one =
        |file: &&String| files::read_text(file, words).is_ok_and(|source| population::is_population(&source));
    match files.iter().filter(is_one).count() {
        0 => Ok(false),
        count if count == files.len() => Ok(true),
        _ => Err(Failure::new(Exit::Usage, words.say("months-mixed"))),
    }
}

/// Runs every population of the options.
///
/// # Errors
/// Exit 3 where a file is bad or a folder taken, exit 4 where Prometheus cannot be asked.
pub fn run(options: &Options, words: Words) -> Result<Exit, Failure> {
    if options.baseline.is_some() {
        return Err(Failure::new(Exit::Usage, words.say("months-no-baseline")));
    }
    let out = options.out.clone().unwrap_or_else(dated_folder);
    let mut worst = Exit::Ok;
    let several = options.scenarios.len() > 1;
    let populations = options.scenarios.iter().map(|file| Ok((file, read(file, words)?)));
    for (file, population) in populations.collect::<Result<Vec<_>, Failure>>()? {
        let stem = Path::new(file).file_stem().unwrap_or_default();
        let dir = if several { out.join(stem) } else { out.clone() };
        let exit = one(file, &population, &dir, options, words)?;
        if worst == Exit::Ok || exit == Exit::CheckFailed {
            worst = exit;
        }
    }
    Ok(worst)
}

fn read(file: &str, words: Words) -> Result<Population, Failure> {
    let source = files::read_text(file, words)?;
    population::parse(&source).map_err(|complaints| document::failure(file, &source, &complaints, words))
}

const FILES: [&str; 5] = ["results.json", "junit.xml", "report.html", "scores.prom", "rulings.csv"];

fn one(
    file: &str,
    population: &Population,
    dir: &Path,
    options: &Options,
    words: Words,
) -> Result<Exit, Failure> {
    if let Some(path) = FILES.map(|name| dir.join(name)).into_iter().find(|path| path.exists())
        && !options.force
    {
        return Err(report_failure(&ReportError::AlreadyThere { path }, words));
    }
    let first = options.seed.unwrap_or(population.seed.0);
    let seeds: Vec<Seed> = (0..options.seeds.max(1)).map(|index| Seed(first.wrapping_add(index))).collect();
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let rules = judged::of_the_product();
    let needs = due::all();
    let plan = Plan {
        population,
        seeds: &seeds,
        shard: options.shard,
        rules: &rules,
        needs: &needs,
        jobs: options.jobs.unwrap_or(processors),
    };
    let clock = Instant::now();
    let tools = Tools::find();
    let missing = [("prometheus", &tools.prometheus), ("promtool", &tools.promtool)]
        .into_iter()
        .find_map(|(name, tool)| tool.is_none().then_some(name));
    let (score, took, checks) = match missing {
        Some(tool) => (Score::new(&[], &[], &[]), Took::default(), vec![skipped(tool)]),
        None => {
            let (score, took) = run::score(&plan, &tools).map_err(|error| failure(error, file, words))?;
            let checks = budget::checks(&score, &budget::standard());
            (score, took, checks)
        }
    };
    let scored = Run { population, seeds: &seeds, score: &score, checks: &checks };
    write(dir, file, &scored, clock.elapsed().as_secs_f64(), words)?;
    let told = if options.json {
        format!("{:#}\n", results::json(&scored))
    } else {
        told(&scored, took, dir, words)
    };
    speech::print(&told, words)?;
    Ok(if checks.iter().any(|check| check.outcome == Outcome::Failed) {
        Exit::CheckFailed
    } else if missing.is_some() {
        Exit::Environment
    } else {
        Exit::Ok
    })
}

/// Without Prometheus nothing is judged, and that is not a success.
fn skipped(tool: &'static str) -> Check {
    let told = |words: Words| words.tell("months-no-tool", &[("tool", FluentValue::from(tool))]);
    Check {
        id: "alerts-judged".to_owned(),
        outcome: Outcome::Skipped,
        measured: None,
        limit: None,
        unit: "",
        text: Said { french: told(Words::French), english: told(Words::English) },
    }
}

fn failure(error: MonthsError, file: &str, words: Words) -> Failure {
    match error {
        MonthsError::Stack(error) => error.failure(words),
        MonthsError::Life(error) => {
            let blanks = [("path", FluentValue::from(file)), ("reason", error.to_string().into())];
            Failure::new(Exit::BadFile, words.tell("scenario-refused", &blanks))
        }
        other => crate::failure::environment(&other, words),
    }
}

fn write(dir: &Path, file: &str, run: &Run<'_>, wall_secs: f64, words: Words) -> Result<(), Failure> {
    let refused = |error| report_failure(&error, words);
    let record = RunRecord {
        name: run.population.name.clone(),
        description: run.population.story.clone(),
        seed: run.seeds.first().map_or(0, |seed| seed.0),
        scenario_file: file.to_owned(),
        checks: run.checks.to_vec(),
        ..RunRecord::default()
    };
    let now = jiff::Timestamp::from_nanosecond(i128::from(hil::pace::wall_unix_nanos())).unwrap_or_default();
    let timing = Timing { started: now.to_string(), wall_secs, ..Timing::default() };
    let texts = [
        format!("{:#}\n", results::json(run)),
        report::junit_xml(&record, &timing, words).map_err(refused)?,
        report::sheets_html(&shown::sheets(run, words), words).map_err(refused)?,
        exposition::text(run.score),
        format!("{}{}", rulings::HEADER, run.score.rulings.concat()),
    ];
    std::fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error, words))?;
    for (name, text) in FILES.into_iter().zip(texts) {
        let path: PathBuf = dir.join(name);
        files::write_whole(&path, text.as_bytes())
            .map_err(|error| files::unwritable(&path, &error, words))?;
    }
    Ok(())
}

fn told(run: &Run<'_>, took: Took, dir: &Path, words: Words) -> String {
    let secs = |secs: f64| FluentValue::from(words.number(secs, 1));
    let blanks = [
        ("live", secs(took.live)),
        ("backfill", secs(took.backfill)),
        ("replay", secs(took.replay)),
        ("score", secs(took.score)),
    ];
    let skipped = run.checks.iter().filter(|check| check.id == "alerts-judged");
    let skipped: String = skipped.map(|check| format!("{}\n", check.text.within(words))).collect();
    let report = [("report", FluentValue::from(dir.join("report.html").display().to_string()))];
    format!(
        "{}{skipped}\n{}\n{}\n",
        shown::sheets(run, words).text(),
        words.tell("months-took", &blanks),
        words.tell("months-report", &report)
    )
}
