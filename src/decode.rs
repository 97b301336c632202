//! `balise decode`: a recording of a device's bytes as JSON Lines, then a summary.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::wire::{Decoder, Frame};
use serde_json::{Map, Value, json};
use signals::Reading;

use crate::failure::{Exit, Failure};
use crate::fields;
use crate::files;
use crate::words::Words;

/// Bytes read at a time. A stream is decoded as it comes, in memory that does not grow with it; only a
/// hex dump, which begins with a word of its own, is read whole.
const CHUNK: usize = 4096;

/// Decodes the bytes of `path` (or of standard input for `-`) and writes to `out`.
///
/// # Errors
/// Exit 3 where the file cannot be read, or the result not written.
pub fn decode(kind: DeviceKind, path: &str, out: &mut dyn Write, words: Words) -> Result<Exit, Failure> {
    let unreadable = |error: std::io::Error| files::unreadable(path, &error, words);
    let mut input = open(path).map_err(unreadable)?;
    let mut chunk = vec![0; CHUNK];
    let mut length = input.read(&mut chunk).map_err(unreadable)?;
    let mut decoding = Decoding { decoder: Decoder::new(kind), out };
    let mut written = Ok(());
    if may_be_dump(&chunk[..length]) {
        let mut file = chunk[..length].to_vec();
        input.read_to_end(&mut file).map_err(unreadable)?;
        // A device that is polled is understood from its answers and from what it was asked.
        let bytes = hil::capture::read_dump(&file, kind.is_polled())
            .map_err(|error| files::not_understood(path, "dump", &line_of(error.line, words), words))?;
        written = bytes.chunks(CHUNK).try_for_each(|bytes| decoding.take(bytes));
    } else {
        while length > 0 && written.is_ok() {
            written = decoding.take(&chunk[..length]);
            length = input.read(&mut chunk).map_err(unreadable)?;
        }
    }
    match written.and_then(|()| decoding.finish()) {
        // Whoever reads has had enough: not our failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Ok),
        Err(error) => Err(files::unwritable("-".as_ref(), &error, words)),
        Ok(()) => Ok(Exit::Ok),
    }
}

fn open(path: &str) -> std::io::Result<Box<dyn Read>> {
    Ok(if path == "-" { Box::new(std::io::stdin().lock()) } else { Box::new(std::fs::File::open(path)?) })
}

/// A dump begins with a line of hex digits or a remark; no device does.
fn may_be_dump(start: &[u8]) -> bool {
    let text = start.trim_ascii_start();
    [&b"<<<"[..], b">>>", b"#"].iter().any(|mark| text.starts_with(mark))
}

fn line_of(line: usize, words: Words) -> String {
    words.tell("file-line", &[("line", FluentValue::from(line))])
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
            lines.push_str(&line(&frame).to_string());
            lines.push('\n');
        }
        self.out.write_all(lines.as_bytes())?;
        self.out.flush()
    }

    fn finish(mut self) -> std::io::Result<()> {
        self.decoder.finish();
        self.hand_on()?;
        let stats = self.decoder.stats();
        let kinds = self.decoder.kind().frame_kinds();
        let by_kind: BTreeMap<&str, u64> =
            kinds.iter().map(|kind| (kind.name(), self.decoder.good_total(*kind))).collect();
        let summary = json!({ "summary": {
            "frames_good": stats.frames_good_total,
            "frames_bad": stats.frames_bad_total,
            "frames_partial": stats.frames_partial_total,
            "bytes_dropped": stats.bytes_dropped_total,
            "by_kind": by_kind,
        }});
        writeln!(self.out, "{summary}")?;
        self.out.flush()
    }
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
