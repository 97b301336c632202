//! Emulated instruments: each holds its own counter, history and mistakes, as the real one does.
//!
//! An instrument is shown what its sensors see ([`Instrument::observe`]) and asked for what it sends
//! ([`Instrument::write_block`]) or what it answers ([`Instrument::answer`]). Pure: time is an argument.

mod bmv;
mod hex_talk;
mod instrument;
mod mppt;
mod responder;

pub use bmv::{Bmv, BmvSettings, Upset};
pub use instrument::{Instrument, InstrumentSettings};
pub use mppt::{Mppt, MpptSettings};
pub use responder::{Responder, ResponderSettings};
