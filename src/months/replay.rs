//! Each rule's expression asked over months, in chunks that Prometheus answers, and its alerts lived through
//! step by step: the firing spans that Prometheus itself would have had.
//!
//! ```text
//! expr ── query_range, ≤ 10,000 steps each ──> active? ── Machine, one a label set, carried on ──> spans
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::grid::Grid;
use super::judged::Judged;
use super::machine::Machine;
use crate::due::SpanSecs;
use crate::stack::{Archive, StackError};

/// Prometheus gives at most 11,000 points a series.
const CHUNK_STEPS: usize = 10_000;

/// The labels of an alert, its own name apart.
pub type Labels = BTreeMap<String, String>;

/// Where one alert fired, by its labels; spans in seconds from the grid's start, until the first step at
/// which it no longer fires.
pub type Fired = BTreeMap<Labels, Vec<SpanSecs>>;

/// The firing spans of each rule, in the rules' order; `jobs` questions are asked at once.
///
/// # Errors
/// Where Prometheus does not answer.
pub fn replay(
    archive: &Archive,
    rules: &[Judged],
    grid: &Grid,
    jobs: usize,
) -> Result<Vec<Fired>, StackError> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(rules.iter().map(|_| None).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, rules.len().max(1)) {
            scope.spawn(|| {
                while let Some((index, rule)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    rules.get(index).map(|rule| (index, rule))
                } {
                    let fired = one(archive, rule, grid);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(fired);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

fn one(archive: &Archive, rule: &Judged, grid: &Grid) -> Result<Fired, StackError> {
    let mut alerts: BTreeMap<Labels, Alert> = BTreeMap::new();
    let mut from = 0;
    while from < grid.steps {
        let until = (from + CHUNK_STEPS).min(grid.steps);
        let lines =
            archive.range(&rule.expr, grid.unix_secs(from), grid.unix_secs(until - 1), grid.step_secs)?;
        for mut line in lines {
            line.labels.remove("__name__");
            let alert = alerts.entry(line.labels).or_insert_with(|| Alert::new(rule));
            alert.active.extend(line.points.iter().map(|(at, _)| grid.step_at(at / 1000)));
        }
        for alert in alerts.values_mut() {
            alert.live_until(until, grid);
        }
        from = until;
    }
    Ok(alerts.into_iter().map(|(labels, alert)| (labels, alert.spans)).collect())
}

/// One alert with one label set under way.
struct Alert {
    machine: Machine,
    /// Steps of the present chunk at which the expression has a value.
    active: Vec<usize>,
    /// Steps lived through.
    lived: usize,
    spans: Vec<SpanSecs>,
    is_firing: bool,
}

impl Alert {
    fn new(rule: &Judged) -> Self {
        let machine = Machine::new(rule.hold.as_secs_f64(), rule.keep_firing.as_secs_f64());
        Self { machine, active: Vec::new(), lived: 0, spans: Vec::new(), is_firing: false }
    }

    fn live_until(&mut self, until: usize, grid: &Grid) {
        let mut active = self.active.iter().copied().peekable();
        for step in self.lived..until {
            let fires = self.machine.evaluate(grid.secs(step), active.next_if_eq(&step).is_some());
            let (from, until) = (grid.secs(step), grid.secs(step + 1));
            match self.spans.last_mut() {
                Some(span) if fires && self.is_firing => span.until = until,
                _ if fires => self.spans.push(SpanSecs { from, until }),
                _ => {}
            }
            self.is_firing = fires;
        }
        self.active.clear();
        self.lived = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_alert_lives_on_across_chunks() {
        let grid = Grid { start_unix_secs: 0, step_secs: 300, steps: 20 };
        let rule = Judged {
            alert: "A".to_owned(),
            expr: String::new(),
            hold: Duration::from_secs(600),
            keep_firing: Duration::from_secs(600),
        };
        let mut alert = Alert::new(&rule);
        for (active, until) in [(vec![3, 4], 5), (vec![5, 6], 8), (vec![], 20)] {
            alert.active = active;
            alert.live_until(until, &grid);
        }
        assert_eq!(alert.spans, [SpanSecs { from: 1500.0, until: 2700.0 }]);
    }
}
