//! The keeper of one port: its life and its bond together. The caller opens, reads and closes.

use super::{Bond, Found, Life, LifeStats, Mismatch, PortList, PortState, Wanted};
use signals::SimTime;

/// When to open which port.
#[derive(Debug, Clone)]
pub struct Keeper {
    life: Life,
    bond: Bond,
    mismatch: Option<Mismatch>,
}

impl Keeper {
    /// A port to be looked for from `now` on.
    #[must_use]
    pub fn new(now: SimTime, wanted: Wanted) -> Self {
        Self { life: Life::new(now), bond: Bond::new(wanted), mismatch: None }
    }

    /// Where the port is in its life.
    #[must_use]
    pub const fn state(&self) -> PortState {
        self.life.state()
    }

    /// What it has been through.
    #[must_use]
    pub const fn stats(&self) -> LifeStats {
        self.life.stats()
    }

    /// What the port is known by.
    #[must_use]
    pub const fn bond(&self) -> &Bond {
        &self.bond
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    #[must_use]
    pub fn next_timeout(&self) -> Option<SimTime> {
        self.life.next_timeout()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: SimTime) {
        self.life.handle_timeout(now);
    }

    /// The port to open now. Where none of the list is ours, the reason waits in
    /// [`take_mismatch`](Self::take_mismatch) and the port rests.
    pub fn poll_open(&mut self, now: SimTime, ports: &mut impl PortList) -> Option<Found> {
        if self.life.state() != PortState::Trying {
            return None;
        }
        match self.look(ports) {
            Ok(found) => Some(found),
            Err(mismatch) => {
                self.mismatch = Some(mismatch);
                self.life.refused(now);
                None
            }
        }
    }

    /// Why the last look found nothing.
    pub fn take_mismatch(&mut self) -> Option<Mismatch> {
        self.mismatch.take()
    }

    /// It is open. Names may have changed between the look and the opening, so the list is read again,
    /// now that the open descriptor holds the name; `false` where it is another's, and must be closed.
    pub fn opened(&mut self, now: SimTime, found: &Found, ports: &mut impl PortList) -> bool {
        match self.look(ports) {
            Ok(again) if again == *found => {
                self.bond.remember(found);
                self.life.opened(now);
                true
            }
            Ok(_) => {
                self.life.refused(now);
                false
            }
            Err(mismatch) => {
                self.mismatch = Some(mismatch);
                self.life.refused(now);
                false
            }
        }
    }

    /// It could not be opened.
    pub fn refused(&mut self, now: SimTime) {
        self.life.refused(now);
    }

    /// It went away (end of file, an error), or another device answers: close it, then say
    /// [`closed`](Self::closed).
    pub fn lost(&mut self, now: SimTime) {
        self.life.lost(now);
    }

    /// Its descriptor is closed.
    pub fn closed(&mut self, now: SimTime) {
        self.life.closed(now);
    }

    fn look(&self, ports: &mut impl PortList) -> Result<Found, Mismatch> {
        let leads_to = self.bond.wanted().name.as_ref().and_then(|name| ports.leads_to(name));
        self.bond.find(&ports.ports(), leads_to.as_deref())
    }
}
