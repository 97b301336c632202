//! `balise present`: from result folders one deck of slides, a single offline file that prints to PDF.
//!
//! ```text
//! folders -> kind by version key -> figures -> slides (a sentence, a drawing, its folders) -> deck.html
//! ```
//!
//! Nothing is said that the folders do not bear out: each figure names its folder, each recommendation its figure.
//! What has no folder is listed among the limits.

mod accuracy;
mod advice;
mod alerts;
mod bench;
mod curve;
mod deck;
mod demands;
mod dots;
mod folder;
mod found;
mod given;
mod limits;
mod load;
mod measured;
mod nights;
mod opening;
mod scenarios;
mod slide;
mod sources;
mod talk;

use std::io::Read;
use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;

use folder::read_all;

use crate::failure::{Exit, Failure};
use crate::files;
use crate::run::report_failure;
use crate::speech;
use crate::words::Words;

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Result folders.
    pub folders: Vec<PathBuf>,
    /// Where the deck goes.
    pub out: PathBuf,
    /// What it is called; a sentence of the house where empty.
    pub title: String,
}

/// Makes the deck.
///
/// # Errors
/// Exit 3 where a folder cannot be shown, the deck cannot be written, or something else stands in its place.
pub fn present(options: &Options, words: Words) -> Result<Exit, Failure> {
    if is_another_file(&options.out) {
        let path = [("path", FluentValue::from(options.out.display().to_string()))];
        return Err(Failure::new(Exit::BadFile, words.tell("present-in-the-way", &path)));
    }
    let folders = read_all(&options.folders).map_err(|error| error.failure(words))?;
    let html = deck::html(&folders, &options.title, words).map_err(|error| report_failure(&error, words))?;
    let unwritable = |error| files::unwritable(&options.out, &error, words);
    if let Some(parent) = options.out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(unwritable)?;
    }
    files::write_whole(&options.out, html.as_bytes()).map_err(unwritable)?;
    speech::print(&format!("{}\n", options.out.display()), words)?;
    Ok(Exit::Ok)
}

/// By its first bytes a file says that it is a deck, which may be made anew.
const MARK: &str = "content=\"balise present\"";
const HEAD_BYTES: u64 = 512;

/// Whether something is there that is no deck: results, a report, a folder.
fn is_another_file(path: &Path) -> bool {
    let mut head = Vec::new();
    match std::fs::File::open(path) {
        Ok(file) => {
            let read = file.take(HEAD_BYTES).read_to_end(&mut head);
            read.is_err() || !String::from_utf8_lossy(&head).contains(MARK)
        }
        Err(_) => false,
    }
}
