//! What came of an evaluation: as JSON for machines, as a table for people.

use estimator::Profile;
use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Map, Value, json};

use super::Options;
use super::check::Excluded;
use super::interval::Intervals;
use super::plant::{self, Overlay};
use super::rival::NAMES;
use super::rows::{Reference, Table};
use super::run::Run;
use super::score::{Errors, Scored, Scores, score};
use crate::noticed::{Finding, said};
use crate::words::Words;

/// Scores of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The data file.
    pub data: String,
    /// The profile's name.
    pub battery: String,
    /// The device whose bytes were used.
    pub through: Option<&'static str>,
    /// What was scored against, if anything.
    pub reference: Option<Reference>,
    /// Rows read.
    pub rows: usize,
    /// Rows that took no part, or only a part.
    pub excluded: Excluded,
    /// The estimator's scores.
    pub scores: Option<Scores>,
    /// The rivals' scores, by name.
    pub rivals: Vec<(&'static str, Option<Scores>)>,
    /// Mean of the normalised innovation squared: 1 where the filter is consistent.
    pub nis_mean: Option<f64>,
    /// Voltages that were turned away.
    pub gated: usize,
    /// Capacity at the end, A·h, with its standard deviation.
    pub capacity_ah: Option<(f64, f64)>,
    /// Resistance at the end, Ω, with its standard deviation.
    pub resistance_ohms: Option<(f64, f64)>,
    /// Net charge from the first to the last scored row by the tester's counter, A·h.
    pub measured_ah: Option<f64>,
    /// The same as the estimator sees it.
    pub estimated_ah: Option<f64>,
    /// What the estimator found of the sensors.
    pub findings: Vec<Finding>,
    /// Updates a second of the estimator alone.
    pub updates_per_s: f64,
    /// The plant's voltage over the measured one, where the plant has parameters of this battery.
    pub overlay: Option<Overlay>,
}

impl Report {
    pub(super) fn of(options: &Options, profile: &Profile, table: &Table, run: &Run) -> Self {
        let last = run.estimates.iter().rev().find_map(|estimate| *estimate);
        let innovations: Vec<f64> = run
            .estimates
            .iter()
            .zip(&run.weighed)
            .filter_map(|(estimate, weighed)| estimate.filter(|_| *weighed))
            .map(|estimate| estimate.innovation_squared_normalized)
            .collect();
        let (measured_ah, estimated_ah) = charge(table, run);
        Self {
            data: options.data.clone(),
            battery: profile.name().to_owned(),
            through: options.through.map(|kind| kind.name()),
            reference: table.reference,
            rows: table.rows.len(),
            excluded: Excluded::of(table),
            scores: score(&estimated(table, run)),
            rivals: NAMES.iter().enumerate().map(|(i, name)| (*name, score(&rival(table, run, i)))).collect(),
            nis_mean: (!innovations.is_empty())
                .then(|| innovations.iter().sum::<f64>() / innovations.len() as f64),
            gated: run
                .estimates
                .iter()
                .zip(&run.weighed)
                .filter(|(estimate, weighed)| **weighed && estimate.is_some_and(|estimate| estimate.gated))
                .count(),
            capacity_ah: last.map(|last| (last.capacity.as_amp_hours(), last.capacity_stddev.as_amp_hours())),
            resistance_ohms: last.map(|last| (last.resistance.as_ohms(), last.resistance_stddev.as_ohms())),
            measured_ah,
            estimated_ah,
            findings: run.noticed.findings().to_vec(),
            updates_per_s: run.updates_per_sec,
            overlay: plant::overlay(profile, table, options),
        }
    }

    /// Machine output: the estimator's scores on top, its rivals beside.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut json = scores_json(self.scores.as_ref());
        let rest = json!({
            "data": self.data,
            "battery": self.battery,
            "through": self.through,
            "reference": self.reference.map(Reference::column),
            "rows": self.rows,
            "rows_excluded": {
                "duplicate_stamps": self.excluded.duplicate_stamps,
                "without_current": self.excluded.without_current,
                "without_voltage": self.excluded.without_voltage,
                "without_reference": self.excluded.without_reference,
            },
            "nis_mean": self.nis_mean,
            "gated": self.gated,
            "capacity_ah": self.capacity_ah.map(|(value, _)| value),
            "capacity_ah_stddev": self.capacity_ah.map(|(_, stddev)| stddev),
            "resistance_ohm": self.resistance_ohms.map(|(value, _)| value),
            "resistance_ohm_stddev": self.resistance_ohms.map(|(_, stddev)| stddev),
            "measured_ah": self.measured_ah,
            "estimated_ah": self.estimated_ah,
            "findings": self.findings.iter().map(Finding::json).collect::<Value>(),
            "updates_per_s": self.updates_per_s,
            "plant": self.overlay.as_ref().map(overlay_json),
            "references": self.rivals.iter().map(|(name, scores)| ((*name).to_owned(), scores_json(scores.as_ref())))
                .collect::<Map<_, _>>(),
        });
        if let (Value::Object(json), Value::Object(rest)) = (&mut json, rest) {
            json.extend(rest);
        }
        json
    }

    /// The same for people.
    #[must_use]
    pub fn table(&self, words: Words) -> String {
        let mut lines = vec![self.heading(words)];
        if let Some(scores) = &self.scores {
            lines.push(head_line(words));
            lines.push(score_line(words, "evaluate-estimator", Some(scores)));
            for (name, scores) in &self.rivals {
                lines.push(score_line(
                    words,
                    &format!("evaluate-{}", name.replace('_', "-")),
                    scores.as_ref(),
                ));
            }
            if let Some(settled) = &scores.settled {
                lines.push(self.settled_line(words, settled));
            }
            lines.push(self.honesty_line(words, scores));
        }
        lines.extend(self.battery_lines(words));
        lines.extend(self.overlay.iter().map(|overlay| overlay_line(overlay, words)));
        lines.join("\n") + "\n"
    }

    /// What was done, in sentences.
    pub(super) fn heading(&self, words: Words) -> String {
        let blanks = [
            ("data", FluentValue::from(self.data.clone())),
            ("battery", FluentValue::from(self.battery.clone())),
            ("rows", FluentValue::from(self.rows.to_string())),
            ("reference", FluentValue::from(self.reference.map_or("-", Reference::column))),
            ("device", FluentValue::from(self.through.unwrap_or("-"))),
        ];
        let said = match self.reference {
            Some(Reference::Absolute) => "evaluate-against-absolute",
            Some(Reference::Relative) => "evaluate-against-relative",
            None => "evaluate-not-scored",
        };
        let way = if self.through.is_some() { "evaluate-through" } else { "evaluate-direct" };
        let lines =
            [words.tell("evaluate-heading", &blanks), words.tell(said, &blanks), words.tell(way, &blanks)];
        let left_out = self.excluded_line(words);
        lines.into_iter().chain(left_out).collect::<Vec<_>>().join("\n")
    }

    /// Nothing that was left out is left unsaid; a record without any reference says that already.
    fn excluded_line(&self, words: Words) -> Option<String> {
        let excluded = self.excluded;
        let reference = if self.reference.is_some() { excluded.without_reference } else { 0 };
        let counts =
            [excluded.duplicate_stamps, excluded.without_current, excluded.without_voltage, reference];
        let names = ["duplicates", "current", "voltage", "reference"];
        let blanks: Vec<_> =
            names.into_iter().zip(counts).map(|(name, count)| (name, FluentValue::from(count))).collect();
        counts.iter().any(|count| *count > 0).then(|| words.tell("evaluate-rows-left-out", &blanks))
    }

    pub(super) fn settled_line(&self, words: Words, settled: &Errors) -> String {
        let blanks = [
            ("rmse", FluentValue::from(words.percent(settled.rmse, 2))),
            ("mae", FluentValue::from(words.percent(settled.mae, 2))),
            ("max", FluentValue::from(words.percent(settled.max_abs, 2))),
            ("bias", FluentValue::from(words.percent(settled.bias, 2))),
        ];
        words.tell("evaluate-settled", &blanks)
    }

    pub(super) fn honesty_line(&self, words: Words, scores: &Scores) -> String {
        let percent =
            |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| words.percent(value, 1));
        let blanks = [
            ("coverage", FluentValue::from(percent(scores.intervals.map(|intervals| intervals.coverage_95)))),
            ("width", FluentValue::from(percent(scores.intervals.map(|intervals| intervals.mean_width)))),
            (
                "nis",
                FluentValue::from(self.nis_mean.map_or_else(|| "-".to_owned(), |nis| words.number(nis, 2))),
            ),
            ("gated", FluentValue::from(self.gated.to_string())),
        ];
        words.tell("evaluate-honesty", &blanks)
    }

    pub(super) fn battery_lines(&self, words: Words) -> Vec<String> {
        let number = |value: f64, digits| FluentValue::from(words.number(value, digits));
        let mut lines = Vec::new();
        if let (Some((capacity, doubt)), Some((ohms, ohms_doubt))) = (self.capacity_ah, self.resistance_ohms)
        {
            let blanks = [
                ("capacity", number(capacity, 2)),
                ("doubt", number(1.96 * doubt, 2)),
                ("resistance", number(ohms * 1e3, 2)),
                ("resistanceDoubt", number(1.96 * ohms_doubt * 1e3, 2)),
            ];
            lines.push(words.tell("evaluate-battery", &blanks));
        }
        if let (Some(measured), Some(estimated)) = (self.measured_ah, self.estimated_ah) {
            let blanks = [("measured", number(measured, 2)), ("estimated", number(estimated, 2))];
            lines.push(words.tell("evaluate-charge", &blanks));
        }
        lines.extend(self.findings.iter().map(|finding| said::sentence(finding, words)));
        lines.push(words.tell("evaluate-speed", &[("updates", number(self.updates_per_s, 0))]));
        lines
    }
}

fn estimated(table: &Table, run: &Run) -> Vec<Scored> {
    let each = table.rows.iter().zip(&run.estimates);
    each.filter_map(|(row, estimate)| {
        let (truth, estimate) = (row.reference?, (*estimate)?);
        let interval = Some(estimate.soc_interval_95());
        Some(Scored { time_secs: row.time_secs, truth, soc: estimate.soc.as_ratio(), interval })
    })
    .collect()
}

fn rival(table: &Table, run: &Run, which: usize) -> Vec<Scored> {
    let each = table.rows.iter().zip(&run.rivals);
    each.filter_map(|(row, rivals)| {
        let said = rivals[which]?;
        Some(Scored {
            time_secs: row.time_secs,
            truth: row.reference?,
            soc: said.soc,
            interval: said.interval,
        })
    })
    .collect()
}

/// Net charge over the rows with a reference: by the tester's counter, and as the estimator sees it.
fn charge(table: &Table, run: &Run) -> (Option<f64>, Option<f64>) {
    let scored = |i: &usize| table.reference.is_none() || table.rows[*i].reference.is_some();
    let counted = |i: &usize| scored(i) && table.rows[*i].charge_amp_hours.is_some();
    let indices = 0..table.rows.len();
    let ends = indices.clone().find(counted).zip(indices.rev().find(counted));
    let Some((first, last)) = ends else { return (None, None) };
    let measured = table.rows[last].charge_amp_hours.zip(table.rows[first].charge_amp_hours);
    let estimated = run.estimates[last].zip(run.estimates[first]);
    (
        measured.map(|(last, first)| last - first),
        estimated
            .map(|(last, first)| (last.soc.as_ratio() - first.soc.as_ratio()) * last.capacity.as_amp_hours()),
    )
}

fn errors_json(errors: Option<&Errors>) -> Value {
    json!({
        "rmse": errors.map(|errors| errors.rmse),
        "mae": errors.map(|errors| errors.mae),
        "max_abs": errors.map(|errors| errors.max_abs),
        "bias": errors.map(|errors| errors.bias),
    })
}

fn intervals_json(intervals: Option<&Intervals>) -> Map<String, Value> {
    let number = |value: Option<f64>| json!(value);
    [
        ("coverage_95", number(intervals.map(|intervals| intervals.coverage_95))),
        ("mean_interval_width", number(intervals.map(|intervals| intervals.mean_width))),
        ("interval_score_95", number(intervals.map(|intervals| intervals.score_95))),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect()
}

/// One method's scores as machine output has them.
pub(super) fn scores_json(scores: Option<&Scores>) -> Value {
    let mut json = errors_json(scores.map(|scores| &scores.from_start));
    if let Value::Object(json) = &mut json {
        let settled = scores.and_then(|scores| scores.settled.as_ref());
        let mut after = errors_json(settled);
        if let Value::Object(after) = &mut after {
            after.extend(intervals_json(scores.and_then(|scores| scores.settled_intervals.as_ref())));
        }
        json.insert("after_1200_s".to_owned(), after);
        let time = scores.and_then(|scores| scores.time_to_stay_within_2pct_secs);
        json.insert("time_to_stay_within_2pct_s".to_owned(), json!(time));
        let time = scores.and_then(|scores| scores.time_to_stay_within_5pct_secs);
        json.insert("time_to_stay_within_5pct_s".to_owned(), json!(time));
        json.extend(intervals_json(scores.and_then(|scores| scores.intervals.as_ref())));
        json.insert("rows_scored".to_owned(), json!(scores.map_or(0, |scores| scores.rows)));
    }
    json
}

fn overlay_json(overlay: &Overlay) -> Value {
    // Of the battery as recorded, and the same per cell: a block is its cells in series.
    let rmse = |share: f64| {
        json!({
            "whole": overlay.rmse.whole * share,
            "discharge": overlay.rmse.discharge.map(|rmse| rmse * share),
            "charge": overlay.rmse.charge.map(|rmse| rmse * share),
            "rest": overlay.rmse.rest.map(|rmse| rmse * share),
        })
    };
    let cell = 1.0 / f64::from(overlay.cells);
    let block = cell * if overlay.is_lead_acid { 6.0 } else { 4.0 };
    json!({
        "set": overlay.set,
        "cells": overlay.cells,
        "soc_start": overlay.start.as_ratio(),
        "soc_start_from": overlay.start_from.name(),
        "voltage_rmse_v": rmse(1.0),
        "voltage_rmse_v_per_cell": rmse(cell),
        "voltage_rmse_v_per_12v_block": rmse(block),
        "discharge_bound_v": overlay.bound_volts(),
        "discharge_within_bound": overlay.is_within(),
    })
}

fn overlay_line(overlay: &Overlay, words: Words) -> String {
    let millivolts = |volts: Option<f64>| {
        let shown = volts.map_or_else(|| "-".to_owned(), |volts| words.number(1000.0 * volts, 1));
        FluentValue::from(shown)
    };
    let blanks = [
        ("set", FluentValue::from(overlay.set)),
        ("whole", millivolts(Some(overlay.rmse.whole))),
        ("discharge", millivolts(overlay.rmse.discharge)),
        ("charge", millivolts(overlay.rmse.charge)),
        ("rest", millivolts(overlay.rmse.rest)),
        ("bound", millivolts(Some(overlay.bound_volts()))),
    ];
    words.tell("plant-line", &blanks)
}

/// Widths of the table's columns: name, four errors, time.
const NAME_WIDTH: usize = 32;
const WIDTH: usize = 11;

fn head_line(words: Words) -> String {
    let mut line = format!("{:NAME_WIDTH$}", "");
    for key in ["evaluate-rmse", "evaluate-mae", "evaluate-max", "evaluate-bias", "evaluate-time"] {
        line.push_str(&format!("{:>WIDTH$}", words.say(key)));
    }
    line
}

fn score_line(words: Words, key: &str, scores: Option<&Scores>) -> String {
    let mut line = format!("{:NAME_WIDTH$}", words.say(key));
    let Some(scores) = scores else { return line + "-" };
    let errors = &scores.from_start;
    for value in [errors.rmse, errors.mae, errors.max_abs, errors.bias] {
        line.push_str(&format!("{:>WIDTH$}", words.percent(value, 2)));
    }
    let time = scores.time_to_stay_within_2pct_secs;
    let time = time.map_or_else(|| words.say("evaluate-never"), |secs| format!("{secs:.0}\u{a0}s"));
    line + &format!("{time:>WIDTH$}")
}
