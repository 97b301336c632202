//! Reading and writing files with errors that name the file and the fix.

use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::Path;

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
    file.take(TEXT_BYTES_MAX).read_to_string(&mut text).map_err(|error| unreadable(path, &error, words))?;
    Ok(text)
}

/// A new file to write to.
///
/// # Errors
/// Exit 3 where it cannot be made.
pub fn create(path: &Path, words: Words) -> Result<BufWriter<File>, Failure> {
    File::create(path).map(BufWriter::new).map_err(|error| unwritable(path, &error, words))
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
