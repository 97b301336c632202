//! Frames of a binary protocol in a stream of bytes: finds them, counts them, loses none behind noise.
//!
//! The codec looks at the front of what has arrived and says what stands there. A byte that begins no
//! frame is dropped alone, so that a frame behind a false start is still found. What the codec says
//! depends on the bytes only, never on how they were chopped.

use super::codec::Codec;
use super::message::Message;
use signals::LinkStats;

/// What stands at the front of the bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scan {
    /// Too few bytes to tell.
    Wait,
    /// No frame begins here.
    Nothing,
    /// A whole frame of this length whose checksum does not fit.
    Spoiled { length: usize },
    /// A whole frame of this length that is no news of the device: what the host asked.
    Passed { length: usize },
    /// A whole frame of this length that fits.
    Good { length: usize, message: Box<Message> },
}

/// A stream of one device's frames.
#[derive(Debug, Clone)]
pub(super) struct Framed {
    codec: Codec,
    input: Vec<u8>,
    looked_at: usize,
    message: Option<Box<Message>>,
    /// Bytes of the latest good frame.
    message_bytes: usize,
    /// No frame has fitted since the stream's start: bytes before the first are a frame cut there.
    fresh: bool,
    /// The stream has ended: a frame that is not whole never will be.
    ended: bool,
    /// At the stream's end a frame stood open.
    cut: bool,
    run: Run,
    bytes_total: u64,
    bytes_good_total: u64,
    good_total: u64,
    bad_total: u64,
    partial_total: u64,
}

/// Bytes dropped one after the other.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    bytes: usize,
    /// A whole spoiled frame among them has been counted.
    counted: bool,
    /// Bytes that still belong to the spoiled frame counted last.
    spoiled_left: usize,
}

impl Framed {
    pub(super) fn new(codec: Codec) -> Self {
        Self {
            codec,
            input: Vec::new(),
            looked_at: 0,
            message: None,
            message_bytes: 0,
            fresh: true,
            ended: false,
            cut: false,
            run: Run::default(),
            bytes_total: 0,
            bytes_good_total: 0,
            good_total: 0,
            bad_total: 0,
            partial_total: 0,
        }
    }

    pub(super) fn codec_mut(&mut self) -> &mut Codec {
        &mut self.codec
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes_total += bytes.len() as u64;
        self.input.extend_from_slice(bytes);
    }

    pub(super) fn poll(&mut self) -> Option<&Message> {
        while let Some(rest) = self.input.get(self.looked_at..).filter(|rest| !rest.is_empty()) {
            match self.codec.scan(rest) {
                Scan::Wait if !self.ended => break,
                Scan::Wait => {
                    self.cut = true;
                    self.drop_byte();
                }
                Scan::Nothing => self.drop_byte(),
                Scan::Spoiled { length } => {
                    if self.run.spoiled_left == 0 {
                        self.bad_total += 1;
                        self.run.spoiled_left = length;
                    }
                    self.run.counted = true;
                    self.drop_byte();
                }
                Scan::Passed { length } => self.take(length),
                Scan::Good { length, message } => {
                    self.take(length);
                    self.message_bytes = length;
                    self.good_total += 1;
                    return Some(&**self.message.insert(message));
                }
            }
        }
        self.input.drain(..self.looked_at);
        self.looked_at = 0;
        if self.ended {
            self.close();
        }
        None
    }

    /// The latest good frame's bytes, and how many bytes behind it have not been looked at.
    pub(super) fn span(&self) -> (usize, usize) {
        (self.message_bytes, self.input.len() - self.looked_at)
    }

    pub(super) fn finish(&mut self) {
        self.ended = true;
    }

    /// Forgets what has begun: nothing of it may join what comes.
    pub(super) fn reset(&mut self) {
        self.cut |= self.input.len() > self.looked_at;
        self.input.clear();
        self.looked_at = 0;
        self.codec.forget();
        self.close();
    }

    pub(super) fn stats(&self) -> LinkStats {
        let waiting = (self.input.len() - self.looked_at) as u64;
        LinkStats {
            bytes_total: self.bytes_total,
            frames_good_total: self.good_total,
            frames_bad_total: self.bad_total,
            frames_partial_total: self.partial_total,
            bytes_dropped_total: self.bytes_total - self.bytes_good_total - waiting,
        }
    }

    fn drop_byte(&mut self) {
        self.looked_at += 1;
        self.run.bytes += 1;
        self.run.spoiled_left = self.run.spoiled_left.saturating_sub(1);
    }

    fn take(&mut self, length: usize) {
        let run = std::mem::take(&mut self.run);
        if run.bytes > 0 && !run.counted {
            if self.fresh {
                self.partial_total += 1;
            } else if run.bytes >= self.codec.shortest() {
                // Fewer bytes than a frame has are noise between frames.
                self.bad_total += 1;
            }
        }
        self.looked_at += length;
        self.bytes_good_total += length as u64;
        self.fresh = false;
        self.cut = false;
    }

    fn close(&mut self) {
        let run = std::mem::take(&mut self.run);
        let tail = !run.counted && run.bytes >= self.codec.shortest();
        self.partial_total += u64::from(std::mem::take(&mut self.cut) || tail);
        self.fresh = true;
        self.ended = false;
    }
}
