//! The decoder of any device kind, and what it counts.

use super::vedirect::{Found, Parser};
use super::{Frame, FrameKind};
use crate::DeviceKind;
use signals::LinkStats;

/// Bytes in, good frames out.
///
/// Give each arrival to [`push`](Self::push), then call [`poll`](Self::poll) until it gives `None`:
/// memory is then bounded by the largest arrival and one frame.
#[derive(Debug, Clone)]
pub struct Decoder {
    kind: DeviceKind,
    parser: Parser,
    input: Vec<u8>,
    looked_at: usize,
    /// No block has ended since the stream's start: a bad sum there is the start's fault.
    fresh: bool,
    bytes_total: u64,
    bytes_good_total: u64,
    text_good_total: u64,
    hex_good_total: u64,
    bad_total: u64,
    partial_total: u64,
}

impl Decoder {
    /// A decoder at the start of a stream from a device of this kind.
    #[must_use]
    pub fn new(kind: DeviceKind) -> Self {
        Self {
            kind,
            parser: Parser::new(),
            input: Vec::new(),
            looked_at: 0,
            fresh: true,
            bytes_total: 0,
            bytes_good_total: 0,
            text_good_total: 0,
            hex_good_total: 0,
            bad_total: 0,
            partial_total: 0,
        }
    }

    /// The device kind it was made for.
    #[must_use]
    pub const fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Takes whatever the line delivered.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes_total += bytes.len() as u64;
        self.input.extend_from_slice(bytes);
    }

    /// The next good frame; `None` means wait for more.
    pub fn poll(&mut self) -> Option<Frame<'_>> {
        while let Some(&byte) = self.input.get(self.looked_at) {
            let taken = self.parser.take_field(&self.input[self.looked_at..]);
            if taken > 0 {
                self.looked_at += taken;
                continue;
            }
            self.looked_at += 1;
            let Some(found) = self.parser.step(byte) else { continue };
            if let Some(kind) = self.count(found) {
                return Some(Frame { device: self.kind, body: self.parser.body(kind) });
            }
        }
        self.input.clear();
        self.looked_at = 0;
        None
    }

    /// The stream has ended: what is left over is a partial frame. Poll to the end first. A new
    /// stream may follow; the counts go on.
    pub fn finish(&mut self) {
        self.input.clear();
        self.looked_at = 0;
        self.partial_total += self.parser.abandon();
        self.fresh = true;
    }

    /// The port was lost: like [`finish`](Self::finish), nothing of the old stream may join the new.
    pub fn reset(&mut self) {
        self.finish();
    }

    /// Totals since the decoder was made, over all kinds of frame.
    #[must_use]
    pub fn stats(&self) -> LinkStats {
        let waiting = (self.input.len() - self.looked_at + self.parser.open_bytes()) as u64;
        LinkStats {
            bytes_total: self.bytes_total,
            frames_good_total: self.text_good_total + self.hex_good_total,
            frames_bad_total: self.bad_total,
            frames_partial_total: self.partial_total,
            bytes_dropped_total: self.bytes_total - self.bytes_good_total - waiting,
        }
    }

    /// Good frames of one kind.
    #[must_use]
    pub const fn good_total(&self, kind: FrameKind) -> u64 {
        match kind {
            FrameKind::Text => self.text_good_total,
            FrameKind::Hex => self.hex_good_total,
        }
    }

    fn count(&mut self, found: Found) -> Option<FrameKind> {
        match found {
            Found::TextGood { bytes, after_junk } => {
                // Bytes before the first block of a stream are the tail of a block cut by its start.
                self.partial_total += u64::from(self.fresh && after_junk);
                self.fresh = false;
                self.text_good_total += 1;
                self.bytes_good_total += bytes as u64;
                Some(FrameKind::Text)
            }
            Found::TextBad => {
                let total = if self.fresh { &mut self.partial_total } else { &mut self.bad_total };
                *total += 1;
                self.fresh = false;
                None
            }
            Found::HexGood { bytes } => {
                self.hex_good_total += 1;
                self.bytes_good_total += bytes as u64;
                Some(FrameKind::Hex)
            }
            Found::HexBad => {
                self.bad_total += 1;
                None
            }
        }
    }
}
