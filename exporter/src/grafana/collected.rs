//! One battery whose readings somebody else collected: what `balise estimate` made of them afterwards, each
//! estimate with its 95 % band.
//!
//! A page of its own, as the series have names of their own: a battery that is only collected is on no other.

use super::battery::band;
use super::model::{Choice, Dashboard, Line, Panel, View};
use super::query::{Query, chosen, chosen_shown};
use super::shown::Shown;

const AT: &str = "balise_collected_timestamp_seconds";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 10, panels: vec![estimate("soc", "soc_ratio").wide(24)] },
        Line {
            height: 8,
            panels: vec![
                estimate("soh", "soh_ratio"),
                estimate("resistance", "internal_resistance_ohms"),
                estimate("capacity", "capacity_coulombs"),
            ],
        },
        Line { height: 7, panels: vec![findings()] },
    ];
    Dashboard { key: "collected", from: "now-7d", choice: Choice::Collected, lines }
}

/// The catalogue's own spelling of a name, which lives as long as the program.
fn collected(stem: &str) -> &'static str {
    let name = format!("balise_collected_{stem}");
    let known = crate::collected::COLLECTED.iter().map(|column| column.metric.name);
    known.into_iter().find(|known| **known == *name).unwrap_or_default()
}

fn estimate(key: &'static str, stem: &str) -> Panel {
    band(key, collected(stem), collected(&format!("{stem}_stddev")), None)
}

fn numbers() -> Vec<Panel> {
    let number = |key, metric: &'static str, expr: String| {
        let query = Query::said("value", format!("max({expr})"));
        Panel::of(key, View::Number, &[metric], vec![query]).wide(6)
    };
    let shown = |key, metric: &'static str| number(key, metric, chosen_shown(metric));
    vec![
        shown("collected-up", "balise_collected_up"),
        number("collected-age", AT, format!("time() - {}", chosen(AT))).shown(Shown::SECONDS),
        shown("soc-now", collected("soc_ratio")),
        shown("collected-since-full", collected("since_full_seconds")),
    ]
}

fn findings() -> Panel {
    let sensors = ["voltage", "current", "temperature"];
    let metrics = sensors.map(|sensor| collected(&format!("sensor_{sensor}_fault")));
    let queries = sensors.iter().zip(metrics).map(|(key, metric)| Query::said(key, chosen(metric)));
    Panel::of("findings", View::States, &metrics, queries.collect()).wide(24)
}
