//! A line in memory: what the device's end sends, the monitor's end receives. It can be unplugged.

use super::{ByteSink, FrameSource, LinkError};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Bytes that wait for a reader at most; later ones are lost, as in a port's buffer.
const WAITING_MAX: usize = 65_536;

/// The device's end. Dropping it unplugs the line for good.
#[derive(Debug)]
pub struct DeviceEnd {
    wire: Arc<Wire>,
}

/// The monitor's end.
#[derive(Debug)]
pub struct MonitorEnd {
    wire: Arc<Wire>,
    /// The line was plugged this many times when this end was opened; `None` after it went away.
    opened_at: Option<u64>,
}

#[derive(Debug)]
struct Wire {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<u8>,
    plugged: bool,
    /// Times the line was plugged in.
    plugs: u64,
}

/// A line that is plugged in, by its two ends.
#[must_use]
pub fn line() -> (DeviceEnd, MonitorEnd) {
    let state = State { plugged: true, plugs: 1, ..State::default() };
    let wire = Arc::new(Wire { state: Mutex::new(state), changed: Notify::new() });
    (DeviceEnd { wire: Arc::clone(&wire) }, MonitorEnd { wire, opened_at: Some(1) })
}

impl DeviceEnd {
    /// Pulls the cable: what waited is lost.
    pub fn unplug(&mut self) {
        let mut state = self.wire.state();
        state.plugged = false;
        state.waiting.clear();
        self.wire.changed.notify_one();
    }

    /// Plugs the cable in again; the monitor must open its end again too.
    pub fn replug(&mut self) {
        let mut state = self.wire.state();
        if !state.plugged {
            state.plugged = true;
            state.plugs += 1;
        }
    }
}

impl Drop for DeviceEnd {
    fn drop(&mut self) {
        self.unplug();
    }
}

impl ByteSink for DeviceEnd {
    async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        self.send_now(bytes)
    }
}

impl DeviceEnd {
    /// Sends without ever waiting; how many bytes the line still had room for.
    ///
    /// # Errors
    /// [`LinkError::Gone`] while it is unplugged.
    pub fn send_now(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        let mut state = self.wire.state();
        if !state.plugged {
            return Err(LinkError::Gone { path: place() });
        }
        let taken = bytes.len().min(WAITING_MAX - state.waiting.len());
        state.waiting.extend(bytes.iter().take(taken));
        self.wire.changed.notify_one();
        Ok(taken)
    }
}

impl MonitorEnd {
    /// Opens the line again after it went away.
    ///
    /// # Errors
    /// [`LinkError::NotFound`] while it is unplugged.
    pub fn reopen(&mut self) -> Result<(), LinkError> {
        let state = self.wire.state();
        if !state.plugged {
            return Err(LinkError::NotFound { path: place() });
        }
        self.opened_at = Some(state.plugs);
        Ok(())
    }
}

impl FrameSource for MonitorEnd {
    async fn receive(&mut self, buf: &mut Vec<u8>) -> Result<usize, LinkError> {
        loop {
            {
                let mut state = self.wire.state();
                if !state.plugged || self.opened_at != Some(state.plugs) {
                    self.opened_at = None;
                    return Err(LinkError::Gone { path: place() });
                }
                if !state.waiting.is_empty() {
                    let taken = state.waiting.len();
                    buf.extend(state.waiting.drain(..));
                    return Ok(taken);
                }
            }
            self.wire.changed.notified().await;
        }
    }
}

impl Wire {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for a path in this line's errors.
fn place() -> PathBuf {
    PathBuf::from("memory")
}
