//! Short questions over HTTP to a Prometheus or an Alertmanager somewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use exporter::rules::Names;
use fluent_templates::fluent_bundle::FluentValue;
use serde::Deserialize;

use super::Grid;
use crate::failure::{Exit, Failure};
use crate::words::Words;

const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest answer, octets.
const ANSWER_MAX: u64 = 1 << 28;
/// Prometheus gives at most 11,000 points a series.
const STEPS_MAX: usize = 10_000;

/// Somebody did not answer as expected.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {said}")]
pub struct AskError {
    /// Who was asked.
    pub url: String,
    /// What was said, or why nothing was.
    pub said: String,
}

impl AskError {
    /// In the reader's words, with what to do.
    #[must_use]
    pub fn failure(&self, words: Words) -> Failure {
        let blanks = [
            ("url", FluentValue::from(self.url.as_str())),
            ("reason", FluentValue::from(self.said.as_str())),
        ];
        Failure::new(Exit::Environment, words.tell("late-no-answer", &blanks))
    }
}

/// One series of an answer: seconds since 1970 and values.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its labels.
    pub labels: Names,
    /// Where the expression has a value.
    pub values: Vec<(i64, f64)>,
}

/// A server.
#[derive(Debug, Clone)]
pub struct Http {
    base: String,
    agent: ureq::Agent,
}

#[derive(Deserialize)]
struct Answer<R> {
    data: Data<R>,
}

#[derive(Deserialize)]
struct Data<R> {
    result: Vec<R>,
}

#[derive(Deserialize)]
struct Matrix {
    metric: Names,
    values: Vec<(f64, String)>,
}

#[derive(Deserialize)]
struct Sample {
    metric: Names,
    value: (f64, String),
}

impl Http {
    /// The server at `http://HOST:PORT`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        // A proxy named in the environment must not come between us and loopback.
        Self { base: base.trim_end_matches('/').to_owned(), agent: config.proxy(None).build().into() }
    }

    /// Where `expr` has a value at the steps of the grid.
    ///
    /// # Errors
    /// Where Prometheus does not answer the question.
    pub fn range(&self, expr: &str, grid: &Grid) -> Result<Vec<Line>, AskError> {
        let mut joined: BTreeMap<Names, Vec<(i64, f64)>> = BTreeMap::new();
        let mut first = 0;
        while first < grid.steps {
            let last = (first + STEPS_MAX).min(grid.steps) - 1;
            let blanks = [
                ("query", expr.to_owned()),
                ("start", grid.unix_secs(first).to_string()),
                ("end", grid.unix_secs(last).to_string()),
                ("step", grid.step_secs.to_string()),
            ];
            let answer: Answer<Matrix> = self.form("/api/v1/query_range", &blanks)?;
            for Matrix { metric, values } in answer.data.result {
                let values = values.into_iter().map(|(at, value)| (at.round() as i64, number(&value)));
                joined.entry(metric).or_default().extend(values);
            }
            first = last + 1;
        }
        Ok(joined.into_iter().map(|(labels, values)| Line { labels, values }).collect())
    }

    /// The present value of each series of `expr`.
    ///
    /// # Errors
    /// Where Prometheus does not answer the question.
    pub fn instant(&self, expr: &str) -> Result<Vec<(Names, f64)>, AskError> {
        let answer: Answer<Sample> = self.form("/api/v1/query", &[("query", expr.to_owned())])?;
        Ok(answer.data.result.into_iter().map(|it| (it.metric, number(&it.value.1))).collect())
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// Where it is not taken.
    pub fn json(&self, path: &str, body: &serde_json::Value) -> Result<(), AskError> {
        let request =
            self.agent.post(format!("{}{path}", self.base)).header("Content-Type", "application/json");
        self.answer(request.send(body.to_string().as_bytes())).map(drop)
    }

    fn form<A: for<'d> Deserialize<'d>>(
        &self,
        path: &str,
        blanks: &[(&'static str, String)],
    ) -> Result<A, AskError> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let text =
            self.answer(request.send_form(blanks.iter().map(|(name, value)| (*name, value.as_str()))))?;
        serde_json::from_str(&text).map_err(|error| self.error(error.to_string()))
    }

    fn answer(
        &self,
        answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<String, AskError> {
        let mut answer = answered.map_err(|error| self.error(error.to_string()))?;
        let status = answer.status();
        let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string();
        let text = text.map_err(|error| self.error(error.to_string()))?;
        if status.is_success() {
            return Ok(text);
        }
        let said: String = text.trim().chars().take(300).collect();
        Err(self.error(format!("{status} {said}")))
    }

    fn error(&self, said: String) -> AskError {
        AskError { url: self.base.clone(), said }
    }
}

/// `+Inf` and `NaN` are numbers to Prometheus and to Rust alike.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
