//! The fleet at a glance: how many signs need somebody, and which, the worst first.
//!
//! The table shows the hundred lowest batteries of the chosen sites: a page of ten thousand rows helps
//! nobody and takes a browser seconds. A silent battery has no state of charge; it stands in a table of its own.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, at_sites, beside, by_battery, count, of_day};
use super::shown::Shown;

/// Batteries a table shows.
const ROWS: u32 = 100;
/// Three days, s.
const SOON_SECS: u32 = 72 * 3600;

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 12, panels: vec![lowest()] },
        Line { height: 9, panels: vec![firing(), alert_list(), silent()] },
        Line { height: 8, panels: vec![soc_quantiles(), temperature_quantiles()] },
    ];
    Dashboard { key: "fleet", from: "now-7d", choice: Choice::Sites, lines }
}

fn numbers() -> Vec<Panel> {
    let number = |key, about: &[&'static str], expr: String| {
        let query = Query::said("value", expr);
        Panel::of(key, View::Number, about, vec![query]).shown(Shown::COUNT).wide(4)
    };
    let up = at_sites("balise_battery_up");
    let soon = at_sites("balise_battery_dark_in_early_seconds");
    let soc = at_sites("balise_battery_soc_ratio");
    vec![
        number("watched", &["balise_battery_up"], count(&up)),
        number("silent-count", &["balise_battery_up"], count(&format!("{up} == 0"))),
        number(
            "dark-soon",
            &["balise_battery_dark_in_early_seconds"],
            count(&format!("{soon} < {SOON_SECS}")),
        ),
        number("firing-count", &[], count(&at_alerts("firing"))),
        number("soc-lowest", &["balise_battery_soc_ratio"], format!("min({soc})")).shown(Shown::RATIO),
        number("soc-median", &["balise_battery_soc_ratio"], format!("quantile(0.5, {soc})"))
            .shown(Shown::RATIO),
    ]
}

fn at_alerts(state: &str) -> String {
    format!("ALERTS{{alertstate=\"{state}\",site=~\"$site\"}}")
}

fn lowest() -> Panel {
    let worst = format!("bottomk({ROWS}, {})", at_sites("balise_battery_soc_ratio"));
    let of = |metric: &str| Shown::of(metric).scale(&beside(&at_sites(metric), &worst));
    let metrics = [
        ("uncertainty", "balise_battery_soc_ratio_stddev"),
        ("dark-in", "balise_battery_dark_in_early_seconds"),
        ("voltage", "balise_battery_voltage_volts"),
        ("current", "balise_battery_current_amperes"),
        ("temperature", "balise_battery_temperature_celsius"),
        ("soh", "balise_battery_soh_ratio"),
        ("since-full", "balise_battery_since_full_seconds"),
    ];
    let mut columns = vec![Column::new("soc", Shown::RATIO).worst(Worst::Low)];
    columns.extend(metrics.map(|(key, metric)| Column::new(key, Shown::of(metric))));
    let mut queries = vec![Query::said("soc", by_battery(&worst))];
    queries.extend(metrics.map(|(key, metric)| Query::said(key, of(metric))));
    let about =
        ["balise_battery_soc_ratio", "balise_battery_dark_in_early_seconds", "balise_battery_soh_ratio"];
    Panel::of("lowest", View::Table(columns), &about, queries).wide(24)
}

fn firing() -> Panel {
    let expr = format!("max by (site, battery, alertname, severity) ({})", at_alerts("firing"));
    let columns = vec![Column::new("firing", Shown::COUNT)];
    Panel::of("firing", View::Table(columns), &[], vec![Query::said("firing", expr)]).wide(10)
}

fn alert_list() -> Panel {
    Panel::of("alert-list", View::AlertList, &[], Vec::new()).wide(6)
}

fn silent() -> Panel {
    let heard = at_sites("balise_battery_last_frame_timestamp_seconds");
    let expr = by_battery(&format!("topk({ROWS}, time() - {heard})"));
    let columns = vec![Column::new("last-heard", Shown::SECONDS).worst(Worst::High)];
    let about = ["balise_battery_last_frame_timestamp_seconds"];
    Panel::of("last-heard", View::Table(columns), &about, vec![Query::said("last-heard", expr)])
        .shown(Shown::SECONDS)
        .wide(8)
}

/// The chosen sites' daily means: their middle and their tails. Sites, not batteries, are the series: a
/// chart of ten thousand lines shows nothing.
fn quantiles(key: &'static str, metric: &'static str) -> Panel {
    let of = |statistic: &str| of_day(&format!("fleet:{metric}:{statistic}_mean_1d"), "");
    let queries = ["q05", "median", "mean", "q95"].map(|statistic| Query::said(statistic, of(statistic)));
    Panel::of(key, View::Lines, &[metric], queries.to_vec()).wide(12)
}

fn soc_quantiles() -> Panel {
    quantiles("soc-quantiles", "balise_battery_soc_ratio")
}

fn temperature_quantiles() -> Panel {
    let metric = "balise_battery_temperature_celsius";
    let by_site = of_day(&format!("site:{metric}:mean_mean_1d"), SITES);
    let queries = vec![
        Query::by("{{site}}", format!("bottomk(10, {by_site})")),
        Query::said("median", of_day(&format!("fleet:{metric}:median_mean_1d"), "")),
    ];
    Panel::of("temperature-coldest", View::Lines, &[metric], queries).wide(12)
}
