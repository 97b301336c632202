//! `balise emulate`: an instrument on a pseudo-terminal or a real port, driven by held values, by the
//! plant of a scenario, by a recorded file, or by a capture.
//!
//! ```text
//! Driver -> bytes with their due time -> pace -> line        ready PATH, once a client may open it
//! ```
//!
//! A polled instrument sends nothing of its own accord: what drives it decides what it answers.
//!
//! It runs until SIGTERM: after the end of its story the line stays open, and quiet.

mod answers;
mod driver;
mod held;
mod played;
mod tap;

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Duration;

use hil::link::pty::Pty;
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use hil::pace::{Clock, WallClock};

use answers::Answers;
pub use driver::{Block, Driver};
pub use held::held;
pub use played::Played;
pub use tap::Label;
use tap::TappedLine;

use crate::failure::{Exit, Failure, environment};
use crate::files;
use crate::interrupt;
use crate::speech;
use crate::truth::TruthWriter;
use crate::words::Words;

/// A host's question on a pseudo-terminal is heard within this.
const LISTEN_EVERY: Duration = Duration::from_millis(5);
/// A port is asked again after this.
const PORT_PATIENCE: Duration = Duration::from_millis(50);

/// Where the instrument's bytes go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A new pseudo-terminal with a symbolic link here.
    Pty(PathBuf),
    /// A real port.
    Port(PathBuf),
}

/// How the instrument is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Where its bytes go.
    pub line: Line,
    /// Times as fast as the wall's clock.
    pub speed: f64,
    /// Wall clock at which the run's clock is 0, nanoseconds since 1970; now where absent.
    pub epoch: Option<i64>,
    /// Where to write the plant's truth.
    pub truth: Option<PathBuf>,
    /// Where to write every byte on the line.
    pub capture: Option<PathBuf>,
    /// What the capture says of the instrument.
    pub label: Label,
}

enum OpenLine {
    Pty(Pty),
    Port(Serial),
}

/// Runs the instrument until someone asks for the end.
///
/// # Errors
/// Where the line cannot be opened or the truth not written.
pub fn emulate(driver: Driver, options: &Options, words: Words) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    runtime.block_on(drive(driver, options, words))
}

async fn drive(mut driver: Driver, options: &Options, words: Words) -> Result<Exit, Failure> {
    let asked = interrupt::asked().map_err(|error| environment(&error, words))?;
    let mut asked = std::pin::pin!(asked);
    let mut truth = truth_file(options, words)?;
    let line = OpenLine::open(options, driver.baud_rate())
        .await
        .map_err(|error| crate::port::failure(&error, words))?;
    let epoch = options.epoch.unwrap_or_else(hil::pace::wall_unix_nanos);
    let mut clock = WallClock::since(epoch, options.speed);
    let mut line = TappedLine::new(line, options, clock, words)?;
    speech::announce(&format!("ready {}", line.path().display()));
    let mut answers = Answers::new(&driver, options.speed);
    let mut bytes = Vec::new();
    let mut plugged = true;
    loop {
        bytes.clear();
        let Some(block) = driver.next_block(&mut bytes) else { break };
        if driver.kind().is_polled() {
            bytes.clear();
        }
        tokio::select! {
            biased;
            interrupt = &mut asked => return finish(truth, &mut line, options, interrupt.exit(), words),
            _ = clock.wait_until(block.due) => {}
            error = answers.give(&mut line, &mut driver) => {
                return Err(crate::port::failure(&error, words));
            }
        }
        if plugged == block.cable_is_out {
            plugged = !block.cable_is_out;
            line.plug(plugged).map_err(|error| crate::port::failure(&error, words))?;
        }
        if plugged
            && !bytes.is_empty()
            && let Err(error) = line.send(&bytes).await
        {
            return Err(crate::port::failure(&error, words));
        }
        if let (Some(file), Some((instant, moment, faults))) = (&mut truth, driver.truth()) {
            file.add(&instant, &moment, faults).map_err(|error| unwritable(options, &error, words))?;
        }
    }
    if let Some(file) = &mut truth {
        file.flush().map_err(|error| unwritable(options, &error, words))?;
    }
    speech::announce("ended");
    let interrupt = tokio::select! {
        interrupt = &mut asked => interrupt,
        error = answers.give(&mut line, &mut driver) => return Err(crate::port::failure(&error, words)),
    };
    finish(truth, &mut line, options, interrupt.exit(), words)
}

fn finish(
    truth: Option<TruthWriter<BufWriter<File>>>,
    line: &mut TappedLine,
    options: &Options,
    exit: Exit,
    words: Words,
) -> Result<Exit, Failure> {
    line.finish(words)?;
    if let Some(mut file) = truth {
        file.flush().map_err(|error| unwritable(options, &error, words))?;
    }
    Ok(exit)
}

fn truth_file(options: &Options, words: Words) -> Result<Option<TruthWriter<BufWriter<File>>>, Failure> {
    let Some(path) = &options.truth else { return Ok(None) };
    let file = TruthWriter::new(files::create(path, words)?);
    file.map(Some).map_err(|error| unwritable(options, &error, words))
}

fn unwritable(options: &Options, error: &std::io::Error, words: Words) -> Failure {
    files::unwritable(options.truth.as_deref().unwrap_or("-".as_ref()), error, words)
}

impl OpenLine {
    async fn open(options: &Options, baud_rate: u32) -> Result<Self, LinkError> {
        Ok(match &options.line {
            Line::Pty(path) => Self::Pty(Pty::plug(path)?),
            Line::Port(path) => Self::Port(Serial::open(path, baud_rate).await?),
        })
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Pty(pty) => pty.path(),
            Self::Port(port) => port.path(),
        }
    }

    /// A real port's cable is in somebody's hand: only its bytes stop.
    fn plug(&mut self, plugged: bool) -> Result<(), LinkError> {
        match self {
            Self::Pty(pty) if plugged => pty.replug(),
            Self::Pty(pty) => {
                pty.unplug();
                Ok(())
            }
            Self::Port(_) => Ok(()),
        }
    }

    /// Waits a moment for what a host says, and appends it.
    async fn listen(&mut self, heard: &mut Vec<u8>) -> Result<(), LinkError> {
        match self {
            Self::Pty(pty) => {
                // A terminal that nobody has open is always "ready" to say so: look now and then instead.
                tokio::time::sleep(LISTEN_EVERY).await;
                pty.hear_now(heard)
            }
            Self::Port(port) => match tokio::time::timeout(PORT_PATIENCE, port.receive(heard)).await {
                Ok(received) => received.map(drop),
                Err(_) => Ok(()),
            },
        }
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        match self {
            Self::Pty(pty) => pty.send(bytes).await,
            Self::Port(port) => port.send(bytes).await,
        }
    }
}
