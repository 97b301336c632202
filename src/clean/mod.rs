//! `balise clean`: a log mended by rules, into another file.
//!
//! ```text
//! log -> Table -> rule, rule, … (each counts what it did) -> table -> CSV
//! ```
//!
//! The original is never written to. The same log and rules give the same bytes. The result is in one dialect whatever
//! the original's: comma, point, one header, times in seconds or ISO.

mod apply;
mod fill;
mod rules;
mod write;

use std::path::PathBuf;

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use serde_json::{Value, json};

use crate::document;
use crate::explore::{self, Table};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::speech;
use crate::words::Words;

use apply::Refused;

pub use rules::{Action, Fill, Rule, parse};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The log.
    pub file: String,
    /// The rules.
    pub rules: String,
    /// The cleaned log.
    pub out: PathBuf,
    /// What the devices of a capture are, where it does not tell.
    pub device: Option<DeviceKind>,
    /// Write over it.
    pub force: bool,
    /// Nothing but JSON on standard output.
    pub json: bool,
}

/// What a rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Done {
    action: String,
    rows_before: usize,
    rows_after: usize,
    cells_changed: usize,
}

/// Cleans a log.
///
/// # Errors
/// Exit 3 where log or rules cannot be read, a rule names what the log has not, or the result cannot be written.
pub fn clean(options: &Options, words: Words) -> Result<Exit, Failure> {
    let source = files::read_text(&options.rules, words)?;
    let rules = parse(&source)
        .map_err(|complaints| document::failure(&options.rules, &source, &complaints, words))?;
    explore::refuse_originals(&options.out, &[&options.file, &options.rules], options.force, words)?;
    let zone = rules.iter().find_map(|rule| match &rule.action {
        Action::TimeZone { zone } => Some(zone.as_str()),
        _ => None,
    });
    let mut tables = explore::load(&options.file, zone, options.device, words)?;
    let (Some(mut table), true) = (tables.pop(), tables.is_empty()) else {
        let blanks = [("path", FluentValue::from(options.file.as_str()))];
        return Err(Failure::new(Exit::BadFile, words.tell("clean-several", &blanks)));
    };
    let before = counts(&table);
    let mut done = Vec::new();
    for rule in &rules {
        done.push(applied(&mut table, rule, options, words)?);
    }
    files::write_whole(&options.out, &write::csv(&table))
        .map_err(|error| files::unwritable(&options.out, &error, words))?;
    let after = counts(&table);
    if options.json {
        let result = json!({
            "balise_cleaned": 1,
            "before": counts_json(&before),
            "after": counts_json(&after),
            "rules": done.iter().map(done_json).collect::<Vec<_>>(),
        });
        speech::print(&format!("{result:#}\n"), words)?;
    } else {
        speech::print(&told(options, &before, &after, &done, words), words)?;
    }
    Ok(Exit::Ok)
}

fn applied(table: &mut Table, rule: &Rule, options: &Options, words: Words) -> Result<Done, Failure> {
    let rows_before = table.rows();
    match apply::apply(table, rule) {
        Ok(cells_changed) => {
            Ok(Done { action: rule.name.clone(), rows_before, rows_after: table.rows(), cells_changed })
        }
        Err(refused) => Err(refusal(table, rule, &refused, &options.rules, words)),
    }
}

fn refusal(table: &Table, rule: &Rule, refused: &Refused, rules: &str, words: Words) -> Failure {
    let known: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let (key, column, unit) = match refused {
        Refused::NoColumn(name) => ("clean-no-column", name.as_str(), ""),
        Refused::NameTaken(name) => ("clean-name-taken", name.as_str(), ""),
        Refused::OtherUnit { column, unit } => ("clean-other-unit", column.as_str(), *unit),
        Refused::NothingLeft => ("clean-nothing-left", "", ""),
    };
    let blanks = [
        ("path", FluentValue::from(rules.to_owned())),
        ("line", FluentValue::from(rule.line)),
        ("column", FluentValue::from(column.to_owned())),
        ("unit", FluentValue::from(unit)),
        ("known", FluentValue::from(known.join(", "))),
    ];
    Failure::new(Exit::BadFile, words.tell(key, &blanks))
}

/// Rows, cells, and findings by kind.
struct Counts {
    rows: usize,
    missing: usize,
    findings: Vec<(&'static str, usize)>,
}

fn counts(table: &Table) -> Counts {
    let (found, _) = explore::find_all(table);
    let mut findings: Vec<(&'static str, usize)> = Vec::new();
    for finding in &found {
        match findings.iter_mut().find(|(kind, _)| *kind == finding.kind.name()) {
            Some((_, count)) => *count += finding.occurrences.len(),
            None => findings.push((finding.kind.name(), finding.occurrences.len())),
        }
    }
    let blanks = |column: &explore::Column| {
        column.numbers().map_or(0, |numbers| numbers.iter().filter(|value| value.is_nan()).count())
    };
    Counts { rows: table.rows(), missing: table.columns.iter().map(blanks).sum(), findings }
}

fn counts_json(counts: &Counts) -> Value {
    let findings: serde_json::Map<String, Value> =
        counts.findings.iter().map(|(kind, count)| ((*kind).to_owned(), Value::from(*count))).collect();
    json!({ "rows": counts.rows, "missing_cells": counts.missing, "findings": findings })
}

fn done_json(done: &Done) -> Value {
    json!({
        "do": done.action,
        "rows_before": done.rows_before,
        "rows_after": done.rows_after,
        "cells_changed": done.cells_changed,
    })
}

fn told(options: &Options, before: &Counts, after: &Counts, done: &[Done], words: Words) -> String {
    let mut lines = Vec::new();
    for done in done {
        let blanks = [
            ("action", FluentValue::from(done.action.as_str())),
            ("before", FluentValue::from(done.rows_before)),
            ("after", FluentValue::from(done.rows_after)),
            ("cells", FluentValue::from(done.cells_changed)),
        ];
        lines.push(words.tell("clean-did", &blanks));
    }
    let row = |key: &str, before: usize, after: usize| {
        let blanks = [
            ("what", FluentValue::from(words.say(key))),
            ("before", FluentValue::from(before)),
            ("after", FluentValue::from(after)),
        ];
        words.tell("clean-count", &blanks)
    };
    lines.push(row("clean-rows", before.rows, after.rows));
    lines.push(row("clean-missing", before.missing, after.missing));
    let of = |counts: &Counts, kind: &str| {
        counts.findings.iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| *count)
    };
    let mut kinds: Vec<&str> = before.findings.iter().chain(&after.findings).map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        lines.push(row(&format!("explore-kind-{kind}"), of(before, kind), of(after, kind)));
    }
    let blanks = [("path", FluentValue::from(options.out.display().to_string()))];
    lines.push(words.tell("clean-written", &blanks));
    lines.join("\n") + "\n"
}
