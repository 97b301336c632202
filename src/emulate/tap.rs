//! A line with a tap on it: what the instrument says and what it is told also goes into a capture.
//!
//! Written down is what the instrument said, whether or not anyone listened: as on a wire.

use std::path::Path;

use hil::capture::Event;
use hil::link::LinkError;
use hil::pace::{Clock, WallClock};
use tokio::time::Instant;

use super::{OpenLine, Options};
use crate::capture::{About, CaptureFile};
use crate::failure::Failure;
use crate::words::Words;

/// What the capture says of the instrument.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// The head.
    pub about: About,
    /// The instrument's name in it.
    pub source: String,
}

/// A line, and the tap where one was asked for.
pub struct TappedLine {
    line: OpenLine,
    is_plugged: bool,
    tap: Option<Tap>,
}

struct Tap {
    file: CaptureFile,
    source: String,
    clock: WallClock,
}

impl TappedLine {
    /// Begins the capture that `options` ask for; the line is open.
    pub fn new(line: OpenLine, options: &Options, clock: WallClock, words: Words) -> Result<Self, Failure> {
        let tap = options.capture.as_ref().map(|path| {
            let file = CaptureFile::create(path, &options.label.about, words)?;
            Ok(Tap { file, source: options.label.source.clone(), clock })
        });
        let mut line = Self { line, is_plugged: true, tap: tap.transpose()? };
        line.note_open();
        Ok(line)
    }

    /// Where clients find it.
    pub fn path(&self) -> &Path {
        self.line.path()
    }

    /// The cable is in from here on, or out.
    pub fn plug(&mut self, plugged: bool) -> Result<(), LinkError> {
        self.line.plug(plugged)?;
        if std::mem::replace(&mut self.is_plugged, plugged) == plugged {
            return Ok(());
        }
        if plugged {
            self.note_open();
        } else {
            self.note(Event::Lost);
        }
        Ok(())
    }

    /// Waits for what a host says, until `instant` at most, and appends it. Dropping the future loses nothing.
    pub async fn listen(&mut self, heard: &mut Vec<u8>, instant: Instant) -> Result<(), LinkError> {
        let before = heard.len();
        self.line.listen(heard, instant).await?;
        self.note(Event::Sent(&heard[before..]));
        Ok(())
    }

    /// The instrument speaks. What it says while the cable is out is lost, and not written down.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        if !self.is_plugged {
            return Ok(0);
        }
        self.note(Event::Bytes(bytes));
        self.line.send(bytes).await
    }

    /// Ends the capture.
    pub fn finish(&mut self, words: Words) -> Result<(), Failure> {
        self.tap.as_mut().map_or(Ok(()), |tap| tap.file.finish(words))
    }

    fn note_open(&mut self) {
        let path = self.path().display().to_string();
        self.note(Event::Port(&path));
        self.note(Event::Opened);
    }

    fn note(&mut self, event: Event<'_>) {
        if let Some(tap) = &mut self.tap {
            tap.file.record(&tap.source, tap.clock.now(), event);
            tap.file.sync_now_and_then();
        }
    }
}
