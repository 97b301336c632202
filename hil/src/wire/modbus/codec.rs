//! Finds requests and answers in a stream that has no marks: by function, length and CRC.

use super::SHORTEST;
use super::crc::fits;
use super::map::{Block, Map, Registers};
use crate::wire::FrameKind;
use crate::wire::framed::Scan;
use crate::wire::message::Message;
use signals::{Amps, Reading};

#[derive(Debug, Clone)]
pub(in crate::wire) struct Codec {
    map: Map,
    reversed: bool,
    /// What was asked last, by whom we heard it.
    asked: Option<Asked>,
    /// We ask ourselves: what answers anything else is no news, nor is the echo of our request.
    ours: bool,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    address: u8,
    function: u8,
    start: u16,
    count: u16,
}

impl Codec {
    pub(in crate::wire) const fn new(map: Map, reversed: bool) -> Self {
        Self { map, reversed, asked: None, ours: false }
    }

    pub(in crate::wire) fn expect(&mut self, request: &[u8]) {
        self.asked = asked(request);
        self.ours = true;
    }

    pub(in crate::wire) fn forget(&mut self) {
        self.asked = None;
    }

    pub(in crate::wire) fn scan(&mut self, bytes: &[u8]) -> Scan {
        // 0 is the address of everybody, and nobody answers under it.
        if bytes[0] == 0 {
            return Scan::Nothing;
        }
        let Some(&function) = bytes.get(1) else { return Scan::Wait };
        let Some(lengths) = lengths(function, bytes) else { return Scan::Wait };
        for length in lengths.into_iter().flatten() {
            let Some(frame) = bytes.get(..length) else { return Scan::Wait };
            if fits(frame) {
                return self.found(frame);
            }
        }
        Scan::Nothing
    }

    fn found(&mut self, frame: &[u8]) -> Scan {
        let length = frame.len();
        let is_answer =
            frame[1] & 0x80 != 0 || (matches!(frame[1], 1..=4) && usize::from(frame[2]) + SHORTEST == length);
        if !is_answer {
            if self.ours {
                return Scan::Passed { length };
            }
            self.asked = asked(frame);
            return Scan::Good { length, message: Box::new(request(frame)) };
        }
        let asked = self.asked.filter(|asked| asked.is_answered_by(frame));
        if self.ours && asked.is_none() {
            return Scan::Passed { length };
        }
        self.asked = self.asked.filter(|_| asked.is_none());
        Scan::Good { length, message: Box::new(self.answer(frame, asked)) }
    }

    fn answer(&self, frame: &[u8], asked: Option<Asked>) -> Message {
        let mut message = Message::new(FrameKind::Rtu);
        head(&mut message, frame, "answer");
        if frame[1] & 0x80 != 0 {
            message.note("exception", frame[2]);
            return message;
        }
        let data = &frame[3..frame.len() - 2];
        let words: Vec<u16> =
            data.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        let start = asked.map(|asked| asked.start).or_else(|| self.customary(frame[1], words.len()));
        let Some(start) = start.filter(|_| matches!(frame[1], 3 | 4)) else {
            message.note_bytes("data", data);
            return message;
        };
        if asked.is_none() {
            message.note("registers_assumed_from", format!("{start:04X}"));
        }
        for (index, word) in words.iter().enumerate() {
            message.note(format!("{:04X}", start.wrapping_add(index as u16)), word);
        }
        let reading = self.map.reading(Registers { start, words: &words });
        let reversed = self.reversed && reading.current_is_net;
        let turned = reading.current.filter(|_| reversed).map(|current| Amps::new(0.0) - current);
        let current = turned.or(reading.current);
        message.reads(Reading { current, ..reading })
    }

    /// The block that an answer of this length is, where only one customary block is so long.
    fn customary(&self, function: u8, words: usize) -> Option<u16> {
        let fits = |block: &&Block| block.function == function && usize::from(block.count) == words;
        let mut fitting = self.map.blocks().iter().filter(fits);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only.start)
    }
}

impl Asked {
    fn is_answered_by(&self, frame: &[u8]) -> bool {
        let same = frame[0] == self.address && frame[1] & 0x7F == self.function;
        same && (frame[1] & 0x80 != 0 || u16::from(frame[2]) == 2 * self.count)
    }
}

fn asked(request: &[u8]) -> Option<Asked> {
    let &[address, function, s, t, c, d, ..] = request else { return None };
    let asked =
        Asked { address, function, start: u16::from_be_bytes([s, t]), count: u16::from_be_bytes([c, d]) };
    matches!(function, 3 | 4).then_some(asked)
}

/// Lengths that a frame of this function may have, shortest first; `None` where more bytes must tell.
fn lengths(function: u8, bytes: &[u8]) -> Option<[Option<usize>; 2]> {
    Some(match function {
        1..=4 => {
            let data = usize::from(*bytes.get(2)?);
            let is_whole = data > 0 && data <= 250 && (function < 3 || data.is_multiple_of(2));
            let answer = is_whole.then_some(data + SHORTEST);
            match answer {
                Some(short) if short < 8 => [answer, Some(8)],
                _ => [Some(8), answer],
            }
        }
        5 | 6 | 0x41 => [Some(8), None],
        15 | 16 => [Some(8), Some(9 + usize::from(*bytes.get(6)?))],
        0x2B => [Some(7), None],
        0x81..=0x86 | 0x8F | 0x90 | 0xAB | 0xC1 => [Some(SHORTEST), None],
        _ => [None, None],
    })
}

fn request(frame: &[u8]) -> Message {
    let mut message = Message::new(FrameKind::Rtu);
    head(&mut message, frame, "request");
    match (frame[1], frame) {
        (1..=6, [_, _, s, t, c, d, ..]) => {
            message.note("start", format!("{:04X}", u16::from_be_bytes([*s, *t])));
            let name = if frame[1] < 5 { "count" } else { "value" };
            message.note(name, u16::from_be_bytes([*c, *d]));
        }
        _ => message.note_bytes("data", &frame[2..frame.len() - 2]),
    }
    message
}

fn head(message: &mut Message, frame: &[u8], direction: &'static str) {
    message.note("direction", direction);
    message.note("address", frame[0]);
    message.note("function", frame[1]);
}
