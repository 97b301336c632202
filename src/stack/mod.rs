//! The real Prometheus and Alertmanager, and the sinks that receive what they deliver.
//!
//! ```text
//! /metrics pages ──> prometheus ──> alertmanager ──┬──> webhook ──> Vec<Delivery>
//!                     (rules)                      ├──> smtp ─────> Vec<Mail>
//!                                                  └──> slack ────> Vec<Post>
//! ```
//!
//! [`Stack`] is the chain of a run, [`Part`] one of its programs alone, which can be killed and started again.
//!
//! All of it runs on this machine without root, on free loopback ports, with every file in one folder.

pub mod archive;
mod child;
mod client;
mod error;
mod files;
pub mod part;
mod port;
pub mod slack;
pub mod smtp;
pub mod tools;
pub mod unpacked;
pub mod webhook;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

pub(crate) use child::{Child, that_dies_with_us};

pub use archive::Archive;
pub use error::StackError;
pub use part::Part;
pub use slack::{Post, Slack};
pub use smtp::{Mail, SmtpSink};
pub use tools::Tools;
pub use unpacked::Runnable;
pub use webhook::{Delivery, Message, Status, Webhook};

const PROMETHEUS: &str = "prometheus";
const ALERTMANAGER: &str = "alertmanager";

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

/// The running chain. Dropped without [`Stack::stop`] it ends too, but holds up its thread meanwhile.
#[derive(Debug)]
pub struct Stack {
    programs: Programs,
    addresses: Addresses,
}

#[derive(Debug)]
struct Programs {
    prometheus: Child,
    alertmanager: Child,
}

#[derive(Debug, Clone, Copy)]
struct Addresses {
    prometheus: SocketAddr,
    alertmanager: SocketAddr,
}

/// How often ports are drawn anew because somebody was quicker.
const ATTEMPTS: usize = 5;
/// How long both may take to get ready. On two cores it takes 6 s, 5 of which Prometheus waits before
/// it looks at its targets.
const READY_WITHIN: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);
/// How often Prometheus repeats an alert. Alertmanager takes one not repeated in four times that for
/// over, so it must be far longer than any pause of a busy machine.
const RESEND: &str = "10s";

impl Stack {
    /// Starts both programs with their files in `dir`, and waits until both are ready, the rules loaded
    /// and the targets known.
    ///
    /// # Errors
    /// Where a program is missing, ends by itself or does not get ready.
    pub async fn start(dir: &Path, tools: &Tools, plan: &Plan) -> Result<Self, StackError> {
        std::fs::create_dir_all(dir).map_err(|source| write_error(dir, source))?;
        let dir = dir.canonicalize().map_err(|source| write_error(dir, source))?;
        let mut attempt = 1;
        loop {
            match Self::attempt(&dir, tools, plan).await {
                Err(StackError::Exited { log_tail, .. })
                    if attempt < ATTEMPTS && log_tail.contains("address already in use") => {}
                started => return started,
            }
            attempt += 1;
        }
    }

    async fn attempt(dir: &Path, tools: &Tools, plan: &Plan) -> Result<Self, StackError> {
        let [prometheus, alertmanager] = port::free()?;
        let addresses = Addresses { prometheus, alertmanager };
        write(dir, files::PROMETHEUS, &files::prometheus(plan, alertmanager))?;
        write(dir, files::RULES, &plan.rules_yaml)?;
        write(dir, files::ALERTMANAGER, &files::alertmanager(plan))?;
        write(dir, files::TEMPLATE, &crate::alerts::template(crate::alerts::standard()))?;
        let mut stack = Self { programs: Programs::start(dir, tools, addresses)?, addresses };
        stack.until_ready(dir, plan).await?;
        Ok(stack)
    }

    async fn until_ready(&mut self, dir: &Path, plan: &Plan) -> Result<(), StackError> {
        let deadline = tokio::time::Instant::now() + READY_WITHIN;
        loop {
            self.check()?;
            let unready = match self.unready(dir, plan).await {
                None => return self.check(),
                Some(tool) => tool,
            };
            if tokio::time::Instant::now() > deadline {
                return Err(self.programs.not_ready(unready));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The program that is not ready yet. What it says of itself must be what we gave it: whoever else
    /// took its port may well be ready.
    async fn unready(&self, dir: &Path, plan: &Plan) -> Option<&'static str> {
        let Addresses { prometheus, alertmanager } = self.addresses;
        let ask = |address, path| async move { client::get(address, path).await.unwrap_or_default() };
        let ready = |answer: String| !answer.is_empty();
        let ours = |status: String| status.contains(&plan.webhook.to_string());
        if !ready(ask(alertmanager, "/-/ready").await) || !ours(ask(alertmanager, "/api/v2/status").await) {
            return Some(ALERTMANAGER);
        }
        let rules = dir.join(files::RULES).display().to_string();
        let known = |answer: &str, list| client::listed(answer, list);
        let is_ready = ready(ask(prometheus, "/-/ready").await)
            && client::rules_loaded(&ask(prometheus, "/api/v1/rules").await, &rules) > 0
            && known(&ask(prometheus, "/api/v1/alertmanagers").await, "activeAlertmanagers") > 0
            && known(&ask(prometheus, "/api/v1/targets").await, "activeTargets") >= plan.scrape_targets.len();
        (!is_ready).then_some(PROMETHEUS)
    }

    /// Where Prometheus listens.
    #[must_use]
    pub fn prometheus(&self) -> SocketAddr {
        self.addresses.prometheus
    }

    /// Where Alertmanager listens.
    #[must_use]
    pub fn alertmanager(&self) -> SocketAddr {
        self.addresses.alertmanager
    }

    /// The process numbers of Prometheus and Alertmanager.
    #[must_use]
    pub fn processes(&self) -> [u32; 2] {
        [self.programs.prometheus.id(), self.programs.alertmanager.id()]
    }

    /// Whether both still run.
    ///
    /// # Errors
    /// The first that ended by itself, with its last lines.
    pub fn check(&mut self) -> Result<(), StackError> {
        self.programs.alertmanager.check()?;
        self.programs.prometheus.check()
    }

    /// The spans in which alerts fired between two instants, seen each `step`.
    ///
    /// # Errors
    /// Where Prometheus does not answer.
    pub async fn alert_spans(
        &self,
        from_unix_nanos: i64,
        until_unix_nanos: i64,
        step: Duration,
    ) -> Result<Vec<AlertSpan>, StackError> {
        client::alert_spans(self.addresses.prometheus, from_unix_nanos, until_unix_nanos, step)
            .await
            .map_err(|said| StackError::Answer { tool: PROMETHEUS, said })
    }

    /// Ends both programs and waits until they are gone.
    pub async fn stop(self) {
        // Prometheus first: Alertmanager gone would only make it complain.
        self.programs.prometheus.stop().await;
        self.programs.alertmanager.stop().await;
    }
}

impl Programs {
    fn start(dir: &Path, tools: &Tools, addresses: Addresses) -> Result<Self, StackError> {
        let missing = |tool| StackError::Missing { tool };
        let prometheus = tools.prometheus.as_deref().ok_or_else(|| missing(PROMETHEUS))?;
        let alertmanager = tools.alertmanager.as_deref().ok_or_else(|| missing(ALERTMANAGER))?;
        let of = |name: &str| dir.join(name).display().to_string();
        let alertmanager_arguments = [
            format!("--config.file={}", of(files::ALERTMANAGER)),
            format!("--storage.path={}", of("alertmanager-data")),
            format!("--web.listen-address={}", addresses.alertmanager),
            // No cluster: it would listen on every interface, and wait for others.
            "--cluster.listen-address=".to_owned(),
        ];
        let prometheus_arguments = [
            format!("--config.file={}", of(files::PROMETHEUS)),
            format!("--storage.tsdb.path={}", of("prometheus-data")),
            format!("--web.listen-address={}", addresses.prometheus),
            format!("--rules.alert.resend-delay={RESEND}"),
        ];
        Ok(Self {
            alertmanager: Child::start(
                ALERTMANAGER,
                alertmanager,
                &alertmanager_arguments,
                &dir.join("alertmanager.log"),
            )?,
            prometheus: Child::start(
                PROMETHEUS,
                prometheus,
                &prometheus_arguments,
                &dir.join("prometheus.log"),
            )?,
        })
    }

    fn not_ready(&self, tool: &'static str) -> StackError {
        let child = if tool == PROMETHEUS { &self.prometheus } else { &self.alertmanager };
        StackError::NotReady { tool, waited: READY_WITHIN, log: child.log().to_owned() }
    }
}

fn write(dir: &Path, name: &str, text: &str) -> Result<(), StackError> {
    let path = dir.join(name);
    std::fs::write(&path, text).map_err(|source| write_error(&path, source))
}

fn write_error(path: &Path, source: std::io::Error) -> StackError {
    StackError::Write { path: path.to_owned(), source }
}
