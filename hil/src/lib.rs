//! The world's edge: what turns readings into bytes, carries them, and turns bytes into readings again.
//!
//! - [`wire`]: codecs, pure: bytes in any chopping go in, frames come out, and back.
//! - [`device`]: emulated instruments with a counter, a history and faults of their own, pure.
//! - [`link`]: what bytes travel on: memory, a pseudo-terminal, a real port; and what goes wrong there.
//! - [`bench`]: a lab's supplies and loads, and what keeps them safe, pure.
//! - [`bus`]: one line with polled devices on it: who is asked when, pure.
//! - [`port`]: which port is ours, whatever its name today, and when to try it again.
//! - [`pace`]: clocks with absolute deadlines, real, scaled or as fast as possible.
//! - [`capture`]: bytes with their stamps, written down and read back.
//!
//! ```text
//! Reading -> device -> bytes -> link (LineFaults) -> bytes -> wire::Decoder -> Reading
//! ```

mod gather;
mod hit;
mod kind;

pub mod bench;
pub mod bus;
pub mod capture;
pub mod device;
pub mod link;
pub mod pace;
pub mod port;
pub mod wire;

pub use gather::Gather;
pub use hit::{Effect, FaultHit};
pub use kind::{DeviceKind, UnknownDeviceKind};
