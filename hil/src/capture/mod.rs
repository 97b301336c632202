//! Bytes with their stamps, written down so that a replay decodes exactly what was decoded live.
//!
//! ```text
//! balise-capture 1
//! # anything behind a hash is a remark
//! <source> <monotonic ns> <wall unix ns> opened
//! <source> <monotonic ns> <wall unix ns> 0D0A5049…
//! <source> <monotonic ns> <wall unix ns> lost
//! ```
//!
//! One line is one arrival, or the moment a link opened or was lost (a decoder starts over there).
//! Sources are names without white space. A line is written whole or not at all: a file cut by a
//! crash ends in a torn line, which the reader reports after everything before it.

mod dump;
mod error;
mod reader;
mod replay;
mod writer;

pub use dump::{DumpError, read_dump};
pub use error::CaptureError;
pub use reader::{Reader, Record};
pub use replay::Replay;
pub use writer::Writer;

/// The first line of a capture this version writes and reads.
const HEADER: &str = "balise-capture 1";
/// How the first line of any version begins.
const HEADER_STEM: &str = "balise-capture ";

/// What happened on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// The link was opened: a new stream begins.
    Opened,
    /// Bytes arrived.
    Bytes(&'a [u8]),
    /// The link was lost: the stream has ended.
    Lost,
}
