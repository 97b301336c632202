//! One run: simulate, let Prometheus judge the alerts, score both.

use std::collections::BTreeMap;
use std::time::Instant;

use fluent_templates::fluent_bundle::FluentValue;
use hil::FaultHit;
use hil::capture::Event;
use signals::Stamp;

use super::{Court, Job};
use crate::failure::{Exit, Failure, environment};
use crate::interrupt::Scratch;
use crate::judge::{self, Fired};
use crate::noticed::Finding;
use crate::report::{FindingRow, RunRecord, SignRecord, Timing};
use crate::scenario::{Chemistry, Scenario};
use crate::score::{self, Sign};
use crate::simulation::{self, Simulated};
use crate::words::Words;

/// What a run gives.
#[derive(Debug)]
pub struct Made {
    /// What came of it; the record of a seed never changes.
    pub record: RunRecord,
    /// What it took.
    pub timing: Timing,
    /// What the faults did, in order.
    pub fault_log: Vec<FaultHit>,
}

/// Makes one run. What it took is kept apart from what came of it: the record of a seed never changes.
///
/// # Errors
/// Where the plant refuses its parameters or promtool cannot be asked.
pub fn single(job: &Job, court: &Court, words: Words) -> Result<Made, Failure> {
    single_heard(job, court, &mut |_, _| {}, words)
}

/// The same where `hear` learns of everything that happens on the line.
///
/// # Errors
/// As [`single`].
pub fn single_heard(
    job: &Job,
    court: &Court,
    hear: &mut dyn FnMut(Stamp, Event<'_>),
    words: Words,
) -> Result<Made, Failure> {
    let started =
        jiff::Timestamp::from_nanosecond(i128::from(hil::pace::wall_unix_nanos())).unwrap_or_default();
    let clock = Stopwatch::start();
    let mut simulated = simulation::simulate_heard(&job.scenario, job.seed, hear).map_err(|error| {
        let blanks = [
            ("path", FluentValue::from(job.file.as_str())),
            ("reason", FluentValue::from(error.to_string())),
        ];
        Failure::new(Exit::BadFile, words.tell("scenario-refused", &blanks))
    })?;
    let simulate_secs = clock.secs();
    let fired = fired(court, &simulated, words)?;
    let judge_secs = clock.secs() - simulate_secs;
    let fault_log = std::mem::take(&mut simulated.fault_log);
    let record = record(job, court, simulated, fired.as_ref());
    let stages = [("simulate", simulate_secs), ("judge", judge_secs)];
    let timing = Timing {
        started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        wall_secs: clock.secs(),
        stages_secs: BTreeMap::from(stages.map(|(name, secs)| (name.to_owned(), secs))),
    };
    Ok(Made { record, timing, fault_log })
}

/// How long things take; told in `timing.json` only.
struct Stopwatch(Instant);

impl Stopwatch {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn secs(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

fn fired(court: &Court, simulated: &Simulated, words: Words) -> Result<Option<Fired>, Failure> {
    let Some(promtool) = &court.promtool else { return Ok(None) };
    let failure = |error: &dyn std::fmt::Display| environment(error, words);
    let dir = Scratch::new().map_err(|error| failure(&error))?;
    judge::firing(promtool, dir.path(), &court.rules_yaml, &simulated.series)
        .map(Some)
        .map_err(|error| failure(&error))
}

fn record(job: &Job, court: &Court, simulated: Simulated, fired: Option<&Fired>) -> RunRecord {
    let scenario = &job.scenario;
    let sign = Sign { site: &scenario.site, battery: &scenario.battery };
    let mut checks: Vec<_> =
        score::accuracy_check(scenario, simulated.settled_error_max).into_iter().collect();
    let rulings =
        fired.map(|fired| score::rulings(&court.needs, &simulated.moments, fired, judge::GRID_SECS));
    match (fired, &rulings) {
        (Some(fired), Some(rulings)) => {
            checks.extend(score::alert_checks(sign, rulings));
            checks.extend(score::expected_checks(scenario, fired));
        }
        _ => checks.push(score::unjudged("check-no-promtool")),
    }
    let rulings = rulings.unwrap_or_default();
    let judged = fired.is_some();
    RunRecord {
        name: scenario.name.clone(),
        description: scenario.story.clone(),
        seed: job.seed.0,
        scenario_file: job.file.clone(),
        checks,
        faults: score::fault_rows(sign, &scenario.faults, &rulings),
        findings: simulated.findings.iter().map(|finding| finding_row(sign, finding)).collect(),
        alerts: if judged { score::alert_rows(sign, &court.needs, &rulings) } else { Vec::new() },
        signs: vec![SignRecord {
            site: scenario.site.clone(),
            battery: scenario.battery.clone(),
            chemistry: chemistry(scenario).to_owned(),
            rows: simulated.rows,
            scores: simulated.scores,
        }],
    }
}

fn finding_row(sign: Sign<'_>, finding: &Finding) -> FindingRow {
    FindingRow { site: sign.site.to_owned(), battery: sign.battery.to_owned(), finding: *finding }
}

/// The battery's kind, as a crew would say it.
#[must_use]
pub const fn chemistry(scenario: &Scenario) -> &'static str {
    match scenario.plant.chemistry {
        Chemistry::Agm => "AGM",
        Chemistry::Flooded => "flooded",
        Chemistry::Gel => "gel",
        Chemistry::LiFePo4 => "LiFePO4",
    }
}
