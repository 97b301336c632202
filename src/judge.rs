//! What Prometheus makes of a run in memory: the run's series go to `promtool test rules`, whose engine
//! is Prometheus' own, and it says which alerts were firing at each instant of a grid.
//!
//! ```text
//! series, rules -> firing()  -> spans in which each alert fired   (scored by `verdict`)
//! needs, truth  -> claims()  -> a committed promtool test          (compose/prometheus/tests)
//! ```
//!
//! promtool has no query mode over test series, but a test that expects nothing lists what it got
//! instead: one such test for each instant reads the alerts back in a single call.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use exporter::BatteryId;
use exporter::rules::Rule;
use exporter::ruletest::{Claim, RuleTest, Series};

use crate::due::{Moment, Need, SpanSecs};
use crate::scenario::{ExpectedAlert, Scenario};
use crate::simulation::SERIES_EVERY;
use crate::stack::{Runnable, that_dies_with_us};

/// Samples and evaluations stand on one grid, so no span is finer than one of its steps.
pub const GRID_SECS: f64 = SERIES_EVERY.as_nanos() as f64 / 1e9;

/// A claim keeps this far from the edges of what it is about.
const MARGIN_SECS: f64 = 2.0 * GRID_SECS;

/// The spans in which each alert fired, in order of time.
pub type Fired = BTreeMap<String, Vec<SpanSecs>>;

/// promtool could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// Its files could not be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It did not start.
    #[error("cannot start promtool")]
    Start(#[from] std::io::Error),
    /// It said something else than which alerts fired.
    #[error("promtool: {said}")]
    Refused {
        /// What it said.
        said: String,
    },
}

/// Which alerts of one battery fired, as Prometheus' rule engine has it.
///
/// # Errors
/// Where promtool cannot be given its files, does not start, or refuses them.
pub fn firing(promtool: &Path, dir: &Path, rules_yaml: &str, series: &[Series]) -> Result<Fired, JudgeError> {
    let steps = series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let mut test = rule_test("probe", "rules.yml", series, &[]);
    for step in 0..steps {
        // Writing to a string cannot fail.
        let _ = write!(
            test,
            "      - expr: 'ALERTS{{alertstate=\"firing\"}}'\n        eval_time: {}s\n        exp_samples: []\n",
            step as f64 * GRID_SECS
        );
    }
    write_file(&dir.join("rules.yml"), rules_yaml)?;
    let path = dir.join("probe.yml");
    write_file(&path, &test)?;
    let mut judge = that_dies_with_us(&Runnable::plain(promtool));
    // Its own scratch files go where ours are removed.
    let output = judge.args(["test", "rules"]).arg(&path).env("TMPDIR", dir).output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let fired = spans(&said);
    if fired.is_empty() && !output.status.success() {
        return Err(JudgeError::Refused { said });
    }
    Ok(fired)
}

/// The spans told by promtool's complaints: `…, time: 3d12h10m,` and below it `got: {alertname="…"} 1`.
fn spans(said: &str) -> Fired {
    let mut fired = Fired::new();
    let mut at = None;
    for line in said.lines() {
        if let Some((_, time)) = line.split_once(", time: ") {
            at = seconds_of(time.trim_end_matches(','));
        }
        let (Some(at), Some((_, got))) = (at, line.split_once("got: ")) else { continue };
        for name in got.split("alertname=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            join(fired.entry(name.to_owned()).or_default(), at);
        }
    }
    fired
}

/// Adds one instant at which an alert fired.
fn join(spans: &mut Vec<SpanSecs>, at: f64) {
    match spans.last_mut() {
        Some(span) if at <= span.until + GRID_SECS / 2.0 => span.until = at + GRID_SECS,
        _ => spans.push(SpanSecs { from: at, until: at + GRID_SECS }),
    }
}

/// A length of time as Prometheus writes it (`3d12h10m`), in seconds.
fn seconds_of(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 7] = [
        ("ms", 1e-3),
        ("y", 31_536_000.0),
        ("w", 604_800.0),
        ("d", 86_400.0),
        ("h", 3600.0),
        ("m", 60.0),
        ("s", 1.0),
    ];
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let count: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (unit, secs) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        total += count * secs;
        rest = &rest[unit.len()..];
    }
    Some(total)
}

/// Everything that must be true of the alerts of this run, for a committed test: each fires when it is
/// due or expected, stays quiet where there is no cause, and is over once the cause is. Where the story
/// expects nothing else, every other alert is quiet throughout, those included that no single run can judge.
#[must_use]
pub fn claims(scenario: &Scenario, rules: &[Rule], needs: &[Need], moments: &[Moment]) -> Vec<Claim> {
    let battery = BatteryId::new(&scenario.site, &scenario.battery);
    let end = moments.last().map_or(0.0, |moment| moment.at);
    let mut claims = Vec::new();
    for rule in rules {
        let needed = || needs.iter().filter(|need| need.alert == rule.name);
        let mut said: Vec<(SpanSecs, bool)> = needed().flat_map(|need| of_need(need, moments, end)).collect();
        let expected = scenario.expect.alerts.iter().find(|expected| expected.name == rule.name);
        said.extend(expected.iter().flat_map(|expected| of_expectation(expected, end)));
        if scenario.expect.nothing_else && expected.is_none() && needed().next().is_none() {
            said.push((SpanSecs { from: 0.0, until: end }, false));
        }
        claims.extend(said.into_iter().map(|(span, fires)| Claim {
            alert: rule.name.clone(),
            battery: battery.clone(),
            from_hours: span.from / 3600.0,
            until_hours: span.until / 3600.0,
            fires,
        }));
    }
    claims
}

/// When the alert fires and when it does not, by the crew's need.
fn of_need(need: &Need, moments: &[Moment], end: f64) -> Vec<(SpanSecs, bool)> {
    let mut said = Vec::new();
    for due in need.due(moments) {
        let until = due.from + need.late_secs + MARGIN_SECS;
        if until <= end {
            let from = (due.from - need.hold_secs - MARGIN_SECS).max(0.0);
            said.push((SpanSecs { from, until }, true));
        }
    }
    said.extend(between(&need.excused(moments), end).into_iter().map(|span| (span, false)));
    said
}

/// The same by what the story itself says.
fn of_expectation(expected: &ExpectedAlert, end: f64) -> Vec<(SpanSecs, bool)> {
    let (from, until) = expected.fires_between_hours;
    let span = |from: f64, until: f64| SpanSecs { from: from * 3600.0, until: until * 3600.0 };
    let mut said = vec![(span(0.0, from), false), (span(from, until), true)];
    said.extend(expected.over_by_hours.map(|over| (span(over, end / 3600.0), false)));
    said.retain(|(span, _)| span.from < span.until);
    said
}

/// The stretches outside `spans`, each long enough to be judged.
fn between(spans: &[SpanSecs], end: f64) -> Vec<SpanSecs> {
    let mut stretches = Vec::new();
    let mut from = 0.0;
    for span in spans {
        stretches.push(SpanSecs { from, until: span.from - MARGIN_SECS });
        from = span.until + MARGIN_SECS;
    }
    stretches.push(SpanSecs { from, until: end });
    stretches.retain(|stretch| stretch.until - stretch.from > MARGIN_SECS);
    stretches
}

/// The promtool test of a run.
#[must_use]
pub fn rule_test(name: &str, rule_file: &str, series: &[Series], claims: &[Claim]) -> String {
    let interval = Duration::from_nanos(SERIES_EVERY.as_nanos().unsigned_abs());
    RuleTest { name, rule_file, interval, evaluation_interval: interval, series, claims }.yaml()
}

fn write_file(path: &Path, text: &str) -> Result<(), JudgeError> {
    std::fs::write(path, text)
        .map_err(|source| JudgeError::Write { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_causes_must_be_quiet() {
        let spans = [SpanSecs { from: 10_000.0, until: 20_000.0 }];
        assert_eq!(
            between(&spans, 50_000.0),
            vec![SpanSecs { from: 0.0, until: 8800.0 }, SpanSecs { from: 21_200.0, until: 50_000.0 }]
        );
    }

    #[test]
    fn what_a_story_expects_is_claimed_before_within_and_after() {
        let expected =
            ExpectedAlert { name: "A".to_owned(), fires_between_hours: (2.0, 3.0), over_by_hours: Some(5.0) };
        let said = of_expectation(&expected, 6.0 * 3600.0);
        let hours = |secs: f64| secs / 3600.0;
        let said: Vec<_> =
            said.iter().map(|(span, fires)| (hours(span.from), hours(span.until), *fires)).collect();
        assert_eq!(said, [(0.0, 2.0, false), (2.0, 3.0, true), (5.0, 6.0, false)]);
    }

    #[test]
    fn the_spans_are_read_from_what_promtool_complains_of() {
        let complaint = |time: &str, names: &[&str]| {
            let got: Vec<String> = names
                .iter()
                .map(|name| {
                    format!("{{__name__=\"ALERTS\", alertname=\"{name}\", alertstate=\"firing\"}} 1E+00")
                })
                .collect();
            format!(
                "    expr: \"ALERTS{{}}\", time: {time},\n        exp: nil\n        got: {}\n\n",
                got.join(", ")
            )
        };
        let said = format!(
            "Unit Testing:  probe.yml\n  FAILED:\n{}{}{}",
            complaint("1d1h", &["A"]),
            complaint("1d1h10m", &["A", "B"]),
            complaint("1w", &["A"])
        );
        let fired = spans(&said);
        assert_eq!(
            fired["A"],
            vec![
                SpanSecs { from: 90_000.0, until: 91_200.0 },
                SpanSecs { from: 604_800.0, until: 605_400.0 }
            ]
        );
        assert_eq!(fired["B"], vec![SpanSecs { from: 90_600.0, until: 91_200.0 }]);
    }

    #[test]
    fn lengths_are_read_as_prometheus_writes_them() {
        for (text, expected) in
            [("5m", Some(300.0)), ("1h1m1s", Some(3661.0)), ("1500ms", Some(1.5)), ("x", None)]
        {
            assert_eq!(seconds_of(text), expected, "{text}");
        }
    }
}
