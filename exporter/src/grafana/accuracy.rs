//! How right the estimates are, where the truth is simulated: error, and how often the 95 % band holds it.
//!
//! Of real batteries nobody knows the truth, and these panels are empty; `device-difference` still says
//! how far the estimate and the device's own counter are apart.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, at_sites, beside, by_battery};
use super::shown::Shown;

const SOC: &str = "balise_battery_soc_ratio";
const TRUTH: &str = "balise_truth_soc_ratio";
const DEVICE: &str = "balise_battery_device_soc_ratio";
const ERROR: &str = "battery:balise_battery_soc_ratio:error";
const COVERED: &str = "battery:balise_battery_soc_ratio:covered";

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

fn day(record: &str) -> String {
    format!("{record}{SITES}[1d]")
}

fn numbers() -> Vec<Panel> {
    let number = |key, expr: String| {
        Panel::of(key, View::Number, &[SOC, TRUTH], vec![Query::said("value", expr)])
            .shown(Shown::POINTS)
            .wide(8)
    };
    let mean_square =
        format!("avg(avg_over_time({}) ^ 2 + stddev_over_time({}) ^ 2)", day(ERROR), day(ERROR));
    vec![
        number("rmse-day", format!("sqrt({mean_square})")),
        number("bias-day", format!("avg(avg_over_time({}))", day(ERROR))),
        number("coverage-day", format!("avg(avg_over_time({}))", day(COVERED))),
    ]
}

/// `name * info`: the chemistry beside the battery.
fn with_chemistry(expr: &str) -> String {
    let info = format!("max by (site, battery, chemistry) (balise_battery_info{SITES})");
    format!("({expr}) * on (site, battery) group_left (chemistry) {info}")
}

/// How far each estimate is off now.
fn off() -> String {
    format!("abs({} - {})", at_sites(SOC), at_sites(TRUTH))
}

fn error() -> Panel {
    let now = off();
    let query = Query::by("{{site}} {{battery}}", by_battery(&format!("topk(20, {now})")));
    Panel::of("error", View::Lines, &[SOC, TRUTH], vec![query]).shown(Shown::POINTS).wide(12)
}

fn quantiles() -> Panel {
    let now = off();
    let queries = [("median", 0.5), ("q95", 0.95)]
        .map(|(key, quantile)| Query::said(key, format!("quantile({quantile}, {now})")));
    Panel::of("error-quantiles", View::Lines, &[SOC, TRUTH], queries.to_vec()).shown(Shown::POINTS).wide(12)
}

fn coverage() -> Panel {
    let inside = format!(
        "avg(abs({} - {}) <= bool 1.96 * {})",
        at_sites(SOC),
        at_sites(TRUTH),
        at_sites("balise_battery_soc_ratio_stddev")
    );
    let queries = vec![
        Query::said("coverage", inside),
        Query::said("coverage-day", format!("avg(avg_over_time({}))", day(COVERED))),
        Query::said("coverage-wanted", "vector(0.95)".to_owned()),
    ];
    let about = [SOC, "balise_battery_soc_ratio_stddev"];
    Panel::of("coverage", View::Lines, &about, queries).shown(Shown::POINTS).wide(12)
}

fn by_chemistry() -> Panel {
    let now = off();
    let expr = format!("avg by (chemistry) ({})", with_chemistry(&now));
    Panel::of("error-chemistry", View::Lines, &[SOC, TRUTH], vec![Query::by("{{chemistry}}", expr)])
        .shown(Shown::POINTS)
        .wide(12)
}

fn device() -> Panel {
    let apart = format!("abs({} - {})", at_sites(SOC), at_sites(DEVICE));
    let off = format!("abs({} - {})", at_sites(DEVICE), at_sites(TRUTH));
    let queries = vec![
        Query::said("device-difference", format!("quantile(0.95, {apart})")),
        Query::said("device-error", format!("quantile(0.95, {off})")),
    ];
    Panel::of("device-difference", View::Lines, &[DEVICE, TRUTH], queries).shown(Shown::POINTS).wide(12)
}

fn other_errors() -> Panel {
    let pairs = [
        ("soh", "balise_battery_soh_ratio", "balise_truth_soh_ratio"),
        ("capacity", "balise_battery_capacity_coulombs", "balise_truth_capacity_coulombs"),
        ("resistance", "balise_battery_internal_resistance_ohms", "balise_truth_internal_resistance_ohms"),
    ];
    let relative = |estimate: &str, truth: &str| {
        let [estimate, truth] = [at_sites(estimate), at_sites(truth)];
        format!("quantile(0.5, abs({estimate} - {truth}) / {truth})")
    };
    let queries = pairs.map(|(key, estimate, truth)| Query::said(key, relative(estimate, truth))).to_vec();
    let about = pairs.map(|(_, estimate, _)| estimate);
    Panel::of("other-errors", View::Lines, &about, queries).shown(Shown::POINTS).wide(12)
}

fn table() -> Panel {
    let rmse = format!("sqrt(avg_over_time({}) ^ 2 + stddev_over_time({}) ^ 2)", day(ERROR), day(ERROR));
    let worst = format!("topk(100, {rmse})");
    let mean = |record: &str| beside(&format!("avg_over_time({})", day(record)), &worst);
    let columns = vec![
        Column::new("rmse", Shown::POINTS).worst(Worst::High),
        Column::new("bias", Shown::POINTS),
        Column::new("coverage", Shown::RATIO),
    ];
    let queries = vec![
        Query::said("rmse", by_battery(&worst)),
        Query::said("bias", mean(ERROR)),
        Query::said("coverage", mean(COVERED)),
    ];
    Panel::of("accuracy-table", View::Table(columns), &[SOC, TRUTH], queries).wide(24)
}
