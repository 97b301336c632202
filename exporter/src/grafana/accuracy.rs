//! How right the estimates are, where the truth is simulated: error, and how often the 95 % band holds it.
//!
//! Of real batteries nobody knows the truth, and these panels are empty; `device-difference` still says
//! how far the estimate and the device's own counter are apart.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, beside, by_battery, of_day, recorded};
use super::shown::Shown;

const SOC: &str = "balise_battery_soc_ratio";
const TRUTH: &str = "balise_truth_soc_ratio";
const DEVICE: &str = "balise_battery_device_soc_ratio";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 9, panels: vec![error(), quantiles()] },
        Line { height: 9, panels: vec![coverage(), by_chemistry()] },
        Line { height: 9, panels: vec![device(), other_errors()] },
        Line { height: 11, panels: vec![table()] },
    ];
    Dashboard { key: "accuracy", from: "now-24h", choice: Choice::Sites, lines }
}

/// A recorded statistic of the whole fleet's state of charge.
fn fleet(statistic: &str) -> String {
    let record = format!("fleet:{SOC}:{statistic}");
    if statistic.ends_with("_1d") { of_day(&record, "") } else { recorded(&record, "") }
}

/// A chart of errors.
fn chart(key: &'static str, about: &[&'static str], queries: Vec<Query>) -> Panel {
    Panel::of(key, View::Lines, about, queries).shown(Shown::POINTS).wide(12)
}

fn numbers() -> Vec<Panel> {
    let number = |key, statistic: &str| {
        let query = Query::said("value", fleet(statistic));
        Panel::of(key, View::Number, &[SOC, TRUTH], vec![query]).shown(Shown::POINTS).wide(8)
    };
    vec![
        number("rmse-day", "rms_error_1d"),
        number("bias-day", "mean_error_1d"),
        number("coverage-day", "mean_covered_1d"),
    ]
}

fn error() -> Panel {
    let expr = format!("topk(20, {})", recorded("site:balise_battery_soc_ratio:q95_abs_error", SITES));
    chart("error", &[SOC, TRUTH], vec![Query::by("{{site}}", expr)])
}

fn quantiles() -> Panel {
    let queries = ["median", "q95"].map(|name| Query::said(name, fleet(&format!("{name}_abs_error"))));
    chart("error-quantiles", &[SOC, TRUTH], queries.to_vec())
}

fn coverage() -> Panel {
    let queries = vec![
        Query::said("coverage", fleet("mean_covered")),
        Query::said("coverage-day", fleet("mean_covered_1d")),
        Query::said("coverage-wanted", "vector(0.95)".to_owned()),
    ];
    chart("coverage", &[SOC, "balise_battery_soc_ratio_stddev"], queries)
}

fn by_chemistry() -> Panel {
    let expr = recorded("chemistry:balise_battery_soc_ratio:mean_abs_error", "");
    chart("error-chemistry", &[SOC, TRUTH], vec![Query::by("{{chemistry}}", expr)])
}

fn device() -> Panel {
    let of = |statistic: &str| recorded(&format!("fleet:{DEVICE}:{statistic}"), "");
    let queries = vec![
        Query::said("device-difference", of("q95_abs_difference")),
        Query::said("device-error", of("q95_abs_error")),
    ];
    chart("device-difference", &[DEVICE, TRUTH], queries)
}

fn other_errors() -> Panel {
    let metrics = [
        ("capacity", "balise_battery_capacity_coulombs"),
        ("resistance", "balise_battery_internal_resistance_ohms"),
    ];
    let of = |metric: &str| recorded(&format!("fleet:{metric}:median_relative_error"), "");
    let queries = metrics.map(|(key, metric)| Query::said(key, of(metric))).to_vec();
    chart("other-errors", &metrics.map(|(_, metric)| metric), queries)
}

fn table() -> Panel {
    let day = |statistic: &str| of_day(&format!("battery:{SOC}:{statistic}_1d"), SITES);
    let worst = format!("topk(100, {})", day("rms_error"));
    let columns = vec![
        Column::new("rmse", Shown::POINTS).worst(Worst::High),
        Column::new("bias", Shown::POINTS),
        Column::new("coverage", Shown::RATIO),
    ];
    let queries = vec![
        Query::said("rmse", by_battery(&worst)),
        Query::said("bias", beside(&day("mean_error"), &worst)),
        Query::said("coverage", beside(&day("mean_covered"), &worst)),
    ];
    Panel::of("accuracy-table", View::Table(columns), &[SOC, TRUTH], queries).wide(24)
}
