//! A text file being written by somebody else, line by line.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// More than this at once is skipped but for its end.
const BYTES_MAX: u64 = 256 << 10;

/// How far a file was read.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    read: u64,
    rest: String,
}

impl Tail {
    /// The file at `path`, which need not be there yet.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path, read: 0, rest: String::new() }
    }

    /// The whole lines written since the last look; half a line waits for its other half.
    pub fn lines(&mut self) -> Vec<String> {
        self.read_on().unwrap_or_default();
        let Some((whole, rest)) = self.rest.rsplit_once('\n') else { return Vec::new() };
        let lines = whole.lines().map(str::to_owned).collect();
        self.rest = rest.to_owned();
        lines
    }

    fn read_on(&mut self) -> std::io::Result<()> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        if length < self.read {
            // Begun anew.
            (self.read, self.rest) = (0, String::new());
        }
        if length - self.read > BYTES_MAX {
            (self.read, self.rest) = (length - BYTES_MAX, String::new());
        }
        file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        self.read += file.take(length - self.read).read_to_end(&mut bytes)? as u64;
        self.rest.push_str(&String::from_utf8_lossy(&bytes));
        Ok(())
    }
}
