//! `balise monitor`: real ports in, `/metrics` and the page out. One task a port on a single thread; nothing here
//! knows whether the bytes come from a sign, a replayed file or a simulated plant.
//!
//! ```text
//! port -> bytes, stamp -> Watch -> Board -> /metrics, the page
//!                 └─> capture        │      └─> remote write (outbox): what nobody scraped
//!                                    └─> estimates file, state files
//! ```
//!
//! A device that speaks only when asked is asked by the bus master, and what answers a question in time
//! is what its port delivered.

mod crew;
mod leisure;
mod logs;
mod memory;
mod outbox;
pub mod poller;
mod saver;
mod station;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;

use estimator::Belief;
use exporter::{BatteryId, Board, Info};
use fluent_templates::fluent_bundle::FluentValue;
use hil::link::FrameSource;
use hil::link::serial::Serial;
use hil::pace::WallClock;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinSet, LocalSet};

use crate::capture::About;
use crate::config::{self, Battery, Config};
use crate::failure::{Exit, Failure, environment};
use crate::files;
use crate::foresight::Foresight;
use crate::interrupt;
use crate::page;
use crate::profiles;
use crate::speech;
use crate::watch::Watch;
use crate::words::Words;

use crew::Crew;
use leisure::Leisure;
use logs::Logs;
use memory::Memory;
use outbox::Outbox;
use station::{Shared, Station};

/// What the command line asks for beside the configuration.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where to write every byte received and sent.
    pub capture: Option<PathBuf>,
    /// How its head begins.
    pub about: About,
    /// Where to write every estimate.
    pub estimates: Option<PathBuf>,
    /// Where estimates survive a restart.
    pub state: Option<PathBuf>,
    /// How many times faster than real time the devices run.
    pub speed: Option<f64>,
    /// Wall clock at which the run's clock is 0, nanoseconds since 1970.
    pub epoch: Option<i64>,
    /// The ports were named by hand: a port that is not there is an error, not something to wait for.
    pub ports_must_be_there: bool,
}

/// Watches every battery of `config` until someone asks for the end.
///
/// # Errors
/// Where a file cannot be written, a profile not read, the address not taken, or a port named by hand
/// not opened.
pub fn monitor(config: &Config, options: &Options, words: Words) -> Result<Exit, Failure> {
    files::raise_descriptor_limit();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    let ended = runtime.block_on(LocalSet::new().run_until(watch_all(config, options, words)));
    // A question to somebody who does not answer must not hold up the end; what was not sent waits on disk.
    runtime.shutdown_background();
    ended
}

async fn watch_all(config: &Config, options: &Options, words: Words) -> Result<Exit, Failure> {
    let asked = interrupt::asked().map_err(|error| environment(&error, words))?;
    if options.ports_must_be_there {
        for battery in &config.batteries {
            try_port(battery, words).await?;
        }
    }
    let board = Board::new(env!("CARGO_PKG_VERSION"));
    let shared = shared(config, options, &board, words)?;
    if shared.crew.borrow().is_told() {
        shared.board.set_reload(true);
    }
    let lines = lines(config, &shared)?;
    let (clock, speed) = (shared.clock, shared.speed);
    let page = page::open(config, config.listen, &board, speed, words)?;
    let (stop, stopping) = watch::channel(false);
    let outbox =
        config.remote_write.as_ref().map(|target| Outbox::open(board.clone(), target, words)).transpose()?;
    let pages = exporter::serve::measures(board.clone()).merge(page.router());
    let serving = serve(config.listen, pages, stopping.clone(), words).await?;
    let mut running = JoinSet::new();
    let kept = page::keep(page, board, config.clone(), clock, speed, stopping.clone());
    running.spawn_local(kept);
    if let Some(outbox) = outbox {
        let now = || hil::pace::wall_unix_nanos() / 1_000_000;
        running.spawn_local(outbox::run(outbox, now, stopping.clone()));
    }
    for stations in lines {
        running.spawn_local(station::run(stations, stopping.clone()));
    }
    // A line never ends by itself. Should one, its numbers would stay on the page as if new: then the
    // whole monitor ends, and whoever supervises it starts it anew.
    let exit = tokio::select! {
        interrupt = asked => interrupt.exit(),
        Some(_) = running.join_next() => Exit::Environment,
    };
    // Sending fails only where nobody is left to stop.
    let _ = stop.send(true);
    while running.join_next().await.is_some() {}
    serving.finished().await;
    shared.memory.borrow_mut().finish();
    shared.logs.borrow_mut().finish(words)?;
    Ok(exit)
}

/// What all stations share, with its files open.
fn shared(config: &Config, options: &Options, board: &Board, words: Words) -> Result<Rc<Shared>, Failure> {
    let speed = options.speed.unwrap_or(1.0);
    let clock = options.epoch.map_or_else(
        || WallClock::since(hil::pace::wall_unix_nanos(), speed),
        |epoch| WallClock::since(epoch, speed),
    );
    Ok(Rc::new(Shared {
        logs: RefCell::new(Logs::open(config, options, words)?),
        memory: RefCell::new(Memory::open(options.state.as_deref(), words)?),
        crew: RefCell::new(Crew::open(config.signs.clone(), words)?),
        leisure: Leisure::default(),
        board: board.clone(),
        clock,
        speed,
        words,
    }))
}

/// The same stations on lines that are open already, one for each battery in the configuration's order, until
/// `stopping` comes true; where the page is goes to `ready`. Nothing is told to anybody.
///
/// # Errors
/// As [`monitor`].
pub async fn watch_lines<S: FrameSource + 'static>(
    config: &Config,
    options: &Options,
    lines: Vec<S>,
    ready: oneshot::Sender<SocketAddr>,
    stopping: watch::Receiver<bool>,
    words: Words,
) -> Result<(), Failure> {
    let board = Board::new(env!("CARGO_PKG_VERSION"));
    let shared = shared(config, options, &board, words)?;
    let stations = stations(config, &shared)?;
    let mut stop = stopping.clone();
    let shutdown = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let serving = exporter::serve::start(config.listen, exporter::serve::router(board), shutdown).await;
    let serving = serving.map_err(|error| address_taken(&error, words))?;
    let mut running = JoinSet::new();
    for (station, line) in stations.into_iter().zip(lines) {
        running.spawn_local(station::run_on(station, line, stopping.clone()));
    }
    // Sending fails only where nobody waits to hear it any more.
    let _ = ready.send(serving.address());
    while running.join_next().await.is_some() {}
    serving.finished().await;
    shared.memory.borrow_mut().finish();
    shared.logs.borrow_mut().finish(words)
}

/// Opens a port once, so that a wrong name is told at once and with its fix.
async fn try_port(battery: &Battery, words: Words) -> Result<(), Failure> {
    let Some(name) = &battery.port.name else { return Ok(()) };
    Serial::open(name, battery.device.baud_rate())
        .await
        .map(drop)
        .map_err(|error| crate::port::failure(&error, words))
}

/// The batteries of each port.
fn lines(config: &Config, shared: &Rc<Shared>) -> Result<Vec<Vec<Station>>, Failure> {
    let mut stations: Vec<Option<Station>> = stations(config, shared)?.into_iter().map(Some).collect();
    let line = |places: Vec<usize>| places.into_iter().filter_map(|place| stations[place].take()).collect();
    Ok(config::lines(&config.batteries).into_iter().map(line).collect())
}

fn stations(config: &Config, shared: &Rc<Shared>) -> Result<Vec<Station>, Failure> {
    let words = shared.words;
    config
        .batteries
        .iter()
        .map(|battery| {
            let id = BatteryId::new(&battery.site, &battery.name);
            let profile = profiles::load(&battery.profile, battery.capacity, words)?;
            shared.board.describe(&id, Info::new(profile.chemistry(), battery.device.name()));
            let belief = Belief { soc: battery.initial_soc, ..Belief::default() };
            let watch = match shared.memory.borrow().recall(&id, &profile, shared, words) {
                Some(estimator) => Watch::resumed(battery.device, estimator, battery.silent_after),
                None => Watch::new(battery.device, profile, belief, battery.silent_after),
            };
            let habits = shared.memory.borrow().recall_habits(&id);
            let foresight = Foresight::new(battery.standing, battery.disconnect, &id.to_string());
            let foresight = foresight.knowing(habits).in_a_story(config.page.simulation.starts_unix_secs);
            let watch = watch.foreseeing(foresight.waiting());
            let watch = watch.counting_reversed(battery.polling.current_reversed);
            Ok(Station::new(id, battery, watch, Rc::clone(shared)))
        })
        .collect()
}

async fn serve(
    address: SocketAddr,
    pages: axum::Router,
    mut stopping: watch::Receiver<bool>,
    words: Words,
) -> Result<exporter::serve::Serving, Failure> {
    let shutdown = async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let serving = exporter::serve::start(address, pages, shutdown).await;
    let serving = serving.map_err(|error| address_taken(&error, words))?;
    announce(serving.address(), words);
    Ok(serving)
}

/// The page cannot be served there.
#[must_use]
pub fn address_taken(error: &exporter::serve::ServeError, words: Words) -> Failure {
    let blanks = [
        ("address", FluentValue::from(error.address.to_string())),
        ("reason", FluentValue::from(error.source.to_string())),
    ];
    Failure::new(Exit::Environment, words.tell("monitor-address-taken", &blanks))
}

/// Says where the page is.
pub fn announce(address: SocketAddr, words: Words) {
    let blanks = [("address", FluentValue::from(address.to_string()))];
    speech::tell(&words.tell("monitor-serving", &blanks));
    // For programs: the same, in no language.
    speech::announce(&format!("ready http://{address}/metrics"));
}
