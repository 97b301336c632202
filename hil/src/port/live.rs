//! A port on the machine's clock: the keeper decides, this waits, opens and closes.

use super::{BoundBy, Keeper, LifeStats, Mismatch, PortList, PortState, Wanted};
use crate::link::LinkError;
use crate::link::serial::Serial;
use signals::SimTime;
use std::time::Duration;
use tokio::time::Instant;

/// Why a port is not open.
#[derive(Debug, thiserror::Error)]
pub enum NotOpen {
    /// No port of the list is ours.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is there and cannot be opened.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// A port that is opened again and again.
#[derive(Debug)]
pub struct LivePort<L> {
    keeper: Keeper,
    ports: L,
    baud_rate: u32,
    started: Instant,
}

impl<L: PortList> LivePort<L> {
    /// A port to be looked for in this list from now on.
    #[must_use]
    pub fn new(wanted: Wanted, baud_rate: u32, ports: L) -> Self {
        Self { keeper: Keeper::new(SimTime::ZERO, wanted), ports, baud_rate, started: Instant::now() }
    }

    /// Opens the port as soon as it is there; `refused` hears each reason why not yet. Dropping the
    /// future loses nothing. An earlier [`Serial`] of it must be closed and [`lost`](Self::lost) said.
    pub async fn open(&mut self, mut refused: impl FnMut(&NotOpen)) -> Serial {
        loop {
            if let Some(due) = self.keeper.next_timeout() {
                let due = Duration::from_nanos(due.as_nanos().max(0).unsigned_abs());
                tokio::time::sleep_until(self.started + due).await;
            }
            match self.try_once().await {
                Ok(Some(port)) => return port,
                Ok(None) => {}
                Err(error) => refused(&error),
            }
        }
    }

    async fn try_once(&mut self) -> Result<Option<Serial>, NotOpen> {
        let now = self.now();
        self.keeper.handle_timeout(now);
        let Some(found) = self.keeper.poll_open(now, &mut self.ports) else {
            return self.keeper.take_mismatch().map_or(Ok(None), |mismatch| Err(mismatch.into()));
        };
        match Serial::open(&found.node, self.baud_rate).await {
            Ok(port) if self.keeper.opened(self.now(), &found, &mut self.ports) => Ok(Some(port)),
            // Another's, as the second look shows: dropped, that is closed, here.
            Ok(_) => self.keeper.take_mismatch().map_or(Ok(None), |mismatch| Err(mismatch.into())),
            Err(error) => {
                self.keeper.refused(self.now());
                Err(error.into())
            }
        }
    }

    /// The port went away, or another device answers on it; taking it here closes it.
    pub fn lost(&mut self, port: Serial) {
        self.keeper.lost(self.now());
        drop(port);
        self.keeper.closed(self.now());
    }

    /// What the port is known by, once it was open.
    #[must_use]
    pub fn bound_by(&self) -> Option<BoundBy> {
        self.keeper.bond().known().map(super::Identity::bound_by)
    }

    /// Where the port is in its life.
    #[must_use]
    pub const fn state(&self) -> PortState {
        self.keeper.state()
    }

    /// What it has been through.
    #[must_use]
    pub const fn stats(&self) -> LifeStats {
        self.keeper.stats()
    }

    fn now(&self) -> SimTime {
        SimTime::from_nanos(i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}
