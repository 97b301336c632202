//! What bytes travel on, and what goes wrong there.
//!
//! Three lines behind one pair of traits: [`memory`], a pseudo-terminal ([`pty`], the device's end),
//! a port ([`serial`], real or pseudo, either end). [`LineFaults`] spoils bytes on their
//! way, [`Paced`] lets them out no faster than the line's rate.

mod error;
mod faults;
pub mod memory;
mod paced;
pub mod pty;
pub mod serial;

pub use error::LinkError;
pub use faults::{FaultSpans, LineFaults};
pub use paced::Paced;

use std::future::Future;

/// Where a monitor's bytes come from.
pub trait FrameSource {
    /// Waits for bytes and appends them to `buf`; how many they were, never 0. Dropping the future
    /// loses nothing. After an error the source is closed: open it again, with a pause.
    fn receive(&mut self, buf: &mut Vec<u8>) -> impl Future<Output = Result<usize, LinkError>>;
}

/// Where a device's bytes go.
pub trait ByteSink {
    /// Sends bytes; how many the line took. What nobody reads is lost, as on any serial line.
    fn send(&mut self, bytes: &[u8]) -> impl Future<Output = Result<usize, LinkError>>;
}
