//! Our own captures as tables: the bytes go through the codecs, and each whole reading is a row.

use std::collections::BTreeMap;
use std::io::BufRead;

use hil::wire::Frame;
use hil::{DeviceKind, Gather};
use signals::SimTime;

use super::clock::{Clock, ClockKind};
use super::header::meaning;
use super::table::{Cells, Column, Table};
use crate::capture::{Decoded, Kinds, Recording};
use crate::decode;
use crate::failure::Failure;
use crate::fields;
use crate::words::Words;

/// The readings of one device.
#[derive(Default)]
struct Rows {
    secs: Vec<f64>,
    columns: BTreeMap<String, Vec<f64>>,
    gather: Option<Gather>,
}

impl Rows {
    fn add(&mut self, at: SimTime, frame: &Frame<'_>) {
        let gather = self.gather.get_or_insert_with(|| Gather::new(frame.device()));
        let Some(reading) = gather.take(at, frame) else { return };
        let row = self.secs.len();
        self.secs.push(at.as_secs());
        for (name, value) in fields::of(&reading) {
            let column = self.columns.entry(name).or_default();
            column.resize(row, f64::NAN);
            column.push(value);
        }
    }

    fn table(mut self, path: &str, source: &str) -> Table {
        let rows = self.secs.len();
        let column = |(name, mut numbers): (String, Vec<f64>)| {
            numbers.resize(rows, f64::NAN);
            let (quantity, unit) = meaning(&name);
            Column { name, quantity, unit, cells: Cells::Numbers(numbers) }
        };
        let secs = std::mem::take(&mut self.secs);
        Table {
            path: path.to_owned(),
            source: Some(source.to_owned()),
            dialect: None,
            columns: self.columns.into_iter().map(column).collect(),
            time_names: vec!["time_s".to_owned()],
            clock: Some(Clock {
                secs,
                wall: None,
                kind: ClockKind::Relative,
                unreadable: Vec::new(),
                is_ambiguous: false,
            }),
            lines: (1..=rows as u32).collect(),
            spoilt: Vec::new(),
            noted: Vec::new(),
            lines_total: rows as u32,
            span: None,
            pace: None,
        }
    }
}

/// The tables of a capture, one for each device.
///
/// # Errors
/// Exit 3 where it is none; exit 2 where nobody says what its devices are.
pub fn tables(
    path: &str,
    input: Box<dyn BufRead>,
    device: Option<DeviceKind>,
    words: Words,
) -> Result<Vec<Table>, Failure> {
    let mut recording = Recording::read(path, input, words)?;
    let mut decoded = Decoded::new(Kinds::of(&recording, device));
    let mut rows: BTreeMap<String, Rows> = BTreeMap::new();
    let mut last = SimTime::ZERO;
    while let Some(record) = recording.read_next()? {
        last = record.stamp.monotonic;
        let of_source = |frame: &Frame<'_>| {
            rows.entry(record.source.to_owned()).or_default().add(last, frame);
        };
        if !decoded.take(&record, of_source) {
            return Err(decode::no_kind(words));
        }
    }
    decoded.finish(|source, frame| rows.entry(source.to_owned()).or_default().add(last, frame));
    Ok(rows
        .into_iter()
        .filter(|(_, rows)| !rows.secs.is_empty())
        .map(|(source, rows)| rows.table(path, &source))
        .collect())
}
