//! Where estimates go. The page is one sink; remote write and an OpenMetrics file are to be others.

use std::io;

use signals::Stamp;

use crate::{BatteryId, Board, Row};

/// Takes the rows of batteries, each with the stamp of the frame it follows.
pub trait EstimateSink {
    /// The latest row of a battery that sends.
    fn publish(&mut self, at: Stamp, id: &BatteryId, row: &Row) -> io::Result<()>;

    /// The battery's device has fallen silent.
    fn silence(&mut self, at: Stamp, id: &BatteryId) -> io::Result<()>;
}

/// The page has no use for the stamp: Prometheus stamps what it scrapes.
impl EstimateSink for Board {
    fn publish(&mut self, _at: Stamp, id: &BatteryId, row: &Row) -> io::Result<()> {
        Self::publish(self, id, row);
        Ok(())
    }

    fn silence(&mut self, _at: Stamp, id: &BatteryId) -> io::Result<()> {
        Self::silence(self, id);
        Ok(())
    }
}
