//! Asks the polled devices on a port: the bus master, on the machine's clock.

use hil::bus::{Master, Seat};
use signals::SimTime;
use tokio::time::Instant;

/// A question that is not answered within this is lost. The slowest device answers in two bursts and
/// needs nearly all of it.
const TIMEOUT: signals::Span = signals::Span::from_millis(500);
/// Nothing to wait for: look again then.
const IDLE: std::time::Duration = std::time::Duration::from_secs(3600);

/// The master of one port, or none where the device talks by itself.
#[derive(Debug)]
pub struct Poller {
    started: Instant,
    master: Option<Master>,
    /// The seat asked last, and what came since.
    asked: usize,
    pending: Vec<u8>,
    strays: Vec<(usize, Vec<u8>)>,
}

impl Poller {
    /// For the devices on a port, asked from now on.
    pub fn new(seats: &[Seat]) -> Self {
        // The configuration lets only those share a port that can be told apart; a talker is not asked.
        let master = Master::new(SimTime::ZERO, seats, TIMEOUT).ok();
        Self::of(master)
    }

    /// One that asks nothing and takes whatever comes.
    pub fn mute() -> Self {
        Self::of(None)
    }

    fn of(master: Option<Master>) -> Self {
        Self { started: Instant::now(), master, asked: 0, pending: Vec::new(), strays: Vec::new() }
    }

    /// What to ask now, if anything, and whom.
    pub fn question(&mut self) -> Option<(usize, Vec<u8>)> {
        let now = self.now();
        let master = self.master.as_mut()?;
        master.handle_timeout(now);
        self.set_strays_aside();
        let master = self.master.as_mut()?;
        let question = master.poll_transmit(now)?;
        self.asked = master.asking().unwrap_or(self.asked);
        Some((self.asked, question))
    }

    /// The seat whose question is open; a talker's own where nobody asks.
    pub fn asking(&self) -> Option<usize> {
        self.master.as_ref().map_or(Some(0), Master::asking)
    }

    /// The seat asked last.
    pub const fn asked(&self) -> usize {
        self.asked
    }

    /// Takes what the port delivered; gives what answers a question and whose it is, or all of it where
    /// nobody asks.
    pub fn heard(&mut self, bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
        let now = self.now();
        let Some(master) = &mut self.master else { return Some((0, bytes.to_vec())) };
        self.pending.extend_from_slice(bytes);
        master.receive(now, bytes);
        if let Some(answer) = master.poll_answer() {
            self.pending.clear();
            return Some((answer.seat, answer.bytes));
        }
        self.set_strays_aside();
        None
    }

    /// What came and answers no question, with the seat asked before it.
    pub fn take_strays(&mut self) -> Vec<(usize, Vec<u8>)> {
        std::mem::take(&mut self.strays)
    }

    /// The line is gone: what has come of an answer answers nothing.
    pub fn give_up(&mut self) {
        if !self.pending.is_empty() {
            self.strays.push((self.asked, std::mem::take(&mut self.pending)));
        }
    }

    fn set_strays_aside(&mut self) {
        if self.asking().is_none() {
            self.give_up();
        }
    }

    /// When [`question`](Self::question) is worth asking for again.
    pub fn next(&self) -> Instant {
        let due = self.master.as_ref().and_then(Master::next_timeout);
        due.map_or_else(|| Instant::now() + IDLE, |due| self.started + nanos(due))
    }

    fn now(&self) -> SimTime {
        SimTime::from_secs(self.started.elapsed().as_secs_f64())
    }
}

fn nanos(time: SimTime) -> std::time::Duration {
    // A nanosecond more, or rounding would wake a moment too early, again and again.
    std::time::Duration::from_secs_f64(time.as_secs().max(0.0)) + std::time::Duration::from_micros(1)
}
