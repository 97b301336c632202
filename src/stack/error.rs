//! What can go wrong between us and the programs of others, with what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The chain of alerts could not be started or asked.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A program is not on this machine.
    #[error("{tool} not found")]
    Missing {
        /// Its name.
        tool: &'static str,
    },
    /// A file of the run could not be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No loopback port could be had.
    #[error("cannot listen on loopback")]
    Listen {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A program did not start.
    #[error("cannot start {tool}")]
    Spawn {
        /// Its name.
        tool: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ended by itself.
    #[error("{tool} ended by itself ({status}): {log_tail}")]
    Exited {
        /// Its name.
        tool: &'static str,
        /// How it ended.
        status: String,
        /// The last lines it wrote.
        log_tail: String,
    },
    /// A program runs and does not get ready.
    #[error("{tool} not ready after {waited:?}, see {log}")]
    NotReady {
        /// Its name.
        tool: &'static str,
        /// How long it was given.
        waited: Duration,
        /// Where it writes.
        log: PathBuf,
    },
    /// A program answered something else than was expected of it.
    #[error("{tool} answered unexpectedly: {said}")]
    Answer {
        /// Its name.
        tool: &'static str,
        /// What it said, or why it said nothing.
        said: String,
    },
}

impl StackError {
    /// In the reader's words, with what to do.
    #[must_use]
    pub fn told(&self, words: Words) -> String {
        let text = |text: &str| FluentValue::from(text.to_owned());
        match self {
            Self::Missing { tool } => words.tell("stack-missing", &[("tool", text(tool))]),
            Self::Write { path, source } => words.tell(
                "stack-write",
                &[("path", text(&path.display().to_string())), ("reason", text(&source.to_string()))],
            ),
            Self::Listen { source } => words.tell("stack-listen", &[("reason", text(&source.to_string()))]),
            Self::Spawn { tool, source } => {
                words.tell("stack-spawn", &[("tool", text(tool)), ("reason", text(&source.to_string()))])
            }
            Self::Exited { tool, status, log_tail } => words.tell(
                "stack-exited",
                &[("tool", text(tool)), ("status", text(status)), ("log", text(log_tail))],
            ),
            Self::NotReady { tool, waited, log } => words.tell(
                "stack-not-ready",
                &[
                    ("tool", text(tool)),
                    ("seconds", text(&words.number(waited.as_secs_f64(), 0))),
                    ("log", text(&log.display().to_string())),
                ],
            ),
            Self::Answer { tool, said } => {
                words.tell("stack-answer", &[("tool", text(tool)), ("said", text(said))])
            }
        }
    }

    /// As the end of a command.
    #[must_use]
    pub fn failure(&self, words: Words) -> Failure {
        Failure::new(Exit::Environment, self.told(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_told_in_both_languages_with_its_blanks_filled() {
        let source = || std::io::Error::other("reason-given");
        let cases = [
            (StackError::Missing { tool: "promtool" }, "promtool"),
            (StackError::Write { path: "a/b.yml".into(), source: source() }, "a/b.yml"),
            (StackError::Listen { source: source() }, "reason-given"),
            (StackError::Spawn { tool: "prometheus", source: source() }, "reason-given"),
            (
                StackError::Exited { tool: "x", status: "1".into(), log_tail: "last-words".into() },
                "last-words",
            ),
            (
                StackError::NotReady { tool: "x", waited: Duration::from_secs(60), log: "x.log".into() },
                "x.log",
            ),
            (StackError::Answer { tool: "x", said: "something".into() }, "something"),
        ];
        for (error, filled) in cases {
            for words in [Words::French, Words::English] {
                let told = error.told(words);
                assert!(told.contains(filled) && !told.contains('{'), "{told}");
                assert!(!told.contains("Unknown"), "{told}");
            }
        }
    }
}
