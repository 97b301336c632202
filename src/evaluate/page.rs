//! The evaluation as a page and a file of results.

use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;

use super::Report;
use super::plant::{Overlay, Phase, Start};
use super::rows::Table;
use super::run::Run;
use super::score::Scores;
use crate::failure::Failure;
use crate::report::{ChargeRow, Evaluation, Method, Overlaid, Phased, write_evaluation};
use crate::run::report_failure;
use crate::words::Words;

/// Writes `report.html` and `results.json`.
pub(super) fn write(
    dir: &Path,
    report: &Report,
    table: &Table,
    run: &Run,
    words: Words,
) -> Result<(), Failure> {
    write_evaluation(dir, &evaluation(report, table, run, words), &report.json(), words)
        .map(|_| ())
        .map_err(|error| report_failure(&error, words))
}

fn evaluation(report: &Report, table: &Table, run: &Run, words: Words) -> Evaluation {
    let charge = table.rows.iter().zip(&run.estimates).map(|(row, estimate)| {
        let estimate = estimate.map(|estimate| (estimate.soc.as_ratio(), estimate.soc_stddev));
        ChargeRow { time_secs: row.time_secs, reference: row.reference, estimate }
    });
    Evaluation {
        data: file_name(&report.data),
        battery: report.battery.clone(),
        story: Report { data: file_name(&report.data), ..report.clone() }
            .heading(words)
            .lines()
            .map(str::to_owned)
            .collect(),
        methods: methods(report, words),
        findings: findings(report, words),
        charge: charge.collect(),
        plant: report.overlay.as_ref().map(|overlay| overlaid(overlay, words)),
    }
}

/// A machine's own folders are nobody's business.
fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn methods(report: &Report, words: Words) -> Vec<Method> {
    let errors = |scores: Option<&Scores>| {
        let errors = &scores?.from_start;
        Some([errors.rmse, errors.mae, errors.max_abs, errors.bias])
    };
    let Some(scores) = &report.scores else { return Vec::new() };
    let ours = Method { name: words.say("evaluate-estimator"), errors: errors(Some(scores)) };
    let rivals = report.rivals.iter().map(|(name, scores)| Method {
        name: words.say(&format!("evaluate-{}", name.replace('_', "-"))),
        errors: errors(scores.as_ref()),
    });
    std::iter::once(ours).chain(rivals).collect()
}

fn findings(report: &Report, words: Words) -> Vec<String> {
    let scores = report.scores.as_ref();
    let settled =
        scores.and_then(|scores| scores.settled.as_ref()).map(|errors| report.settled_line(words, errors));
    let honesty = scores.map(|scores| report.honesty_line(words, scores));
    settled.into_iter().chain(honesty).chain(report.battery_lines(words)).collect()
}

fn overlaid(overlay: &Overlay, words: Words) -> Overlaid {
    let start = [("start", FluentValue::from(words.percent(overlay.start.as_ratio(), 1)))];
    let began = match overlay.start_from {
        Start::Told => words.tell("plant-start-told", &start),
        Start::Reference => words.tell("plant-start-reference", &start),
        Start::Sought => words.tell("plant-start-sought", &start),
    };
    let driven = words.tell("plant-driven", &[("set", FluentValue::from(overlay.set))]);
    let points =
        overlay.points.iter().map(|point| (point.time_secs, point.measured_volts, point.plant_volts));
    Overlaid {
        story: vec![driven, began],
        gaps: overlay.gap_keys.iter().map(|key| words.say(key)).collect(),
        phases: phases(overlay),
        bound_volts: overlay.bound_volts(),
        points: points.collect(),
    }
}

fn phases(overlay: &Overlay) -> Vec<Phased> {
    let rows = |phase: Phase| overlay.points.iter().filter(|point| point.phase == phase).count();
    let rmse = &overlay.rmse;
    let phase = |name_key, rmse_volts, rows, is_bound| Phased { name_key, rmse_volts, rows, is_bound };
    vec![
        phase("plant-discharge", rmse.discharge, rows(Phase::Discharge), true),
        phase("plant-charge", rmse.charge, rows(Phase::Charge), false),
        phase("plant-rest", rmse.rest, rows(Phase::Rest), false),
        phase("plant-whole", Some(rmse.whole), overlay.points.len(), false),
    ]
}
