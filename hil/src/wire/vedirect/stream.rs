//! A VE.Direct stream: the parser over arrivals of any length, and what it counts.

use super::parser::{Body, Found, Parser};
use crate::wire::FrameKind;
use signals::LinkStats;

/// Bytes in, TEXT blocks and HEX frames out.
#[derive(Debug, Clone)]
pub(in crate::wire) struct Stream {
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

impl Stream {
    pub(in crate::wire) fn new() -> Self {
        Self {
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

    pub(in crate::wire) fn push(&mut self, bytes: &[u8]) {
        self.bytes_total += bytes.len() as u64;
        self.input.extend_from_slice(bytes);
    }

    pub(in crate::wire) fn poll(&mut self) -> Option<Body<'_>> {
        while let Some(&byte) = self.input.get(self.looked_at) {
            let taken = self.parser.take_field(&self.input[self.looked_at..]);
            if taken > 0 {
                self.looked_at += taken;
                continue;
            }
            self.looked_at += 1;
            let Some(found) = self.parser.step(byte) else { continue };
            if let Some(kind) = self.count(found) {
                return Some(self.parser.body(kind));
            }
        }
        self.input.clear();
        self.looked_at = 0;
        None
    }

    pub(in crate::wire) fn finish(&mut self) {
        self.input.clear();
        self.looked_at = 0;
        self.partial_total += self.parser.abandon();
        self.fresh = true;
    }

    pub(in crate::wire) fn stats(&self) -> LinkStats {
        let waiting = (self.input.len() - self.looked_at + self.parser.open_bytes()) as u64;
        LinkStats {
            bytes_total: self.bytes_total,
            frames_good_total: self.text_good_total + self.hex_good_total,
            frames_bad_total: self.bad_total,
            frames_partial_total: self.partial_total,
            bytes_dropped_total: self.bytes_total - self.bytes_good_total - waiting,
        }
    }

    pub(in crate::wire) const fn good_total(&self, kind: FrameKind) -> u64 {
        match kind {
            FrameKind::Text => self.text_good_total,
            FrameKind::Hex => self.hex_good_total,
            FrameKind::Rtu | FrameKind::Frame => 0,
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
