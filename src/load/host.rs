//! The monitor under load: the real program as a child, or its stations on lines in memory within this process.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hil::link::memory::MonitorEnd;
use tokio::sync::{oneshot, watch};

use super::usage::Meter;
use crate::config::Config;
use crate::failure::{Failure, environment};
use crate::monitor;
use crate::stack::{Child, StackError};
use crate::words::Words;

/// How long a child may take to say where its page is.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// How long it may take to end in order: each battery's state is saved.
const GRACE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// The running monitor.
pub struct Host {
    /// Where its page is.
    pub address: SocketAddr,
    /// Counts what it costs; of the whole process where it runs in ours.
    pub meter: Meter,
    running: Running,
}

enum Running {
    Inside { stop: watch::Sender<bool>, thread: JoinHandle<Result<(), Failure>> },
    Child(Child),
}

impl Host {
    /// Its stations on a thread of their own, one for each line in memory.
    ///
    /// # Errors
    /// Exit 4 where thread or address cannot be had; whatever keeps a monitor from starting.
    pub fn inside(
        config: Config,
        options: monitor::Options,
        ends: Vec<MonitorEnd>,
        words: Words,
    ) -> Result<Self, Failure> {
        let (stop, stopping) = watch::channel(false);
        let (tell, told) = oneshot::channel();
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| environment(&error, words))?;
            let work = monitor::watch_lines(&config, &options, ends, tell, stopping, words);
            runtime.block_on(tokio::task::LocalSet::new().run_until(work))
        };
        let thread = std::thread::Builder::new()
            .name("monitor".to_owned())
            .spawn(work)
            .map_err(|error| environment(&error, words))?;
        match told.blocking_recv() {
            Ok(address) => {
                Ok(Self { address, meter: Meter::own(), running: Running::Inside { stop, thread } })
            }
            Err(error) => Err(match thread.join() {
                Ok(Err(failure)) => failure,
                _ => environment(&error, words),
            }),
        }
    }

    /// The program itself with this configuration; what it says goes to a file beside that.
    ///
    /// # Errors
    /// Exit 4 where it does not start.
    pub fn child(config: &Path, state: Option<&Path>, words: Words) -> Result<Self, Failure> {
        let failure = |error: StackError| error.failure(words);
        let program = std::env::current_exe().map_err(|error| environment(&error, words))?;
        let mut arguments = vec!["monitor".into(), "--config".into(), config.as_os_str().to_owned()];
        if let Some(state) = state {
            arguments.extend(["--state".into(), state.as_os_str().to_owned()]);
        }
        let log = config.with_extension("log");
        let mut child = Child::start("monitor", &program, &arguments, &log).map_err(failure)?;
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let told = child.ready().map_err(failure)?;
            let address =
                told.as_deref().and_then(|told| told.strip_prefix("http://")?.strip_suffix("/metrics"));
            if let Some(address) = address.and_then(|address| address.parse().ok()) {
                let meter = Meter::process(child.id());
                return Ok(Self { address, meter, running: Running::Child(child) });
            }
            if Instant::now() > deadline {
                let late = StackError::NotReady { tool: "monitor", waited: READY_WITHIN, log };
                return Err(failure(late));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Ends it and waits until it is gone.
    ///
    /// # Errors
    /// What it ended with.
    pub fn stop(self, words: Words) -> Result<(), Failure> {
        match self.running {
            Running::Inside { stop, thread } => {
                let _ = stop.send(true);
                thread.join().unwrap_or_else(|_| Err(environment(&"monitor", words)))
            }
            Running::Child(child) => {
                child.end(GRACE);
                Ok(())
            }
        }
    }
}
