//! What the sun gives: charge into the batteries, where it is missing, and what cold keeps out.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, at_sites, beside, by_battery, of_day, of_week};
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

fn charging_now() -> Panel {
    let current = at_sites("balise_battery_current_amperes");
    let expr = format!("topk(20, sum by (site) (clamp_min({current}, 0)))");
    Panel::of(
        "charging-now",
        View::Lines,
        &["balise_battery_current_amperes"],
        vec![Query::by("{{site}}", expr)],
    )
    .wide(12)
}

fn charger_current() -> Panel {
    let expr = format!("topk(20, sum by (site) ({}))", at_sites("balise_charger_current_amperes"));
    let about = ["balise_charger_current_amperes"];
    Panel::of("charger-current", View::Lines, &about, vec![Query::by("{{site}}", expr)]).wide(12)
}

fn charge_by_day() -> Panel {
    let record = of_day("site:balise_battery_charged_coulombs:sum_1d", SITES);
    let shown = Shown::of(CAPACITY);
    let expr = shown.scale(&format!("topk(20, {record})"));
    Panel::of("charge-by-day", View::Lines, &[IN], vec![Query::by("{{site}}", expr)]).shown(shown).wide(12)
}

/// A day's charge over the capacity: a day below one per cent brought nothing.
fn share_of_capacity() -> Panel {
    let share = day_share();
    let queries = [("q05", 0.05), ("median", 0.5), ("q95", 0.95)]
        .map(|(key, quantile)| Query::said(key, format!("quantile({quantile}, {share})")));
    Panel::of("charge-share", View::Lines, &[IN, CAPACITY], queries.to_vec()).shown(Shown::POINTS).wide(12)
}

fn day_share() -> String {
    let charged = of_day("battery:balise_battery_charged_coulombs:sum_1d", SITES);
    format!("{charged} / {}", at_sites(CAPACITY))
}

fn since_full() -> Panel {
    let metric = "balise_battery_since_full_seconds";
    let expr = by_battery(&format!("topk(20, {})", at_sites(metric)));
    Panel::of("since-full", View::Lines, &[metric], vec![Query::by("{{site}} {{battery}}", expr)]).wide(12)
}

fn blocked() -> Panel {
    let metric = "balise_battery_charge_blocked_ratio";
    let expr = by_battery(&format!("topk(20, {})", at_sites(metric)));
    Panel::of("charge-blocked", View::Lines, &[metric], vec![Query::by("{{site}} {{battery}}", expr)])
        .wide(12)
}

fn table() -> Panel {
    let share = day_share();
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
