//! Single runs: each scenario's error and alerts, and what became of everything that was broken on purpose.

use super::found::{Fault, Run};
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, UNKNOWN, names};

/// Rows on one slide.
const ROWS: usize = 12;

/// A run as the table has it.
struct Line<'a> {
    folder: &'a str,
    name: &'a str,
    seed: u64,
    passed: bool,
    rmse: Option<f64>,
    max: Option<f64>,
    covered: Option<f64>,
    alerts: [usize; 3],
}

/// The slides.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let mut slides = runs(given);
    slides.extend(faults(given));
    slides
}

fn lines<'a>(given: &Given<'a>) -> Vec<Line<'a>> {
    let single = given.runs().into_iter().flat_map(|(folder, run)| {
        run.signs.iter().enumerate().map(move |(index, sign)| Line {
            folder: &folder.name,
            name: if run.signs.len() > 1 { &sign.battery } else { &run.name },
            seed: run.seed,
            passed: run.passed,
            rmse: sign.soc_rmse,
            max: sign.soc_error_max,
            covered: sign.coverage_95,
            // Counted over the whole run, so told once.
            alerts: if index == 0 { alerts(run) } else { [0; 3] },
        })
    });
    let several = given.run_lists().into_iter().flat_map(|(folder, runs)| {
        runs.iter().map(|run| Line {
            folder: &folder.name,
            name: &run.name,
            seed: run.seed,
            passed: run.passed,
            rmse: run.soc_rmse,
            max: run.soc_error_max,
            covered: run.coverage_95,
            alerts: [run.alerts_hit, run.alerts_missed, run.false_alarms],
        })
    });
    single.chain(several).collect()
}

/// Whether each run passed.
fn verdicts(given: &Given<'_>) -> Vec<bool> {
    let single = given.runs().into_iter().map(|(_, run)| run.passed);
    let several = given.run_lists().into_iter().flat_map(|(_, runs)| runs.iter().map(|run| run.passed));
    single.chain(several).collect()
}

fn alerts(run: &Run) -> [usize; 3] {
    [run.counts.alerts_hit, run.counts.alerts_missed, run.counts.false_alarms]
}

fn runs(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let lines = lines(given);
    // A run of several signs is one run in several lines.
    let verdicts = verdicts(given);
    let failed = verdicts.iter().filter(|passed| !**passed).count();
    let worst = lines.iter().filter_map(|line| line.max).reduce(f64::max);
    let worst = talk.percent_or(worst, 1);
    let sources = || {
        let single = given.runs().into_iter().map(|(folder, _)| folder);
        names(single.chain(given.run_lists().into_iter().map(|(folder, _)| folder)))
    };
    lines
        .chunks(ROWS)
        .map(|part| Slide {
            section: talk.say("present-section-scenarios"),
            title: talk.count(
                "present-runs-title",
                failed,
                &[("runs", &verdicts.len().to_string()), ("worst", &worst)],
            ),
            lead: talk.say("present-runs-lead"),
            blocks: vec![Block::Table(table(part, talk))],
            sources: sources(),
            ..Slide::default()
        })
        .collect()
}

fn table(part: &[Line<'_>], talk: Talk) -> Table {
    let head = ["run", "folder", "seed", "verdict", "rmse", "max", "covered", "hit", "missed", "false"];
    let row = |line: &Line<'_>| {
        let [hit, missed, wrong] = line.alerts;
        let verdict = if line.passed { "report-verdict-passed" } else { "report-verdict-failed" };
        vec![
            Cell::name(line.name),
            Cell { text: line.folder.to_owned(), class: "small" },
            Cell::number(line.seed.to_string()),
            Cell { text: talk.say(verdict), class: if line.passed { "good" } else { "bad" } },
            Cell::number(talk.percent_or(line.rmse, 1)),
            Cell::number(talk.percent_or(line.max, 1)),
            Cell::number(talk.percent_or(line.covered, 1)),
            Cell::number(hit.to_string()),
            Cell::judged(missed.to_string(), missed > 0),
            Cell::judged(wrong.to_string(), wrong > 0),
        ]
    };
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: part.iter().map(row).collect(),
    }
}

fn faults(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let runs = given.runs();
    let all: Vec<(&str, &Fault)> = runs
        .iter()
        .flat_map(|(folder, run)| run.faults.iter().map(move |fault| (folder.name.as_str(), fault)))
        .collect();
    let told = all.iter().filter(|(_, fault)| fault.detection == "detected").count();
    let due = all.iter().filter(|(_, fault)| fault.detection != "not-due").count();
    all.chunks(ROWS)
        .map(|part| Slide {
            section: talk.say("present-section-scenarios"),
            title: talk.count(
                if told == due { "present-faults-all" } else { "present-faults-title" },
                due,
                &[("told", &told.to_string())],
            ),
            lead: talk.say("present-faults-lead"),
            blocks: vec![Block::Table(fault_table(part, talk))],
            sources: names(runs.iter().filter(|(_, run)| !run.faults.is_empty()).map(|(folder, _)| *folder)),
            ..Slide::default()
        })
        .collect()
}

fn fault_table(part: &[(&str, &Fault)], talk: Talk) -> Table {
    let head = ["fault", "folder", "sign", "detection", "after"];
    let row = |(folder, fault): &(&str, &Fault)| {
        let after = fault.detected_at_s.map(|at| talk.span(at - fault.from_s));
        let (class, detection) = match (fault.detection.as_str(), &fault.alert) {
            ("detected", Some(alert)) => ("good", talk.alert(alert)),
            ("not-due", _) => ("small", talk.say("report-detection-not-due")),
            _ => ("bad", talk.say("report-detection-missed")),
        };
        vec![
            Cell::name(fault_name(&fault.kind, talk)),
            Cell { text: (*folder).to_owned(), class: "small" },
            Cell::name(format!("{}, {}", fault.site, fault.battery)),
            Cell { text: detection, class },
            Cell::number(after.unwrap_or_else(|| UNKNOWN.to_owned())),
        ]
    };
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: part.iter().map(row).collect(),
    }
}

/// A fault without its strength.
#[must_use]
pub fn fault_name(kind: &str, talk: Talk) -> String {
    talk.known("present-fault-", kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    #[test]
    fn every_fault_has_a_short_name_in_both_languages() {
        for kind in signals::FaultKind::ALL {
            for words in [Words::French, Words::English] {
                let name = fault_name(kind.name(), Talk { words });
                assert_ne!(name, kind.name(), "{words:?}");
            }
        }
    }
}
