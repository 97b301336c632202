//! The monitor under load: the real program as a child, or its stations on lines in memory within this process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use hil::link::memory::MonitorEnd;
use tokio::sync::{oneshot, watch};

use super::usage::Meter;
use crate::config::Config;
use crate::failure::{Failure, environment};
use crate::monitor;
use crate::stack::{Runnable, that_dies_with_us};
use crate::words::Words;

/// How long a child may take to end in order.
const GRACE: Duration = Duration::from_secs(20);

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

    /// The program itself with this configuration.
    ///
    /// # Errors
    /// Exit 4 where it does not start.
    pub fn child(config: &Path, state: Option<&Path>, words: Words) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| environment(&error, words);
        let program = std::env::current_exe().map_err(refused)?;
        let mut command = that_dies_with_us(&Runnable::plain(&program));
        command.arg("monitor").arg("--config").arg(config);
        if let Some(state) = state {
            command.arg("--state").arg(state);
        }
        // A sentence for each port that it opens would be a thousand.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(refused)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            out.read_line(&mut line).map_err(refused)?;
            // It must not stop for a reader that has gone.
            let drain = move || std::io::copy(&mut out, &mut std::io::sink());
            std::thread::Builder::new().name("drain".to_owned()).spawn(drain).map_err(refused)?;
        }
        let address = line.trim().strip_prefix("ready http://").and_then(|it| it.strip_suffix("/metrics"));
        match address.and_then(|address| address.parse().ok()) {
            Some(address) => {
                let meter = Meter::process(child.id());
                Ok(Self { address, meter, running: Running::Child(child) })
            }
            None => {
                let _ = child.kill();
                let _ = child.wait();
                Err(environment(&format!("monitor: {}", line.trim()), words))
            }
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
            Running::Child(mut child) => {
                let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
                let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
                let asked = std::time::Instant::now();
                while asked.elapsed() < GRACE {
                    if matches!(child.try_wait(), Ok(Some(_))) {
                        return Ok(());
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                let _ = child.kill();
                child.wait().map(drop).map_err(|error| environment(&error, words))
            }
        }
    }
}
