//! `balise late`: alerts on data that came late. Prometheus evaluates a rule at the present only, so what a gateway
//! delivers after it was offline raises nothing. This asks Prometheus each shipped expression over the hours that
//! came late, lives through `for` and `keep_firing_for`, and raises what would have fired and was never told.
//!
//! ```text
//! gateway ──remote write──> Prometheus ──query_range(the rule's expression)──> find ──> events ──tell──> Alertmanager
//!            └─ balise_late_{from,until}_timestamp_seconds ──> which hours                     late="true", startsAt
//! ```
//!
//! The expression is the rule's and Prometheus evaluates it: no PromQL is understood here.

mod find;
mod tell;

use std::path::{Path, PathBuf};
use std::time::Duration;

use exporter::rules::Rule;
use fluent_templates::fluent_bundle::FluentValue;
use jiff::Timestamp;

use crate::alerts::Alerts;
use crate::failure::{Exit, Failure, environment};
use crate::prometheus::{AskError, Server};
use crate::speech;
use crate::words::Words;

pub use find::{Event, Grid, Line, events};
pub use tell::alert;

/// Rules are evaluated each minute in the field.
const STEP_SECS: i64 = 60;
/// An alert that was pending when the gap began was so for no longer than its own patience and this.
const LEAD_SECS: i64 = 3600;
/// How long a late alert stands: a warning told of in the night must still stand in the morning.
const STANDS_SECS: i64 = 12 * 3600;
/// No answer within this is none.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How often a watch looks for hours that came late.
const WATCH_EVERY: Duration = Duration::from_secs(30);

/// Whom to ask, whom to tell.
#[derive(Debug, Clone)]
pub struct Options {
    /// Prometheus, such as `http://127.0.0.1:9090`.
    pub prometheus: String,
    /// Alertmanager, such as `http://127.0.0.1:9093`.
    pub alertmanager: String,
    /// The hours to look at, seconds since 1970; else those that gateways say came late.
    pub range: Option<(i64, i64)>,
    /// Go on looking.
    pub watch: bool,
    /// A file that a watch touches after each look that was answered: its age says whether the watch is well.
    pub alive: Option<PathBuf>,
}

/// Hours that came late.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// Whose: the label `instance` of its series; every monitor's where nobody is named.
    pub instance: Option<String>,
    /// First and last instant, seconds since 1970.
    pub from_unix_secs: i64,
    /// The last.
    pub until_unix_secs: i64,
}

/// Looks at hours that came late, and raises what would have fired in them.
///
/// # Errors
/// Exit 4 where Prometheus or Alertmanager does not answer; a watch says so and goes on. Exit 4 where the file that
/// says the watch is well cannot be written.
pub fn late(alerts: &Alerts, options: &Options, words: Words) -> Result<Exit, Failure> {
    let failure = |error: AskError| no_answer(&error, words);
    let at = |url: &str| Server::at(url, TIMEOUT).map_err(failure);
    let (prometheus, alertmanager) = (at(&options.prometheus)?, at(&options.alertmanager)?);
    if let Some((from_unix_secs, until_unix_secs)) = options.range {
        let hours = Hours { instance: None, from_unix_secs, until_unix_secs };
        let events = raise(alerts, &prometheus, &alertmanager, &hours, words).map_err(failure)?;
        summary(&hours, events.len(), words);
        return Ok(Exit::Ok);
    }
    let mut watch = Watch::default();
    loop {
        match watch.look(alerts, &prometheus, &alertmanager, words) {
            Ok(()) => options.alive.as_deref().map_or(Ok(()), |file| touch(file, words))?,
            Err(error) if options.watch => speech::tell(&no_answer(&error, words).message),
            Err(error) => return Err(failure(error)),
        }
        if !options.watch {
            return Ok(Exit::Ok);
        }
        std::thread::sleep(WATCH_EVERY);
    }
}

/// In the reader's words, with what to do.
fn no_answer(error: &AskError, words: Words) -> Failure {
    let blanks = [("reason", FluentValue::from(error.to_string()))];
    Failure::new(Exit::Environment, words.tell("late-no-answer", &blanks))
}

/// Makes the file anew: whoever asks looks at its age.
fn touch(file: &Path, words: Words) -> Result<(), Failure> {
    std::fs::write(file, "").map_err(|error| environment(&format!("{}: {error}", file.display()), words))
}

/// What a watch has done so far.
#[derive(Debug, Default)]
struct Watch {
    done: std::collections::BTreeSet<Hours>,
    /// Alertmanager keeps alerts in memory: until their time is over they are sent again, as Prometheus does.
    standing: Vec<(i64, serde_json::Value)>,
}

impl Watch {
    fn look(
        &mut self,
        alerts: &Alerts,
        prometheus: &Server,
        alertmanager: &Server,
        words: Words,
    ) -> Result<(), AskError> {
        for hours in announced(prometheus)? {
            if self.done.contains(&hours) {
                continue;
            }
            let raised = raise(alerts, prometheus, alertmanager, &hours, words)?;
            summary(&hours, raised.len(), words);
            self.standing.extend(raised);
            self.done.insert(hours);
        }
        let now = Timestamp::now().as_second();
        self.standing.retain(|(until, _)| *until > now);
        tell::post(alertmanager, self.standing.iter().map(|(_, alert)| alert))
    }
}

/// The hours that gateways say they delivered late, within the last hour.
fn announced(prometheus: &Server) -> Result<Vec<Hours>, AskError> {
    let ask = |edge: &str| {
        prometheus.instant(&format!("last_over_time(balise_late_{edge}_timestamp_seconds[1h])"), None)
    };
    let (from, until) = (ask("from")?, ask("until")?);
    let hours = |(labels, from): (exporter::rules::Names, f64)| {
        let (_, until) = until.iter().find(|(other, _)| other.get("instance") == labels.get("instance"))?;
        let (from_unix_secs, until_unix_secs) = (from.floor() as i64, until.ceil() as i64);
        Some(Hours { instance: labels.get("instance").cloned(), from_unix_secs, until_unix_secs })
    };
    Ok(from.into_iter().filter_map(hours).collect())
}

/// Raises what would have fired in these hours and was never told; each with the instant until which it stands.
fn raise(
    alerts: &Alerts,
    prometheus: &Server,
    alertmanager: &Server,
    hours: &Hours,
    words: Words,
) -> Result<Vec<(i64, serde_json::Value)>, AskError> {
    let now = Timestamp::now().as_second();
    let mut raised = Vec::new();
    for rule in &alerts.rules {
        for event in found(prometheus, rule, hours, now)? {
            let until = now + STANDS_SECS;
            let blanks = [
                ("alert", FluentValue::from(rule.name.as_str())),
                ("site", FluentValue::from(event.label("site"))),
                ("battery", FluentValue::from(event.label("battery"))),
                ("was", FluentValue::from(tell::was(&event, words))),
            ];
            speech::tell(&words.tell("late-raised", &blanks));
            raised.push((until, alert(rule, &event, &alerts.runbook, until)));
        }
    }
    tell::post(alertmanager, raised.iter().map(|(_, alert)| alert))?;
    Ok(raised)
}

/// The events of one rule.
fn found(prometheus: &Server, rule: &Rule, hours: &Hours, now: i64) -> Result<Vec<Event>, AskError> {
    let lead = LEAD_SECS + rule.hold.as_secs() as i64;
    let grid = Grid::covering(hours.from_unix_secs - lead, now, STEP_SECS);
    let lines = asked(prometheus, &rule.promql(&exporter::rules::Scaling::real()), &grid)?;
    let told =
        asked(prometheus, &format!("ALERTS{{alertname=\"{}\", alertstate=\"firing\"}}", rule.name), &grid)?;
    let mut events = events(rule, &lines, &told, &grid);
    events.retain(|event| {
        let is_theirs = hours.instance.as_ref().is_none_or(|name| event.series.get("instance") == Some(name));
        is_theirs && (hours.from_unix_secs..=hours.until_unix_secs).contains(&event.from_unix_secs)
    });
    Ok(events)
}

/// Where an expression has a value at the steps of the grid.
fn asked(prometheus: &Server, expr: &str, grid: &Grid) -> Result<Vec<Line>, AskError> {
    let Some(last) = grid.steps.checked_sub(1) else { return Ok(Vec::new()) };
    let millis = |step| grid.unix_secs(step) * 1000;
    let lines = prometheus.range(expr, millis(0), millis(last), grid.step_secs * 1000)?;
    let in_secs = |(at, value): (i64, f64)| (at / 1000, value);
    let line = |line: crate::prometheus::Line| Line {
        labels: line.labels,
        values: line.points.into_iter().map(in_secs).collect(),
    };
    Ok(lines.into_iter().map(line).collect())
}

fn summary(hours: &Hours, raised: usize, words: Words) {
    let blanks = [
        ("from", FluentValue::from(tell::local(hours.from_unix_secs))),
        ("until", FluentValue::from(tell::local(hours.until_unix_secs))),
        ("raised", FluentValue::from(raised as f64)),
    ];
    speech::tell(&words.tell("late-summary", &blanks));
}
