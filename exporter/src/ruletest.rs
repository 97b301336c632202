//! Writes `promtool test rules` files: the series of a run in, what each alert must do as claims.
//!
//! ```text
//! [0.5, 0.5, 0.5, None, None, 0.4]  ->  '0.5x2 stale _ 0.4'
//! ```
//!
//! A value that disappears leaves a stale marker, as a series that vanishes from a scraped page does.
//! The judge is Prometheus' own engine: a claim asks whether `ALERTS` held a firing alert of that battery.

use std::fmt::Write as _;
use std::time::Duration;

use crate::BatteryId;
use crate::yaml::quoted;

/// One series of a run, sampled at the interval of the file from its start.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Metric name.
    pub metric: &'static str,
    /// Battery it belongs to.
    pub battery: BatteryId,
    /// Labels beside the battery's two; the values are clean.
    pub labels: Vec<(&'static str, String)>,
    /// Samples; `None` while there is none.
    pub values: Vec<Option<f64>>,
}

/// What an alert must have done between two instants.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Alert name.
    pub alert: String,
    /// Battery.
    pub battery: BatteryId,
    /// Start of the span judged, hours from the start.
    pub from_hours: f64,
    /// First instant after the span judged.
    pub until_hours: f64,
    /// It fires at some instant of the span, or at none.
    pub fires: bool,
}

/// A test file.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTest<'t> {
    /// What the test shows; becomes its name.
    pub name: &'t str,
    /// Rule file, relative to the test file.
    pub rule_file: &'t str,
    /// Time between samples.
    pub interval: Duration,
    /// Time between evaluations.
    pub evaluation_interval: Duration,
    /// The run.
    pub series: &'t [Series],
    /// What must come of it.
    pub claims: &'t [Claim],
}

impl RuleTest<'_> {
    /// The file `promtool test rules` reads.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut yaml = String::from("# Made from a run by the tests; do not edit.\n");
        // Writing to a string cannot fail.
        let _ = write!(
            yaml,
            "rule_files:\n  - {}\nevaluation_interval: {}ms\ntests:\n  - name: {}\n    interval: {}ms\n",
            quoted(self.rule_file),
            self.evaluation_interval.as_millis(),
            quoted(self.name),
            self.interval.as_millis(),
        );
        yaml += "    input_series:\n";
        for series in self.series {
            let more: String =
                series.labels.iter().map(|(name, value)| format!(",{name}=\"{value}\"")).collect();
            yaml +=
                &format!("      - series: {}\n", quoted(&selector(series.metric, &series.battery, &more)));
            yaml += &format!("        values: {}\n", quoted(&compressed(&series.values)));
        }
        yaml += "    promql_expr_test:\n";
        for claim in self.claims {
            yaml += &written_claim(claim);
        }
        yaml
    }
}

/// `metric{site="…",battery="…"}`; identities are clean, so nothing needs escaping.
fn selector(metric: &str, battery: &BatteryId, more: &str) -> String {
    format!("{metric}{{site=\"{}\",battery=\"{}\"{more}}}", battery.site(), battery.battery())
}

fn written_claim(claim: &Claim) -> String {
    let millis = |hours: f64| (hours * 3_600_000.0).round() as u64;
    // A range ends at the evaluation and includes it; the span judged does not include its end.
    let last = millis(claim.until_hours).saturating_sub(1);
    let length = last.saturating_sub(millis(claim.from_hours)).max(1);
    let alert = format!(",alertname=\"{}\",alertstate=\"firing\"", claim.alert);
    let fired = selector("ALERTS", &claim.battery, &alert);
    let expr = quoted(&format!("count(count_over_time({fired}[{length}ms]))"));
    let samples = if claim.fires { "\n          - labels: '{}'\n            value: 1" } else { " []" };
    format!("      - expr: {expr}\n        eval_time: {last}ms\n        exp_samples:{samples}\n")
}

/// The values in promtool's notation: runs as `<value>x<repeats>`, the first gap after a value `stale`.
fn compressed(values: &[Option<f64>]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut present = false;
    for run in values.chunk_by(|one, next| one == next) {
        let mut length = run.len();
        match run[0] {
            // `0.5x2` is 0.5 three times.
            Some(value) if length > 1 => words.push(format!("{value}x{}", length - 1)),
            Some(value) => words.push(value.to_string()),
            None => {
                if present {
                    words.push("stale".to_owned());
                    length -= 1;
                }
                // `_x2` is a gap of two.
                match length {
                    0 => {}
                    1 => words.push("_".to_owned()),
                    _ => words.push(format!("_x{length}")),
                }
            }
        }
        present = run[0].is_some();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_folded_and_a_vanished_value_leaves_a_stale_marker() {
        let gap = None;
        let half = Some(0.5);
        for (values, expected) in [
            (vec![half, half, half, gap, gap, gap, Some(0.4)], "0.5x2 stale _x2 0.4"),
            (vec![gap, gap, half, gap], "_x2 0.5 stale"),
            (vec![gap, half, gap, gap], "_ 0.5 stale _"),
            (vec![Some(1.0), Some(-2.25)], "1 -2.25"),
        ] {
            assert_eq!(compressed(&values), expected);
        }
    }
}
