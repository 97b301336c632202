//! A capture being read. One that was cut is read up to the cut, and that is said; one of a newer version
//! is refused with exit 3.

use std::fs::File;
use std::io::{BufRead, BufReader};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::capture::{CaptureError, Reader, Record};

use super::about::DEVICE;
use crate::failure::Failure;
use crate::files;
use crate::speech;
use crate::words::Words;

/// The file.
pub struct Recording {
    path: String,
    reader: Reader<Box<dyn BufRead>>,
    words: Words,
}

/// A file that begins so is a capture, of whatever version.
#[must_use]
pub fn begins_a_capture(start: &[u8]) -> bool {
    start.starts_with(b"balise-capture ")
}

impl Recording {
    /// Opens the capture at `path`, `-` for standard input.
    ///
    /// # Errors
    /// Exit 3 where it cannot be read, or is none, or is newer than this program.
    pub fn open(path: &str, words: Words) -> Result<Self, Failure> {
        if path == "-" {
            return Self::read(path, Box::new(BufReader::new(std::io::stdin())), words);
        }
        let file = File::open(path).map_err(|error| files::unreadable(path, &error, words))?;
        Self::read(path, Box::new(BufReader::new(file)), words)
    }

    /// Reads the capture that `input` begins.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(path: &str, input: Box<dyn BufRead>, words: Words) -> Result<Self, Failure> {
        let reader = Reader::new(input).map_err(|error| refused(path, &error, words))?;
        Ok(Self { path: path.to_owned(), reader, words })
    }

    /// What the head says each source is.
    #[must_use]
    pub fn devices(&self) -> Vec<(String, DeviceKind)> {
        let told = self.reader.head().iter().filter(|(word, _)| word == DEVICE);
        told.filter_map(|(_, value)| {
            let (source, kind) = value.rsplit_once(' ')?;
            Some((source.to_owned(), kind.parse().ok()?))
        })
        .collect()
    }

    /// The next record; `None` at the end, which may be a cut.
    ///
    /// # Errors
    /// Exit 3 with the line.
    pub fn read_next(&mut self) -> Result<Option<Record<'_>>, Failure> {
        match self.reader.read() {
            Ok(record) => Ok(record),
            Err(error) => ended_early(&self.path, &error, self.words).map(|()| None),
        }
    }

    /// Gives the reader itself to `work`, which writes it as something else.
    ///
    /// # Errors
    /// Exit 3 with the line.
    pub fn turn_into(
        mut self,
        work: impl FnOnce(&mut Reader<Box<dyn BufRead>>) -> Result<u64, CaptureError>,
        out: &str,
    ) -> Result<(), Failure> {
        match work(&mut self.reader) {
            Ok(_) => Ok(()),
            // Whoever reads has had enough: not our failure.
            Err(CaptureError::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(CaptureError::Io(error)) => Err(files::unwritable(out.as_ref(), &error, self.words)),
            Err(error) => ended_early(&self.path, &error, self.words),
        }
    }
}

/// A cut is only told of.
fn ended_early(path: &str, error: &CaptureError, words: Words) -> Result<(), Failure> {
    if matches!(error, CaptureError::Torn { .. }) {
        speech::tell(&format!("{path}: {}", told(error, words)));
        return Ok(());
    }
    Err(refused(path, error, words))
}

fn refused(path: &str, error: &CaptureError, words: Words) -> Failure {
    files::not_understood(path, "capture", &told(error, words), words)
}

/// What is wrong with a capture, and in which line.
fn told(error: &CaptureError, words: Words) -> String {
    let at = |key: &str, line: u64| words.tell(key, &[("line", FluentValue::from(line))]);
    match error {
        CaptureError::NotACapture => words.say("capture-foreign"),
        CaptureError::OtherVersion { version } => {
            words.tell("capture-version", &[("version", FluentValue::from(version.as_str()))])
        }
        CaptureError::Malformed { line, .. } => at("file-line", *line),
        CaptureError::Torn { line } => at("capture-torn", *line),
        CaptureError::BadName { .. } | CaptureError::BadWord { .. } | CaptureError::Io(_) => {
            error.to_string()
        }
    }
}
