//! The outcome of all runs together: one line each for a person, one object each for a program.

use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::Done;
use crate::failure::Failure;
use crate::files;
use crate::noticed::said;
use crate::report::{Outcome, RESULTS_VERSION, RunRecord};
use crate::words::Words;

/// Writes `results.json` of all runs beside their folders: how many passed, and each run's counts.
///
/// # Errors
/// Where it cannot be written, or one is there already.
pub fn write(out: &Path, done: &[Done], force: bool, words: Words) -> Result<(), Failure> {
    let path = out.join("results.json");
    if path.exists() && !force {
        let blanks = [("path", FluentValue::from(path.display().to_string()))];
        return Err(Failure::new(crate::failure::Exit::BadFile, words.tell("run-already-there", &blanks)));
    }
    let value = json!({ "balise_results": RESULTS_VERSION, "runs": runs(done) });
    files::write_whole(&path, format!("{value:#}\n").as_bytes())
        .map_err(|error| files::unwritable(&path, &error, words))
}

/// Everything as JSON, with what took how long left out.
#[must_use]
pub fn json(done: &[Done], worse: &[String]) -> String {
    let mut runs = runs(done);
    for (run, done) in runs.iter_mut().zip(done) {
        run["dir"] = json!(done.dir.display().to_string());
    }
    let passed = done.iter().all(|done| done.record.passed());
    format!("{:#}\n", json!({ "passed": passed && worse.is_empty(), "runs": runs, "worse": worse }))
}

fn runs(done: &[Done]) -> Vec<Value> {
    done.iter()
        .map(|done| {
            let (record, counts) = (&done.record, done.record.counts());
            let scores = record.signs.first().map(|sign| sign.scores).unwrap_or_default();
            json!({
                "name": record.name,
                "seed": record.seed,
                "passed": record.passed(),
                "checks_passed": counts.checks_passed,
                "checks_failed": counts.checks_failed,
                "checks_skipped": counts.checks_skipped,
                "alerts_hit": counts.alerts_hit,
                "alerts_missed": counts.alerts_missed,
                "false_alarms": counts.false_alarms,
                "alerts_excused": counts.alerts_excused,
                "soc_rmse": scores.soc_rmse,
                "soc_error_max": scores.soc_error_max,
                "coverage_95": scores.coverage_95,
            })
        })
        .collect()
}

/// Everything as a person reads it.
#[must_use]
pub fn table(done: &[Done], worse: &[String], words: Words) -> String {
    let mut text = String::new();
    for done in done {
        text += &line(done, words);
        text.push('\n');
        let unmet = done.record.checks.iter().filter(|check| check.outcome != Outcome::Passed);
        for check in unmet {
            let outcome = words.say(&format!("report-{}", check.outcome.name()));
            text += &format!("    {outcome}: {}{}\n", check.text.within(words), measured(check, words));
        }
        for row in &done.record.findings {
            text += &format!("    {}\n", said::sentence(&row.finding, words));
        }
    }
    for sentence in worse {
        text += sentence;
        text.push('\n');
    }
    let passed = done.iter().filter(|done| done.record.passed()).count();
    let blanks = [
        ("passed", FluentValue::from(passed)),
        ("runs", FluentValue::from(done.len())),
        (
            "report",
            FluentValue::from(done.first().map(|done| done.dir.join("report.html").display().to_string())),
        ),
    ];
    text + &words.tell("run-total", &blanks) + "\n"
}

fn measured(check: &crate::report::Check, words: Words) -> String {
    match (check.measured, check.limit) {
        (Some(measured), Some(limit)) if check.unit == "ratio" => {
            format!(" ({} > {})", words.percent(measured, 1), words.percent(limit, 1))
        }
        (Some(measured), Some(limit)) => format!(" ({measured} > {limit})"),
        _ => String::new(),
    }
}

fn line(done: &Done, words: Words) -> String {
    let record: &RunRecord = &done.record;
    let scores = record.signs.first().map(|sign| sign.scores).unwrap_or_default();
    let percent = |value: Option<f64>| {
        FluentValue::from(value.map_or_else(|| "–".to_owned(), |value| words.percent(value, 1)))
    };
    let counts = record.counts();
    let count = |count: usize| match record.alerts.is_empty() {
        // Nobody judged them: that is not none.
        true => FluentValue::from("–"),
        false => FluentValue::from(count.to_string()),
    };
    let blanks = [
        ("verdict", FluentValue::from(words.say(&format!("report-verdict-{}", record.verdict())))),
        ("name", FluentValue::from(record.name.as_str())),
        ("seed", FluentValue::from(record.seed.to_string())),
        ("rmse", percent(scores.soc_rmse)),
        ("max", percent(scores.soc_error_max)),
        ("coverage", percent(scores.coverage_95)),
        ("hit", count(counts.alerts_hit)),
        ("missed", count(counts.alerts_missed)),
        ("false", count(counts.false_alarms)),
        ("excused", count(counts.alerts_excused)),
        ("secs", FluentValue::from(words.number(done.timing.wall_secs, 2))),
    ];
    words.tell("run-line", &blanks)
}
