//! Weather and wear: what cold and use have done to one battery.
//!
//! An equivalent cycle is a discharge of the present capacity, in as many pieces as it took.

use super::model::{Choice, Dashboard, Line, Panel, View};
use super::query::{BATTERY, Query, chosen, chosen_shown, of_day, of_week};
use super::shown::Shown;

const SOC: &str = "balise_battery_soc_ratio";
const TEMPERATURE: &str = "balise_battery_temperature_celsius";
const OUT: &str = "balise_battery_discharged_coulombs_total";
const CAPACITY: &str = "balise_battery_capacity_coulombs";
const RESISTANCE: &str = "balise_battery_internal_resistance_ohms";
const DELIVERABLE: &str = "balise_battery_deliverable_coulombs";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 9, panels: vec![statistics("temperature-days", TEMPERATURE), freeze()] },
        Line { height: 9, panels: vec![deliverable_share(), resistance()] },
        Line { height: 9, panels: vec![statistics("soc-days", SOC), depth()] },
        Line { height: 9, panels: vec![cycles(), health()] },
        Line { height: 9, panels: vec![weeks("soc-weeks", SOC), weeks("temperature-weeks", TEMPERATURE)] },
    ];
    Dashboard { key: "history", from: "now-30d", choice: Choice::Battery, lines }
}

fn statistics(key: &'static str, metric: &'static str) -> Panel {
    let of = |statistic: &str| of_day(&format!("battery:{metric}:{statistic}_1d"), BATTERY);
    let queries =
        ["q05", "median", "mean", "q95"].map(|statistic| Query::said(statistic, of(statistic))).to_vec();
    Panel::of(key, View::Lines, &[metric], queries).wide(12)
}

fn weeks(key: &'static str, metric: &'static str) -> Panel {
    let of = |statistic: &str| of_week(&format!("battery:{metric}:{statistic}_1w"), BATTERY);
    let queries =
        ["q05", "median", "mean", "q95"].map(|statistic| Query::said(statistic, of(statistic))).to_vec();
    Panel::of(key, View::Lines, &[metric], queries).wide(12)
}

fn freeze() -> Panel {
    let queries = vec![
        Query::said("freeze-risk", chosen("balise_battery_freeze_risk_ratio")),
        Query::said("soc", chosen(SOC)),
    ];
    Panel::of("freeze", View::Lines, &["balise_battery_freeze_risk_ratio", SOC], queries).wide(12)
}

/// What cold takes: the charge that comes out over the charge that is there.
fn deliverable_share() -> Panel {
    let expr = format!("{} / ({} * {})", chosen(DELIVERABLE), chosen(SOC), chosen(CAPACITY));
    Panel::of("deliverable-share", View::Lines, &[DELIVERABLE, CAPACITY], vec![Query::said("value", expr)])
        .shown(Shown::RATIO)
        .wide(12)
}

fn resistance() -> Panel {
    let queries = vec![Query::said("estimate", chosen_shown(RESISTANCE))];
    Panel::of("resistance-history", View::Lines, &[RESISTANCE], queries).wide(12)
}

/// How deep a day goes: from its 95 % quantile to its 5 % quantile.
fn depth() -> Panel {
    let of = |statistic: &str| of_day(&format!("battery:{SOC}:{statistic}_1d"), BATTERY);
    let expr = format!("{} - {}", of("q95"), of("q05"));
    Panel::of("depth", View::Lines, &[SOC], vec![Query::said("value", expr)]).wide(12)
}

fn cycles() -> Panel {
    let week = of_week("battery:balise_battery_discharged_coulombs:sum_1w", BATTERY);
    let since_start = format!("{} / {}", chosen(OUT), chosen(CAPACITY));
    let queries = vec![
        Query::said("cycles-week", format!("{week} / on (site, battery) {}", chosen(CAPACITY))),
        Query::said("cycles-total", since_start),
    ];
    Panel::of("cycles", View::Lines, &[OUT, CAPACITY], queries).shown(Shown::NUMBER).wide(12)
}

fn health() -> Panel {
    let queries = vec![Query::said("soh", chosen("balise_battery_soh_ratio"))];
    Panel::of("soh-history", View::Lines, &["balise_battery_soh_ratio"], queries)
        .shown(Shown::POINTS)
        .wide(12)
}
