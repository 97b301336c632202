//! `balise export`: a capture as a hex dump that people and `decode` read, or as pcapng for Wireshark.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use hil::capture::{write_dump, write_pcapng};

use crate::capture::Recording;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::words::Words;

/// What a capture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text: `<<< 0D 0A …` from the device, `>>> …` to it, a remark of when and where before each.
    Dump,
    /// pcapng, link type RTAC serial, nanoseconds.
    Pcapng,
}

impl Form {
    /// Under the names the command line uses.
    pub const NAMES: [(&'static str, Self); 2] = [("dump", Self::Dump), ("pcapng", Self::Pcapng)];

    /// What a file of this name would be.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let is_pcapng = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pcapng"));
        if is_pcapng { Self::Pcapng } else { Self::Dump }
    }
}

/// Writes the capture at `path` to the file `out`, or to standard output.
///
/// # Errors
/// Exit 3 where one of them cannot be read or written.
pub fn export(path: &str, form: Form, out: Option<PathBuf>, words: Words) -> Result<Exit, Failure> {
    let recording = Recording::open(path, words)?;
    let Some(out) = out else {
        return write(recording, form, std::io::stdout().lock(), "-").map(|()| Exit::Ok);
    };
    // Beside its place until it is whole: an interruption must not cost the file of before.
    let beside = files::beside(&out);
    write(recording, form, files::create(&beside, words)?, &beside.display().to_string())?;
    std::fs::rename(&beside, &out).map_err(|error| files::unwritable(&out, &error, words))?;
    Ok(Exit::Ok)
}

fn write(recording: Recording, form: Form, out: impl Write, name: &str) -> Result<(), Failure> {
    let mut out = BufWriter::new(out);
    let work = |reader: &mut _| {
        let count = match form {
            Form::Dump => write_dump(reader, &mut out),
            Form::Pcapng => write_pcapng(reader, &mut out),
        };
        // What stands before a cut is handed on as well.
        out.flush()?;
        count
    };
    recording.turn_into(work, name)
}
