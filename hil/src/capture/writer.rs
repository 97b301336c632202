//! Writes a capture.

use super::{CaptureError, Event, HEADER};
use signals::Stamp;
use std::io::Write;

/// A capture being written. Each line goes out in one call, so that a crash tears the last at most.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins a capture.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut out: W) -> Result<Self, CaptureError> {
        writeln!(out, "{HEADER}")?;
        Ok(Self { out, line: Vec::new() })
    }

    /// Adds a remark, such as the program's version or the seed of a run.
    ///
    /// # Errors
    /// What the system says.
    pub fn remark(&mut self, remark: &str) -> Result<(), CaptureError> {
        for line in remark.lines() {
            writeln!(self.out, "# {line}")?;
        }
        Ok(())
    }

    /// Adds what happened on a link. An arrival of no bytes is not written.
    ///
    /// # Errors
    /// [`CaptureError::BadName`], or what the system says.
    pub fn record(&mut self, source: &str, stamp: Stamp, event: Event<'_>) -> Result<(), CaptureError> {
        if source.is_empty() || source.starts_with('#') || source.contains(char::is_whitespace) {
            return Err(CaptureError::BadName { name: source.to_owned() });
        }
        if event == Event::Bytes(&[]) {
            return Ok(());
        }
        self.line.clear();
        write!(self.line, "{source} {} {} ", stamp.monotonic.as_nanos(), stamp.wall_unix_nanos)?;
        match event {
            Event::Opened => self.line.extend_from_slice(b"opened"),
            Event::Lost => self.line.extend_from_slice(b"lost"),
            Event::Bytes(bytes) => {
                self.line.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
            }
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        Ok(())
    }

    /// Hands everything written so far to the system.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> Result<(), CaptureError> {
        Ok(self.out.flush()?)
    }

    /// Ends the capture and gives back what it was written to.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> Result<W, CaptureError> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn digit(half: u8) -> u8 {
    if half < 10 { b'0' + half } else { b'A' + half - 10 }
}
