//! What the sun gives: charge into the batteries, where it is missing, and what cold keeps out.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, at_sites, beside, by_battery, of_day, of_week, recorded};
use super::shown::Shown;

const IN: &str = "balise_battery_charged_coulombs_total";
const CAPACITY: &str = "balise_battery_capacity_coulombs";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 9, panels: vec![charging_now(), charger_current()] },
        Line { height: 9, panels: vec![charge_by_day(), share_of_capacity()] },
        Line { height: 9, panels: vec![since_full(), blocked()] },
        Line { height: 12, panels: vec![table()] },
    ];
    Dashboard { key: "solar", from: "now-7d", choice: Choice::Sites, lines }
}

/// The twenty sites with the most of what is recorded each five minutes.
fn most(key: &'static str, metric: &'static str, record: &str) -> Panel {
    let expr = format!("topk(20, {})", recorded(record, SITES));
    Panel::of(key, View::Lines, &[metric], vec![Query::by("{{site}}", expr)]).wide(12)
}

fn charging_now() -> Panel {
    most("charging-now", "balise_battery_current_amperes", "site:balise_battery_charge_amperes:sum")
}

fn charger_current() -> Panel {
    most("charger-current", "balise_charger_current_amperes", "site:balise_charger_current_amperes:sum")
}

fn charge_by_day() -> Panel {
    let record = of_day("site:balise_battery_charged_coulombs:sum_1d", SITES);
    let shown = Shown::of(CAPACITY);
    let expr = shown.scale(&format!("topk(20, {record})"));
    Panel::of("charge-by-day", View::Lines, &[IN], vec![Query::by("{{site}}", expr)]).shown(shown).wide(12)
}

/// A day's charge over the capacity: a day below one per cent brought nothing.
fn share_of_capacity() -> Panel {
    let of = |statistic: &str| {
        of_day(&format!("fleet:balise_battery_charged_coulombs:{statistic}_capacity_ratio_1d"), "")
    };
    let queries = ["q05", "median"].map(|statistic| Query::said(statistic, of(statistic))).to_vec();
    Panel::of("charge-share", View::Lines, &[IN, CAPACITY], queries).shown(Shown::POINTS).wide(12)
}

fn since_full() -> Panel {
    most("since-full", "balise_battery_since_full_seconds", "site:balise_battery_since_full_seconds:max")
}

fn blocked() -> Panel {
    most(
        "charge-blocked",
        "balise_battery_charge_blocked_ratio",
        "site:balise_battery_charge_blocked_ratio:max",
    )
}

fn table() -> Panel {
    let share = of_day("battery:balise_battery_charged_coulombs:capacity_ratio_1d", SITES);
    let least = format!("bottomk(100, {share})");
    let charge = Shown::of(CAPACITY);
    let week = of_week("battery:balise_battery_charged_coulombs:sum_1w", SITES);
    let columns = vec![
        Column::new("charge-share", Shown::POINTS).worst(Worst::Low),
        Column::new("charge-in-week", charge),
        Column::new("since-full", Shown::SECONDS),
        Column::new("soc", Shown::RATIO),
    ];
    let queries = vec![
        Query::said("charge-share", by_battery(&least)),
        Query::said("charge-in-week", charge.scale(&beside(&week, &least))),
        Query::said("since-full", beside(&at_sites("balise_battery_since_full_seconds"), &least)),
        Query::said("soc", beside(&at_sites("balise_battery_soc_ratio"), &least)),
    ];
    let about = [IN, "balise_battery_since_full_seconds", "balise_battery_soc_ratio"];
    Panel::of("solar-table", View::Table(columns), &about, queries).wide(24)
}
