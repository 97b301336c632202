//! A line's rate: bytes leave one behind the other, ten bits each (8N1), whatever was handed over at once.
//!
//! ```text
//! byte k of a sending that begins at t leaves at t + (k + 1)·10/rate
//! ```
//!
//! A pseudo-terminal has no rate of its own; without this a whole block would arrive in no time. Pure: the instant is
//! an argument. Bytes are looked at in grains, so that a caller need not wake for each of them.

use signals::{SimTime, Span};
use std::collections::VecDeque;

/// Bits that a byte takes on the line, 8N1.
const BITS_PER_BYTE: f64 = 10.0;

/// The sending end of a line.
#[derive(Debug, Clone)]
pub struct Paced {
    byte: Span,
    grain_bytes: i64,
    waiting: VecDeque<u8>,
    /// When the last byte that left had left, or the first waiting one was begun.
    free_at: SimTime,
}

impl Paced {
    /// A line of this many bits a second, looked at once a `grain` or once a byte, whichever is longer.
    #[must_use]
    pub fn new(baud_rate: u32, grain: Span) -> Self {
        let byte = Span::from_secs(BITS_PER_BYTE / f64::from(baud_rate.max(1)));
        let grain_bytes = (grain.as_nanos() / byte.as_nanos().max(1)).max(1);
        Self { byte, grain_bytes, waiting: VecDeque::new(), free_at: SimTime::ZERO }
    }

    /// How long so many bytes take.
    #[must_use]
    pub fn carrying(&self, bytes: usize) -> Span {
        Span::from_nanos(self.byte.as_nanos().saturating_mul(bytes as i64))
    }

    /// Takes bytes to send, behind what waits.
    pub fn push(&mut self, now: SimTime, bytes: &[u8]) {
        self.begin(now);
        self.waiting.extend(bytes);
    }

    /// Takes bytes to send before the next line (CR LF) of the text that waits, or behind all of it: where a
    /// device puts the answer to a question that came while it was talking.
    pub fn push_between_lines(&mut self, now: SimTime, bytes: &[u8]) {
        self.begin(now);
        let mut pairs = self.waiting.iter().zip(self.waiting.iter().skip(1));
        let at = pairs.position(|pair| pair == (&b'\r', &b'\n')).unwrap_or(self.waiting.len());
        let behind = self.waiting.split_off(at);
        self.waiting.extend(bytes);
        self.waiting.extend(behind);
    }

    /// Appends the bytes that have left by `now`.
    pub fn leave(&mut self, now: SimTime, out: &mut Vec<u8>) {
        let whole = (now - self.free_at).as_nanos().div_euclid(self.byte.as_nanos().max(1));
        let count = whole.clamp(0, self.waiting.len() as i64);
        out.extend(self.waiting.drain(..count as usize));
        self.free_at += Span::from_nanos(self.byte.as_nanos() * count);
    }

    /// When the next grain of bytes has left, if any wait.
    #[must_use]
    pub fn next(&self) -> Option<SimTime> {
        let count = self.grain_bytes.min(self.waiting.len() as i64);
        (count > 0).then(|| self.free_at + Span::from_nanos(self.byte.as_nanos() * count))
    }

    /// Forgets what waits: the cable is out.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    fn begin(&mut self, now: SimTime) {
        if self.waiting.is_empty() {
            self.free_at = self.free_at.max(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Span = Span::from_millis(1);

    /// Every byte with the instant it left at, woken as the line asks to be.
    fn timed(line: &mut Paced) -> Vec<(f64, u8)> {
        let mut timed = Vec::new();
        while let Some(next) = line.next() {
            let mut out = Vec::new();
            line.leave(next, &mut out);
            assert!(!out.is_empty());
            timed.extend(out.into_iter().map(|byte| (next.as_secs(), byte)));
        }
        timed
    }

    #[test]
    fn a_block_takes_its_byte_times_and_none_comes_early() {
        let mut line = Paced::new(19_200, Span::from_millis(2));
        let start = SimTime::from_secs(7.0);
        line.push(start, &[0x55; 192]);
        let timed = timed(&mut line);
        assert_eq!(timed.len(), 192);
        for (index, (at, _)) in timed.iter().enumerate() {
            let due = 7.0 + (index + 1) as f64 * 10.0 / 19_200.0;
            assert!((due - 1e-6..due + 0.0021).contains(at), "byte {index} at {at}, due {due}");
        }
        assert!((timed[191].0 - 7.1).abs() < 1e-6, "192 bytes take a tenth of a second");
    }

    #[test]
    fn what_is_handed_over_while_the_line_is_busy_waits_its_turn() {
        let mut line = Paced::new(9_600, MILLI);
        line.push(SimTime::ZERO, &[1; 96]);
        line.push(SimTime::from_secs(0.05), &[2; 96]);
        let timed = timed(&mut line);
        assert!((timed[96].0 - 0.1).abs() < 0.002 && (timed[191].0 - 0.2).abs() < 1e-6);
    }

    #[test]
    fn an_answer_goes_between_two_lines_and_never_into_one() {
        let mut line = Paced::new(19_200, MILLI);
        line.push(SimTime::ZERO, b"V\t12\r\nI\t3\r\n");
        line.push_between_lines(SimTime::ZERO, b":7\n");
        line.push_between_lines(SimTime::ZERO, b":8\n");
        let bytes: Vec<u8> = timed(&mut line).into_iter().map(|(_, byte)| byte).collect();
        assert_eq!(bytes, b"V\t12:7\n:8\n\r\nI\t3\r\n");
        line.push_between_lines(SimTime::from_secs(1.0), b":9\n");
        assert_eq!(line.next(), Some(SimTime::from_secs(1.0) + line.carrying(1)));
    }

    #[test]
    fn nothing_waits_behind_a_cable_that_is_out() {
        let mut line = Paced::new(19_200, MILLI);
        line.push(SimTime::ZERO, b"lost");
        line.clear();
        assert_eq!(line.next(), None);
    }
}
