//! Worse than an earlier run? Compared are the numbers of `results.json`, never times.

use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::Value;

use super::Job;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::words::Words;

/// An error may grow by this share and this much beyond before it counts: seeds are the same, so only
/// a change of code moves it, but a change elsewhere may move it a little.
const GROWTH_RATIO: f64 = 0.10;
const GROWTH_POINTS: f64 = 0.001;
/// Coverage may fall by this much.
const COVERAGE_LOSS: f64 = 0.02;

/// Sees before the runs that the baseline is there and is not about to be overwritten.
///
/// # Errors
/// Exit 3 where a result is missing, exit 2 where the results would go into the baseline itself.
pub fn check(baseline: &Path, out: &Path, jobs: &[Job], words: Words) -> Result<(), Failure> {
    let same =
        baseline.canonicalize().is_ok_and(|baseline| out.canonicalize().is_ok_and(|out| out == baseline));
    if same {
        return Err(Failure::new(Exit::Usage, words.say("run-baseline-is-out")));
    }
    jobs.iter().try_for_each(|job| results(&baseline.join(&job.folder).join("results.json"), words).map(drop))
}

/// What got worse, one sentence each.
///
/// # Errors
/// Where a `results.json` on either side cannot be read.
pub fn worse(baseline: &Path, out: &Path, jobs: &[Job], words: Words) -> Result<Vec<String>, Failure> {
    let mut sentences = Vec::new();
    for job in jobs {
        let before = results(&baseline.join(&job.folder).join("results.json"), words)?;
        let after = results(&out.join(&job.folder).join("results.json"), words)?;
        for (what, before, after) in differences(&before, &after) {
            let blanks = [
                ("run", FluentValue::from(job.scenario.name.as_str())),
                ("seed", FluentValue::from(job.seed.0)),
                ("what", FluentValue::from(what)),
                ("before", FluentValue::from(words.number(before, 4))),
                ("after", FluentValue::from(words.number(after, 4))),
            ];
            sentences.push(words.tell("run-worse", &blanks));
        }
    }
    Ok(sentences)
}

fn results(path: &Path, words: Words) -> Result<Value, Failure> {
    let path = path.display().to_string();
    let text = files::read_text(&path, words)?;
    serde_json::from_str(&text)
        .map_err(|error| files::not_understood(&path, "results", &error.to_string(), words))
}

/// Name, value before, value after of each number that got worse.
fn differences(before: &Value, after: &Value) -> Vec<(String, f64, f64)> {
    let mut found = Vec::new();
    let mut compare = |pointer: &str, is_worse: fn(f64, f64) -> bool| {
        let number = |value: &Value| value.pointer(pointer).and_then(Value::as_f64);
        let name = pointer.rsplit('/').next().unwrap_or(pointer).to_owned();
        match (number(before), number(after)) {
            (Some(before), Some(after)) if is_worse(before, after) => found.push((name, before, after)),
            // A number that is no longer there was lost, not improved.
            (Some(before), None) => found.push((name, before, f64::NAN)),
            _ => {}
        }
    };
    for count in ["checks_failed", "checks_skipped", "alerts_missed", "false_alarms"] {
        compare(&format!("/counts/{count}"), |before, after| after > before);
    }
    compare("/counts/faults_detected", |before, after| after < before);
    let signs = before.get("signs").and_then(Value::as_array).map_or(0, Vec::len);
    for sign in 0..signs {
        for error in ["soc_rmse", "soc_error_max", "interval_width_mean"] {
            let grew = |before: f64, after: f64| after > before * (1.0 + GROWTH_RATIO) + GROWTH_POINTS;
            compare(&format!("/signs/{sign}/{error}"), grew);
        }
        let fell = |before: f64, after: f64| after < before - COVERAGE_LOSS;
        compare(&format!("/signs/{sign}/coverage_95"), fell);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_got_clearly_worse_is_told() {
        let results = |rmse: f64, coverage: f64, missed: u32| {
            json!({ "counts": { "alerts_missed": missed },
                    "signs": [{ "soc_rmse": rmse, "coverage_95": coverage }] })
        };
        let names = |after: &Value| -> Vec<String> {
            differences(&results(0.020, 0.95, 1), after).into_iter().map(|(name, ..)| name).collect()
        };
        assert!(names(&results(0.0215, 0.94, 1)).is_empty());
        assert!(names(&results(0.010, 0.99, 0)).is_empty());
        assert_eq!(names(&results(0.030, 0.90, 2)), ["alerts_missed", "soc_rmse", "coverage_95"]);
        assert_eq!(names(&json!({ "counts": { "alerts_missed": 1 } })), ["soc_rmse", "coverage_95"]);
    }
}
