//! Questions to a Prometheus, or to the Alertmanager beside it. Each blocks its thread until it is answered.
//!
//! ```text
//! range     query_range(expr)        one value a step, the latest of the five minutes before it
//! samples   query(name{…}[span])     every sample at the very instant at which it was taken
//! instant   query(expr)              one value a series
//! ```
//!
//! Times are Unix milliseconds, as Prometheus keeps them. A value may be no number: it counts as one where a rule asks
//! whether there is any.

mod answer;
mod error;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::Response;

pub use answer::{Labels, Line};
pub use error::AskError;

use answer::{Matrix, Vector, understood};

/// The longest answer read unless told otherwise, octets.
const ANSWER_MAX: u64 = 1 << 30;
/// Prometheus gives at most 11,000 points a series.
pub const STEPS_MAX: i64 = 10_000;
/// Prometheus may lose sight of a piece of a series while it compacts it; asked again after so many ms it has it.
const AGAIN: [u64; 4] = [200, 400, 800, 1_600];
const LOST_SIGHT: &str = "cannot populate chunk";

/// Name and value of one field of a question.
pub type Blank = (&'static str, String);

/// Whom to ask.
#[derive(Debug, Clone)]
pub struct Server {
    url: String,
    agent: ureq::Agent,
    answer_max: u64,
}

impl Server {
    /// The one at `url`, with or without `/` at its end; an answer that takes longer than `timeout` is none.
    ///
    /// # Errors
    /// [`AskError::BadUrl`] where that is not `http://` and a host, with a path before it where a proxy wants one.
    pub fn at(url: &str, timeout: Duration) -> Result<Self, AskError> {
        if !is_address(url) {
            return Err(AskError::BadUrl { url: url.to_owned() });
        }
        Ok(Self::new(url, timeout))
    }

    /// The one on this machine.
    #[must_use]
    pub fn on(address: SocketAddr, timeout: Duration) -> Self {
        Self::new(&format!("http://{address}"), timeout)
    }

    fn new(url: &str, timeout: Duration) -> Self {
        // A proxy named in the environment must not come between us and whom we were told to ask.
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .proxy(None);
        let url = url.trim_end_matches('/').to_owned();
        Self { url, agent: config.build().into(), answer_max: ANSWER_MAX }
    }

    /// A longer answer is not read, octets.
    #[must_use]
    pub fn answering_at_most(self, answer_max: u64) -> Self {
        Self { answer_max, ..self }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The series of `expr` from one instant to another, both included, each `step`; in as many pieces as it takes.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn range(&self, expr: &str, from: i64, until: i64, step: i64) -> Result<Vec<Line>, AskError> {
        let mut joined: BTreeMap<Labels, Vec<(i64, f64)>> = BTreeMap::new();
        let mut first = from;
        while first <= until {
            let last = until.min(first + (STEPS_MAX - 1) * step);
            let blanks = [
                ("query", expr.to_owned()),
                ("start", seconds(first)),
                ("end", seconds(last)),
                ("step", seconds(step)),
            ];
            let matrix: Matrix = self.question("query_range", expr, &blanks)?;
            for line in matrix.lines() {
                joined.entry(line.labels).or_default().extend(line.points);
            }
            first += STEPS_MAX * step;
        }
        Ok(joined.into_iter().map(|(labels, points)| Line { labels, points }).collect())
    }

    /// The samples of a selector (`name` or `name{…}`) after one instant and up to another, as they were taken.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn samples(&self, selector: &str, after: i64, until: i64) -> Result<Vec<Line>, AskError> {
        let expr = format!("{selector}[{}ms]", (until - after).max(1));
        let blanks = [("query", expr.clone()), ("time", seconds(until))];
        let matrix: Matrix = self.question("query", &expr, &blanks)?;
        let mut lines: Vec<Line> = matrix.lines().collect();
        // Whether the first instant belongs to the span is another question from one Prometheus to the next.
        lines.iter_mut().for_each(|line| line.points.retain(|(at, _)| *at > after));
        Ok(lines)
    }

    /// What each series of `expr` is at an instant, now unless another is named.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn instant(&self, expr: &str, at: Option<i64>) -> Result<Vec<(Labels, f64)>, AskError> {
        let at = at.map(|at| ("time", seconds(at)));
        let blanks: Vec<Blank> = [("query", expr.to_owned())].into_iter().chain(at).collect();
        self.question::<Vector>("query", expr, &blanks).map(Vector::values)
    }

    /// The answer to a `GET`.
    ///
    /// # Errors
    /// [`AskError`]; whatever is not told with a status of success.
    pub fn get(&self, path: &str, blanks: &[Blank]) -> Result<String, AskError> {
        let blanks = blanks.iter().map(|(name, value)| (*name, value.as_str()));
        self.well(self.agent.get(format!("{}{path}", self.url)).query_pairs(blanks).call())
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn post(&self, path: &str, body: &serde_json::Value) -> Result<(), AskError> {
        let request =
            self.agent.post(format!("{}{path}", self.url)).header("Content-Type", "application/json");
        self.well(request.send(body.to_string().as_bytes())).map(drop)
    }

    fn question<A: DeserializeOwned>(&self, what: &str, expr: &str, blanks: &[Blank]) -> Result<A, AskError> {
        let ask = || {
            let form = blanks.iter().map(|(name, value)| (*name, value.as_str()));
            let (status, text) =
                self.read(self.agent.post(format!("{}/api/v1/{what}", self.url)).send_form(form))?;
            understood(&self.url, expr, status, &text)
        };
        for pause in AGAIN {
            match ask() {
                Err(AskError::Unanswerable { said, .. }) if said.contains(LOST_SIGHT) => {
                    std::thread::sleep(Duration::from_millis(pause));
                }
                answered => return answered,
            }
        }
        ask()
    }

    /// The text of an answer that is well.
    fn well(&self, answered: Result<Response<ureq::Body>, ureq::Error>) -> Result<String, AskError> {
        match self.read(answered)? {
            (200..300, text) => Ok(text),
            (status, text) => Err(AskError::foreign(&self.url, status, &text)),
        }
    }

    fn read(&self, answered: Result<Response<ureq::Body>, ureq::Error>) -> Result<(u16, String), AskError> {
        let gone = |error: ureq::Error| AskError::Gone { url: self.url.clone(), reason: error.to_string() };
        let mut answer = answered.map_err(gone)?;
        let text = answer.body_mut().with_config().limit(self.answer_max).read_to_string().map_err(gone)?;
        Ok((answer.status().as_u16(), text))
    }
}

/// `http://` and a host, with a path or without.
#[must_use]
pub fn is_address(url: &str) -> bool {
    let may = |character: char| character.is_ascii_graphic() && !"?#\"<>".contains(character);
    url.strip_prefix("http://")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(may))
}

/// Milliseconds as the interface wants them.
fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_without_a_host_is_none() {
        let wrong = ["", "localhost:9090", "https://x", "http://", "http:///x", "http://a b", "http://a?x=1"];
        for url in wrong.into_iter().chain(["file:///etc", "http://a<b>"]) {
            let at = Server::at(url, Duration::from_secs(1));
            assert!(matches!(at, Err(AskError::BadUrl { .. })), "{url}");
        }
        let at = |url| Server::at(url, Duration::from_secs(1)).map(|it| it.url().to_owned());
        assert_eq!(at("http://127.0.0.1:9090/"), Ok("http://127.0.0.1:9090".to_owned()));
        assert_eq!(at("http://gw/prom"), Ok("http://gw/prom".to_owned()));
        assert_eq!(seconds(1_700_000_000_005), "1700000000.005");
    }
    #[test]
    fn a_piece_that_prometheus_lost_sight_of_is_asked_for_again_and_every_sample_has_its_own_stamp() {
        let answers = [
            (
                422,
                r#"{"status":"error","errorType":"execution","error":"cannot populate chunk 7 from block X"}"#,
            ),
            (
                200,
                r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"v"},
                "values":[[60,"0"],[61.25,"1"],[119.5,"2"]]}]}}"#,
            ),
        ];
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            answers.map(|(status, said)| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut seen = String::new();
                let mut part = [0; 4096];
                // The form is the last thing that comes.
                while !seen.contains("time=") {
                    let count = stream.read(&mut part).unwrap();
                    seen += &String::from_utf8_lossy(&part[..count]);
                }
                let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len());
                write!(stream, "HTTP/1.1 {status} X\r\n{end}").unwrap();
                seen
            })
        });
        let server = Server::at(&url, Duration::from_secs(20)).unwrap();
        let lines = server.samples("v", 60_000, 120_000).unwrap();
        // What is at the first instant belongs to the span before.
        assert_eq!(lines[0].points, [(61_250, 1.0), (119_500, 2.0)]);
        for asked in asked.join().unwrap() {
            assert!(asked.contains("query=v%5B60000ms%5D") && asked.contains("time=120.000"), "{asked}");
        }
    }
}
