//! Codecs without ports: bytes in any chopping go in, frames come out, and the other way round.
//!
//! A decoder never fails and never blocks: noise costs bytes, never progress, and every buffer has a
//! bound. Nothing here touches a clock, a file, a port, a thread or entropy.
//!
//! ```
//! use hil::DeviceKind;
//! use hil::wire::{Decoder, vedirect::{BmvLive, encode_live_bmv}};
//! use signals::{Amps, Reading, Volts};
//!
//! let sent = Reading { voltage: Some(Volts::new(12.6)), current: Some(Amps::new(-2.0)), ..Reading::default() };
//! let mut bytes = Vec::new();
//! encode_live_bmv(&BmvLive::of(&sent), &mut bytes);
//!
//! let mut decoder = Decoder::new(DeviceKind::VedirectBmv);
//! decoder.push(&bytes);
//! let got = decoder.poll().map(|frame| frame.reading());
//! assert_eq!(got.and_then(|reading| reading.voltage), Some(Volts::new(12.6)));
//! ```

mod codec;
pub mod daly;
mod decoder;
mod frame;
mod framed;
pub mod jbd;
pub mod jk;
pub mod junctek;
mod limits;
mod message;
pub mod modbus;
mod round;
mod spoil;
pub mod vedirect;

pub use decoder::Decoder;
pub use frame::{Frame, FrameKind};
pub use round::{default_address, round};
pub use spoil::{frames, spoil_length, spoil_sum};
