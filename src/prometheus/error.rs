//! Why a question has no answer.

/// How much of a strange answer is shown.
const SHOWN_MAX: usize = 300;

/// A Prometheus that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// No such address.
    #[error("`{url}` is no address of a Prometheus")]
    BadUrl {
        /// What was given.
        url: String,
    },
    /// Nobody answers there.
    #[error("nobody answers at {url}: {reason}")]
    Gone {
        /// Where.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// Somebody else answers there.
    #[error("{url} answers, and is no Prometheus (status {status}): {said}")]
    Foreign {
        /// Where.
        url: String,
        /// Its status code.
        status: u16,
        /// How its answer begins.
        said: String,
    },
    /// It does not understand the question.
    #[error("Prometheus does not understand `{expr}`: {said}")]
    NotUnderstood {
        /// What was asked.
        expr: String,
        /// What it says.
        said: String,
    },
    /// It understands, and cannot answer: too many samples, or too long.
    #[error("Prometheus cannot answer (status {status}): {said}")]
    Unanswerable {
        /// Its status code.
        status: u16,
        /// What it says.
        said: String,
    },
}

impl AskError {
    pub(super) fn foreign(url: &str, status: u16, text: &str) -> Self {
        let said = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_MAX).collect();
        Self::Foreign { url: url.to_owned(), status, said }
    }
}
