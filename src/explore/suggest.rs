//! Rules for `balise clean`, proposed from what was found: a start for a person to edit, not a verdict.

use std::fmt::Write;

use super::find::{Finding, Kind};
use super::{Explored, file_name};

/// Blanks are filled up to so many steps of the log.
const STEPS_FILLED: f64 = 5.0;

/// A file of rules; the rules of several logs are told once each.
pub(super) fn rules(logs: &[Explored]) -> String {
    let names: Vec<String> = logs.iter().map(|log| file_name(&log.table.path)).collect();
    let mut text = format!(
        "# Proposed by `balise explore` for {}. Read every rule before you use it:\n\
         # balise clean LOG --rules THIS --out CLEANED\nbalise_clean = 1\n",
        names.join(", ").replace(['\n', '\r'], " ")
    );
    let mut told: Vec<String> = Vec::new();
    for rule in ordered(logs) {
        if !told.contains(&rule) {
            text.push_str(&rule);
            told.push(rule);
        }
    }
    text
}

/// Time first, then units and signs, then what has to go, then what can be filled.
fn ordered(logs: &[Explored]) -> Vec<String> {
    let each = |of: fn(&Explored) -> Vec<String>| logs.iter().flat_map(of).collect::<Vec<String>>();
    [each(of_time), each(of_units), each(removed), each(filled)].concat()
}

fn has(log: &Explored, kind: Kind) -> bool {
    log.findings.iter().any(|finding| finding.kind == kind)
}

fn rule(action: &str, lines: &[String]) -> String {
    let mut text = format!("\n[[rule]]\ndo = \"{action}\"\n");
    for line in lines {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn of_time(log: &Explored) -> Vec<String> {
    let mut rules = Vec::new();
    if has(log, Kind::Dst) {
        rules.push(
            "\n# Summer time on a clock that does not tell its zone; say which zone it is of, and uncomment.\n\
             # [[rule]]\n# do = \"time-zone\"\n# zone = \"America/Toronto\"\n"
                .to_owned(),
        );
    }
    let plain = [
        (Kind::Duplicate, "drop-duplicates"),
        (Kind::ClockJump, "mend-clock"),
        (Kind::OutOfOrder, "sort-by-time"),
    ];
    rules.extend(plain.iter().filter(|(kind, _)| has(log, *kind)).map(|(_, action)| rule(action, &[])));
    rules
}

/// All only where every row was found: one sound row would be spoilt.
fn scope(log: &Explored, finding: &Finding) -> &'static str {
    let is_whole = finding.rows() >= log.table.rows();
    if is_whole { "where = \"all\"" } else { "where = \"findings\"" }
}

fn of_units(log: &Explored) -> Vec<String> {
    let mut rules = Vec::new();
    for finding in &log.findings {
        let Some(name) = &finding.column else { continue };
        let column = format!("column = {}", quoted(name));
        let scope = scope(log, finding).to_owned();
        match finding.kind {
            Kind::SuspectUnit => {
                let own = log.table.columns.iter().find(|column| column.name == *name);
                let Some((from, to)) = finding.unit.zip(own.and_then(|column| column.unit_or_base())) else {
                    continue;
                };
                let lines = [column, format!("from = \"{from}\""), format!("to = \"{}\"", to.name), scope];
                rules.push(rule("convert", &lines));
            }
            Kind::SuspectSign => rules.push(rule("flip-sign", &[column, scope])),
            _ => {}
        }
    }
    rules
}

fn removed(log: &Explored) -> Vec<String> {
    let kinds: Vec<String> = [Kind::Impossible, Kind::Spike, Kind::Stuck]
        .into_iter()
        .filter(|kind| has(log, *kind))
        .map(|kind| format!("\"{}\"", kind.name()))
        .collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    vec![rule("remove-findings", &[format!("kinds = [{}]", kinds.join(", "))])]
}

fn filled(log: &Explored) -> Vec<String> {
    let blanks = [Kind::Missing, Kind::Spike, Kind::Impossible, Kind::TruncatedRow];
    let Some(pace) = log.table.pace.filter(|_| blanks.iter().any(|kind| has(log, *kind))) else {
        return Vec::new();
    };
    let seconds = (STEPS_FILLED * pace).max(0.001);
    let lines = ["how = \"interpolate\"".to_owned(), format!("seconds_max = {seconds:.3}")];
    vec![rule("fill-gaps", &lines)]
}
