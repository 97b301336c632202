//! What goes wrong on the line itself: bytes hit by noise, and a cable that is out. Pure: time and
//! chance are arguments, and everything done is written down.

use rand::{Rng, RngExt};
use signals::fault::Part;
use signals::{FaultEvent, FaultKind, SimTime, Stream};

/// What noise did to one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteHit {
    /// One of its bits was turned over.
    Flipped,
    /// It was lost.
    Dropped,
    /// A byte that nobody sent came before it.
    Inserted,
    /// It came twice.
    Duplicated,
}

/// One hit: when, and at which byte of all that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineHit {
    /// Instant of sending.
    pub at: SimTime,
    /// Place of the byte in everything sent so far, from 0.
    pub offset: u64,
    /// What was done to it.
    pub hit: ByteHit,
}

/// Hits kept until [`LineFaults::take_log`] is called; later ones are counted only.
const LOG_MAX: usize = 65_536;

/// The faults of one line, by schedule and by seed.
#[derive(Debug, Clone)]
pub struct LineFaults {
    stream: Stream,
    faults: Vec<FaultEvent>,
    spoiled: Vec<u8>,
    sent_total: u64,
    hits_total: u64,
    swallowed_total: u64,
    log: Vec<LineHit>,
}

impl LineFaults {
    /// The line's own faults among `faults`; the others are not its business.
    #[must_use]
    pub fn new(stream: Stream, faults: &[FaultEvent]) -> Self {
        let own = |fault: &&FaultEvent| fault.kind.part() == Part::Line;
        Self {
            stream,
            faults: faults.iter().filter(own).copied().collect(),
            spoiled: Vec::new(),
            sent_total: 0,
            hits_total: 0,
            swallowed_total: 0,
            log: Vec::new(),
        }
    }

    /// Turns the bytes sent at `now` into the bytes that arrive.
    pub fn apply(&mut self, now: SimTime, bytes: &mut Vec<u8>) {
        let sent = bytes.len() as u64;
        if self.is_pulled(now) {
            bytes.clear();
            self.swallowed_total += sent;
        } else if let Some(ratio) = self.byte_error_ratio(now) {
            self.spoil(now, ratio, bytes);
        }
        self.sent_total += sent;
    }

    /// The cable is out at `now`: a receiver sees the port vanish, and its decoder starts over.
    #[must_use]
    pub fn is_pulled(&self, now: SimTime) -> bool {
        self.faults.iter().any(|fault| fault.kind == FaultKind::CablePulled && fault.acts_at(now))
    }

    /// Bytes hit by noise.
    #[must_use]
    pub const fn hits_total(&self) -> u64 {
        self.hits_total
    }

    /// Bytes sent into a cable that was out.
    #[must_use]
    pub const fn swallowed_total(&self) -> u64 {
        self.swallowed_total
    }

    /// The hits since the last call.
    pub fn take_log(&mut self) -> Vec<LineHit> {
        std::mem::take(&mut self.log)
    }

    /// Chance that a byte is hit at `now`: the noisiest fault that acts.
    fn byte_error_ratio(&self, now: SimTime) -> Option<f64> {
        let noise = self.faults.iter().filter(|fault| fault.kind == FaultKind::LineNoise);
        let ratio = noise.filter_map(|fault| fault.severity_at(now)).fold(0.0, f64::max);
        (ratio > 0.0).then_some(ratio.min(1.0))
    }

    fn spoil(&mut self, now: SimTime, ratio: f64, bytes: &mut Vec<u8>) {
        self.spoiled.clear();
        for (index, byte) in bytes.iter().enumerate() {
            if !self.stream.random_bool(ratio) {
                self.spoiled.push(*byte);
                continue;
            }
            let hit = self.hit(*byte);
            self.hits_total += 1;
            if self.log.len() < LOG_MAX {
                self.log.push(LineHit { at: now, offset: self.sent_total + index as u64, hit });
            }
        }
        std::mem::swap(bytes, &mut self.spoiled);
    }

    fn hit(&mut self, byte: u8) -> ByteHit {
        let draw = self.stream.next_u32();
        let [choice, bit, stray, _] = draw.to_le_bytes();
        let (hit, left): (ByteHit, &[u8]) = match choice % 4 {
            0 => (ByteHit::Flipped, &[byte ^ (1 << (bit % 8))]),
            1 => (ByteHit::Dropped, &[]),
            2 => (ByteHit::Inserted, &[stray, byte]),
            _ => (ByteHit::Duplicated, &[byte, byte]),
        };
        self.spoiled.extend_from_slice(left);
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::Seed;

    fn line(kind: FaultKind, severity: f64) -> LineFaults {
        let at = SimTime::from_secs;
        let fault = FaultEvent::new(kind, severity, at(10.0), at(20.0));
        LineFaults::new(Seed(3).stream("line"), &[fault])
    }

    fn arrive(line: &mut LineFaults, secs: f64, sent: &[u8]) -> Vec<u8> {
        let mut bytes = sent.to_vec();
        line.apply(SimTime::from_secs(secs), &mut bytes);
        bytes
    }

    #[test]
    fn noise_hits_its_share_of_bytes_in_its_time_only() {
        let mut line = line(FaultKind::LineNoise, 0.01);
        let sent = vec![0x55; 100_000];
        assert_eq!(arrive(&mut line, 9.9, &sent), sent);
        assert_ne!(arrive(&mut line, 10.0, &sent), sent);
        assert!((800..1200).contains(&line.hits_total()), "{}", line.hits_total());
        let log = line.take_log();
        assert_eq!(log.len() as u64, line.hits_total());
        assert!(log.iter().all(|hit| (100_000..200_000).contains(&hit.offset)));
        assert_eq!(arrive(&mut line, 20.0, &sent), sent);
    }

    #[test]
    fn the_same_seed_spoils_the_same_bytes() {
        let spoiled = || arrive(&mut line(FaultKind::LineNoise, 0.1), 10.0, &[7; 500]);
        assert_eq!(spoiled(), spoiled());
    }

    #[test]
    fn nothing_comes_out_of_a_pulled_cable() {
        let mut line = line(FaultKind::CablePulled, 0.0);
        assert_eq!(arrive(&mut line, 15.0, b"lost"), b"");
        assert_eq!((line.swallowed_total(), line.is_pulled(SimTime::from_secs(20.0))), (4, false));
        assert_eq!(arrive(&mut line, 20.0, b"back"), b"back");
    }
}
