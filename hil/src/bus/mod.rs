//! One line with polled devices on it: who is asked when, and whose answer came.
//!
//! Pure: time is an argument, bytes go in and out. The caller sends what [`Master::poll_transmit`] gives,
//! hands on what the line delivers, and calls [`Master::handle_timeout`] when [`Master::next_timeout`]
//! has come.
//!
//! ```text
//! seats, each with a due time -> the earliest is asked -> answer -> next question of its round
//!                                                     `-> time-out -> the seat rests, the others go on
//! ```
//!
//! An answer that comes too late must not be taken for the answer to another question. So a seat that
//! timed out is not asked again for [`LATE_TIMEOUTS`] time-outs more, and what comes from it meanwhile
//! fits nobody's question: questions name the device, the function and the number of registers. A seat
//! that stays silent is asked ever more rarely, up to once a minute, so that it costs the others little.

mod master;

pub use master::{Answer, BusError, Master, Seat, SeatStats};

/// An answer may come this many time-outs after its own.
pub const LATE_TIMEOUTS: i64 = 3;
