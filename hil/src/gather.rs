//! Joins what a device tells in several frames into one reading.
//!
//! A polled device tells temperature, cells and current in frames of their own. A reading is made when
//! the frame with the battery's current comes (a charge controller's: the voltage), and what that one
//! lacks is taken from the frames before it, none older than a minute. A talker's blocks are readings as
//! they are; its HEX frames say what its TEXT says, in coarser steps, and are passed over.

use crate::DeviceKind;
use crate::wire::{Frame, FrameKind};
use signals::{Reading, SimTime, Span};
use std::collections::VecDeque;

/// What was told longer ago than this is not joined with news.
const PATIENCE: Span = Span::from_millis(60_000);
/// Frames kept: a round has three at most.
const KEPT_MAX: usize = 6;

/// The frames of late.
#[derive(Debug, Clone)]
pub struct Gather {
    kind: DeviceKind,
    told: VecDeque<(SimTime, Reading)>,
}

impl Gather {
    /// For a device of this kind.
    #[must_use]
    pub const fn new(kind: DeviceKind) -> Self {
        Self { kind, told: VecDeque::new() }
    }

    /// The reading that a frame completes, if it does.
    pub fn take(&mut self, now: SimTime, frame: &Frame<'_>) -> Option<Reading> {
        if !self.kind.is_polled() {
            return (frame.kind() == FrameKind::Text).then(|| frame.reading());
        }
        let reading = frame.reading();
        if !self.completes(&reading) {
            self.keep(now, reading);
            return None;
        }
        let recent = self.told.iter().rev().take_while(|(at, _)| now - *at <= PATIENCE);
        let joined = recent.fold(reading, |joined, (_, earlier)| filled(joined, earlier));
        Some(joined)
    }

    /// The line was lost: what was told on it may be of another device.
    pub fn forget(&mut self) {
        self.told.clear();
    }

    fn completes(&self, reading: &Reading) -> bool {
        let tells = reading.voltage.is_some() || reading.current.is_some();
        tells && (reading.current_is_net || !self.kind.tells_net_current())
    }

    fn keep(&mut self, now: SimTime, reading: Reading) {
        if reading == Reading::default() {
            return;
        }
        if self.told.len() == KEPT_MAX {
            self.told.pop_front();
        }
        self.told.push_back((now, reading));
    }
}

/// The reading, with what it lacks from an earlier one; never a current of another meaning.
fn filled(reading: Reading, earlier: &Reading) -> Reading {
    let cells = if reading.cells.is_empty() { earlier.cells.clone() } else { reading.cells };
    Reading {
        voltage: reading.voltage.or(earlier.voltage),
        temperature: reading.temperature.or(earlier.temperature),
        device_soc: reading.device_soc.or(earlier.device_soc),
        consumed: reading.consumed.or(earlier.consumed),
        capacity: reading.capacity.or(earlier.capacity),
        pv_voltage: reading.pv_voltage.or(earlier.pv_voltage),
        pv_current: reading.pv_current.or(earlier.pv_current),
        pv_power: reading.pv_power.or(earlier.pv_power),
        load_current: reading.load_current.or(earlier.load_current),
        cells,
        ..reading
    }
}
