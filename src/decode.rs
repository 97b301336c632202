//! `balise decode`: a recording of a device's bytes as JSON Lines, then a summary.
//!
//! The file is raw bytes, a hex dump or a capture. A capture's lines tell their source and time as well,
//! and its head says what each source is unless the command line does.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::capture::DumpError;
use hil::wire::{Decoder, Frame};
use serde_json::{Map, Value, json};
use signals::{LinkStats, Reading};

use crate::capture::{Decoded, Kinds, Recording, begins_a_capture};
use crate::failure::{Exit, Failure};
use crate::fields;
use crate::files;
use crate::words::Words;

/// Bytes read at a time. A stream is decoded as it comes, in memory that does not grow with it; only a
/// hex dump, which begins with a word of its own, is read whole.
const CHUNK: usize = 4096;

/// What is read piece by piece.
pub type Input = Box<dyn BufRead>;

/// Opens `path`, or standard input for `-`; what it begins with can be looked at.
///
/// # Errors
/// Exit 3 where it cannot be read.
pub fn open(path: &str, words: Words) -> Result<Input, Failure> {
    if path == "-" {
        return Ok(Box::new(BufReader::with_capacity(CHUNK, std::io::stdin())));
    }
    let file = std::fs::File::open(path).map_err(|error| files::unreadable(path, &error, words))?;
    Ok(Box::new(BufReader::with_capacity(CHUNK, file)))
}

/// Decodes the bytes of `path` (or of standard input for `-`) and writes to `out`. A capture may say
/// itself what `kind` its devices are.
///
/// # Errors
/// Exit 2 where nobody says the kind; exit 3 where the file cannot be read, or the result not written.
pub fn decode(
    kind: Option<DeviceKind>,
    path: &str,
    out: &mut dyn Write,
    words: Words,
) -> Result<Exit, Failure> {
    let mut input = open(path, words)?;
    let start = input.fill_buf().map_err(|error| files::unreadable(path, &error, words))?;
    let written = if begins_a_capture(start) {
        capture(Recording::read(path, input, words)?, kind, out, words)?
    } else {
        let kind = kind.ok_or_else(|| no_kind(words))?;
        let mut decoding = Decoding { decoder: Decoder::new(kind), out };
        let fed = feed(kind, path, input, words, |bytes| decoding.take(bytes))?;
        fed.and_then(|()| decoding.finish())
    };
    match written {
        // Whoever reads has had enough: not our failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Ok),
        Err(error) => Err(files::unwritable("-".as_ref(), &error, words)),
        Ok(()) => Ok(Exit::Ok),
    }
}

/// Nobody has said what the device is.
#[must_use]
pub fn no_kind(words: Words) -> Failure {
    let blanks = [("argument", FluentValue::from("--device"))];
    Failure::new(Exit::Usage, words.tell("cli-error-missing-argument", &blanks))
}

/// Gives the device's bytes of a raw file or a hex dump to `take`, up to its first error.
///
/// # Errors
/// Exit 3 where the file cannot be read.
pub fn feed<E>(
    kind: DeviceKind,
    path: &str,
    mut input: Input,
    words: Words,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<Result<(), E>, Failure> {
    let unreadable = |error: std::io::Error| files::unreadable(path, &error, words);
    if may_be_dump(input.fill_buf().map_err(unreadable)?) {
        let mut file = Vec::new();
        input.read_to_end(&mut file).map_err(unreadable)?;
        // A device that is polled is understood from its answers and from what it was asked.
        let bytes =
            hil::capture::read_dump(&file, kind.is_polled()).map_err(|error| no_dump(path, &error, words))?;
        return Ok(bytes.chunks(CHUNK).try_for_each(take));
    }
    loop {
        let chunk = input.fill_buf().map_err(unreadable)?;
        let length = chunk.len();
        if length == 0 {
            return Ok(Ok(()));
        }
        if let Err(error) = take(chunk) {
            return Ok(Err(error));
        }
        input.consume(length);
    }
}

/// A dump begins with a line of hex digits or a remark; no device does.
fn may_be_dump(start: &[u8]) -> bool {
    let text = start.trim_ascii_start();
    [&b"<<<"[..], b">>>", b"#"].iter().any(|mark| text.starts_with(mark))
}

/// A dump with a line that is none.
#[must_use]
pub fn no_dump(path: &str, error: &DumpError, words: Words) -> Failure {
    let line = words.tell("file-line", &[("line", FluentValue::from(error.line))]);
    files::not_understood(path, "dump", &line, words)
}

/// A capture: as far as it goes, or as far as the result is taken.
fn capture(
    mut recording: Recording,
    kind: Option<DeviceKind>,
    out: &mut dyn Write,
    words: Words,
) -> Result<std::io::Result<()>, Failure> {
    let mut decoded = Decoded::new(Kinds::of(&recording, kind));
    let mut lines = String::new();
    while let Some(record) = recording.read_next()? {
        lines.clear();
        let at = record.stamp.monotonic.as_secs();
        if !decoded.take(&record, |frame| push_line(&mut lines, &placed(frame, record.source, Some(at)))) {
            return Err(no_kind(words));
        }
        if let Err(error) = out.write_all(lines.as_bytes()) {
            return Ok(Err(error));
        }
    }
    lines.clear();
    decoded.finish(|source, frame| push_line(&mut lines, &placed(frame, source, None)));
    push_line(&mut lines, &summary(decoded.decoders().map(|(_, decoder)| decoder)));
    Ok(out.write_all(lines.as_bytes()).and_then(|()| out.flush()))
}

fn placed(frame: &Frame<'_>, source: &str, at_secs: Option<f64>) -> Value {
    let mut line = line(frame);
    line["source"] = source.into();
    line["time_s"] = at_secs.into();
    line
}

fn push_line(lines: &mut String, value: &Value) {
    lines.push_str(&value.to_string());
    lines.push('\n');
}

struct Decoding<'o> {
    decoder: Decoder,
    out: &'o mut dyn Write,
}

impl Decoding<'_> {
    /// Decodes what came, and hands on what it led to: whoever waits for a frame sees it at once.
    fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.decoder.push(bytes);
        self.hand_on()
    }

    fn hand_on(&mut self) -> std::io::Result<()> {
        let mut lines = String::new();
        while let Some(frame) = self.decoder.poll() {
            push_line(&mut lines, &line(&frame));
        }
        self.out.write_all(lines.as_bytes())?;
        self.out.flush()
    }

    fn finish(mut self) -> std::io::Result<()> {
        self.decoder.finish();
        self.hand_on()?;
        writeln!(self.out, "{}", summary([&self.decoder].into_iter()))?;
        self.out.flush()
    }
}

/// What these decoders counted, together.
fn summary<'d>(decoders: impl Iterator<Item = &'d Decoder>) -> Value {
    let mut total = LinkStats::default();
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    for decoder in decoders {
        let stats = decoder.stats();
        total.frames_good_total += stats.frames_good_total;
        total.frames_bad_total += stats.frames_bad_total;
        total.frames_partial_total += stats.frames_partial_total;
        total.bytes_dropped_total += stats.bytes_dropped_total;
        for kind in decoder.kind().frame_kinds() {
            *by_kind.entry(kind.name()).or_default() += decoder.good_total(*kind);
        }
    }
    json!({ "summary": {
        "frames_good": total.frames_good_total,
        "frames_bad": total.frames_bad_total,
        "frames_partial": total.frames_partial_total,
        "bytes_dropped": total.bytes_dropped_total,
        "by_kind": by_kind,
    }})
}

fn line(frame: &Frame<'_>) -> Value {
    let fields: Map<String, Value> =
        frame.fields().map(|(label, value)| (label.to_owned(), Value::from(value))).collect();
    json!({ "kind": frame.kind().name(), "fields": fields, "reading": reading(&frame.reading()) })
}

/// A reading under the names of `emulate --set`; what the device did not send is left out.
fn reading(reading: &Reading) -> Value {
    Value::Object(fields::of(reading).into_iter().map(|(name, value)| (name, Value::from(value))).collect())
}
