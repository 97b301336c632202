//! How a command ends badly: an exit code from the contract, and a sentence that says what to do.

use std::fmt;

use fluent_templates::fluent_bundle::FluentValue;

use crate::words::Words;

/// Exit codes of the command line (a contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Ok,
    /// A check failed.
    CheckFailed,
    /// The command was called wrongly.
    Usage,
    /// A file or configuration is bad.
    BadFile,
    /// A device or something around the program is missing.
    Environment,
    /// Worse than the baseline.
    WorseThanBaseline,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// The number the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::CheckFailed => 1,
            Self::Usage => 2,
            Self::BadFile => 3,
            Self::Environment => 4,
            Self::WorseThanBaseline => 5,
            Self::Interrupted => 130,
        }
    }
}

/// A failure, already in the reader's words.
#[derive(Debug)]
pub struct Failure {
    /// The exit code it leads to.
    pub exit: Exit,
    /// What is wrong, where, and what to do instead.
    pub message: String,
}

impl Failure {
    /// A failure with this exit code and message.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

/// What the system refused that a program cannot do without: exit 4.
#[must_use]
pub fn environment(reason: &dyn fmt::Display, words: Words) -> Failure {
    let blanks = [("reason", FluentValue::from(reason.to_string()))];
    Failure::new(Exit::Environment, words.tell("system-refused", &blanks))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
