//! What the crew says of its signs while the monitor runs: the file is read again whenever it changes. A slip of
//! the pen leaves what was said before in force, is told once with its line, and shows in a metric.

use std::path::PathBuf;
use std::time::SystemTime;

use exporter::{BatteryId, Board};

use crate::document;
use crate::failure::Failure;
use crate::files;
use crate::signs::{self, Sign, Signs};
use crate::speech;
use crate::words::Words;

/// The file of signs, or nothing where none was named.
#[derive(Debug, Default)]
pub struct Crew {
    path: Option<PathBuf>,
    /// When the file read last was written, and how long it was.
    seen: Option<(SystemTime, u64)>,
    signs: Signs,
}

impl Crew {
    /// Reads the file for the first time: here a slip ends the program.
    ///
    /// # Errors
    /// Exit 3 where the file cannot be read or is not sound.
    pub fn open(path: Option<PathBuf>, words: Words) -> Result<Self, Failure> {
        let mut crew = Self { path, ..Self::default() };
        crew.seen = crew.mark();
        if let Some(signs) = crew.read(words) {
            crew.signs = signs?;
        }
        Ok(crew)
    }

    /// Reads the file again where it has changed, and shows on the board whether that went well.
    pub fn look(&mut self, board: &Board, words: Words) {
        let mark = self.mark();
        if self.path.is_none() || mark == self.seen {
            return;
        }
        self.seen = mark;
        match self.read(words) {
            Some(Ok(signs)) => {
                self.signs = signs;
                board.set_reload(true);
            }
            Some(Err(failure)) => {
                board.set_reload(false);
                speech::tell(&failure.message);
            }
            None => {}
        }
    }

    /// What is said of a battery.
    #[must_use]
    pub fn of(&self, id: &BatteryId) -> Option<&Sign> {
        self.signs.get(id)
    }

    /// There is a file.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        self.path.is_some()
    }

    fn mark(&self) -> Option<(SystemTime, u64)> {
        let about = std::fs::metadata(self.path.as_ref()?).ok()?;
        Some((about.modified().ok()?, about.len()))
    }

    fn read(&self, words: Words) -> Option<Result<Signs, Failure>> {
        let path = self.path.as_ref()?.display().to_string();
        Some(files::read_text(&path, words).and_then(|source| {
            signs::parse(&source).map_err(|complaints| document::failure(&path, &source, &complaints, words))
        }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use exporter::rules::SignState;

    const PARKED: &str = "balise_signs = 1\n[[sign]]\nsite = \"a\"\nbattery = \"b\"\nstate = \"parked\"\n";

    #[test]
    fn a_refused_change_leaves_what_was_said_before_and_shows_in_a_metric() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signs.toml");
        std::fs::write(&path, PARKED).unwrap();
        let (board, id) = (Board::new("0"), BatteryId::new("a", "b"));
        let mut crew = Crew::open(Some(path.clone()), Words::English).unwrap();
        let state = |crew: &Crew| crew.of(&id).and_then(|sign| sign.state);
        assert_eq!(state(&crew), Some(SignState::Parked));
        std::fs::write(&path, format!("{PARKED}speed = 3\n")).unwrap();
        crew.look(&board, Words::English);
        assert_eq!(state(&crew), Some(SignState::Parked));
        assert!(board.render().contains("balise_reload_successful 0\n"));
        std::fs::write(&path, PARKED.replace("parked", "mains")).unwrap();
        crew.look(&board, Words::English);
        assert_eq!(state(&crew), Some(SignState::Mains));
        assert!(board.render().contains("balise_reload_successful 1\n"));
    }

    #[test]
    fn at_the_start_a_slip_ends_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signs.toml");
        assert!(Crew::open(Some(path.clone()), Words::English).is_err(), "absent");
        std::fs::write(&path, "balise_signs = 2\n").unwrap();
        let failure = Crew::open(Some(path), Words::English).err().unwrap();
        assert!(failure.message.contains("signs.toml:1"), "{}", failure.message);
        assert!(!Crew::open(None, Words::English).unwrap().is_told());
    }
}
