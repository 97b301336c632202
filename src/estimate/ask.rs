//! Questions to a Prometheus: series over a span, in pieces it answers.
//!
//! `query_range` gives at most 11,000 points a series, and at each step the latest sample of the five minutes
//! before it: over a gap it repeats an old value as if it were new. `timestamp(…)` beside it tells when each
//! sample was really taken, so that a repeated one is known and left out. Times are Unix milliseconds, as
//! Prometheus keeps them.

use std::collections::BTreeMap;
use std::time::Duration;

use fluent_templates::fluent_bundle::FluentValue;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// A question over months of many batteries may take a while.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The longest answer read, octets.
const ANSWER_MAX: u64 = 1 << 30;
/// How much of a strange answer is shown.
const SHOWN_MAX: usize = 300;

/// The labels of a series, its name apart.
pub type Labels = BTreeMap<String, String>;

/// A series over a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its labels.
    pub labels: Labels,
    /// Unix milliseconds and value, rising in time.
    pub points: Vec<(i64, f64)>,
}

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

/// Whom to ask.
#[derive(Debug, Clone)]
pub struct Prometheus {
    url: String,
    agent: ureq::Agent,
}

#[derive(Deserialize)]
struct Answer<D> {
    status: String,
    data: Option<D>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Matrix {
    result: Vec<MatrixLine>,
}

#[derive(Deserialize)]
struct MatrixLine {
    metric: Labels,
    values: Vec<(f64, String)>,
}

#[derive(Deserialize)]
struct Instant {
    result: Vec<InstantLine>,
}

#[derive(Deserialize)]
struct InstantLine {
    value: (f64, String),
}

impl Prometheus {
    /// The one at `url`, with or without `/` at its end.
    ///
    /// # Errors
    /// [`AskError::BadUrl`] where it does not begin with `http://` and a host.
    pub fn at(url: &str) -> Result<Self, AskError> {
        let bad = || AskError::BadUrl { url: url.to_owned() };
        let rest = url.strip_prefix("http://").ok_or_else(bad)?;
        if rest.is_empty() || rest.starts_with('/') || rest.contains([' ', '?', '#']) {
            return Err(bad());
        }
        // A proxy named in the environment must not come between us and whom we were told to ask.
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .proxy(None);
        Ok(Self { url: url.trim_end_matches('/').to_owned(), agent: config.build().into() })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The series of `expr` from one instant to another, both included, each `step` milliseconds. What is not a
    /// number is left out.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn range(&self, expr: &str, from: i64, until: i64, step: i64) -> Result<Vec<Line>, AskError> {
        let blanks = [
            ("query", expr.to_owned()),
            ("start", seconds(from)),
            ("end", seconds(until)),
            ("step", seconds(step)),
        ];
        let matrix: Matrix = self.ask("query_range", expr, &blanks)?;
        Ok(matrix.result.into_iter().map(Line::from).collect())
    }

    /// The one number that `expr` is at an instant; `None` where it is nothing.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn number(&self, expr: &str, at: i64) -> Result<Option<f64>, AskError> {
        let blanks = [("query", expr.to_owned()), ("time", seconds(at))];
        let answer: Instant = self.ask("query", expr, &blanks)?;
        Ok(answer.result.first().and_then(|line| line.value.1.parse().ok()))
    }

    fn ask<D: DeserializeOwned>(
        &self,
        what: &str,
        expr: &str,
        blanks: &[(&str, String)],
    ) -> Result<D, AskError> {
        let url = format!("{}/api/v1/{what}", self.url);
        let gone = |error: ureq::Error| AskError::Gone { url: self.url.clone(), reason: error.to_string() };
        let form = blanks.iter().map(|(name, value)| (*name, value.as_str()));
        let mut answer = self.agent.post(&url).send_form(form).map_err(gone)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string().map_err(gone)?;
        understood(&self.url, expr, status, &text)
    }
}

fn understood<D: DeserializeOwned>(url: &str, expr: &str, status: u16, text: &str) -> Result<D, AskError> {
    let foreign = || AskError::Foreign {
        url: url.to_owned(),
        status,
        said: text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_MAX).collect(),
    };
    let answer: Answer<D> = serde_json::from_str(text).map_err(|_| foreign())?;
    let said = answer.error.unwrap_or_default();
    match (answer.status.as_str(), status, answer.data) {
        ("success", _, Some(data)) => Ok(data),
        ("error", 400, _) => Err(AskError::NotUnderstood { expr: expr.to_owned(), said }),
        ("error", _, _) => Err(AskError::Unanswerable { status, said }),
        _ => Err(foreign()),
    }
}

impl From<MatrixLine> for Line {
    fn from(line: MatrixLine) -> Self {
        let mut labels = line.metric;
        labels.remove("__name__");
        let point = |(secs, value): (f64, String)| {
            let value: f64 = value.parse().ok().filter(|value: &f64| value.is_finite())?;
            Some(((secs * 1e3).round() as i64, value))
        };
        Self { labels, points: line.values.into_iter().filter_map(point).collect() }
    }
}

/// Milliseconds as the interface wants them.
fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000))
}

impl AskError {
    /// As the end of a command, with what to do.
    #[must_use]
    pub fn failure(&self, words: Words) -> Failure {
        let text = |text: &str| FluentValue::from(text.to_owned());
        match self {
            Self::BadUrl { url } => {
                Failure::new(Exit::Usage, words.tell("estimate-bad-url", &[("url", text(url))]))
            }
            Self::Gone { url, reason } => {
                let blanks = [("url", text(url)), ("reason", text(reason))];
                Failure::new(Exit::Environment, words.tell("estimate-gone", &blanks))
            }
            Self::Foreign { url, status, said } => {
                let blanks =
                    [("url", text(url)), ("status", text(&status.to_string())), ("said", text(said))];
                Failure::new(Exit::Environment, words.tell("estimate-foreign", &blanks))
            }
            Self::NotUnderstood { expr, said } => {
                let blanks = [("expr", text(expr)), ("said", text(said))];
                Failure::new(Exit::Usage, words.tell("estimate-not-understood", &blanks))
            }
            Self::Unanswerable { status, said } => {
                let blanks = [("status", text(&status.to_string())), ("said", text(said))];
                Failure::new(Exit::Environment, words.tell("estimate-unanswerable", &blanks))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_without_its_name_and_without_what_is_no_number() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":
            {"__name__":"v","site":"a"},"values":[[1700000000.1,"12.6"],[1700000001,"NaN"],[1700000002,"+Inf"],
            [1700000003,"-0.5"]]}]}}"#;
        let matrix: Matrix = understood("u", "v", 200, text).expect("sound");
        let line = Line::from(matrix.result.into_iter().next().expect("one"));
        assert_eq!(line.labels.into_iter().collect::<Vec<_>>(), [("site".to_owned(), "a".to_owned())]);
        assert_eq!(line.points, [(1_700_000_000_100, 12.6), (1_700_000_003_000, -0.5)]);
    }

    #[test]
    fn each_kind_of_refusal_is_told_apart_in_both_languages() {
        let refused = |status, text: &str| {
            let refused: Result<Matrix, AskError> = understood("http://p", "v{", status, text);
            refused.err().expect("refused")
        };
        let said = |kind: &str| format!(r#"{{"status":"error","errorType":"{kind}","error":"its-words"}}"#);
        let cases = [
            (refused(400, &said("bad_data")), Exit::Usage, "its-words"),
            (refused(422, &said("execution")), Exit::Environment, "its-words"),
            (refused(503, &said("timeout")), Exit::Environment, "503"),
            (refused(404, "<html>\n  not here"), Exit::Environment, "<html> not here"),
            (refused(200, "{}"), Exit::Environment, "200"),
            (AskError::BadUrl { url: "ftp://x".into() }, Exit::Usage, "ftp://x"),
            (
                AskError::Gone { url: "http://p".into(), reason: "refused-so".into() },
                Exit::Environment,
                "refused-so",
            ),
        ];
        for (error, exit, filled) in cases {
            for words in [Words::French, Words::English] {
                let failure = error.failure(words);
                assert_eq!(failure.exit, exit, "{error:?}");
                assert!(failure.message.contains(filled), "{}", failure.message);
                assert!(!failure.message.contains("Unknown") && !failure.message.contains("{ $"));
            }
        }
    }

    #[test]
    fn an_address_without_a_host_is_none() {
        for url in ["", "localhost:9090", "https://x", "http://", "http:///x", "http://a b", "http://a?x=1"] {
            assert!(matches!(Prometheus::at(url), Err(AskError::BadUrl { .. })), "{url}");
        }
        let at = |url| Prometheus::at(url).map(|it| it.url().to_owned());
        assert_eq!(at("http://127.0.0.1:9090/"), Ok("http://127.0.0.1:9090".to_owned()));
        assert_eq!(at("http://gw/prom"), Ok("http://gw/prom".to_owned()));
        assert_eq!(seconds(1_700_000_000_005), "1700000000.005");
    }
}
