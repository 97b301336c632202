//! Writes a capture.

use super::{CaptureError, Event, HEADER, PORT, SENT, STRAY};
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

    /// Says in the head what the recording is of, such as its `seed`. Nothing else comes before.
    ///
    /// # Errors
    /// [`CaptureError::BadWord`], or what the system says.
    pub fn head(&mut self, word: &str, value: &str) -> Result<(), CaptureError> {
        if word.is_empty() || word.contains(char::is_whitespace) || value.contains(['\n', '\r']) {
            return Err(CaptureError::BadWord { word: word.to_owned() });
        }
        Ok(writeln!(self.out, "@ {word} {value}")?)
    }

    /// Adds a remark.
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
        if matches!(event, Event::Bytes(&[]) | Event::Sent(&[]) | Event::Stray(&[])) {
            return Ok(());
        }
        self.line.clear();
        write!(self.line, "{source} {} {} ", stamp.monotonic.as_nanos(), stamp.wall_unix_nanos)?;
        match event {
            Event::Opened => self.line.extend_from_slice(b"opened"),
            Event::Lost => self.line.extend_from_slice(b"lost"),
            Event::Port(port) if port.is_empty() || port.contains(char::is_control) => {
                return Err(CaptureError::BadWord { word: port.to_owned() });
            }
            Event::Port(port) => {
                let word = port.replace('%', "%25").replace(' ', "%20");
                self.line.extend_from_slice(format!("{PORT}{word}").as_bytes());
            }
            Event::Bytes(bytes) => self.digits(bytes),
            Event::Sent(bytes) => {
                self.line.push(SENT as u8);
                self.digits(bytes);
            }
            Event::Stray(bytes) => {
                self.line.push(STRAY as u8);
                self.digits(bytes);
            }
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        Ok(())
    }

    fn digits(&mut self, bytes: &[u8]) {
        self.line.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
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
