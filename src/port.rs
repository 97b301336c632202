//! What is wrong with a port, and how to mend it, in the reader's words.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use hil::link::LinkError;
use hil::port::{Impostor, Mismatch, NotOpen, holders};

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The sentence for `error`, with its fix.
#[must_use]
pub fn told(error: &LinkError, words: Words) -> String {
    let (key, path) = match error {
        LinkError::NotFound { path } => ("port-not-found", path),
        LinkError::Busy { path } => return busy(path, words),
        LinkError::Denied { path } => return denied(path, words),
        LinkError::Gone { path } => ("port-gone", path),
        LinkError::NotSerial { path } => ("port-not-serial", path),
        LinkError::InTheWay { path } => ("port-in-the-way", path),
        LinkError::Ended | LinkError::Capture(_) => return error.to_string(),
        LinkError::Io { path, source } => {
            let blanks = blanks(path, &source.to_string());
            return words.tell("port-io", &blanks);
        }
    };
    words.tell(key, &blanks(path, ""))
}

/// Who holds it is named as far as this user may look.
fn busy(path: &Path, words: Words) -> String {
    let holders: Vec<String> = holders(path).iter().map(ToString::to_string).collect();
    if holders.is_empty() {
        return words.tell("port-busy", &blanks(path, ""));
    }
    words.tell("port-held", &blanks(path, &holders.join(", ")))
}

/// The group that owns it is named where it has a name.
fn denied(path: &Path, words: Words) -> String {
    let group = std::fs::metadata(path).ok().and_then(|metadata| {
        nix::unistd::Group::from_gid(nix::unistd::Gid::from_raw(metadata.gid())).ok().flatten()
    });
    let group = group.map_or_else(|| "dialout".to_owned(), |group| group.name);
    words.tell("port-denied", &blanks(path, &group))
}

/// Why a port that is opened again and again is not open.
#[must_use]
pub fn not_open(error: &NotOpen, words: Words) -> String {
    let (key, wanted, found) = match error {
        NotOpen::Link(error) => return told(error, words),
        NotOpen::Mismatch(Mismatch::Absent { wanted }) => ("port-absent", wanted, String::new()),
        NotOpen::Mismatch(Mismatch::Ambiguous { wanted, count }) => {
            ("port-ambiguous", wanted, count.to_string())
        }
        NotOpen::Mismatch(Mismatch::Another { name, wanted, found }) => {
            ("port-another", wanted, format!("{}: {found}", name.display()))
        }
    };
    words.tell(key, &between(wanted, found))
}

/// Another device answers than the one that should.
#[must_use]
pub fn impostor(error: &Impostor, words: Words) -> String {
    match error {
        Impostor::Another { expected, told } => words.tell("port-impostor", &between(expected, told.clone())),
        Impostor::Silent { expected } => words.tell("port-unproven", &between(expected, String::new())),
    }
}

fn between(wanted: &str, found: String) -> [(&'static str, FluentValue<'static>); 2] {
    [("wanted", FluentValue::from(wanted.to_owned())), ("found", FluentValue::from(found))]
}

/// The failure of a command that cannot do without this port: exit 4.
#[must_use]
pub fn failure(error: &LinkError, words: Words) -> Failure {
    Failure::new(Exit::Environment, told(error, words))
}

fn blanks(path: &Path, reason: &str) -> [(&'static str, FluentValue<'static>); 2] {
    [
        ("path", FluentValue::from(path.display().to_string())),
        ("reason", FluentValue::from(reason.to_owned())),
    ]
}
