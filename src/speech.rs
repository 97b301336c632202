//! Standard output and standard error, written so that a reader who has gone is nobody's trouble.
//!
//! `println!` and `eprintln!` panic once the other end is closed; a monitor must outlive whoever reads
//! its log. Elsewhere in this package both are denied.

use std::io::{ErrorKind, Write};

use crate::failure::Failure;
use crate::files;
use crate::words::Words;

/// Tells a person something, on standard error. What cannot be told is dropped: there is nobody left to
/// tell it to.
pub fn tell(sentence: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{}", sentence.trim_end()).and_then(|()| err.flush());
}

/// A line for programs, on standard output, that may be lost with its reader (`ready …`).
pub fn announce(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The result of a command, on standard output. A reader who has had enough is not our failure.
///
/// # Errors
/// Exit 3 where the result could not be written: a full disk must not look like success.
pub fn print(text: &str, words: Words) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(files::unwritable("-".as_ref(), &error, words))
        }
        _ => Ok(()),
    }
}
