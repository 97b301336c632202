//! `balise emulate`: an instrument on a pseudo-terminal or a real port, driven by held values, by the
//! plant of a scenario, by a recorded file, or by a capture.
//!
//! ```text
//! Driver -> bytes with their due time -> Outlet (faults, baud rate) -> line    ready PATH, once a client may open it
//! ```
//!
//! Several polled instruments may share the line. A question on it is heard by all.
//!
//! A polled instrument sends nothing of its own accord: what drives it decides what it answers.
//!
//! It runs until SIGTERM: after the end of its story the line stays open, and quiet.

mod driver;
mod fault;
mod held;
mod outlet;
mod played;
mod seats;
mod shared;
mod tap;

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Duration;

use hil::FaultHit;
use hil::link::pty::Pty;
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use hil::pace::{Clock, WallClock};
use signals::{FaultEvent, Seed, SimTime, Span};
use tokio::time::Instant;

pub use driver::{Block, Driver};
pub use fault::{all_of_the_line, names as faults_without_plant, needs_no_plant, told as told_fault};
pub use held::held;
use outlet::Outlet;
pub use played::Played;
pub use seats::{Seat, check as check_seats, pairs_of, seat};
pub use shared::Shared;
pub use tap::Label;
use tap::TappedLine;

use crate::failure::{Exit, Failure, environment};
use crate::faultlog::FaultLog;
use crate::files;
use crate::interrupt;
use crate::speech;
use crate::truth::TruthWriter;
use crate::words::Words;

/// A host's question on a pseudo-terminal is heard within this.
const LISTEN_EVERY: Duration = Duration::from_millis(5);
/// A pause in a question longer than this ends it.
const QUIET: Duration = Duration::from_millis(200);
/// Bytes leave the line this often, where they take longer than that.
const GRAIN: Span = Span::from_millis(2);

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
    /// What will go wrong.
    pub faults: Vec<FaultEvent>,
    /// What the faults of the line are drawn from.
    pub seed: Seed,
    /// Where to write what they did.
    pub fault_log: Option<PathBuf>,
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
    let mut files = Files::create(options, words)?;
    let of_the_line = |error: LinkError| crate::port::failure(&error, words);
    let line = OpenLine::open(options, driver.baud_rate()).await.map_err(of_the_line)?;
    let epoch = options.epoch.unwrap_or_else(hil::pace::wall_unix_nanos);
    let mut clock = WallClock::since(epoch, options.speed);
    let mut line = TappedLine::new(line, options, clock, words)?;
    speech::announce(&format!("ready {}", line.path().display()));
    let wall = |span: Span| Span::from_secs(span.as_secs() * options.speed);
    // A line many times as fast as a real one is not waited for: its bytes leave with the block.
    let early = if options.speed > 1.0 { wall(Span::from_millis(1)) } else { Span::ZERO };
    let stream = options.seed.stream("line");
    let mut outlet = Outlet::new(driver.kind(), &options.faults, stream, wall(GRAIN));
    let mut host = Host::new();
    let (mut bytes, mut out) = (Vec::new(), Vec::new());
    let mut next = driver.next_block(&mut bytes);
    let mut has_ended = false;
    loop {
        let wake = [next.map(|block| block.due), outlet.next()].into_iter().flatten().min();
        tokio::select! {
            biased;
            interrupt = &mut asked => {
                line.finish(words)?;
                files.flush(options, words)?;
                return Ok(interrupt.exit());
            }
            () = until(&mut clock, wake) => {}
            heard = host.listen(&mut line) => heard.map_err(of_the_line)?,
        }
        let now = clock.now().monotonic;
        host.ask(now, &mut driver, &mut outlet);
        if let Some(block) = next.filter(|block| block.due <= now) {
            outlet.say(block.due, now, &bytes);
            let is_out = block.cable_is_out || outlet.is_pulled(block.due);
            line.plug(!is_out).map_err(of_the_line)?;
            files.add_truth(&driver, options, words)?;
            bytes.clear();
            next = driver.next_block(&mut bytes);
        }
        outlet.leave(now + early, &mut out);
        if !out.is_empty() {
            line.send(&out).await.map_err(of_the_line)?;
            out.clear();
        }
        files.add_hits(&outlet.take_log(), options, words)?;
        if next.is_none() && !std::mem::replace(&mut has_ended, true) {
            files.flush(options, words)?;
            speech::announce("ended");
        }
    }
}

/// Waits for an instant of the run, or for ever where there is none.
async fn until(clock: &mut WallClock, instant: Option<SimTime>) {
    match instant {
        Some(instant) => {
            clock.wait_until(instant).await;
        }
        None => std::future::pending().await,
    }
}

/// What the program at the other end says.
struct Host {
    heard: Vec<u8>,
    heard_at: Instant,
    listen_at: Instant,
}

impl Host {
    fn new() -> Self {
        Self { heard: Vec::new(), heard_at: Instant::now(), listen_at: Instant::now() }
    }

    /// Listens until something is said, or for a moment. Dropping the future loses nothing.
    async fn listen(&mut self, line: &mut TappedLine) -> Result<(), LinkError> {
        line.listen(&mut self.heard, self.listen_at).await?;
        self.listen_at = Instant::now() + LISTEN_EVERY;
        Ok(())
    }

    /// Puts what was said to the instrument.
    fn ask(&mut self, now: SimTime, driver: &mut Driver, outlet: &mut Outlet) {
        if self.heard.is_empty() {
            if self.heard_at.elapsed() > QUIET {
                driver.forget_question();
                self.heard_at = Instant::now();
            }
            return;
        }
        let mut answer = Vec::new();
        driver.answer(&self.heard, &mut answer);
        outlet.answer(now, driver.kind(), &self.heard, &answer);
        self.heard.clear();
        self.heard_at = Instant::now();
    }
}

/// What is written beside the line.
struct Files {
    truth: Option<TruthWriter<BufWriter<File>>>,
    faults: Option<FaultLog<BufWriter<File>>>,
}

impl Files {
    fn create(options: &Options, words: Words) -> Result<Self, Failure> {
        let truth = truth_file(options, words)?;
        let Some(path) = &options.fault_log else { return Ok(Self { truth, faults: None }) };
        let faults = FaultLog::new(files::create(path, words)?, options.seed);
        let faults = faults.map_err(|error| files::unwritable(path, &error, words))?;
        Ok(Self { truth, faults: Some(faults) })
    }

    fn add_truth(&mut self, driver: &Driver, options: &Options, words: Words) -> Result<(), Failure> {
        let (Some(file), Some((instant, moment, faults))) = (&mut self.truth, driver.truth()) else {
            return Ok(());
        };
        file.add(&instant, &moment, faults).map_err(|error| unwritable(options, &error, words))
    }

    /// What a fault has done is in the file as soon as it is done: whoever watches can follow it.
    fn add_hits(&mut self, hits: &[FaultHit], options: &Options, words: Words) -> Result<(), Failure> {
        let Some(file) = self.faults.as_mut().filter(|_| !hits.is_empty()) else { return Ok(()) };
        let written = hits.iter().try_for_each(|hit| file.add(hit)).and_then(|()| file.flush());
        written.map_err(|error| {
            files::unwritable(options.fault_log.as_deref().unwrap_or("-".as_ref()), &error, words)
        })
    }

    fn flush(&mut self, options: &Options, words: Words) -> Result<(), Failure> {
        let Some(file) = &mut self.truth else { return Ok(()) };
        file.flush().map_err(|error| unwritable(options, &error, words))
    }
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
            Self::Pty(pty) if plugged == pty.is_plugged() => Ok(()),
            Self::Pty(pty) if plugged => pty.replug(),
            Self::Pty(pty) => {
                pty.unplug();
                Ok(())
            }
            Self::Port(_) => Ok(()),
        }
    }

    /// Waits for what a host says, until `instant` at most, and appends it.
    async fn listen(&mut self, heard: &mut Vec<u8>, instant: Instant) -> Result<(), LinkError> {
        match self {
            Self::Pty(pty) => {
                // A terminal that nobody has open is always "ready" to say so: look now and then instead.
                tokio::time::sleep_until(instant).await;
                pty.hear_now(heard)
            }
            Self::Port(port) => match tokio::time::timeout_at(instant, port.receive(heard)).await {
                Ok(received) => received.map(drop),
                Err(_) => Ok(()),
            },
        }
    }

    /// What is sent while the cable is out is lost.
    async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        match self {
            Self::Pty(pty) if !pty.is_plugged() => Ok(0),
            Self::Pty(pty) => pty.send(bytes).await,
            Self::Port(port) => port.send(bytes).await,
        }
    }
}
