//! Bytes with their stamps and their direction, written down so that a replay decodes exactly what was
//! decoded live.
//!
//! ```text
//! balise-capture 2
//! @ seed 7
//! # anything behind a hash is a remark
//! <source> <monotonic ns> <wall unix ns> port=/dev/ttyUSB0
//! <source> <monotonic ns> <wall unix ns> opened
//! <source> <monotonic ns> <wall unix ns> >3A37…
//! <source> <monotonic ns> <wall unix ns> 0D0A5049…
//! <source> <monotonic ns> <wall unix ns> ~FF00
//! <source> <monotonic ns> <wall unix ns> lost
//! ```
//!
//! Lines with `@` right behind the first say what the recording is of: a word, then its value. One line
//! further down is one arrival (`>` before what the host sent to the device, `~` before what arrived and
//! answers no question that was open), the port that a link is on from there, or the moment it opened or
//! was lost (a decoder starts over there). Sources are names without white space. A line is written whole or not at all: a file cut by a crash ends in a torn
//! line, which the reader reports after everything before it.
//!
//! Version 1 had neither head, nor ports, nor what the host sent; it is read as what it is.

mod answers;
mod dump;
mod error;
mod pcapng;
mod reader;
mod replay;
mod writer;

pub use answers::RecordedAnswers;
pub use dump::{DumpError, DumpLine, dump_lines, read_dump, write_dump};
pub use error::CaptureError;
pub use pcapng::write_pcapng;
pub use reader::{Reader, Record};
pub use replay::Replay;
pub use writer::Writer;

/// The first line of a capture this version writes.
const HEADER: &str = "balise-capture 2";
/// The first line of one that it still reads.
const HEADER_BEFORE: &str = "balise-capture 1";
/// How the first line of any version begins.
const HEADER_STEM: &str = "balise-capture ";
/// What comes before bytes that the host sent.
const SENT: char = '>';
/// What comes before bytes that answer nothing.
const STRAY: char = '~';
/// What comes before the name of a port.
const PORT: &str = "port=";

/// What happened on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// From here on the link is on this port.
    Port(&'a str),
    /// The link was opened: a new stream begins.
    Opened,
    /// Bytes arrived from the device.
    Bytes(&'a [u8]),
    /// The host sent bytes to the device.
    Sent(&'a [u8]),
    /// Bytes arrived that are not taken for this device's: noise, or an answer that came too late.
    Stray(&'a [u8]),
    /// The link was lost: the stream has ended.
    Lost,
}
