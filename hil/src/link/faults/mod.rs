//! What goes wrong on the line itself, between a device and its host. Pure: time and chance are arguments, and
//! everything done is written down.
//!
//! ```text
//! device -send-> not sent, wrong sum or length -> cut, burst, bytes hit -> stale ahead -> late, held -receive-> host
//! host ---heard-> echo ------------------------------------------------------------------^
//! ```
//!
//! A *sending* is what a device says in one go: its block of a second, or its answer to a question. Offsets
//! count the bytes that the device has sent, spoiled or not, so that a log and a capture can be laid side by side.

mod bytes;
mod frames;
mod log;
mod schedule;

pub use log::FaultSpans;

use crate::DeviceKind;
use crate::hit::{Effect, FaultHit};
use log::Log;
use schedule::Schedule;
use signals::{FaultEvent, FaultKind, SimTime, Stream};
use std::collections::VecDeque;

/// Bytes under way at most; later ones are lost, as in an adapter's buffer.
const UNDER_WAY_MAX: usize = 65_536;
/// Most stale bytes: fewer than the shortest frame with a value has, so that no old value is told twice.
const STALE_MAX: usize = 12;

/// The faults of one line, by schedule and by seed.
#[derive(Debug, Clone)]
pub struct LineFaults {
    kind: DeviceKind,
    stream: Stream,
    schedule: Schedule,
    under_way: VecDeque<(SimTime, Vec<u8>)>,
    under_way_bytes: usize,
    /// The end of the sending before.
    before: Vec<u8>,
    sent_total: u64,
    swallowed_total: u64,
    log: Log,
}

/// A sending on its way through the faults.
struct Sending {
    at: SimTime,
    /// Place of its first byte in everything sent.
    offset: u64,
    bytes: Vec<u8>,
}

impl LineFaults {
    /// The line's own faults among `faults`, on the line of a device of this kind; the others are not its
    /// business.
    #[must_use]
    pub fn new(stream: Stream, kind: DeviceKind, faults: &[FaultEvent]) -> Self {
        Self {
            kind,
            stream,
            schedule: Schedule::new(faults),
            under_way: VecDeque::new(),
            under_way_bytes: 0,
            before: Vec::new(),
            sent_total: 0,
            swallowed_total: 0,
            log: Log::default(),
        }
    }

    /// Turns the bytes sent at `now` (none is nothing sent) into the bytes that arrive by `now`.
    pub fn apply(&mut self, now: SimTime, bytes: &mut Vec<u8>) {
        if self.schedule.is_empty() {
            self.sent_total += bytes.len() as u64;
            return;
        }
        let sent = std::mem::take(bytes);
        self.send(now, &sent);
        self.receive(now, bytes);
    }

    /// From now on a device of this kind speaks: several may share a line.
    pub const fn speaks(&mut self, kind: DeviceKind) {
        self.kind = kind;
    }

    /// The device says this in one go.
    pub fn send(&mut self, now: SimTime, said: &[u8]) {
        if said.is_empty() {
            return;
        }
        let mut sending = Sending { at: now, offset: self.sent_total, bytes: said.to_vec() };
        self.make(&mut sending);
        self.sent_total += sending.bytes.len() as u64;
        if self.is_pulled(now) {
            self.swallow(now, sending.offset, sending.bytes.len());
            return;
        }
        let tail = sending.bytes.len().saturating_sub(STALE_MAX);
        let tail = sending.bytes.get(tail..).unwrap_or_default().to_vec();
        self.spoil(&mut sending);
        self.put_stale_ahead(&mut sending);
        self.before = tail;
        self.put_under_way(sending);
    }

    /// The host says this: a line that echoes gives it back.
    pub fn heard(&mut self, now: SimTime, said: &[u8]) {
        if said.is_empty()
            || self.is_pulled(now)
            || self.schedule.acting(FaultKind::LineEchoes, now).is_none()
        {
            return;
        }
        let offset = self.sent_total;
        self.log.note(now, FaultKind::LineEchoes, offset, Effect::Echoed(said.len() as u64));
        self.put_under_way(Sending { at: now, offset, bytes: said.to_vec() });
    }

    /// Appends what has arrived by `now`; what is under way when the cable goes is lost.
    pub fn receive(&mut self, now: SimTime, out: &mut Vec<u8>) {
        if self.is_pulled(now) {
            let lost = std::mem::take(&mut self.under_way_bytes);
            self.under_way.clear();
            if lost > 0 {
                self.swallow(now, self.sent_total, lost);
            }
            return;
        }
        while let Some((_, bytes)) = self.under_way.pop_front_if(|(arrival, _)| *arrival <= now) {
            self.under_way_bytes -= bytes.len();
            out.extend_from_slice(&bytes);
        }
    }

    /// When the next bytes arrive, if any are under way.
    #[must_use]
    pub fn next_arrival(&self) -> Option<SimTime> {
        self.under_way.front().map(|(arrival, _)| *arrival)
    }

    /// The cable is out at `now`: a receiver sees the port vanish, and its decoder starts over.
    #[must_use]
    pub fn is_pulled(&self, now: SimTime) -> bool {
        self.schedule.acting(FaultKind::CablePulled, now).is_some()
    }

    /// Bytes the device has sent.
    #[must_use]
    pub const fn sent_total(&self) -> u64 {
        self.sent_total
    }

    /// Bytes sent into a cable that was out, or into a full buffer.
    #[must_use]
    pub const fn swallowed_total(&self) -> u64 {
        self.swallowed_total
    }

    /// Times a fault did something.
    #[must_use]
    pub const fn hits_total(&self) -> u64 {
        self.log.total()
    }

    /// What the faults have done since the last call. At most 65,536 are kept; later ones are counted only.
    pub fn take_log(&mut self) -> Vec<FaultHit> {
        self.log.take()
    }

    fn swallow(&mut self, now: SimTime, offset: u64, bytes: usize) {
        self.swallowed_total += bytes as u64;
        self.log.note(now, FaultKind::CablePulled, offset, Effect::Lost(bytes as u64));
    }

    fn put_under_way(&mut self, sending: Sending) {
        let Sending { at, offset, bytes } = sending;
        if bytes.is_empty() {
            return;
        }
        let (arrival, cause) = self.schedule.arrival(at);
        // Nothing overtakes what was sent before it.
        let arrival = self.under_way.back().map_or(arrival, |(last, _)| arrival.max(*last));
        if let Some(kind) = cause {
            let room = UNDER_WAY_MAX.saturating_sub(self.under_way_bytes);
            if bytes.len() > room {
                self.swallowed_total += bytes.len() as u64;
                self.log.note(at, kind, offset, Effect::Lost(bytes.len() as u64));
                return;
            }
            self.log.note(at, kind, offset, Effect::Late(bytes.len() as u64, arrival - at));
        }
        self.under_way_bytes += bytes.len();
        self.under_way.push_back((arrival, bytes));
    }
}

#[cfg(test)]
mod tests;
