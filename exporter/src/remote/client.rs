//! Sends series to a remote-write receiver, and says whether sending the same again could help. Blocks its thread.

use std::time::Duration;

use super::message::{Series, encode};

/// Samples in one request. Prometheus takes more; a slow modem does not.
const SAMPLES_MAX: usize = 10_000;
const TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a refusal is shown.
const SAID_MAX: usize = 300;

/// Why series were not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// Nobody answered: the same bytes may be taken later.
    #[error("{url} cannot be reached: {said}")]
    Unreachable {
        /// Where they were sent.
        url: String,
        /// What the connection says.
        said: String,
    },
    /// The receiver has trouble of its own (5xx, 429): the same bytes may be taken later.
    #[error("{url} is busy ({status}): {said}")]
    Busy {
        /// Where they were sent.
        url: String,
        /// HTTP status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// Whoever answers there takes no rows (a redirect, a page of HTML, 401, 403, 404): an address, a key or a setting
    /// is to be mended, and the same bytes may be taken afterwards.
    #[error(
        "{url} takes no rows ({status}): {said}; is it Prometheus with --web.enable-remote-write-receiver?"
    )]
    Unwilling {
        /// Where they were sent.
        url: String,
        /// HTTP status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// The receiver does not want these bytes, now or ever (400, 422): too old, or a series it has newer samples of.
    #[error("{url} refuses ({status}): {said}")]
    Refused {
        /// Where they were sent.
        url: String,
        /// HTTP status.
        status: u16,
        /// What it says.
        said: String,
    },
}

/// What Prometheus with an out-of-order window says of samples that are older than that.
const BEFORE_ITS_WINDOW: &str = "too old sample";
/// The same without such a window.
const BEFORE_ITS_HEAD: &str = "out of bounds";

impl RemoteError {
    /// Whether the same series may be taken later. Where not, keeping them would only block what comes behind.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }

    /// The same where whatever is sent is refused: then it is not the series that are wrong.
    #[must_use]
    pub fn of_everything(self) -> Self {
        match self {
            Self::Refused { url, status, said } => Self::Unwilling { url, status, said },
            other => other,
        }
    }

    /// Whether it is their age for which they are refused: then whatever else is of the same instant is, too.
    #[must_use]
    pub fn is_for_age(&self) -> bool {
        self.is_before_its_window()
            || matches!(self, Self::Refused { said, .. } if said.contains(BEFORE_ITS_HEAD))
    }

    /// Whether they are older than the receiver's out-of-order window: then whatever is older still is, too, and it
    /// takes what is newer in any order.
    #[must_use]
    pub fn is_before_its_window(&self) -> bool {
        matches!(self, Self::Refused { said, .. } if said.contains(BEFORE_ITS_WINDOW))
    }
}

/// A remote-write receiver, such as `http://127.0.0.1:9090/api/v1/write`.
#[derive(Debug, Clone)]
pub struct RemoteWriter {
    url: String,
    agent: ureq::Agent,
}

impl RemoteWriter {
    /// The receiver at `url`; `http://HOST:PORT` alone means Prometheus' own path.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let url = url.trim_end_matches('/');
        let is_bare = url.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
        let url = if is_bare { format!("{url}/api/v1/write") } else { url.to_owned() };
        let config = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        // A proxy named in the environment must not come between us and loopback. A redirect followed would arrive
        // as a GET without its rows: whoever stands behind it may well answer 200.
        Self { url, agent: config.proxy(None).max_redirects(0).build().into() }
    }

    /// Where it sends.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends the series in requests of bounded size, in their order. Sending the same again does no harm:
    /// Prometheus takes a sample it has for done.
    ///
    /// # Errors
    /// The first request that was not taken; those before it were.
    pub fn send(&self, series: &[Series]) -> Result<(), RemoteError> {
        let mut batch = Vec::new();
        let mut samples = 0;
        for one in series.iter().flat_map(pieces) {
            if samples + one.samples.len() > SAMPLES_MAX && !batch.is_empty() {
                self.post(&encode(&batch))?;
                batch.clear();
                samples = 0;
            }
            samples += one.samples.len();
            batch.push(one);
        }
        if batch.is_empty() { Ok(()) } else { self.post(&encode(&batch)) }
    }

    fn post(&self, body: &[u8]) -> Result<(), RemoteError> {
        let request = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0");
        let gone =
            |error: ureq::Error| RemoteError::Unreachable { url: self.url.clone(), said: error.to_string() };
        let mut answer = request.send(body).map_err(gone)?;
        let status = answer.status().as_u16();
        let kind = answer.headers().get("Content-Type").and_then(|kind| kind.to_str().ok());
        let is_html = kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        let body = answer.body_mut().read_to_vec().map_err(gone)?;
        let said = String::from_utf8_lossy(&body);
        let said = said.trim();
        judged(&self.url, status, is_html || said.starts_with('<'), said)
    }
}

/// What an answer means. No receiver answers with a page of HTML: that is a login page, a proxy, or another port.
fn judged(url: &str, status: u16, is_html: bool, said: &str) -> Result<(), RemoteError> {
    let (url, said_shown) = (url.to_owned(), said.chars().take(SAID_MAX).collect());
    match status {
        200..300 if !is_html => Ok(()),
        // Prometheus before 2.54 answers 500 to what is too old, for ever.
        400 | 422 | 500 if !is_html && (status != 500 || said.contains(BEFORE_ITS_WINDOW)) => {
            Err(RemoteError::Refused { url, status, said: said_shown })
        }
        429 | 500.. => Err(RemoteError::Busy { url, status, said: said_shown }),
        _ => Err(RemoteError::Unwilling { url, status, said: said_shown }),
    }
}

/// The series in pieces that each fit a request.
fn pieces(series: &Series) -> impl Iterator<Item = Series> + '_ {
    let labels = &series.labels;
    series
        .samples
        .chunks(SAMPLES_MAX)
        .map(|samples| Series { labels: labels.clone(), samples: samples.to_vec() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A receiver that answers each request with the next status, and gives the length of each body.
    fn receiver(statuses: Vec<u16>) -> (String, thread::JoinHandle<Vec<usize>>) {
        receiver_with(String::new(), statuses)
    }

    /// The same with a line of its own in the head of each answer.
    fn receiver_with(line: String, statuses: Vec<u16>) -> (String, thread::JoinHandle<Vec<usize>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let taken = thread::spawn(move || {
            let answer = |status: u16| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut seen = Vec::new();
                let mut part = [0; 65_536];
                loop {
                    let count = stream.read(&mut part).unwrap();
                    seen.extend(&part[..count]);
                    let text = String::from_utf8_lossy(&seen).to_ascii_lowercase();
                    let Some(head) = text.find("\r\n\r\n") else { continue };
                    let length = text.split("content-length: ").nth(1).unwrap();
                    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
                    // Lossy text may be longer than the bytes, but not before the body.
                    if seen.len() >= head + 4 + length {
                        let end = "Content-Length: 4\r\nConnection: close\r\n\r\nsaid";
                        write!(stream, "HTTP/1.1 {status} X\r\n{line}{end}").unwrap();
                        return length;
                    }
                }
            };
            statuses.into_iter().map(answer).collect()
        });
        (url, taken)
    }

    fn one() -> Vec<Series> {
        vec![Series::new("a", [("site", "S")], vec![(1, 0.5)])]
    }

    #[test]
    fn what_may_be_taken_later_is_told_from_what_never_will() {
        for (status, passing) in [(503, true), (500, true), (429, true), (400, false), (422, false)] {
            let (url, taken) = receiver(vec![status]);
            let error = RemoteWriter::new(&url).send(&one()).unwrap_err();
            assert_eq!(error.is_passing(), passing, "{error}");
            assert!(error.to_string().contains("said"), "{error}");
            taken.join().unwrap();
        }
        assert!(RemoteWriter::new("http://127.0.0.1:1").send(&one()).unwrap_err().is_passing());
    }

    #[test]
    fn a_wrong_address_or_key_is_a_setting_to_mend_and_costs_no_row() {
        for status in [301, 302, 307, 308, 401, 403, 404, 405, 413] {
            let (url, taken) = receiver(vec![status]);
            let error = RemoteWriter::new(&url).send(&one()).unwrap_err();
            assert!(error.is_passing() && error.to_string().contains("takes no rows"), "{error}");
            taken.join().unwrap();
        }
    }

    #[test]
    fn a_page_of_html_is_no_receivers_answer_whatever_its_status() {
        for status in [200, 204, 400, 422] {
            for (is_html, said) in [(true, "Log in"), (true, "<!DOCTYPE html>")] {
                let error = judged("u", status, is_html, said).unwrap_err();
                assert!(error.is_passing(), "{status} {said}: {error}");
            }
        }
        assert!([200, 202, 204].iter().all(|status| judged("u", *status, false, "").is_ok()));
    }

    #[test]
    fn a_redirect_is_not_followed() {
        // Whoever it leads to would say 200.
        let (portal, _never_asked) = receiver(vec![200]);
        let (url, answered) = receiver_with(format!("Location: {portal}\r\n"), vec![302]);
        let error = RemoteWriter::new(&url).send(&one()).unwrap_err();
        assert!(error.is_passing() && error.to_string().contains("302"), "{error}");
        answered.join().unwrap();
    }

    #[test]
    fn too_old_is_for_ever_even_where_a_receiver_calls_it_its_own_trouble() {
        let refused = judged("u", 500, false, "too old sample\n").unwrap_err();
        assert!(!refused.is_passing() && refused.is_for_age(), "{refused}");
        assert!(judged("u", 500, false, "no space left").unwrap_err().is_passing());
        assert!(!judged("u", 400, false, "out of order sample").unwrap_err().is_for_age());
    }

    #[test]
    fn a_long_series_goes_in_requests_of_bounded_size() {
        let (url, taken) = receiver(vec![204, 204, 204]);
        let samples = (0..25_000).map(|ms| (ms, ms as f64)).collect();
        RemoteWriter::new(&url).send(&[Series::new("a", [], samples)]).unwrap();
        assert_eq!(taken.join().unwrap().len(), 3);
    }

    #[test]
    fn an_address_without_a_path_is_prometheus() {
        assert_eq!(RemoteWriter::new("http://p:9090/").url(), "http://p:9090/api/v1/write");
        assert_eq!(RemoteWriter::new("http://p/push").url(), "http://p/push");
    }
}
