//! `balise load`: many virtual devices against one monitor. What comes in, what is lost, what it costs; where it
//! breaks.
//!
//! ```text
//! Talker × N ──lines──> monitor ──/metrics──> Scraper, as Prometheus asks
//!     └── frames said        └── frames found         difference = lost
//! ```
//!
//! The lines are pseudo-terminals and the monitor the real program, or all of it stands in this process's memory. Either
//! way the monitor's stations are the ones that ship.

mod command;
mod crowd;
mod host;
mod scraper;
mod shown;
mod talker;
mod usage;

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use signals::{FaultEvent, Seed, Span};

use crate::config::{Battery, Config};
use crate::failure::{Exit, Failure, environment};
use crate::files;
use crate::interrupt::Scratch;
use crate::monitor;
use crate::speech;
use crate::words::Words;

use crowd::Crowd;
use host::Host;
use scraper::{Scraper, Scrapes};
use talker::Manner;
use usage::Meter;

pub use command::{arguments, options};

/// How long the monitor is given to open every port, and to find the last frames.
const PATIENCE: Duration = Duration::from_secs(120);
/// A monitor that needs longer than this for the last frames has fallen behind.
const BEHIND: Duration = Duration::from_secs(2);
/// Descriptors beyond those of the lines.
const SPARE_DESCRIPTORS: u64 = 256;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Devices.
    pub batteries: u64,
    /// How often each talks, Hz.
    pub rate_hz: f64,
    /// On pseudo-terminals, against the real program.
    pub ptys: bool,
    /// What kind they are.
    pub device: DeviceKind,
    /// Faults of their lines.
    pub faults: Vec<FaultEvent>,
    /// How long they talk.
    pub length: Duration,
    /// How often the page is asked for.
    pub scrape_every: Duration,
    /// Estimates are saved, as in the field.
    pub state: bool,
    /// Twice as many each time, up to so many, until it breaks.
    pub ramp: Option<u64>,
    /// Names the chance of faults.
    pub seed: Seed,
    /// The outcome as JSON.
    pub json: bool,
}

/// What one load did.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Devices.
    pub batteries: u64,
    /// Frames that could be found in what the devices said.
    pub frames_said: u64,
    /// Frames the monitor found.
    pub frames_found: u64,
    /// Frames that the lines' faults spoiled.
    pub frames_spoiled: u64,
    /// Bytes that found a line's buffer full.
    pub bytes_refused: u64,
    /// Processor time of the monitor over the time talked, cores.
    pub cores: f64,
    /// What the monitor holds, MiB.
    pub rss_mib: f64,
    /// What the page's readers saw.
    pub scrapes: Scrapes,
    /// How long after the last word the last frame was found, s.
    pub settled_secs: f64,
    /// How late the latest device spoke: the load's own trouble, s.
    pub late_secs: f64,
}

impl Outcome {
    /// Frames said and not found.
    #[must_use]
    pub const fn frames_lost(&self) -> u64 {
        self.frames_said.saturating_sub(self.frames_found)
    }

    /// The monitor kept up.
    #[must_use]
    pub fn is_borne(&self) -> bool {
        self.frames_lost() == 0 && self.settled_secs <= BEHIND.as_secs_f64() && self.scrapes.failed == 0
    }

    /// The devices could not speak in time: what is measured is this program, not the monitor.
    #[must_use]
    pub fn is_own_limit(&self, options: &Options) -> bool {
        self.late_secs > 1.0_f64.max(2.0 / options.rate_hz)
    }
}

/// Puts the load on.
///
/// # Errors
/// Exit 2 where it cannot be asked for, 4 where the system has too little of something.
pub fn load(options: &Options, words: Words) -> Result<Exit, Failure> {
    raise_descriptors(options, words)?;
    let steps = match options.ramp {
        None => vec![once(options, words)?],
        Some(most) => ramp(options, most, words)?,
    };
    let shown = shown::Shown { options, steps: &steps };
    let text = if options.json { format!("{:#}\n", shown.json()) } else { shown.table(words) };
    speech::print(&text, words)?;
    let lost = options.ramp.is_none() && steps.iter().any(|step| !step.is_borne());
    Ok(if lost { Exit::CheckFailed } else { Exit::Ok })
}

/// Twice as many each time until it breaks or `most` is borne, then once between the last two.
fn ramp(options: &Options, most: u64, words: Words) -> Result<Vec<Outcome>, Failure> {
    let mut steps: Vec<Outcome> = Vec::new();
    let mut batteries = options.batteries.min(most);
    let step = |batteries, steps: &mut Vec<Outcome>| -> Result<bool, Failure> {
        let outcome = once(&Options { batteries, ..options.clone() }, words)?;
        if !options.json {
            speech::print(&shown::row(&outcome, words), words)?;
        }
        let goes_on = outcome.is_borne() && !outcome.is_own_limit(options);
        steps.push(outcome);
        Ok(goes_on)
    };
    if !options.json {
        speech::print(&shown::head(words), words)?;
    }
    while step(batteries, &mut steps)? && batteries < most {
        batteries = (batteries * 2).min(most);
    }
    let broken = steps.last().is_some_and(|last| !last.is_borne() || last.is_own_limit(options));
    if let (true, [.., borne, broke]) = (broken, steps.as_slice()) {
        step((borne.batteries + broke.batteries) / 2, &mut steps)?;
    }
    Ok(steps)
}

fn once(options: &Options, words: Words) -> Result<Outcome, Failure> {
    let scratch = Scratch::new().map_err(|error| environment(&error, words))?;
    let refused = |error: hil::link::LinkError| crate::port::failure(&error, words);
    let manner = manner(options);
    let state = options.state.then(|| scratch.path().join("state"));
    let before = Meter::own().rss_mib().unwrap_or_default();
    let (mut crowd, host, held_before) = if options.ptys {
        let crowd = Crowd::on_ptys(&manner, options.batteries, scratch.path()).map_err(refused)?;
        let path = configuration(options, scratch.path(), words)?;
        (crowd, Host::child(&path, state.as_deref(), words)?, 0.0)
    } else {
        let (crowd, ends) = Crowd::in_memory(&manner, options.batteries);
        let held = Meter::own().rss_mib().unwrap_or(before);
        let asked = monitor::Options { state, ..monitor::Options::default() };
        (crowd, Host::inside(in_memory(options), asked, ends, words)?, held)
    };
    await_lines(&host, options, words)?;
    let outcome = measured(&mut crowd, &host, options, held_before, words);
    host.stop(words)?;
    outcome
}

/// Waits until every line is open: what is said before that is lost by right.
fn await_lines(host: &Host, options: &Options, words: Words) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let open = scraper::sum(host.address, "balise_link_open").map_or(0.0, |(open, _)| open);
        if open >= options.batteries as f64 {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            let blanks =
                [("open", FluentValue::from(open)), ("batteries", FluentValue::from(options.batteries))];
            return Err(Failure::new(Exit::Environment, words.tell("load-not-open", &blanks)));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn measured(
    crowd: &mut Crowd,
    host: &Host,
    options: &Options,
    held_before: f64,
    words: Words,
) -> Result<Outcome, Failure> {
    let refused = |error: std::io::Error| environment(&error, words);
    let cpu = || host.meter.cpu_secs().unwrap_or_default();
    let (spent, own, began) = (cpu(), Meter::thread().cpu_secs().unwrap_or_default(), Instant::now());
    let scraper = Scraper::start(host.address, options.scrape_every).map_err(refused)?;
    let said = crowd.talk(options.length).map_err(|error| crate::port::failure(&error, words))?;
    let (hushed, talked_secs) = (Instant::now(), began.elapsed().as_secs_f64());
    let (spent, own) = (cpu() - spent, Meter::thread().cpu_secs().unwrap_or_default() - own);
    let scrapes = scraper.stop();
    // Inside, the devices and the page's reader are part of the process, and not of the monitor.
    let others = if options.ptys { 0.0 } else { own + scrapes.cpu_secs };
    let mut settled = hushed.elapsed();
    let mut found = frames(host).map_err(refused)?;
    while found < said.frames && hushed.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(100));
        settled = hushed.elapsed();
        found = frames(host).map_err(refused)?;
    }
    Ok(Outcome {
        batteries: options.batteries,
        frames_said: said.frames,
        frames_found: found,
        frames_spoiled: said.spoiled,
        bytes_refused: said.bytes_refused,
        cores: (spent - others).max(0.0) / talked_secs,
        rss_mib: (host.meter.rss_mib().unwrap_or_default() - held_before).max(0.0),
        scrapes,
        settled_secs: settled.as_secs_f64(),
        late_secs: said.late_secs,
    })
}

fn frames(host: &Host) -> std::io::Result<u64> {
    scraper::sum(host.address, "balise_link_frames_good_total").map(|(sum, _)| sum as u64)
}

fn manner(options: &Options) -> Manner {
    Manner {
        kind: options.device,
        every: Span::from_secs(1.0 / options.rate_hz),
        faults: options.faults.clone(),
        grain: options.ptys.then_some(crowd::GRAIN),
        seed: options.seed,
    }
}

/// The monitor's configuration file for terminals in `folder`.
fn configuration(options: &Options, folder: &Path, words: Words) -> Result<PathBuf, Failure> {
    let mut text = "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n".to_owned();
    for number in 0..options.batteries {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "[[battery]]\nsite = \"{}\"\nname = \"b{number}\"\ndevice = \"{}\"\nport = \"{}\"\n",
            site(number),
            options.device.name(),
            folder.join(crowd::link(number)).display()
        );
    }
    let path = folder.join("monitor.toml");
    files::write_whole(&path, text.as_bytes()).map_err(|error| files::unwritable(&path, &error, words))?;
    Ok(path)
}

/// The same for lines in memory.
fn in_memory(options: &Options) -> Config {
    let battery = |number| Battery {
        site: site(number),
        name: format!("b{number}"),
        ..crate::command::undescribed("-", options.device)
    };
    Config {
        // A port that is free.
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        signs: None,
        page: crate::page::Settings::default(),
        remote_write: None,
        batteries: (0..options.batteries).map(battery).collect(),
    }
}

/// Ten batteries a site.
fn site(number: u64) -> String {
    format!("S{}", number / 10)
}

/// Each line takes a descriptor here and one in the monitor, which raises its own limit itself.
fn raise_descriptors(options: &Options, words: Words) -> Result<(), Failure> {
    let most = options.ramp.unwrap_or_default().max(options.batteries);
    if !options.ptys {
        return Ok(());
    }
    let limit = files::raise_descriptor_limit();
    let terminals = terminals_max();
    let room = limit.saturating_sub(SPARE_DESCRIPTORS).min(terminals);
    if most <= room {
        return Ok(());
    }
    let blanks = [("batteries", FluentValue::from(most)), ("room", FluentValue::from(room))];
    Err(Failure::new(Exit::Environment, words.tell("load-no-room", &blanks)))
}

/// Pseudo-terminals that the system still has.
fn terminals_max() -> u64 {
    let number = |name: &str| -> Option<u64> {
        std::fs::read_to_string(Path::new("/proc/sys/kernel/pty").join(name)).ok()?.trim().parse().ok()
    };
    number("max").unwrap_or(u64::MAX).saturating_sub(number("nr").unwrap_or_default())
}
