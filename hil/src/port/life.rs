//! The life of a port: when to try it, and what it has been through.
//!
//! ```text
//!            ┌──────── refused, pause doubles ───────┐
//!            v                                       │
//! start ─> BackOff ── pause over ─> Trying ─── opened ─> Open, later Reopened
//!            ^                                               │
//!            └── closed, the name is free again ── Lost <────┘
//! ```
//!
//! The old descriptor must be closed before the port is looked for: while it is held, the system gives the
//! device another name. Pauses grow from 50 ms to [`PAUSE_MAX`], well within the five seconds in which a
//! device that returns must be read again. A port that is lost as soon as it is opened does not start over
//! with short pauses.

use signals::{SimTime, Span};

/// First pause before a port is tried again.
const PAUSE_MIN: Span = Span::from_millis(50);
/// Longest pause: a port that comes back is found within a second.
pub const PAUSE_MAX: Span = Span::from_millis(1_000);
/// Open for this long, a port has proved steady and its pauses start over; one that bounces is opened
/// seven times a second at most, which costs next to nothing.
const STEADY: Span = Span::from_millis(100);

/// Where a port is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortState {
    /// Not there, refused, or not yet tried: it rests.
    BackOff,
    /// Its pause is over: it may be tried now.
    Trying,
    /// Open for the first time.
    Open,
    /// It went away; its descriptor must be closed.
    Lost,
    /// Open again.
    Reopened,
}

impl PortState {
    /// The name metrics and lists use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BackOff => "back-off",
            Self::Trying => "trying",
            Self::Open => "open",
            Self::Lost => "lost",
            Self::Reopened => "reopened",
        }
    }

    /// Bytes may come.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Reopened)
    }
}

/// What a port has been through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LifeStats {
    /// Times it was opened.
    pub openings_total: u64,
    /// Times it went away.
    pub losses_total: u64,
    /// Times it could not be opened, or was another's.
    pub refusals_total: u64,
}

/// The life of one port.
#[derive(Debug, Clone)]
pub struct Life {
    state: PortState,
    since: SimTime,
    due: SimTime,
    pause: Span,
    stats: LifeStats,
}

impl Life {
    /// A port to be tried from `now` on.
    #[must_use]
    pub fn new(now: SimTime) -> Self {
        let stats = LifeStats::default();
        Self { state: PortState::BackOff, since: now, due: now, pause: PAUSE_MIN, stats }
    }

    /// Where it is.
    #[must_use]
    pub const fn state(&self) -> PortState {
        self.state
    }

    /// Since when.
    #[must_use]
    pub const fn since(&self) -> SimTime {
        self.since
    }

    /// What it has been through.
    #[must_use]
    pub const fn stats(&self) -> LifeStats {
        self.stats
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do; `None` while it waits for the
    /// caller or the line.
    #[must_use]
    pub fn next_timeout(&self) -> Option<SimTime> {
        (self.state == PortState::BackOff).then_some(self.due)
    }

    /// Time has passed: a pause may be over.
    pub fn handle_timeout(&mut self, now: SimTime) {
        if self.state == PortState::BackOff && self.due <= now {
            self.enter(PortState::Trying, now);
        }
    }

    /// It was opened.
    pub fn opened(&mut self, now: SimTime) {
        let again = self.stats.openings_total > 0;
        self.stats.openings_total += 1;
        self.enter(if again { PortState::Reopened } else { PortState::Open }, now);
    }

    /// It could not be opened, or was another's.
    pub fn refused(&mut self, now: SimTime) {
        self.stats.refusals_total += 1;
        self.rest(now);
    }

    /// It was open and went away.
    pub fn lost(&mut self, now: SimTime) {
        self.stats.losses_total += 1;
        if now - self.since >= STEADY {
            self.pause = PAUSE_MIN;
        }
        self.enter(PortState::Lost, now);
    }

    /// Its descriptor is closed.
    pub fn closed(&mut self, now: SimTime) {
        if self.state == PortState::Lost {
            self.rest(now);
        }
    }

    fn rest(&mut self, now: SimTime) {
        self.due = now + self.pause;
        self.pause = Span::from_nanos(self.pause.as_nanos() * 2).min(PAUSE_MAX);
        self.enter(PortState::BackOff, now);
    }

    fn enter(&mut self, state: PortState, now: SimTime) {
        (self.state, self.since) = (state, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses between tries of a port that is refused for a minute.
    fn pauses(life: &mut Life) -> Vec<i64> {
        let mut now = life.next_timeout().expect("it rests");
        let mut pauses = Vec::new();
        while now < SimTime::from_secs(60.0) {
            life.handle_timeout(now);
            assert_eq!(life.state(), PortState::Trying);
            life.refused(now);
            let next = life.next_timeout().expect("it rests");
            pauses.push((next - now).as_nanos() / 1_000_000);
            now = next;
        }
        pauses
    }

    #[test]
    fn pauses_double_up_to_a_ceiling_far_below_five_seconds() {
        let pauses = pauses(&mut Life::new(SimTime::ZERO));
        assert_eq!(pauses[..6], [50, 100, 200, 400, 800, 1000]);
        assert!(pauses[6..].iter().all(|pause| *pause == 1000) && pauses.len() < 70);
    }

    #[test]
    fn a_lost_port_is_not_tried_before_it_is_closed() {
        let mut life = Life::new(SimTime::ZERO);
        life.handle_timeout(SimTime::ZERO);
        life.opened(SimTime::ZERO);
        let later = SimTime::from_secs(10.0);
        life.lost(later);
        life.handle_timeout(SimTime::from_secs(99.0));
        assert_eq!((life.state(), life.next_timeout()), (PortState::Lost, None));
        life.closed(later);
        assert_eq!(life.next_timeout(), Some(later + PAUSE_MIN));
        life.handle_timeout(later + PAUSE_MIN);
        life.opened(later + PAUSE_MIN);
        assert_eq!(life.state(), PortState::Reopened);
    }

    #[test]
    fn a_port_that_is_lost_as_soon_as_it_is_opened_is_tried_ever_more_rarely() {
        let mut life = Life::new(SimTime::ZERO);
        let mut now = SimTime::ZERO;
        while now < SimTime::from_secs(60.0) {
            life.handle_timeout(now);
            life.opened(now);
            life.lost(now);
            life.closed(now);
            now = life.next_timeout().expect("it rests");
        }
        assert!(life.stats().openings_total < 70, "{:?}", life.stats());
    }
}
