//! The state machine that finds TEXT blocks and HEX frames in a stream of bytes.
//!
//! ```text
//! Hunt -CR-> HuntCr -LF-> Label -TAB-> Value -CR-> Cr -LF-> Label ...
//!                           `- after "Checksum": Sum -any byte-> Hunt
//! ```
//!
//! `:` in any state but `Sum` opens a HEX frame; when it ends, the state from before goes on.

use super::block::{Block, Text};
use super::hex::{self, Hex, HexStep};
use crate::wire::FrameKind;

/// Bytes that stand in labels and values and mean nothing else: printable, and no colon.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7F {
        plain[byte] = byte != b':' as usize;
        byte += 1;
    }
    plain
};

/// Where in the TEXT the next byte falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Hunt,
    HuntCr,
    Label,
    Value,
    Cr,
    Sum,
}

/// A frame that has just ended, with the bytes it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wire) enum Found {
    /// A TEXT block that fits; `after_junk` when bytes of no frame stood before it.
    TextGood { bytes: usize, after_junk: bool },
    /// A TEXT block that does not fit, or grew past every bound.
    TextBad,
    /// A HEX frame that fits.
    HexGood { bytes: usize },
    /// A HEX frame that does not fit.
    HexBad,
}

/// The latest good frame of either kind.
#[derive(Debug, Clone, Copy)]
pub(in crate::wire) enum Body<'a> {
    Text(Text<'a>),
    Hex(&'a str),
}

/// Finds frames, one byte at a time.
#[derive(Debug, Clone)]
pub(in crate::wire) struct Parser {
    state: State,
    in_hex: bool,
    junk: bool,
    block: Block,
    hex: Hex,
}

impl Parser {
    pub(in crate::wire) fn new() -> Self {
        Self { state: State::Hunt, in_hex: false, junk: false, block: Block::new(), hex: Hex::new() }
    }

    /// Takes one byte; says when it ended a frame.
    #[inline]
    pub(in crate::wire) fn step(&mut self, byte: u8) -> Option<Found> {
        if self.in_hex {
            match self.hex.step(byte) {
                HexStep::More => return None,
                HexStep::Broken => self.in_hex = false,
                end => return self.end_hex(end),
            }
        }
        self.step_text(byte)
    }

    /// Takes a whole field, `label TAB value CR LF`, where `bytes` begin with one; how many bytes it took.
    /// The same as taking them one by one, only faster: anything unusual is left to [`step`](Self::step).
    #[inline]
    pub(in crate::wire) fn take_field(&mut self, bytes: &[u8]) -> usize {
        if self.in_hex || self.state != State::Label || !self.block.at_line_start() {
            return 0;
        }
        let field_of = |start: usize| {
            let rest = bytes.get(start..)?;
            Some(start + rest.iter().position(|byte| !PLAIN[usize::from(*byte)])?)
        };
        let Some(tab) = field_of(0).filter(|tab| bytes[*tab] == b'\t') else { return 0 };
        let Some(end) = field_of(tab + 1) else { return 0 };
        match bytes.get(..end + 2) {
            Some(line) if line.ends_with(b"\r\n") => self.block.take_field(line, tab),
            _ => 0,
        }
    }

    /// The latest good frame; meaningful right after [`step`](Self::step) has found one of the kind.
    pub(in crate::wire) fn body(&self, kind: FrameKind) -> Body<'_> {
        match kind {
            FrameKind::Text => Body::Text(self.block.text()),
            FrameKind::Hex | FrameKind::Rtu | FrameKind::Frame => Body::Hex(self.hex.text()),
        }
    }

    /// Bytes of frames that have begun and not ended.
    pub(in crate::wire) fn open_bytes(&self) -> usize {
        let text = match self.state {
            State::Hunt => 0,
            State::HuntCr => 1,
            State::Label | State::Value | State::Cr | State::Sum => self.block.len(),
        };
        text + if self.in_hex { self.hex.len() } else { 0 }
    }

    /// Gives up what has begun; the number of frames that were cut. The CR LF that both ends a line
    /// and opens a block is no frame yet.
    pub(in crate::wire) fn abandon(&mut self) -> u64 {
        let in_text = !matches!(self.state, State::Hunt | State::HuntCr) && self.block.len() > 2;
        let cut = u64::from(in_text) + u64::from(self.in_hex);
        self.state = State::Hunt;
        self.in_hex = false;
        self.junk = false;
        cut
    }

    fn step_text(&mut self, byte: u8) -> Option<Found> {
        if self.state == State::Sum {
            return Some(self.end_block(byte));
        }
        if byte == b':' {
            self.in_hex = true;
            self.hex.open();
            return None;
        }
        match self.state {
            State::Hunt | State::HuntCr => self.hunt(byte),
            State::Label => self.label(byte),
            State::Value => self.value(byte),
            State::Cr | State::Sum => self.line_feed(byte),
        }
        self.end_if_overlong()
    }

    /// Between blocks only CR LF means anything; all else is junk.
    fn hunt(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::HuntCr, b'\n') => {
                self.block.open();
                State::Label
            }
            (_, b'\r') => {
                self.junk |= self.state == State::HuntCr;
                State::HuntCr
            }
            _ => {
                self.junk = true;
                State::Hunt
            }
        };
    }

    fn label(&mut self, byte: u8) {
        match byte {
            b'\t' if self.block.label_ends() => self.state = State::Sum,
            b'\t' => self.state = State::Value,
            b'\r' => {
                self.block.misplaced(byte);
                self.state = State::Cr;
            }
            _ => self.block.character(byte),
        }
    }

    fn value(&mut self, byte: u8) {
        if byte == b'\r' {
            self.block.value_ends();
            self.state = State::Cr;
        } else {
            self.block.character(byte);
        }
    }

    fn line_feed(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.block.separator(byte);
                self.state = State::Label;
            }
            b'\r' => self.block.misplaced(byte),
            _ => {
                self.block.misplaced(byte);
                self.state = State::Value;
            }
        }
    }

    fn end_block(&mut self, checksum: u8) -> Found {
        self.state = State::Hunt;
        let after_junk = std::mem::take(&mut self.junk);
        if self.block.close(checksum) {
            Found::TextGood { bytes: self.block.len(), after_junk }
        } else {
            Found::TextBad
        }
    }

    /// Without this a line of noise that never says `Checksum` would fill memory.
    fn end_if_overlong(&mut self) -> Option<Found> {
        let in_block = !matches!(self.state, State::Hunt | State::HuntCr);
        (in_block && self.block.is_full()).then(|| {
            self.state = State::Hunt;
            Found::TextBad
        })
    }

    fn end_hex(&mut self, end: HexStep) -> Option<Found> {
        self.in_hex = false;
        Some(match end {
            HexStep::Good => Found::HexGood { bytes: self.hex.len() + 1 },
            _ => Found::HexBad,
        })
    }
}

impl<'a> Body<'a> {
    /// Labels and values as sent.
    pub(in crate::wire) fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (text, digits) = match *self {
            Body::Text(text) => (Some(text), None),
            Body::Hex(digits) => (None, hex::fields(digits)),
        };
        text.into_iter().flat_map(Text::fields).chain(digits.into_iter().flatten())
    }
}
