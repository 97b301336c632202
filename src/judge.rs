//! The alerts of a run in memory, judged by promtool: what must fire and what must stay quiet becomes
//! claims, and Prometheus' own engine says whether they hold.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use exporter::BatteryId;
use exporter::ruletest::{Claim, RuleTest, Series};
use exporter::rules::Rule;

use crate::due::{Moment, Need, SpanSecs};
use crate::scenario::Scenario;
use crate::simulation::SERIES_EVERY;

/// Samples stand on a grid; no claim is finer than two of its steps.
const GRID_SECS: f64 = 600.0;

/// A claim with the reason it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// What promtool is asked.
    pub claim: Claim,
    /// Why.
    pub reason: Reason,
}

/// Where a claim comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// The crew's need: due from this span on.
    Due(SpanSecs),
    /// No cause, not even a mild one.
    Quiet,
    /// The scenario's own expectation.
    Expected,
}

/// promtool could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The folder for its files could not be made or written.
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
}

/// Everything that must be true of the alerts of this run.
#[must_use]
pub fn claims(scenario: &Scenario, rules: &[Rule], needs: &[Need], moments: &[Moment]) -> Vec<Stated> {
    let battery = BatteryId::new(&scenario.site, &scenario.battery);
    let end = moments.last().map_or(0.0, |moment| moment.at);
    let mut stated = Vec::new();
    for rule in rules {
        let state = |from: f64, until: f64, fires: bool, reason: Reason| Stated {
            claim: Claim {
                alert: rule.name,
                battery: battery.clone(),
                from_hours: from / 3600.0,
                until_hours: until / 3600.0,
                fires,
            },
            reason,
        };
        for need in needs.iter().filter(|need| need.alert == rule.name) {
            for due in need.due(moments) {
                let latest = due.from + need.late_secs + GRID_SECS;
                if latest <= end {
                    let earliest = (due.from - need.hold_secs - GRID_SECS).max(0.0);
                    stated.push(state(earliest, latest, true, Reason::Due(due)));
                }
            }
            for span in between(&need.excused(moments), end) {
                stated.push(state(span.from, span.until, false, Reason::Quiet));
            }
        }
        for expected in scenario.expect.alerts.iter().filter(|expected| expected.name == rule.name) {
            let (from, until) = expected.fires_between_hours;
            stated.push(state(from * 3600.0, until * 3600.0, true, Reason::Expected));
        }
    }
    stated
}

/// The stretches outside `spans`, each long enough to be judged.
fn between(spans: &[SpanSecs], end: f64) -> Vec<SpanSecs> {
    let mut stretches = Vec::new();
    let mut from = 0.0;
    for span in spans {
        stretches.push(SpanSecs { from, until: span.from - GRID_SECS });
        from = span.until + GRID_SECS;
    }
    stretches.push(SpanSecs { from, until: end });
    stretches.retain(|stretch| stretch.until - stretch.from > GRID_SECS);
    stretches
}

/// The test file of a run.
#[must_use]
pub fn rule_test(name: &str, rule_file: &str, series: &[Series], claims: &[Claim]) -> String {
    let interval = Duration::from_nanos(SERIES_EVERY.as_nanos().unsigned_abs());
    RuleTest { name, rule_file, interval, evaluation_interval: interval, series, claims }.yaml()
}

/// Asks promtool which claims hold.
///
/// # Errors
/// Where promtool cannot be given its files or does not start.
pub fn judge(
    promtool: &Path,
    dir: &Path,
    rules_yaml: &str,
    series: &[Series],
    stated: &[Stated],
) -> Result<Vec<bool>, JudgeError> {
    write(&dir.join("rules.yml"), rules_yaml)?;
    let claims: Vec<Claim> = stated.iter().map(|stated| stated.claim.clone()).collect();
    if holds(promtool, dir, series, &claims)? {
        return Ok(vec![true; claims.len()]);
    }
    claims.iter().map(|claim| holds(promtool, dir, series, std::slice::from_ref(claim))).collect()
}

fn holds(promtool: &Path, dir: &Path, series: &[Series], claims: &[Claim]) -> Result<bool, JudgeError> {
    let test = dir.join("test.yml");
    write(&test, &rule_test("run", "rules.yml", series, claims))?;
    let output = Command::new(promtool).args(["test", "rules"]).arg(&test).output()?;
    Ok(output.status.success())
}

fn write(path: &Path, text: &str) -> Result<(), JudgeError> {
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
            vec![SpanSecs { from: 0.0, until: 9400.0 }, SpanSecs { from: 20_600.0, until: 50_000.0 }]
        );
    }
}
