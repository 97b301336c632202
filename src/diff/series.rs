//! The values in a file: each source's quantities over time, read from whatever holds decoded or
//! decodable values.
//!
//! | file                                        | source           | time                          |
//! | ------------------------------------------- | ---------------- | ----------------------------- |
//! | capture                                     | its sources      | monotonic stamp, s            |
//! | raw bytes, hex dump                         | `device`         | none: the frame's number      |
//! | `trace.csv`, estimates, truth; a run folder | `site/battery`   | `time_s`                      |

use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use hil::wire::{Decoder, Frame};
use hil::{DeviceKind, Gather};
use signals::SimTime;

use crate::capture::{Decoded, Kinds, Recording, begins_a_capture};
use crate::decode::{self, Input};
use crate::failure::Failure;
use crate::fields;
use crate::files;
use crate::words::Words;

/// The first line of our tables begins so.
const TABLE: &[u8] = b"# balise_";
/// The source of a file that names none.
const ONLY: &str = "device";
/// What a run's folder holds.
const TRACE: &str = "trace.csv";

/// Time in seconds, and a value.
pub type Sample = (f64, f64);

/// The values of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Source, quantity, samples in the order of time.
    pub sources: BTreeMap<String, BTreeMap<String, Vec<Sample>>>,
    /// Times are of the run, the same in every file of it; else each recording has a beginning of its own.
    pub is_run_time: bool,
}

impl Series {
    /// Reads the file or run folder at `path`.
    ///
    /// # Errors
    /// Exit 3 where it cannot be read; exit 2 where nobody says what its devices are.
    pub fn read(path: &str, device: Option<DeviceKind>, words: Words) -> Result<Self, Failure> {
        if Path::new(path).is_dir() {
            let trace = Path::new(path).join(TRACE).display().to_string();
            return Self::read(&trace, device, words);
        }
        let mut input = decode::open(path, words)?;
        let start = input.fill_buf().map_err(|error| files::unreadable(path, &error, words))?;
        if begins_a_capture(start) {
            Self::of_capture(Recording::read(path, input, words)?, device, words)
        } else if start.starts_with(TABLE) {
            Self::of_table(path, input, words)
        } else {
            Self::of_bytes(path, input, device.ok_or_else(|| decode::no_kind(words))?, words)
        }
    }

    fn of_capture(
        mut recording: Recording,
        device: Option<DeviceKind>,
        words: Words,
    ) -> Result<Self, Failure> {
        let mut decoded = Decoded::new(Kinds::of(&recording, device));
        let mut readings = Readings::default();
        let mut last = SimTime::ZERO;
        while let Some(record) = recording.read_next()? {
            last = record.stamp.monotonic;
            if !decoded.take(&record, |frame| readings.add(record.source, last, frame)) {
                return Err(decode::no_kind(words));
            }
        }
        decoded.finish(|source, frame| readings.add(source, last, frame));
        Ok(readings.series)
    }

    fn of_bytes(path: &str, input: Input, kind: DeviceKind, words: Words) -> Result<Self, Failure> {
        let (mut decoder, mut readings, mut number) = (Decoder::new(kind), Readings::default(), 0.0);
        let mut drain = |decoder: &mut Decoder| {
            while let Some(frame) = decoder.poll() {
                readings.add(ONLY, SimTime::from_secs(number), &frame);
                number += 1.0;
            }
        };
        let fed = decode::feed(kind, path, input, words, |bytes| {
            decoder.push(bytes);
            drain(&mut decoder);
            Ok::<(), std::convert::Infallible>(())
        })?;
        match fed {
            Ok(()) => {}
            Err(never) => match never {},
        }
        decoder.finish();
        drain(&mut decoder);
        Ok(readings.series)
    }

    /// A table of ours: `time_s`, and `site` and `battery` where it has them; every other number is a
    /// quantity.
    fn of_table(path: &str, input: Input, words: Words) -> Result<Self, Failure> {
        let refused = |line: u64| {
            let line = words.tell("file-line", &[("line", FluentValue::from(line))]);
            files::not_understood(path, "table", &line, words)
        };
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(Box::new(input) as Box<dyn Read>);
        let header = reader.headers().map_err(|_| refused(2))?.clone();
        let place = |name: &str| header.iter().position(|column| column == name);
        let (Some(time), site, battery) = (place("time_s"), place("site"), place("battery")) else {
            return Err(refused(2));
        };
        let mut series = Self { is_run_time: true, ..Self::default() };
        for row in reader.records() {
            let row = row.map_err(|error| refused(error.position().map_or(0, csv::Position::line)))?;
            let line = row.position().map_or(0, csv::Position::line);
            let at = row.get(time).and_then(|cell| cell.parse().ok()).ok_or_else(|| refused(line))?;
            let name = |place: Option<usize>| place.and_then(|place| row.get(place));
            let source = match (name(site), name(battery)) {
                (Some(site), Some(battery)) => format!("{site}/{battery}"),
                _ => ONLY.to_owned(),
            };
            for (column, cell) in header.iter().zip(&row) {
                if let (false, Ok(value)) = (column == "time_s", cell.parse()) {
                    series.add(&source, at, column, value);
                }
            }
        }
        Ok(series)
    }

    fn add(&mut self, source: &str, at_secs: f64, name: &str, value: f64) {
        if !self.sources.contains_key(source) {
            self.sources.insert(source.to_owned(), BTreeMap::new());
        }
        let Some(quantities) = self.sources.get_mut(source) else { return };
        match quantities.get_mut(name) {
            Some(samples) => samples.push((at_secs, value)),
            None => {
                quantities.insert(name.to_owned(), vec![(at_secs, value)]);
            }
        }
    }
}

/// Frames joined into readings as the monitor joins them: a quantity that a device tells in several
/// frames, such as a charge controller's current and the battery's, is compared once, as it is read.
#[derive(Debug, Default)]
struct Readings {
    series: Series,
    gathers: BTreeMap<String, Gather>,
}

impl Readings {
    fn add(&mut self, source: &str, at: SimTime, frame: &Frame<'_>) {
        if !self.gathers.contains_key(source) {
            self.gathers.insert(source.to_owned(), Gather::new(frame.device()));
        }
        let reading = self.gathers.get_mut(source).and_then(|gather| gather.take(at, frame));
        for (name, value) in reading.iter().flat_map(fields::of) {
            self.series.add(source, at.as_secs(), &name, value);
        }
    }
}
