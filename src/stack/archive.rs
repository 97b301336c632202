//! A Prometheus that only remembers: it serves the blocks of a folder and scrapes nothing.
//!
//! Nothing is deleted for its age, nothing compacted, and it looks back for a sample no further than it is
//! told.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Child, POLL, PROMETHEUS, READY_WITHIN, StackError, Tools, port, write};
use crate::prometheus::{Line, Server};

/// A question over months of many batteries may take minutes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(600);
/// How often ports are drawn anew because somebody was quicker.
const ATTEMPTS: usize = 5;

/// The running server.
#[derive(Debug)]
pub struct Archive {
    prometheus: Child,
    server: Server,
}

impl Archive {
    /// Serves the blocks below `data`; the program's own files go to `dir`.
    ///
    /// # Errors
    /// Where Prometheus is missing, ends by itself or does not get ready.
    pub fn start(dir: &Path, data: &Path, tools: &Tools, look_back: Duration) -> Result<Self, StackError> {
        write(dir, "archive.yml", "global: {}\n")?;
        let mut attempt = 1;
        loop {
            match Self::attempt(dir, data, tools, look_back) {
                Err(StackError::Exited { log_tail, .. })
                    if attempt < ATTEMPTS && log_tail.contains("address already in use") => {}
                started => return started,
            }
            attempt += 1;
        }
    }

    fn attempt(dir: &Path, data: &Path, tools: &Tools, look_back: Duration) -> Result<Self, StackError> {
        let program = tools.prometheus.as_deref().ok_or(StackError::Missing { tool: PROMETHEUS })?;
        let [address] = port::free()?;
        let arguments = [
            format!("--config.file={}", dir.join("archive.yml").display()),
            format!("--storage.tsdb.path={}", data.display()),
            format!("--web.listen-address={address}"),
            "--storage.tsdb.retention.time=100y".to_owned(),
            // Alike, so that no block is ever merged into a larger one.
            "--storage.tsdb.min-block-duration=2h".to_owned(),
            "--storage.tsdb.max-block-duration=2h".to_owned(),
            format!("--query.lookback-delta={}ms", look_back.as_millis()),
            format!("--query.timeout={}s", TIMEOUT.as_secs()),
            "--query.max-samples=500000000".to_owned(),
        ];
        let log = dir.join("archive.log");
        let prometheus = Child::start(PROMETHEUS, program, &arguments, &log)?;
        let mut archive = Self { prometheus, server: Server::on(address, TIMEOUT) };
        let deadline = Instant::now() + READY_WITHIN;
        while archive.server.get("/-/ready", &[]).is_err() {
            archive.prometheus.check()?;
            if Instant::now() > deadline {
                return Err(StackError::NotReady { tool: PROMETHEUS, waited: READY_WITHIN, log });
            }
            std::thread::sleep(POLL);
        }
        Ok(archive)
    }

    /// Where `expr` has a value between two instants (Unix time, both included), asked each `step_secs`.
    ///
    /// # Errors
    /// Where Prometheus refuses the question or does not answer.
    pub fn range(
        &self,
        expr: &str,
        from_unix_secs: i64,
        until_unix_secs: i64,
        step_secs: i64,
    ) -> Result<Vec<Line>, StackError> {
        self.server
            .range(expr, from_unix_secs * 1000, until_unix_secs * 1000, step_secs * 1000)
            .map_err(|error| StackError::Answer { tool: PROMETHEUS, said: error.to_string() })
    }
}
