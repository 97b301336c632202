//! The page of an evaluation: the estimator on a measured record, and the plant's voltage over it.
//!
//! Colours as on a run's page (ink is what is true, here what was measured; blue the estimate), and
//! green for the plant.

use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::json;
use signals::SIGMAS_95;

use super::figure::{Curve, Plan, Range, Shape, of_panels};
use super::html::{page, typeset};
use super::plot::Axis;
use super::{ReportError, write_whole};
use crate::words::Words;

/// The finest a curve is drawn: two points in each bucket.
const BUCKETS: u32 = 1_000;
/// A residual beyond the second many bounds leaves its panel: what is near the bound has to be seen.
const BOUNDS_SHOWN: [f64; 2] = [3.0, 6.0];

/// An evaluation as the page shows it.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// The record's file, without its folder.
    pub data: String,
    /// The battery's name.
    pub battery: String,
    /// What was done, in sentences.
    pub story: Vec<String>,
    /// The estimator and its rivals.
    pub methods: Vec<Method>,
    /// What came of it, in sentences.
    pub findings: Vec<String>,
    /// The state of charge at each row.
    pub charge: Vec<ChargeRow>,
    /// The plant over the record, where it has parameters of this battery.
    pub plant: Option<Overlaid>,
}

/// The state of charge at one row, ratios.
#[derive(Debug, Clone, Copy)]
pub struct ChargeRow {
    /// Time of the record, s.
    pub time_secs: f64,
    /// What the laboratory says.
    pub reference: Option<f64>,
    /// What the estimator says, and its standard deviation.
    pub estimate: Option<(f64, f64)>,
}

/// One method's errors.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its name in the reader's language.
    pub name: String,
    /// Root mean square, mean, largest, bias: ratios of charge. `None` where it said nothing.
    pub errors: Option<[f64; 4]>,
}

/// The plant's voltage over the measured one.
#[derive(Debug, Clone)]
pub struct Overlaid {
    /// How it was driven, in sentences.
    pub story: Vec<String>,
    /// What it cannot follow, in sentences.
    pub gaps: Vec<String>,
    /// The error over each phase.
    pub phases: Vec<Phased>,
    /// What the error over a discharge may be, V.
    pub bound_volts: f64,
    /// Time (s), measured and simulated voltage (V).
    pub points: Vec<(f64, f64, f64)>,
}

/// The error of one phase.
#[derive(Debug, Clone, Copy)]
pub struct Phased {
    /// Key of its name.
    pub name_key: &'static str,
    /// Root mean square of the error, V.
    pub rmse_volts: Option<f64>,
    /// Rows.
    pub rows: usize,
    /// Whether the bound is a demand on it.
    pub is_bound: bool,
}

/// Writes `report.html` and `results.json` under `dir`; the page stands first.
///
/// # Errors
/// Where `dir` cannot be written, or already holds one of the files.
pub fn write_evaluation(
    dir: &Path,
    record: &Evaluation,
    results: &serde_json::Value,
    words: Words,
) -> Result<Vec<PathBuf>, ReportError> {
    let encode = |source| ReportError::Json { file: "results.json", source };
    let files = [
        ("report.html", evaluation_html(record, words)?),
        ("results.json", serde_json::to_string_pretty(results).map_err(encode)? + "\n"),
    ];
    if let Some((name, _)) = files.iter().find(|(name, _)| dir.join(name).exists()) {
        return Err(ReportError::AlreadyThere { path: dir.join(name) });
    }
    std::fs::create_dir_all(dir).map_err(|source| ReportError::Write { path: dir.to_owned(), source })?;
    files.iter().map(|(name, text)| write_whole(&dir.join(name), text)).collect()
}

fn evaluation_html(record: &Evaluation, words: Words) -> Result<String, ReportError> {
    let context = json!({
        "lang": words.code(),
        "data": record.data,
        "battery": record.battery,
        "story": record.story,
        "findings": record.findings,
        "methods": record.methods.iter().map(|method| method_row(method, words)).collect::<Vec<_>>(),
        "charge": charge_figure(record, words),
        "plant": record.plant.as_ref().map(|plant| plant_part(plant, words)),
    });
    page("evaluation.html", include_str!("evaluation.html"), context, words)
}

fn method_row(method: &Method, words: Words) -> serde_json::Value {
    let shown = |value: f64| typeset(&words.percent(value, 2));
    let errors = method.errors.map_or_else(|| vec!["–".to_owned(); 4], |errors| errors.map(shown).to_vec());
    json!({ "name": method.name, "errors": errors })
}

fn charge_figure(record: &Evaluation, words: Words) -> Option<serde_json::Value> {
    let rows = &record.charge;
    let line = |class, label_key, of: fn(&ChargeRow) -> Option<f64>| Curve {
        class,
        label_key,
        shape: Shape::Line(
            rows.iter().map(|row| (row.time_secs, of(row).map(|ratio| 100.0 * ratio))).collect(),
        ),
    };
    let interval = |(soc, stddev): (f64, f64)| {
        (100.0 * (soc - SIGMAS_95 * stddev).max(0.0), 100.0 * (soc + SIGMAS_95 * stddev).min(1.0))
    };
    let band = rows.iter().map(|row| (row.time_secs, row.estimate.map(interval))).collect();
    let plan = Plan {
        title_key: "report-panel-soc",
        tall: true,
        range: Range::Fixed(Axis { low: 0.0, high: 100.0 }),
        curves: vec![
            Curve { class: "band", label_key: "report-curve-band", shape: Shape::Band(band) },
            line("truth", "evaluate-curve-reference", |row| row.reference),
            line("estimate", "report-curve-estimate", |row| row.estimate.map(|(soc, _)| soc)),
        ],
    };
    let title = words.say("evaluate-figure-charge");
    let figure = of_panels(title, vec![plan], rows.iter().map(|row| row.time_secs), words, BUCKETS)?;
    serde_json::to_value(figure).ok()
}

fn plant_part(plant: &Overlaid, words: Words) -> serde_json::Value {
    let plans = vec![voltage_plan(plant), residual_plan(plant)];
    let times = plant.points.iter().map(|point| point.0);
    let figure = of_panels(words.say("plant-figure"), plans, times, words, BUCKETS);
    json!({
        "story": plant.story,
        "gaps": plant.gaps,
        "phases": plant.phases.iter().map(|phase| phase_row(*phase, plant.bound_volts, words)).collect::<Vec<_>>(),
        "figure": figure.and_then(|figure| serde_json::to_value(figure).ok()),
    })
}

/// Millivolts as the reader writes them.
fn millivolts(volts: f64, words: Words) -> String {
    format!("{}\u{a0}mV", typeset(&words.number(1000.0 * volts, 1)))
}

fn phase_row(phase: Phased, bound_volts: f64, words: Words) -> serde_json::Value {
    let (class, outcome) = match phase.rmse_volts.filter(|_| phase.is_bound) {
        None => ("", String::new()),
        Some(rmse) if rmse <= bound_volts => ("passed", words.say("plant-within")),
        Some(_) => ("failed", words.say("plant-beyond")),
    };
    let rows = words.tell("plant-rows", &[("count", FluentValue::from(phase.rows))]);
    json!({
        "name": words.say(phase.name_key),
        "rows": rows,
        "rmse": phase.rmse_volts.map_or_else(|| "–".to_owned(), |volts| millivolts(volts, words)),
        "bound": if phase.is_bound { millivolts(bound_volts, words) } else { "–".to_owned() },
        "class": class,
        "outcome": outcome,
    })
}

fn voltage_plan(plant: &Overlaid) -> Plan {
    let line = |class, label_key, of: fn(&(f64, f64, f64)) -> f64| Curve {
        class,
        label_key,
        shape: Shape::Line(plant.points.iter().map(|point| (point.0, Some(of(point)))).collect()),
    };
    Plan {
        title_key: "report-panel-voltage",
        tall: true,
        range: Range::Data,
        curves: vec![
            line("truth", "plant-curve-measured", |point| point.1),
            line("plant", "plant-curve-plant", |point| point.2),
        ],
    }
}

/// Plant less measured, with the bound as a band around zero.
fn residual_plan(plant: &Overlaid) -> Plan {
    let bound = 1000.0 * plant.bound_volts;
    let errors: Vec<(f64, Option<f64>)> =
        plant.points.iter().map(|(at, measured, plant)| (*at, Some(1000.0 * (plant - measured)))).collect();
    let largest = errors.iter().filter_map(|(_, error)| *error).map(f64::abs).fold(bound, f64::max);
    let [few, many] = BOUNDS_SHOWN.map(|count| count * bound);
    let shown = if largest <= few { few } else { many };
    let band = plant.points.iter().map(|(at, ..)| (*at, Some((-bound, bound)))).collect();
    Plan {
        title_key: "plant-panel-residual",
        tall: false,
        range: Range::Fixed(Axis { low: -shown, high: shown }),
        curves: vec![
            Curve { class: "bound", label_key: "plant-curve-bound", shape: Shape::Band(band) },
            Curve { class: "plant", label_key: "plant-curve-residual", shape: Shape::Line(errors) },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Evaluation {
        let at = |k: u32| f64::from(k) * 60.0;
        let soc = |k: u32| 1.0 - f64::from(k) / 120.0;
        Evaluation {
            data: "<b>.csv".to_owned(),
            charge: (0..100)
                .map(|k| ChargeRow {
                    time_secs: at(k),
                    reference: Some(soc(k)),
                    estimate: Some((soc(k) + 0.01, 0.02)),
                })
                .collect(),
            plant: Some(Overlaid {
                story: vec!["told".to_owned()],
                gaps: vec!["a gap".to_owned()],
                phases: vec![Phased {
                    name_key: "plant-discharge",
                    rmse_volts: Some(0.017),
                    rows: 99,
                    is_bound: true,
                }],
                bound_volts: 0.02,
                points: (0..100).map(|k| (at(k), 12.0, 12.0 + 0.03 * soc(k))).collect(),
            }),
            ..Evaluation::default()
        }
    }

    #[test]
    fn the_page_shows_the_overlay_its_bound_and_its_gaps_in_both_languages()
    -> Result<(), Box<dyn std::error::Error>> {
        for (words, rmse) in [(Words::English, "17.0\u{a0}mV"), (Words::French, "17,0\u{a0}mV")] {
            let page = evaluation_html(&record(), words)?;
            assert_eq!(page.matches("<figure").count(), 2);
            assert!(page.contains(rmse) && page.contains("a gap") && page.contains("class=\"bound\""));
            assert!(page.contains("&lt;b&gt;.csv") && !page.contains("Unknown localization"));
        }
        Ok(())
    }

    #[test]
    fn a_record_without_a_plant_has_no_overlay() -> Result<(), Box<dyn std::error::Error>> {
        let page = evaluation_html(&Evaluation { plant: None, ..record() }, Words::English)?;
        assert_eq!(page.matches("<figure").count(), 1);
        Ok(())
    }

    #[test]
    fn a_spike_does_not_hide_the_bound() {
        let mut plant = record().plant.expect("a plant");
        plant.points[50].2 = 99.0;
        assert!(matches!(residual_plan(&plant).range, Range::Fixed(axis) if axis.high < 200.0));
    }
}
