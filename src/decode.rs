//! `balise decode`: a recording of a device's bytes as JSON Lines, then a summary.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::wire::{Decoder, Frame, FrameKind};
use serde_json::{Map, Value, json};
use signals::Reading;

use crate::failure::{Exit, Failure};
use crate::fields;
use crate::files;
use crate::words::Words;

/// Bytes given to the decoder at a time, so that memory does not grow with the file.
const CHUNK: usize = 4096;

/// Decodes the bytes of `path` (or of standard input for `-`) and writes to `out`.
///
/// # Errors
/// Exit 3 where the file cannot be read.
pub fn decode(kind: DeviceKind, path: &str, out: &mut dyn Write, words: Words) -> Result<Exit, Failure> {
    let raw = read(path).map_err(|error| files::unreadable(path, &error, words))?;
    let bytes = hil::capture::read_dump(&raw)
        .map_err(|error| files::not_understood(path, "dump", &line_of(error.line, words), words))?;
    let written = lines(kind, &bytes, out);
    match written {
        // Whoever reads has had enough: not our failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Ok),
        Err(error) => Err(files::unwritable("-".as_ref(), &error, words)),
        Ok(()) => Ok(Exit::Ok),
    }
}

fn read(path: &str) -> std::io::Result<Vec<u8>> {
    if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

fn line_of(line: usize, words: Words) -> String {
    words.tell("file-line", &[("line", FluentValue::from(line))])
}

fn lines(kind: DeviceKind, bytes: &[u8], out: &mut dyn Write) -> std::io::Result<()> {
    let mut decoder = Decoder::new(kind);
    for chunk in bytes.chunks(CHUNK) {
        decoder.push(chunk);
        while let Some(frame) = decoder.poll() {
            writeln!(out, "{}", line(&frame))?;
        }
    }
    decoder.finish();
    let stats = decoder.stats();
    let by_kind: BTreeMap<&str, u64> =
        FrameKind::ALL.iter().map(|kind| (kind.name(), decoder.good_total(*kind))).collect();
    let summary = json!({ "summary": {
        "frames_good": stats.frames_good_total,
        "frames_bad": stats.frames_bad_total,
        "frames_partial": stats.frames_partial_total,
        "bytes_dropped": stats.bytes_dropped_total,
        "by_kind": by_kind,
    }});
    writeln!(out, "{summary}")?;
    out.flush()
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
