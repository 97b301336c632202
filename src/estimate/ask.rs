//! What to do where Prometheus does not answer.

use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::prometheus::AskError;
use crate::words::Words;

/// As the end of a command, with what to do.
#[must_use]
pub fn failure(error: &AskError, words: Words) -> Failure {
    let text = |text: &str| FluentValue::from(text.to_owned());
    match error {
        AskError::BadUrl { url } => {
            Failure::new(Exit::Usage, words.tell("estimate-bad-url", &[("url", text(url))]))
        }
        AskError::Gone { url, reason } => {
            let blanks = [("url", text(url)), ("reason", text(reason))];
            Failure::new(Exit::Environment, words.tell("estimate-gone", &blanks))
        }
        AskError::Foreign { url, status, said } => {
            let blanks = [("url", text(url)), ("status", text(&status.to_string())), ("said", text(said))];
            Failure::new(Exit::Environment, words.tell("estimate-foreign", &blanks))
        }
        AskError::NotUnderstood { expr, said } => {
            let blanks = [("expr", text(expr)), ("said", text(said))];
            Failure::new(Exit::Usage, words.tell("estimate-not-understood", &blanks))
        }
        AskError::Unanswerable { status, said } => {
            let blanks = [("status", text(&status.to_string())), ("said", text(said))];
            Failure::new(Exit::Environment, words.tell("estimate-unanswerable", &blanks))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_refusal_is_told_in_both_languages() {
        let said = || "its-words".to_owned();
        let url = || "http://p".to_owned();
        let cases = [
            (AskError::NotUnderstood { expr: "v{".into(), said: said() }, Exit::Usage, "its-words"),
            (AskError::Unanswerable { status: 422, said: said() }, Exit::Environment, "its-words"),
            (AskError::Foreign { url: url(), status: 404, said: said() }, Exit::Environment, "404"),
            (AskError::BadUrl { url: "ftp://x".into() }, Exit::Usage, "ftp://x"),
            (AskError::Gone { url: url(), reason: "refused-so".into() }, Exit::Environment, "refused-so"),
        ];
        for (error, exit, filled) in cases {
            for words in [Words::French, Words::English] {
                let failure = failure(&error, words);
                assert_eq!(failure.exit, exit, "{error:?}");
                assert!(failure.message.contains(filled), "{}", failure.message);
                assert!(!failure.message.contains("Unknown") && !failure.message.contains("{ $"));
            }
        }
    }
}
