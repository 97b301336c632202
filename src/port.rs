//! What is wrong with a port, and how to mend it, in the reader's words.

use fluent_templates::fluent_bundle::FluentValue;
use hil::link::LinkError;

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The sentence for `error`, with its fix.
#[must_use]
pub fn told(error: &LinkError, words: Words) -> String {
    let (key, path) = match error {
        LinkError::NotFound { path } => ("port-not-found", path),
        LinkError::Denied { path } => ("port-denied", path),
        LinkError::Busy { path } => ("port-busy", path),
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

/// The failure of a command that cannot do without this port: exit 4.
#[must_use]
pub fn failure(error: &LinkError, words: Words) -> Failure {
    Failure::new(Exit::Environment, told(error, words))
}

fn blanks(path: &std::path::Path, reason: &str) -> [(&'static str, FluentValue<'static>); 2] {
    [
        ("path", FluentValue::from(path.display().to_string())),
        ("reason", FluentValue::from(reason.to_owned())),
    ]
}
