//! One battery: what is measured, what is estimated with its 95 % band, and the simulated truth where
//! there is one.

use signals::SIGMAS_95;

use super::model::{Choice, Dashboard, Line, Panel, View};
use super::query::{BATTERY, Query, chosen, chosen_shown};
use super::shown::Shown;

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 10, panels: vec![soc()] },
        Line { height: 8, panels: measured() },
        Line { height: 8, panels: vec![soh(), resistance(), capacity()] },
        Line { height: 8, panels: vec![survival(), dark_in(), remaining_life()] },
        Line { height: 7, panels: vec![findings(), deliverable(), line()] },
        Line { height: 7, panels: told_by_the_crew() },
        Line { height: 7, panels: truth() },
    ];
    Dashboard { key: "battery", from: "now-24h", choice: Choice::Battery, lines }
}

fn numbers() -> Vec<Panel> {
    let number = |key, metric: &'static str| {
        let query = Query::said("value", format!("max({})", chosen_shown(metric)));
        Panel::of(key, View::Number, &[metric], vec![query]).wide(4)
    };
    vec![
        number("soc-now", "balise_battery_soc_ratio"),
        number("voltage-now", "balise_battery_voltage_volts"),
        number("current-now", "balise_battery_current_amperes"),
        number("temperature-now", "balise_battery_temperature_celsius"),
        number("dark-in-now", "balise_battery_dark_in_early_seconds"),
        number("soh-now", "balise_battery_soh_ratio"),
    ]
}

/// An estimate with its band and its simulated truth.
fn estimated(key: &'static str, metric: &'static str, stddev: &'static str, truth: &'static str) -> Panel {
    band(key, metric, stddev, Some(truth))
}

/// An estimate and its band, cut at 0, and its truth where there is one.
pub fn band(
    key: &'static str,
    metric: &'static str,
    stddev: &'static str,
    truth: Option<&'static str>,
) -> Panel {
    let shown = Shown::of(metric);
    let edge = |sign: char| {
        let value = format!("({} {sign} {SIGMAS_95} * {})", chosen(metric), chosen(stddev));
        shown.scale(&format!("clamp_min({value}, 0)"))
    };
    let mut queries = vec![
        Query::said("low", edge('-')),
        Query::said("high", edge('+')),
        Query::said("estimate", shown.scale(&chosen(metric))),
    ];
    queries.extend(truth.map(|truth| Query::said("truth", shown.scale(&chosen(truth)))));
    let about: Vec<&'static str> = [metric].into_iter().chain(truth).collect();
    Panel::of(key, View::Band, &about, queries)
}

fn soc() -> Panel {
    let (soc, truth) = ("balise_battery_soc_ratio", "balise_truth_soc_ratio");
    let mut panel = estimated("soc", soc, "balise_battery_soc_ratio_stddev", truth).wide(24);
    panel.about.push("balise_battery_device_soc_ratio");
    panel.queries.push(Query::said("device", chosen("balise_battery_device_soc_ratio")));
    panel
}

fn measured() -> Vec<Panel> {
    let of = |key, metric: &'static str, truth: Option<&'static str>| {
        let mut queries = vec![Query::said("measured", chosen_shown(metric))];
        queries.extend(truth.map(|truth| Query::said("truth", chosen_shown(truth))));
        let about: Vec<&'static str> = [metric].into_iter().chain(truth).collect();
        Panel::of(key, View::Lines, &about, queries)
    };
    vec![
        of("voltage", "balise_battery_voltage_volts", Some("balise_truth_voltage_volts")),
        of("current", "balise_battery_current_amperes", Some("balise_truth_current_amperes")),
        of("temperature", "balise_battery_temperature_celsius", None),
    ]
}

/// What only a simulation knows and no estimate answers.
fn truth() -> Vec<Panel> {
    let of = |key, metric: &'static str| {
        Panel::of(key, View::Lines, &[metric], vec![Query::said("truth", chosen_shown(metric))]).wide(12)
    };
    vec![
        of("truth-panel-power", "balise_truth_panel_power_watts"),
        of("truth-unpowered", "balise_truth_unpowered"),
    ]
}

/// What the sign is doing, and how long ago somebody did what to the battery: what the crew writes down.
fn told_by_the_crew() -> Vec<Panel> {
    let state = "balise_sign_state";
    let doing = Query::by("{{state}}", format!("max by (state) ({})", chosen(state)));
    let ago = |key, metric: &'static str| {
        let query = Query::said("value", format!("time() - max({})", chosen(metric)));
        Panel::of(key, View::Number, &[metric], vec![query]).wide(4)
    };
    vec![
        Panel::of("sign-state", View::Lines, &[state], vec![doing]).wide(12),
        ago("battery-replaced-ago", "balise_journal_battery_replaced_timestamp_seconds"),
        ago("water-added-ago", "balise_journal_water_added_timestamp_seconds"),
        ago("visit-ago", "balise_journal_visit_timestamp_seconds"),
    ]
}

fn soh() -> Panel {
    estimated("soh", "balise_battery_soh_ratio", "balise_battery_soh_ratio_stddev", "balise_truth_soh_ratio")
}

fn resistance() -> Panel {
    estimated(
        "resistance",
        "balise_battery_internal_resistance_ohms",
        "balise_battery_internal_resistance_ohms_stddev",
        "balise_truth_internal_resistance_ohms",
    )
}

fn capacity() -> Panel {
    estimated(
        "capacity",
        "balise_battery_capacity_coulombs",
        "balise_battery_capacity_coulombs_stddev",
        "balise_truth_capacity_coulombs",
    )
}

fn survival() -> Panel {
    let nights = [
        ("one-night", "balise_battery_survival_one_night_ratio"),
        ("three-nights", "balise_battery_survival_three_nights_ratio"),
        ("seven-nights", "balise_battery_survival_seven_nights_ratio"),
    ];
    let queries = nights.map(|(key, metric)| Query::said(key, chosen(metric))).to_vec();
    Panel::of("survival", View::Lines, &nights.map(|(_, metric)| metric), queries)
}

fn dark_in() -> Panel {
    let times = [
        ("dark-in-early", "balise_battery_dark_in_early_seconds"),
        ("dark-in-median", "balise_battery_dark_in_seconds"),
    ];
    let queries = times.map(|(key, metric)| Query::said(key, chosen(metric))).to_vec();
    Panel::of("dark-in", View::Lines, &times.map(|(_, metric)| metric), queries)
}

fn remaining_life() -> Panel {
    let lives = [
        ("low", "balise_battery_remaining_life_low_seconds"),
        ("high", "balise_battery_remaining_life_high_seconds"),
        ("estimate", "balise_battery_remaining_life_seconds"),
    ];
    let queries = lives.map(|(key, metric)| Query::said(key, chosen(metric))).to_vec();
    Panel::of("remaining-life", View::Band, &lives.map(|(_, metric)| metric), queries)
}

fn findings() -> Panel {
    let sensors = [
        ("voltage", "balise_sensor_voltage_fault"),
        ("current", "balise_sensor_current_fault"),
        ("temperature", "balise_sensor_temperature_fault"),
    ];
    let queries = sensors.map(|(key, metric)| Query::said(key, chosen(metric))).to_vec();
    Panel::of("findings", View::States, &sensors.map(|(_, metric)| metric), queries)
}

fn deliverable() -> Panel {
    let (metric, stddev) =
        ("balise_battery_deliverable_coulombs", "balise_battery_deliverable_coulombs_stddev");
    let edge =
        |sign: char| format!("clamp_min({metric}{BATTERY} {sign} {SIGMAS_95} * {stddev}{BATTERY}, 0) / 3600");
    let queries = vec![
        Query::said("low", edge('-')),
        Query::said("high", edge('+')),
        Query::said("estimate", chosen_shown(metric)),
    ];
    Panel::of("deliverable", View::Band, &[metric], queries)
}

/// Frames of its line, over Grafana's own window: four scrapes at least.
fn line() -> Panel {
    let counters = [
        ("good", "balise_link_frames_good_total"),
        ("bad", "balise_link_frames_bad_total"),
        ("partial", "balise_link_frames_partial_total"),
    ];
    let rate = |counter: &str| format!("rate({}[$__rate_interval])", chosen(counter));
    let queries = counters.map(|(key, counter)| Query::said(key, rate(counter))).to_vec();
    Panel::of("line", View::Lines, &counters.map(|(_, counter)| counter), queries).shown(Shown::PER_SECOND)
}
