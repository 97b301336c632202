//! Prometheus or Alertmanager alone, on an address and a folder that are its own for good: it can be killed at any
//! moment and started again where it was.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{ALERTMANAGER, Child, POLL, PROMETHEUS, READY_WITHIN, StackError, Tools, client, port, write};

/// One of the two programs.
#[derive(Debug)]
pub struct Part {
    tool: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
}

impl Part {
    /// Alertmanager with this configuration and the texts of the alerts that ship, in `folder`; not started yet.
    ///
    /// # Errors
    /// Where it is missing or a file cannot be written.
    pub fn alertmanager(folder: &Path, tools: &Tools, yaml: &str) -> Result<Self, StackError> {
        let mut part = Self::of(ALERTMANAGER, folder, tools.alertmanager.as_deref())?;
        part.configure(yaml)?;
        write(folder, "balise.tmpl", &crate::alerts::template(crate::alerts::standard()))?;
        part.arguments.push("--cluster.listen-address=".to_owned());
        Ok(part)
    }

    /// Prometheus with this configuration, in `folder`, beside the rule files it names; not started yet.
    ///
    /// # Errors
    /// Where it is missing or a file cannot be written.
    pub fn prometheus(folder: &Path, tools: &Tools, yaml: &str) -> Result<Self, StackError> {
        let part = Self::of(PROMETHEUS, folder, tools.prometheus.as_deref())?;
        part.configure(yaml)?;
        Ok(part)
    }

    fn of(tool: &'static str, folder: &Path, program: Option<&Path>) -> Result<Self, StackError> {
        let program = program.ok_or(StackError::Missing { tool })?.to_owned();
        std::fs::create_dir_all(folder).map_err(|source| super::write_error(folder, source))?;
        let [address] = port::free()?;
        let storage = if tool == PROMETHEUS { "storage.tsdb.path" } else { "storage.path" };
        let arguments = vec![
            format!("--config.file={}", folder.join(config(tool)).display()),
            format!("--{storage}={}", folder.join("data").display()),
            format!("--web.listen-address={address}"),
        ];
        Ok(Self { tool, program, arguments, folder: folder.to_owned(), address, child: None })
    }

    /// With these arguments too.
    #[must_use]
    pub fn with<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// Another configuration, read at the next start.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn configure(&self, yaml: &str) -> Result<(), StackError> {
        write(&self.folder, config(self.tool), yaml)
    }

    /// Where it listens, or will.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// Where it ends by itself or does not get ready.
    pub async fn start(&mut self) -> Result<(), StackError> {
        let log = self.log();
        let mut child = Child::start(self.tool, &self.program, &self.arguments, &log)?;
        let deadline = tokio::time::Instant::now() + READY_WITHIN;
        while client::get(self.address, "/-/ready").await.is_err() {
            child.check()?;
            if tokio::time::Instant::now() > deadline {
                return Err(StackError::NotReady { tool: self.tool, waited: READY_WITHIN, log });
            }
            tokio::time::sleep(POLL).await;
        }
        child.check()?;
        self.child = Some(child);
        Ok(())
    }

    /// Ends it as a power cut would. Nothing where it does not run.
    pub fn kill(&mut self) {
        if let Some(child) = self.child.take() {
            child.kill();
        }
    }

    /// Ends it in order. Nothing where it does not run.
    pub async fn stop(&mut self) {
        if let Some(child) = self.child.take() {
            child.stop().await;
        }
    }

    /// What it wrote.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.tool))
    }
}

fn config(tool: &'static str) -> &'static str {
    if tool == PROMETHEUS { "prometheus.yml" } else { "alertmanager.yml" }
}
