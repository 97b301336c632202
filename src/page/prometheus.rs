//! Questions to the configured Prometheus: what fires now, and how it was before this run of the monitor.
//!
//! Each question blocks a thread of tokio's blocking pool for a few seconds at most; a Prometheus that does not answer costs the page
//! its alerts, and nothing else.

use std::time::Duration;

use crate::prometheus::{Server, is_address};

/// No answer within this is none.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A longer answer is not read: 10,000 alerts take 10 MB.
const BYTES_MAX: u64 = 32 << 20;

/// A Prometheus by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prometheus {
    base: String,
}

impl Prometheus {
    /// The Prometheus at `http://host:port`, with a path before it where a proxy wants one; nothing where that is no such address.
    #[must_use]
    pub fn at(address: &str) -> Option<Self> {
        let sound = is_address(address) && !address.contains('@');
        sound.then(|| Self { base: address.trim_end_matches('/').to_owned() })
    }

    /// The answer to a `GET` of the HTTP interface, or why there is none.
    pub(super) async fn ask(
        &self,
        path: &'static str,
        blanks: Vec<(&'static str, String)>,
    ) -> Result<String, String> {
        let base = self.base.clone();
        let ask = move || Server::at(&base, TIMEOUT)?.answering_at_most(BYTES_MAX).get(path, &blanks);
        match tokio::task::spawn_blocking(ask).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_server() {
        assert_eq!(
            Prometheus::at("http://127.0.0.1:9090/").map(|it| it.base),
            Some("http://127.0.0.1:9090".to_owned())
        );
        for wrong in ["127.0.0.1:9090", "https://x", "http://", "http://a b", "http://a?x=1", "file:///etc"] {
            assert_eq!(Prometheus::at(wrong), None, "{wrong}");
        }
    }
}
