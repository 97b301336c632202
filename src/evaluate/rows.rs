//! Measured data: a CSV file, plain or gzipped, with the column names of the shared data sets.

use std::fs::File;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::files;
use crate::words::Words;

/// What a row says; blank cells are `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub time_secs: f64,
    pub current_amps: Option<f64>,
    pub voltage_volts: Option<f64>,
    pub temperature_celsius: Option<f64>,
    pub ambient_celsius: Option<f64>,
    /// The tester's own counter of net charge.
    pub charge_amp_hours: Option<f64>,
    pub reference: Option<f64>,
}

impl Row {
    /// The air around the battery; the battery's own temperature where only that was measured.
    pub fn air_celsius(&self) -> Option<f64> {
        self.ambient_celsius.or(self.temperature_celsius)
    }
}

/// What the estimates are scored against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// `soc_ref`: state of charge as the laboratory counts it.
    Absolute,
    /// `soc_rel`: share of what this one discharge delivered.
    Relative,
}

impl Reference {
    /// The column's name.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Absolute => "soc_ref",
            Self::Relative => "soc_rel",
        }
    }
}

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    pub reference: Option<Reference>,
    /// The line of the file that each row stands on.
    pub lines: Vec<u64>,
}

impl Table {
    /// `file:line` of a row, as messages name it.
    pub fn place(&self, path: &str, row: usize) -> String {
        let line = self.lines.get(row).copied().unwrap_or(row as u64 + 2);
        format!("{path}:{line}")
    }
}

/// Reads a file.
pub(super) fn read(path: &str, words: Words) -> Result<Table, Failure> {
    let file = File::open(path).map_err(|error| files::unreadable(path, &error, words))?;
    let source: Box<dyn Read> =
        if path.ends_with(".gz") { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source);
    let columns =
        Columns::of(path, reader.headers().map_err(|error| unreadable(path, &error, words))?, words)?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| unreadable(path, &error, words))? {
        let line = record.position().map_or(0, csv::Position::line);
        lines.push(line);
        rows.push(columns.row(&record).map_err(|column| {
            let place = format!("{path}:{line}");
            let found = columns.text(&record, column).unwrap_or_default().to_owned();
            bad(words, "evaluate-bad-cell", &[("place", &place), ("column", column), ("found", &found)])
        })?);
    }
    if rows.is_empty() {
        return Err(bad(words, "evaluate-no-rows", &[("path", path)]));
    }
    Ok(Table { rows, reference: columns.reference, lines })
}

/// Where each column is.
struct Columns {
    places: Vec<(&'static str, usize)>,
    reference: Option<Reference>,
}

const KNOWN: [&str; 8] =
    ["time_s", "current_a", "voltage_v", "temperature_c", "ambient_c", "ah_c", "soc_ref", "soc_rel"];

impl Columns {
    fn of(path: &str, header: &csv::StringRecord, words: Words) -> Result<Self, Failure> {
        let find = |name: &'static str| header.iter().position(|found| found == name).map(|at| (name, at));
        let places: Vec<(&'static str, usize)> = KNOWN.iter().filter_map(|name| find(name)).collect();
        let has = |name: &str| places.iter().any(|(found, _)| *found == name);
        let missing = if !has("time_s") {
            Some("time_s")
        } else if !has("voltage_v") && !has("current_a") {
            Some("voltage_v")
        } else {
            None
        };
        if let Some(missing) = missing {
            let found = header.iter().collect::<Vec<_>>().join(", ");
            let place = format!("{path}:1");
            let blanks = [("place", place.as_str()), ("column", missing), ("found", found.as_str())];
            return Err(bad(words, "evaluate-no-column", &blanks));
        }
        let reference = if has("soc_ref") {
            Some(Reference::Absolute)
        } else {
            has("soc_rel").then_some(Reference::Relative)
        };
        Ok(Self { places, reference })
    }

    fn row(&self, record: &csv::StringRecord) -> Result<Row, &'static str> {
        Ok(Row {
            time_secs: self.cell(record, "time_s")?.ok_or("time_s")?,
            current_amps: self.cell(record, "current_a")?,
            voltage_volts: self.cell(record, "voltage_v")?,
            temperature_celsius: self.cell(record, "temperature_c")?,
            ambient_celsius: self.cell(record, "ambient_c")?,
            charge_amp_hours: self.cell(record, "ah_c")?,
            reference: match self.reference {
                // Laboratory counters end a little outside; a state of charge cannot.
                Some(reference) => self.cell(record, reference.column())?.map(|soc| soc.clamp(0.0, 1.0)),
                None => None,
            },
        })
    }

    fn text<'r>(&self, record: &'r csv::StringRecord, column: &str) -> Option<&'r str> {
        let (_, at) = self.places.iter().find(|(name, _)| *name == column)?;
        record.get(*at)
    }

    /// A blank cell, or `nan`, was not measured.
    fn cell(&self, record: &csv::StringRecord, column: &'static str) -> Result<Option<f64>, &'static str> {
        match self.text(record, column) {
            None | Some("") => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(value) if value.is_nan() => Ok(None),
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err(column),
            },
        }
    }
}

fn unreadable(path: &str, error: &csv::Error, words: Words) -> Failure {
    let line = error.position().map_or(1, csv::Position::line);
    let (place, reason) = (format!("{path}:{line}"), error.to_string());
    bad(words, "evaluate-bad-csv", &[("place", &place), ("reason", &reason)])
}

pub(super) fn bad(words: Words, key: &str, blanks: &[(&'static str, &str)]) -> Failure {
    let blanks: Vec<(&'static str, FluentValue<'_>)> =
        blanks.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
    Failure::new(Exit::BadFile, words.tell(key, &blanks))
}
