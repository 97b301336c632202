//! Reading and writing files with errors that name the file and the fix.

use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// A scenario, configuration or profile longer than this is none.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// The whole text of a small file.
///
/// # Errors
/// Exit 3 where it cannot be read, is no text, or is far too long.
pub fn read_text(path: &str, words: Words) -> Result<String, Failure> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error, words))?;
    file.take(TEXT_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(path, &error, words))?;
    if text.len() as u64 > TEXT_BYTES_MAX {
        let blanks = [("path", FluentValue::from(path)), ("most", FluentValue::from(TEXT_BYTES_MAX >> 20))];
        return Err(Failure::new(Exit::BadFile, words.tell("file-too-long", &blanks)));
    }
    Ok(text)
}

/// A new file to write to.
///
/// # Errors
/// Exit 3 where it cannot be made.
pub fn create(path: &Path, words: Words) -> Result<BufWriter<File>, Failure> {
    File::create(path).map(BufWriter::new).map_err(|error| unwritable(path, &error, words))
}

/// Writes beside the place and renames, so that nobody ever sees half a file, nor loses the old one to
/// an interruption.
///
/// # Errors
/// What the system says.
pub fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let beside = beside(path);
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}

/// Where a file is written until it is whole.
#[must_use]
pub fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    PathBuf::from(beside)
}

/// Keeps the file at `path` under another name, `path.1` and on, so that a new one can take its place.
/// Nothing happens where there is none.
///
/// # Errors
/// What the system says.
pub fn set_aside(path: &Path) -> std::io::Result<()> {
    if !path.try_exists()? {
        return Ok(());
    }
    let mut number = 1;
    loop {
        let mut kept = path.as_os_str().to_owned();
        kept.push(format!(".{number}"));
        if !Path::new(&kept).try_exists()? {
            return std::fs::rename(path, kept);
        }
        number += 1;
    }
}

/// Lets this process open as many files, ports and connections as the system lets it at most: a program starts with
/// 1,024, which a depot's monitor outgrows. Gives the limit.
pub fn raise_descriptor_limit() -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
    // Where it cannot be raised it stays what it was.
    if setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() { hard } else { soft }
}

/// The failure of a file that cannot be read.
#[must_use]
pub fn unreadable(path: &str, error: &std::io::Error, words: Words) -> Failure {
    Failure::new(Exit::BadFile, words.tell("file-unreadable", &blanks(path, error)))
}

/// The failure of a file whose content is not what it should be; `kind` names the advice that helps.
#[must_use]
pub fn not_understood(path: &str, kind: &str, reason: &str, words: Words) -> Failure {
    let advice = words.say(&format!("file-advice-{kind}"));
    let blanks = [
        ("path", FluentValue::from(path)),
        ("reason", FluentValue::from(reason)),
        ("advice", FluentValue::from(advice)),
    ];
    Failure::new(Exit::BadFile, words.tell("file-not-understood", &blanks))
}

/// The failure of a file that cannot be written.
#[must_use]
pub fn unwritable(path: &Path, error: &std::io::Error, words: Words) -> Failure {
    let path = path.display().to_string();
    Failure::new(Exit::BadFile, words.tell("file-unwritable", &blanks(&path, error)))
}

fn blanks(path: &str, error: &std::io::Error) -> [(&'static str, FluentValue<'static>); 2] {
    [("path", FluentValue::from(path.to_owned())), ("reason", FluentValue::from(error.to_string()))]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_file_far_too_long_is_refused_and_not_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        std::fs::write(&path, " ".repeat((TEXT_BYTES_MAX + 1) as usize)).unwrap();
        let failure = read_text(&path.display().to_string(), Words::English).unwrap_err();
        assert_eq!(failure.exit, Exit::BadFile);
    }

    #[test]
    fn what_is_set_aside_keeps_under_the_next_free_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.txt");
        set_aside(&path).unwrap();
        for text in ["first", "second"] {
            write_whole(&path, text.as_bytes()).unwrap();
            set_aside(&path).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((read("capture.txt.1"), read("capture.txt.2")), ("first".into(), "second".into()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
