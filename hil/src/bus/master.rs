//! The master: one question on the line at a time.

use super::LATE_TIMEOUTS;
use crate::DeviceKind;
use crate::wire::{Decoder, default_address, round};
use signals::{SimTime, Span};
use std::collections::VecDeque;

/// A silent seat is asked at least this often.
const REST_MAX: Span = Span::from_millis(60_000);
/// Rest between an answer and the next question: devices need it, and more than the 3.5 characters that
/// end a Modbus frame at 9600 bits a second.
const GAP: Span = Span::from_millis(10);
/// Most bytes of one transaction that are kept.
const RECEIVED_MAX: usize = 2048;

/// A device on the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// What it is.
    pub kind: DeviceKind,
    /// Its address; the kind's usual one where absent.
    pub address: Option<u8>,
    /// How often it is asked for everything.
    pub every: Span,
}

/// Seats that cannot be told apart on one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It talks by itself.
    #[error("a {kind} speaks without being asked")]
    NotPolled {
        /// The kind.
        kind: DeviceKind,
    },
    /// Another seat would answer the same questions.
    #[error("two devices would answer as {kind}")]
    SameAddress {
        /// The kind of the second.
        kind: DeviceKind,
    },
}

/// An answer: the frame that answers the question, and nothing of what else the line delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whose it is.
    pub seat: usize,
    /// Its bytes. An echo, noise or an old frame that came with it is left out: a whole old frame would pass
    /// for news.
    pub bytes: Vec<u8>,
}

/// What became of a seat's questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatStats {
    /// Questions sent.
    pub asked_total: u64,
    /// Questions answered in time.
    pub answered_total: u64,
    /// Rounds in which every question was answered.
    pub rounds_total: u64,
    /// Questions nobody answered in time.
    pub timeouts_total: u64,
}

#[derive(Debug, Clone)]
struct State {
    decoder: Decoder,
    questions: Vec<Vec<u8>>,
    next: usize,
    every: Span,
    due: SimTime,
    silent: u32,
    stats: SeatStats,
}

#[derive(Debug, Clone)]
struct Asking {
    seat: usize,
    deadline: SimTime,
    received: Vec<u8>,
}

/// The master of one line.
#[derive(Debug, Clone)]
pub struct Master {
    seats: Vec<State>,
    timeout: Span,
    free_at: SimTime,
    asking: Option<Asking>,
    answers: VecDeque<Answer>,
    stray_bytes_total: u64,
}

impl Master {
    /// A master that asks from `now` on, and takes a question for lost after `timeout`.
    ///
    /// # Errors
    /// Where two seats cannot be told apart on one line.
    pub fn new(now: SimTime, seats: &[Seat], timeout: Span) -> Result<Self, BusError> {
        let mut names = Vec::new();
        for seat in seats {
            if !seat.kind.is_polled() {
                return Err(BusError::NotPolled { kind: seat.kind });
            }
            // Modbus devices share their addresses, whatever they are.
            let family = seat.kind.frame_kinds().first();
            let address = seat.address.or(default_address(seat.kind));
            let name = (family, if address.is_some() { None } else { Some(seat.kind) }, address);
            if names.contains(&name) {
                return Err(BusError::SameAddress { kind: seat.kind });
            }
            names.push(name);
        }
        let state = |seat: &Seat| State {
            decoder: Decoder::new(seat.kind),
            questions: round(seat.kind, seat.address),
            next: 0,
            every: seat.every,
            due: now,
            silent: 0,
            stats: SeatStats::default(),
        };
        Ok(Self {
            seats: seats.iter().map(state).collect(),
            timeout,
            free_at: now,
            asking: None,
            answers: VecDeque::new(),
            stray_bytes_total: 0,
        })
    }

    /// The question to send now, if one is due and the line is free.
    pub fn poll_transmit(&mut self, now: SimTime) -> Option<Vec<u8>> {
        if self.asking.is_some() || now < self.free_at {
            return None;
        }
        let due = self.seats.iter().enumerate().filter(|(_, seat)| seat.due <= now);
        // A round under way goes on; else whoever has waited longest.
        let (index, _) = due.min_by_key(|(_, seat)| (seat.next == 0, seat.due))?;
        let seat = self.seats.get_mut(index)?;
        let question = seat.questions.get(seat.next)?.clone();
        seat.decoder.reset();
        seat.decoder.expect(&question);
        seat.stats.asked_total += 1;
        self.asking = Some(Asking { seat: index, deadline: now + self.timeout, received: Vec::new() });
        Some(question)
    }

    /// Takes what the line delivered.
    pub fn receive(&mut self, now: SimTime, bytes: &[u8]) {
        let Some(asking) = &mut self.asking else {
            self.stray_bytes_total += bytes.len() as u64;
            return;
        };
        // What arrives after the deadline is late, even where nobody has looked at the clock yet.
        if now > asking.deadline {
            self.stray_bytes_total += bytes.len() as u64;
            return;
        }
        asking.received.extend_from_slice(bytes);
        let surplus = asking.received.len().saturating_sub(RECEIVED_MAX);
        asking.received.drain(..surplus);
        self.stray_bytes_total += surplus as u64;
        let Some(seat) = self.seats.get_mut(asking.seat) else { return };
        seat.decoder.push(bytes);
        if seat.decoder.poll().is_none() {
            return;
        }
        let place = seat.decoder.place_of_frame(asking.received.len());
        let Some(frame) = place.and_then(|place| asking.received.get(place)) else { return };
        seat.answered(now);
        self.stray_bytes_total += (asking.received.len() - frame.len()) as u64;
        self.answers.push_back(Answer { seat: asking.seat, bytes: frame.to_vec() });
        self.asking = None;
        self.free_at = now + GAP;
    }

    /// The next answer.
    pub fn poll_answer(&mut self) -> Option<Answer> {
        self.answers.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) or [`poll_transmit`](Self::poll_transmit) has
    /// something to do.
    #[must_use]
    pub fn next_timeout(&self) -> Option<SimTime> {
        match &self.asking {
            Some(asking) => Some(asking.deadline),
            None => self.seats.iter().map(|seat| seat.due.max(self.free_at)).min(),
        }
    }

    /// Time has passed: a question whose time is up is given up.
    pub fn handle_timeout(&mut self, now: SimTime) {
        let Some(asking) = self.asking.take_if(|asking| asking.deadline <= now) else { return };
        self.stray_bytes_total += asking.received.len() as u64;
        if let Some(seat) = self.seats.get_mut(asking.seat) {
            seat.timed_out(now, self.timeout);
        }
    }

    /// The seat whose question is open.
    #[must_use]
    pub fn asking(&self) -> Option<usize> {
        self.asking.as_ref().map(|asking| asking.seat)
    }

    /// What became of a seat's questions.
    #[must_use]
    pub fn stats(&self, seat: usize) -> SeatStats {
        self.seats.get(seat).map(|seat| seat.stats).unwrap_or_default()
    }

    /// Bytes that answered no question, or not in time.
    #[must_use]
    pub const fn stray_bytes_total(&self) -> u64 {
        self.stray_bytes_total
    }
}

impl State {
    fn answered(&mut self, now: SimTime) {
        self.silent = 0;
        self.stats.answered_total += 1;
        self.next += 1;
        if self.next == self.questions.len() {
            self.next = 0;
            self.stats.rounds_total += 1;
            // Absolute deadlines; what was missed is not made up for.
            while self.due <= now {
                self.due += self.every;
            }
        }
    }

    /// Its late answer must have come or never come before it is asked again. What it is asked then is the
    /// next question: a device that knows no answer to one may know the others'.
    fn timed_out(&mut self, now: SimTime, timeout: Span) {
        self.stats.timeouts_total += 1;
        self.silent = (self.silent + 1).min(16);
        self.next = (self.next + 1) % self.questions.len().max(1);
        let late = Span::from_nanos(timeout.as_nanos().saturating_mul(LATE_TIMEOUTS + 1));
        let rest = Span::from_nanos(self.every.as_nanos().saturating_mul(1 << (self.silent - 1)));
        self.due = now + rest.min(REST_MAX).max(late);
    }
}
