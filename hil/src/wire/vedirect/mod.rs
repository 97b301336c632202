//! Victron VE.Direct: TEXT blocks both ways, HEX frames between and inside them.
//!
//! A TEXT block is a row of fields, each `CR LF label TAB value`; the last is `Checksum`, whose value
//! is the one byte that makes the sum of the block's bytes 0 modulo 256. That byte can be any byte,
//! also `:`, CR, LF or TAB. A HEX frame is `:`, a command digit, byte pairs, a checksum pair and LF;
//! command, bytes and checksum add up to 0x55 modulo 256. It may stand inside a block and does not
//! count in the block's sum.
//!
//! Reference: Victron Energy, *VE.Direct Protocol* (TEXT) and *BMV HEX Protocol*; recorded streams of
//! five devices in `fixtures/serial/vedirect`.

mod block;
mod encode;
mod hex;
mod parser;
mod reading;
mod registers;
mod stream;

pub use encode::{
    BmvHistory, BmvLive, ChargeState, MpptHistory, MpptLive, TimeToGo, encode_history_bmv, encode_live_bmv,
    encode_mppt,
};

pub use registers::{HexSetting, hex_answer, hex_async, hex_frame, hex_get, hex_set};

pub(super) use parser::Body;
pub(super) use reading::{charger_reading, monitor_reading};
pub(super) use stream::Stream;
