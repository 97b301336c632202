//! What can be wrong with a capture.

use std::io;

/// Why a capture cannot be written or read further.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file does not begin with the first line of a capture.
    #[error("line 1: not a capture, which begins with `balise-capture 2`")]
    NotACapture,
    /// The file was written by another version.
    #[error("line 1: version {version} of the format, this program reads versions 1 and 2")]
    OtherVersion {
        /// The version the file names.
        version: String,
    },
    /// A line that is none of the format's.
    #[error("line {line}: {what}")]
    Malformed {
        /// Line number, from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The last line has no end: the file was cut while it was written. All before it is whole.
    #[error("line {line}: the last line is cut off")]
    Torn {
        /// Line number, from 1.
        line: u64,
    },
    /// A source's name is empty, begins with a hash or has white space in it.
    #[error("`{name}` cannot name a source in a capture")]
    BadName {
        /// The name.
        name: String,
    },
    /// What the head or the port of a recording says is empty or would break its line.
    #[error("`{word}` cannot stand in a capture")]
    BadWord {
        /// What was to be written.
        word: String,
    },
    /// The system says no.
    #[error("{0}")]
    Io(#[from] io::Error),
}
