//! Debian's Alertmanager where it is unpacked and not installed.
//!
//! It reads its default templates from `/usr/share/prometheus/alertmanager`, a path compiled in, and
//! ends at once without them. Unpacked by `tools/fetch` the templates lie elsewhere, and without root
//! nothing can be put there. So a copy of the program gets a path of the same length that is relative,
//! and runs in the folder it was unpacked into:
//!
//! ```text
//! /usr/share/prometheus/alertmanager   ->   usr/share//prometheus/alertmanager
//! ```
//!
//! A program that is installed, or needs none of this, is run as it is.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const COMPILED_IN: &str = "/usr/share/prometheus/alertmanager";
const RELATIVE: &str = "usr/share//prometheus/alertmanager";
/// Below either of the two: what it cannot do without.
const NEEDED: &str = "default.tmpl";

/// A program as it can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runnable {
    /// The program.
    pub program: PathBuf,
    /// The folder it must run in; any where `None`.
    pub folder: Option<PathBuf>,
}

impl Runnable {
    /// A program that needs no file beside itself, which is not looked into.
    #[must_use]
    pub fn plain(program: &Path) -> Self {
        Self { program: program.to_owned(), folder: None }
    }

    /// The program found at `program`, or a copy of it that finds its files.
    ///
    /// # Errors
    /// Where the copy cannot be made.
    pub fn of(program: &Path) -> io::Result<Self> {
        let as_it_is = Self { program: program.to_owned(), folder: None };
        if Path::new(COMPILED_IN).join(NEEDED).exists() {
            return Ok(as_it_is);
        }
        let unpacked = program.canonicalize()?;
        // …/root/usr/bin/program
        let Some(root) = unpacked.ancestors().nth(3) else { return Ok(as_it_is) };
        if !root.join(RELATIVE).join(NEEDED).exists() {
            return Ok(as_it_is);
        }
        let copy = relocated(&unpacked)?;
        Ok(copy.map_or(as_it_is, |program| Self { program, folder: Some(root.to_owned()) }))
    }

    /// A command that runs it.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }
}

/// The copy beside the program, made once; `None` for a program without the path, as Prometheus.
fn relocated(program: &Path) -> io::Result<Option<PathBuf>> {
    let copy = program.with_extension("relocated");
    if copy.exists() {
        return Ok(Some(copy));
    }
    let mut bytes = std::fs::read(program)?;
    if replace(&mut bytes, COMPILED_IN.as_bytes(), RELATIVE.as_bytes()) == 0 {
        return Ok(None);
    }
    // Renamed when whole, since two runs may want it at once.
    let unfinished = program.with_extension(format!("{}.unfinished", std::process::id()));
    std::fs::write(&unfinished, bytes)?;
    std::fs::set_permissions(&unfinished, program.metadata()?.permissions())?;
    std::fs::rename(&unfinished, &copy)?;
    Ok(Some(copy))
}

/// Replaces each `old` by a `new` of the same length; how many there were.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) -> usize {
    assert_eq!(old.len(), new.len(), "a program's bytes must not move");
    let (mut at, mut count) = (0, 0);
    while let Some(found) = find(&bytes[at..], old) {
        at += found;
        bytes[at..at + new.len()].copy_from_slice(new);
        at += new.len();
        count += 1;
    }
    count
}

/// Where `wanted` first occurs. Looking for its first byte alone first keeps 24 MB a matter of moments.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == first) {
        at += next;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A root folder with a program in it, and the program's path.
    fn unpacked(content: &str, with_files: bool) -> io::Result<(tempfile::TempDir, PathBuf)> {
        let root = tempfile::tempdir()?;
        let program = root.path().join("usr/bin/alertmanager");
        fs::create_dir_all(root.path().join("usr/bin"))?;
        fs::write(&program, content)?;
        if with_files {
            fs::create_dir_all(root.path().join(RELATIVE))?;
            fs::write(root.path().join(RELATIVE).join(NEEDED), "")?;
        }
        Ok((root, program))
    }

    #[test]
    fn a_program_unpacked_finds_its_files_in_the_folder_it_was_unpacked_into() -> io::Result<()> {
        if Path::new(COMPILED_IN).exists() {
            crate::speech::tell("skipped: Alertmanager is installed here");
            return Ok(());
        }
        let (root, program) = unpacked("a /usr/share/prometheus/alertmanager/ui b", true)?;
        let runnable = Runnable::of(&program)?;
        assert_eq!(runnable.folder, Some(root.path().canonicalize()?));
        assert_eq!(fs::read_to_string(&runnable.program)?, "a usr/share//prometheus/alertmanager/ui b");
        assert_eq!(Runnable::of(&program)?, runnable);
        Ok(())
    }

    #[test]
    fn any_other_program_is_run_as_it_is() -> io::Result<()> {
        for (content, with_files) in [("/usr/share/prometheus/alertmanager", false), ("nothing", true)] {
            let (_root, program) = unpacked(content, with_files)?;
            assert_eq!(Runnable::of(&program)?, Runnable { program, folder: None });
        }
        Ok(())
    }

    #[test]
    fn every_occurrence_is_replaced_and_nothing_moves() {
        let mut bytes = *b"/ab/abc/a/ab";
        assert_eq!(replace(&mut bytes, b"/ab", b"xyz"), 3);
        assert_eq!(&bytes, b"xyzxyzc/axyz");
    }
}
