//! What the signs use: charge and energy out of the batteries, by day, by site and by battery.

use super::model::{Choice, Column, Dashboard, Line, Panel, View, Worst};
use super::query::{Query, SITES, beside, by_battery, of_day, of_week, recorded};
use super::shown::Shown;

const OUT: &str = "balise_battery_discharged_coulombs_total";
const IN: &str = "balise_battery_charged_coulombs_total";

pub fn dashboard() -> Dashboard {
    let lines = vec![
        Line { height: 4, panels: numbers() },
        Line { height: 9, panels: vec![power_now(), energy_by_day()] },
        Line { height: 9, panels: vec![energy_by_site(), balance()] },
        Line { height: 12, panels: vec![table()] },
    ];
    Dashboard { key: "consumption", from: "now-7d", choice: Choice::Sites, lines }
}

fn numbers() -> Vec<Panel> {
    let number = |key, about: &'static str, record: String, shown: Shown| {
        let query = Query::said("value", shown.scale(&format!("sum({record})")));
        Panel::of(key, View::Number, &[about], vec![query]).shown(shown).wide(6)
    };
    let (charge, energy) = (Shown::of("balise_battery_capacity_coulombs"), Shown::WATT_HOURS);
    let day = |metric: &str| of_day(&format!("site:balise_battery_{metric}:sum_1d"), SITES);
    let week = |metric: &str| of_week(&format!("site:balise_battery_{metric}:sum_1w"), SITES);
    vec![
        number("energy-out-day", OUT, day("discharged_energy_joules"), energy),
        number("charge-out-day", OUT, day("discharged_coulombs"), charge),
        number("energy-out-week", OUT, week("discharged_energy_joules"), energy),
        number("energy-in-week", IN, week("charged_energy_joules"), energy),
    ]
}

/// Voltage times the current that flows out, by site.
fn power_now() -> Panel {
    let expr = format!("topk(20, {})", recorded("site:balise_battery_discharge_watts:sum", SITES));
    let about = ["balise_battery_voltage_volts", "balise_battery_current_amperes"];
    Panel::of("power-now", View::Lines, &about, vec![Query::by("{{site}}", expr)])
        .shown(Shown::WATTS)
        .wide(12)
}

fn energy_by_day() -> Panel {
    let of = |record: &str| Shown::WATT_HOURS.scale(&format!("sum({})", of_day(record, SITES)));
    let queries = vec![
        Query::said("out", of("site:balise_battery_discharged_energy_joules:sum_1d")),
        Query::said("in", of("site:balise_battery_charged_energy_joules:sum_1d")),
    ];
    Panel::of("energy-by-day", View::Lines, &[OUT, IN], queries).shown(Shown::WATT_HOURS).wide(12)
}

fn energy_by_site() -> Panel {
    let record = of_day("site:balise_battery_discharged_energy_joules:sum_1d", SITES);
    let expr = Shown::WATT_HOURS.scale(&format!("topk(20, {record})"));
    Panel::of("energy-by-site", View::Lines, &[OUT], vec![Query::by("{{site}}", expr)])
        .shown(Shown::WATT_HOURS)
        .wide(12)
}

/// What came in less what went out: below 0 for days, a sign lives on its reserve.
fn balance() -> Panel {
    let of = |metric: &str| of_day(&format!("site:balise_battery_{metric}_energy_joules:sum_1d"), SITES);
    let expr = format!("bottomk(20, ({} - {}) / 3600)", of("charged"), of("discharged"));
    Panel::of("balance", View::Lines, &[IN, OUT], vec![Query::by("{{site}}", expr)])
        .shown(Shown::WATT_HOURS)
        .wide(12)
}

fn table() -> Panel {
    let charge = Shown::of("balise_battery_capacity_coulombs");
    let summed = |metric: &str| of_day(&format!("battery:balise_battery_{metric}:sum_1d"), SITES);
    let most = format!("topk(100, {})", summed("discharged_energy_joules"));
    let of = |metric: &str, shown: Shown| shown.scale(&beside(&summed(metric), &most));
    let columns = vec![
        Column::new("energy-out", Shown::WATT_HOURS).worst(Worst::High),
        Column::new("energy-in", Shown::WATT_HOURS),
        Column::new("charge-out", charge),
        Column::new("charge-in", charge),
    ];
    let queries = vec![
        Query::said("energy-out", Shown::WATT_HOURS.scale(&by_battery(&most))),
        Query::said("energy-in", of("charged_energy_joules", Shown::WATT_HOURS)),
        Query::said("charge-out", of("discharged_coulombs", charge)),
        Query::said("charge-in", of("charged_coulombs", charge)),
    ];
    Panel::of("consumption-table", View::Table(columns), &[OUT, IN], queries).wide(24)
}
