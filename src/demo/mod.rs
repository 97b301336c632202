//! `balise demo`: the whole chain live on this machine, and a verdict on what was delivered.
//!
//! ```text
//! 5 × emulate (plant, own process) -> pty -> monitor (own process) -> /metrics
//!     -> prometheus -> alertmanager -> webhook, mail  -> verdict against the plants' truth
//! ```
//!
//! A January week at 3,600 times real time: one block a simulated minute, no baud pacing. The clock of
//! every process counts from one epoch, so that simulated time is `(wall − epoch) · 3600` everywhere.

pub mod cast;
mod live;
mod outcome;

use std::path::PathBuf;
use std::time::Duration;

use exporter::rules::{Condition, Scaling};
use fluent_templates::fluent_bundle::FluentValue;
use signals::Seed;

use crate::alerts::{self, Alerts};
use crate::failure::{Exit, Failure, environment};
use crate::interrupt;
use crate::report;
use crate::run::{dated_folder, report_failure};
use crate::speech;
use crate::words::Words;

/// Times as fast as the wall's clock.
pub const SPEED: f64 = 3600.0;
/// Length of the week that is judged, days.
pub const DAYS: f64 = 7.0;
/// Simulated seconds between two blocks of a device.
const BLOCK_SECS: f64 = 60.0;
/// Simulated seconds after which a device counts as silent: ten blocks.
const SILENT_AFTER_SECS: f64 = 600.0;
/// How often Prometheus looks.
/// How often the accelerated chain is scraped.
pub const SCRAPE: Duration = Duration::from_millis(200);
/// How finely the chain resolves time, simulated seconds: a scrape, an evaluation, Alertmanager's wait
/// and the delivery, about a second of the wall's time together.
pub const RESOLUTION_SECS: f64 = 3600.0;

/// A link spoiled on purpose: the verdict must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A rule whose threshold is never met.
    Rule,
    /// The monitor is told of the wrong chemistry.
    Estimator,
    /// Neither webhook nor mail server takes anything.
    Receiver,
}

impl Broken {
    /// The names of `--break`.
    pub const NAMES: [(&'static str, Self); 3] =
        [("rule", Self::Rule), ("estimator", Self::Estimator), ("receiver", Self::Receiver)];
}

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Draws who fails, how and when.
    pub seed: Seed,
    /// The link to spoil.
    pub broken: Option<Broken>,
    /// Folder for everything; a dated one where absent.
    pub out: Option<PathBuf>,
    /// Nothing but JSON on standard output.
    pub json: bool,
}

/// Runs the week and passes the verdict.
///
/// # Errors
/// Where a part of the chain is missing or does not start.
pub fn demo(options: &Options, words: Words) -> Result<Exit, Failure> {
    let out = options.out.clone().unwrap_or_else(dated_folder);
    let is_taken = std::fs::read_dir(&out).is_ok_and(|mut there| there.next().is_some());
    if is_taken {
        let blanks = [("path", FluentValue::from(out.display().to_string()))];
        return Err(Failure::new(Exit::BadFile, words.tell("demo-already-there", &blanks)));
    }
    let roles = cast::draw(options.seed, DAYS);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    let lived = match runtime.block_on(live::live(&roles, options, &out, words))? {
        live::Ended::Whole(lived) => lived,
        live::Ended::Interrupted => return Ok(Exit::Interrupted),
    };
    interrupt::exit_when_asked();
    let outcome = outcome::outcome(&roles, &lived, options, &out, words)?;
    let timing = report::Timing {
        started: lived.started.clone(),
        wall_secs: lived.wall_secs,
        stages_secs: std::collections::BTreeMap::from([("week".to_owned(), DAYS * 86_400.0 / SPEED)]),
    };
    let files = report::write_all(&out, &outcome.record, &timing, words, false)
        .map_err(|error| report_failure(&error, words))?;
    let text = if options.json { outcome.json(&files) } else { outcome.table(&files, words) };
    speech::print(&text, words)?;
    Ok(if outcome.record.passed() { Exit::Ok } else { Exit::CheckFailed })
}

/// The alerts of the week: the product's, or with one that can never fire.
fn alerts_of(broken: Option<Broken>) -> Alerts {
    let mut alerts = alerts::standard().clone();
    // Here Prometheus is up before the monitor, which it would at once report as gone.
    alerts.rules.retain(|rule| rule.condition != Condition::Unreachable);
    if broken == Some(Broken::Rule) {
        for rule in &mut alerts.rules {
            if let Condition::NotCharging { of_capacity_ratio, .. } = &mut rule.condition {
                *of_capacity_ratio = 0.0;
            }
        }
    }
    alerts
}

fn scaling() -> Scaling {
    Scaling::accelerated(SPEED, SCRAPE)
}
