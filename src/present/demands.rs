//! What was demanded and did not come: budgets of alerts, checks of runs, said plainly.

use super::found::Check;
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, UNKNOWN};

/// Rows on one slide.
const ROWS: usize = 13;

/// A demand of a folder.
#[derive(Debug, Clone, Copy)]
pub struct Demand<'a> {
    /// The folder.
    pub folder: &'a str,
    /// What was demanded.
    pub check: &'a Check,
}

/// Every demand of every folder that lists them.
#[must_use]
pub fn all<'a>(given: &Given<'a>) -> Vec<Demand<'a>> {
    let of = |folder: &'a str, checks: &'a [Check]| {
        checks.iter().map(move |check| Demand { folder, check }).collect::<Vec<_>>()
    };
    let alerts = given.alerts().into_iter().flat_map(|(folder, it)| of(&folder.name, &it.checks));
    let runs = given.runs().into_iter().flat_map(|(folder, it)| of(&folder.name, &it.checks));
    alerts.chain(runs).collect()
}

/// How many ended so.
#[must_use]
pub fn count(demands: &[Demand<'_>], outcome: &str) -> usize {
    demands.iter().filter(|demand| demand.check.outcome == outcome).count()
}

/// The failed ones, a slide for so many; none where nothing was demanded.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let demands = all(given);
    let failed: Vec<&Demand<'_>> = demands.iter().filter(|demand| demand.check.outcome == "failed").collect();
    if demands.is_empty() {
        return Vec::new();
    }
    let skipped = count(&demands, "skipped");
    let tried = (failed.len() + count(&demands, "passed")).to_string();
    let mut folders: Vec<String> = Vec::new();
    for demand in &demands {
        if !folders.contains(&demand.folder.to_owned()) {
            folders.push(demand.folder.to_owned());
        }
    }
    let slide = |blocks: Vec<Block>| Slide {
        section: talk.say("present-section-demands"),
        title: talk.count("present-demands-title", failed.len(), &[("tried", &tried)]),
        lead: talk.count("present-demands-lead", skipped, &[]),
        blocks,
        sources: folders.clone(),
        ..Slide::default()
    };
    if failed.is_empty() {
        return vec![slide(Vec::new())];
    }
    failed.chunks(ROWS).map(|part| slide(vec![Block::Table(table(part, talk))])).collect()
}

fn table(failed: &[&Demand<'_>], talk: Talk) -> Table {
    let head = ["demand", "folder", "measured", "limit"];
    let row = |demand: &&Demand<'_>| {
        let check = demand.check;
        vec![
            Cell::name(name(&check.id, talk)),
            Cell { text: demand.folder.to_owned(), class: "small" },
            Cell::judged(value(check.measured, &check.unit, talk), true),
            Cell::number(value(check.limit, &check.unit, talk)),
        ]
    };
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: failed.iter().map(row).collect(),
    }
}

fn value(value: Option<f64>, unit: &str, talk: Talk) -> String {
    match (value, unit) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(minutes), "min") => talk.span(minutes * 60.0),
        (Some(yearly), "1/year") => talk.tell("present-yearly", &[("number", &talk.number(yearly, 2))]),
        (value, unit) => talk.quantity(value, unit),
    }
}

/// `budget.recall.ALERT` and its like in words; what is not known stands as it is.
#[must_use]
pub fn name(id: &str, talk: Talk) -> String {
    let parts: Vec<&str> = id.split('.').collect();
    match parts.as_slice() {
        ["budget", key @ ("recall" | "precision" | "false-alarms" | "delay"), alert] => {
            talk.tell(&format!("present-demand-{key}"), &[("alert", &talk.quoted(alert))])
        }
        ["due", alert, site, sign] => {
            talk.tell("present-demand-due", &[("alert", &talk.quoted(alert)), ("site", site), ("sign", sign)])
        }
        ["expected", alert, site, sign] => talk.tell(
            "present-demand-expected",
            &[("alert", &talk.quoted(alert)), ("site", site), ("sign", sign)],
        ),
        ["no-false-alarm", site, sign] => {
            talk.tell("present-demand-quiet", &[("site", site), ("sign", sign)])
        }
        ["soc-error", site, sign] => talk.tell("present-demand-soc", &[("site", site), ("sign", sign)]),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    #[test]
    fn a_demand_is_said_in_words_and_a_strange_one_as_it_is() {
        let talk = Talk { words: Words::English };
        assert!(name("budget.recall.BaliseBatteryLow", talk).contains("battery low"));
        assert!(name("soc-error.a40.pmv", talk).contains("pmv"));
        assert_eq!(name("something.else", talk), "something.else");
    }

    #[test]
    fn minutes_are_told_in_the_largest_unit_that_fits() {
        let talk = Talk { words: Words::French };
        assert_eq!(value(Some(1735.0), "min", talk), "29\u{a0}h");
        assert_eq!(value(Some(0.875), "ratio", talk), "87,5\u{a0}%");
        assert_eq!(value(None, "ratio", talk), UNKNOWN);
    }
}
