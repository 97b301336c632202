//! `balise fleet`: scenarios told of many signs at once, each under a sky of its own; the truth alone, thinned.
//!
//! ```text
//! scenario × seed × site -> SignStart… -> Signs -slices-> threads -looks-> one table, in order -> file
//! ```
//!
//! No monitor takes part: this is for statistics of the plant over depots and winters, and for whoever wants its truth
//! as a table. Rows are in the order of time, then of signs, whatever the number of threads, and memory grows with
//! the number of signs and not with time.

mod looks;
mod summary;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use fluent_templates::fluent_bundle::FluentValue;
use signals::{FaultEvent, Seed, SimTime, Span};
use sim::SiteParams;
use sim::fleet::signs::{SignStart, Signs};

use crate::command::read_scenario;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::report::ReportError;
use crate::run::{dated_folder, report_failure};
use crate::scenario::Scenario;
use crate::speech;
use crate::words::Words;
use looks::{Look, Plan};
use summary::{Summary, Took};
use table::Table;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Scenario files.
    pub scenarios: Vec<String>,
    /// Signs of each scenario and seed.
    pub sites: u64,
    /// First seed; each file's own where absent.
    pub seed: Option<u64>,
    /// How many seeds, counting up.
    pub seeds: u64,
    /// Threads; one a processor where absent.
    pub jobs: Option<usize>,
    /// Step of the plant; each file's own where absent.
    pub step: Option<Span>,
    /// How long the battery's coefficients are held and pieces of a step last; 10 s, as in `run`, where absent.
    pub hold: Option<Span>,
    /// Time between two rows of a sign.
    pub every: Span,
    /// What the table is written as.
    pub format: Format,
    /// Folder for the results.
    pub out: Option<PathBuf>,
    /// Write over earlier results.
    pub force: bool,
    /// Nothing but JSON on standard output.
    pub json: bool,
}

/// What the table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet, where this program was built with it.
    Parquet,
    /// No table: the summary alone.
    Nothing,
}

impl Format {
    /// Every format with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("csv", Self::Csv), ("parquet", Self::Parquet), ("none", Self::Nothing)];
}

/// Signs that share a scenario and a seed.
#[derive(Debug, Clone)]
pub(crate) struct Depot {
    /// The file's stem.
    pub story: String,
    pub seed: u64,
    pub site: String,
    pub faults: Vec<FaultEvent>,
    /// Its first sign in the list of all, and how many there are.
    pub first: usize,
    pub signs: usize,
    pub days: f64,
}

/// Runs everything asked for.
///
/// # Errors
/// Exit 3 where a file is bad or a folder taken.
pub fn fleet(options: &Options, words: Words) -> Result<Exit, Failure> {
    let out = options.out.clone().unwrap_or_else(dated_folder);
    check_folder(&out, options.force, words)?;
    let scenarios = read(options, words)?;
    std::fs::create_dir_all(&out).map_err(|error| files::unwritable(&out, &error, words))?;
    let mut summaries = Vec::new();
    let mut took = Took::default();
    let mut table = Table::create(options.format, &out, words)?;
    for (file, scenario) in &scenarios {
        let (depots, starts) = depots(file, scenario, options);
        let signs = Signs::new(&starts).and_then(|signs| match options.hold {
            Some(hold) => signs.holding(hold),
            None => Ok(signs),
        });
        let signs = signs.map_err(|error| refused(file, &error, words))?;
        let mut plan = plan(file, scenario, options, words)?;
        plan.threads = options.jobs.unwrap_or_else(processors).max(1);
        let clock = Instant::now();
        summaries.extend(run(signs, &depots, &plan, &mut table, words)?);
        took.add(clock.elapsed().as_secs_f64(), starts.len() as f64 * plan.steps() as f64, &plan);
    }
    table.finish(words)?;
    write(&out, &summaries, &took, words)?;
    let text =
        if options.json { summary::json(&summaries) } else { summary::text(&summaries, &took, &out, words) };
    speech::print(&text, words)?;
    Ok(Exit::Ok)
}

/// All looks of one scenario's signs, handed to the table and summed up depot by depot.
fn run(
    mut signs: Signs,
    depots: &[Depot],
    plan: &Plan,
    table: &mut Table,
    words: Words,
) -> Result<Vec<Summary>, Failure> {
    let mut summaries: Vec<Summary> = depots.iter().map(Summary::new).collect();
    looks::each(&mut signs, plan, |looks: &[Look]| {
        for look in looks {
            let depot = depots.partition_point(|depot| depot.first <= look.sign) - 1;
            summaries[depot].add(look.sign - depots[depot].first, &look.row);
        }
        table.add(depots, looks, words)
    })?;
    Ok(summaries)
}

fn read(options: &Options, words: Words) -> Result<Vec<(String, Scenario)>, Failure> {
    let (mut scenarios, mut complaints) = (Vec::new(), Vec::new());
    for file in &options.scenarios {
        match read_scenario(file, words) {
            Ok((scenario, _)) => scenarios.push((file.clone(), scenario)),
            Err(failure) => complaints.push(failure.message),
        }
    }
    if complaints.is_empty() {
        Ok(scenarios)
    } else {
        Err(Failure::new(Exit::BadFile, complaints.join("\n")))
    }
}

/// The signs of a scenario: so many for each seed, each with chance of its own.
fn depots(file: &str, scenario: &Scenario, options: &Options) -> (Vec<Depot>, Vec<SignStart>) {
    let params: Arc<SiteParams> = Arc::new(scenario.site_params());
    let story = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let first_seed = options.seed.unwrap_or(scenario.seed.0);
    let seeds = (0..options.seeds.max(1)).map(|index| first_seed.wrapping_add(index));
    let (mut depots, mut starts) = (Vec::new(), Vec::new());
    for seed in seeds {
        depots.push(Depot {
            story: story.clone(),
            seed,
            site: scenario.site.clone(),
            faults: scenario.faults.clone(),
            first: starts.len(),
            signs: options.sites as usize,
            days: scenario.duration.as_secs() / 86_400.0,
        });
        starts.extend((0..options.sites).map(|site| SignStart {
            faults: scenario.faults.clone(),
            weather: scenario.weather.clone(),
            ..SignStart::new(Arc::clone(&params), Seed(seed).part(&format!("site {site}")))
        }));
    }
    (depots, starts)
}

fn plan(file: &str, scenario: &Scenario, options: &Options, words: Words) -> Result<Plan, Failure> {
    let step = options.step.unwrap_or(scenario.step);
    let (step_nanos, every_nanos) = (step.as_nanos().max(1), options.every.as_nanos());
    let steps_a_look = every_nanos / step_nanos;
    if steps_a_look < 1 || steps_a_look * step_nanos != every_nanos {
        let blanks = [
            ("path", FluentValue::from(file)),
            ("step", FluentValue::from(step.as_secs())),
            ("every", FluentValue::from(options.every.as_secs())),
        ];
        return Err(Failure::new(Exit::Usage, words.tell("fleet-uneven", &blanks)));
    }
    let looks = (scenario.duration.as_nanos() / every_nanos).max(1) as usize;
    Ok(Plan { step, steps_a_look: steps_a_look as usize, looks, threads: 1 })
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn refused(file: &str, error: &sim::ParamsError, words: Words) -> Failure {
    let blanks = [("path", FluentValue::from(file)), ("reason", FluentValue::from(error.to_string()))];
    Failure::new(Exit::BadFile, words.tell("scenario-refused", &blanks))
}

fn check_folder(out: &Path, force: bool, words: Words) -> Result<(), Failure> {
    let path = out.join("results.json");
    if path.exists() && !force {
        return Err(report_failure(&ReportError::AlreadyThere { path }, words));
    }
    Ok(())
}

fn write(out: &Path, summaries: &[Summary], took: &Took, words: Words) -> Result<(), Failure> {
    for (name, text) in [("results.json", summary::json(summaries)), ("timing.json", took.json())] {
        let path = out.join(name);
        files::write_whole(&path, text.as_bytes())
            .map_err(|error| files::unwritable(&path, &error, words))?;
    }
    Ok(())
}

/// What acts on a depot's signs at an instant.
fn faults_at(depot: &Depot, at: SimTime) -> String {
    depot.faults.iter().filter_map(|fault| fault.label_at(at)).collect::<Vec<_>>().join("+")
}
