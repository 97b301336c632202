//! What the alerts do: how many fire, for how long, on which signs, and whether they are delivered.
//!
//! Precision and recall need the truth: they are those of the last score that Prometheus was given (`scores.prom`
//! of `balise run`). Above them stands what can be counted in the field, where a rule that fires all the time is one
//! that nobody reads any more.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::Query;
use super::shown::Shown;
use crate::scores;

const FIRING: &str = "ALERTS{alertstate=\"firing\",site=~\"$site\"}";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 8, panels: vec![by_state(), by_name()] },
        Line { height: 9, panels: vec![share_of_week(), signs_of_week()] },
        Line { height: 10, panels: vec![table(), list()] },
        Line { height: 8, panels: vec![delivered(), failed()] },
        Line { height: 12, panels: vec![score(), scored_years()] },
    ];
    Dashboard { key: "alerts", from: "now-7d", choice: Choice::Sites, lines }
}

fn by_state() -> Panel {
    let expr = "count by (alertstate) (ALERTS{site=~\"$site\"})".to_owned();
    Panel::of("alerts-state", View::Lines, &[], vec![Query::by("{{alertstate}}", expr)]).wide(12)
}

fn by_name() -> Panel {
    let expr = format!("count by (alertname) ({FIRING})");
    Panel::of("alerts-name", View::Lines, &[], vec![Query::by("{{alertname}}", expr)]).wide(12)
}

/// `count_over_time` counts evaluations, one a minute: 10080 a week.
fn share_of_week() -> Panel {
    let expr = format!(
        "sum by (alertname) (count_over_time({FIRING}[1w])) / 10080 / scalar(count(balise_battery_up{{site=~\"$site\"}}))"
    );
    Panel::of("alerts-share", View::Lines, &[], vec![Query::by("{{alertname}}", expr)])
        .shown(Shown::POINTS)
        .wide(12)
}

fn signs_of_week() -> Panel {
    let expr =
        format!("count by (alertname) (count by (alertname, site, battery) (count_over_time({FIRING}[1w])))");
    Panel::of("alerts-signs", View::Lines, &[], vec![Query::by("{{alertname}}", expr)]).wide(12)
}

fn table() -> Panel {
    let minutes = format!("sum by (site, battery, alertname) (count_over_time({FIRING}[1w])) * 60");
    let columns = vec![Column::new("time-firing", Shown::SECONDS).worst(Worst::High)];
    let queries = vec![Query::said("time-firing", format!("topk(100, {minutes})"))];
    Panel::of("alerts-table", View::Table(columns), &[], queries).shown(Shown::SECONDS).wide(16)
}

fn list() -> Panel {
    Panel::of("alerts-list", View::AlertList, &[], Vec::new())
}

/// What the rules were worth over a population of simulated signs, the least precise first.
fn score() -> Panel {
    let of = |metric: &str| {
        // The column that names an alert goes by Prometheus' own label.
        let named = format!("label_replace({metric}, \"alertname\", \"$1\", \"alert\", \"(.*)\")");
        format!("max by (alertname) ({named})")
    };
    let shown = [
        ("precision", Shown::POINTS),
        ("recall", Shown::POINTS),
        ("recall-low", Shown::POINTS),
        ("recall-high", Shown::POINTS),
        ("due-events", Shown::COUNT),
        ("false-alarms-year", Shown::NUMBER),
        ("delay-p50", Shown::SECONDS),
        ("delay-p95", Shown::SECONDS),
        ("flaps", Shown::NUMBER),
    ];
    let mut columns: Vec<Column> = shown.iter().map(|(key, shown)| Column::new(key, *shown)).collect();
    columns[0] = columns[0].clone().worst(Worst::Low);
    let metrics = scores::ALERT.map(|metric| metric.name);
    let queries = shown.iter().zip(metrics).map(|((key, _), metric)| Query::said(key, of(metric)));
    Panel::of("score", View::Table(columns), &metrics, queries.collect()).wide(20)
}

/// Over how much it was scored.
fn scored_years() -> Panel {
    let years = scores::BATTERY_YEARS.name;
    Panel::of("score-years", View::Number, &[years], vec![Query::said("value", format!("max({years})"))])
        .wide(4)
}

fn delivered() -> Panel {
    let expr = "sum by (integration) (increase(alertmanager_notifications_total[1h]))".to_owned();
    Panel::of("delivered", View::Lines, &[], vec![Query::by("{{integration}}", expr)]).wide(12)
}

fn failed() -> Panel {
    let expr = "sum by (integration) (increase(alertmanager_notifications_failed_total[1h]))".to_owned();
    let rules = "sum(increase(prometheus_rule_evaluation_failures_total[1h]))".to_owned();
    let queries = vec![Query::by("{{integration}}", expr), Query::said("rules-failed", rules)];
    Panel::of("failed", View::Lines, &[], queries).wide(12)
}
