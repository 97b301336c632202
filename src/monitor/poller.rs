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
}

impl Poller {
    /// For the devices on a port, asked from now on.
    pub fn new(seats: &[Seat]) -> Self {
        // The configuration lets only those share a port that can be told apart; a talker is not asked.
        let master = Master::new(SimTime::ZERO, seats, TIMEOUT).ok();
        Self { started: Instant::now(), master }
    }

    /// What to ask now, if anything.
    pub fn question(&mut self) -> Option<Vec<u8>> {
        let now = self.now();
        let master = self.master.as_mut()?;
        master.handle_timeout(now);
        master.poll_transmit(now)
    }

    /// Takes what the port delivered; gives what answers a question and whose it is, or all of it where
    /// nobody asks.
    pub fn heard(&mut self, bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
        let now = self.now();
        let Some(master) = &mut self.master else { return Some((0, bytes.to_vec())) };
        master.receive(now, bytes);
        master.poll_answer().map(|answer| (answer.seat, answer.bytes))
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
