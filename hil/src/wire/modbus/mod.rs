//! Modbus RTU as charge controllers and batteries speak it: frames, and what their registers mean.
//!
//! ```text
//! address function … CRC low, CRC high        request of registers: start ×2, count ×2
//!                                             answer: bytes, registers; exception: function | 0x80, code
//! ```
//!
//! Registers are big-endian. Silence that ends a frame cannot be seen through USB, so frames are cut by
//! function and length and proved by their CRC. An answer does not name its registers: it is joined with
//! the request before it. Where no request was heard, an answer as long as exactly one of the blocks
//! that are customary for the kind is taken as that block.
//!
//! Reference: *MODBUS over Serial Line* V1.02; recorded frames of five devices.

mod codec;
mod crc;
mod epever;
mod frame;
mod map;
mod renogy;
mod renogy_battery;

pub use crc::crc;
pub use epever::bits as epever_bits;
pub use frame::{
    Exception, Request, answer_bits, answer_exception, answer_registers, answer_write, asked, read_request,
};
pub use map::{Block, Map};

pub(super) use codec::Codec;

/// An exception.
pub(super) const SHORTEST: usize = 5;
