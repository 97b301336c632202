//! `balise record`: every byte on a port, both directions, into a capture.
//!
//! ```text
//! port -> arrival with its stamp ┐
//! question of the bus master ────┴-> CaptureFile
//! ```
//!
//! Where the monitor writes whole answers, this writes each arrival as it came. What came while no
//! question was open is marked stray, as the monitor would not have taken it either. No estimate is
//! made, no page served. With `only_listen` nothing is ever sent: for a line that another master asks.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use exporter::BatteryId;
use fluent_templates::fluent_bundle::FluentValue;
use hil::capture::Event;
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use hil::pace::{Clock, WallClock};
use hil::port::{LivePort, NotOpen, Sysfs};
use hil::wire::Decoder;
use serde_json::{Map, Value, json};
use tokio::task::{JoinSet, LocalSet};

use crate::capture::{About, CaptureFile};
use crate::config::{self, Battery};
use crate::failure::{Exit, Failure, environment};
use crate::interrupt;
use crate::monitor::poller::Poller;
use crate::replay::source_name;
use crate::speech;
use crate::words::Words;

/// The disk is thought of, and trouble told, this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Where the capture goes.
    pub capture: PathBuf,
    /// The ports and what is on them.
    pub batteries: Vec<Battery>,
    /// The ports were named by hand: a port that is not there is an error, not something to wait for.
    pub ports_must_be_there: bool,
    /// How the head begins.
    pub about: About,
    /// Never ask.
    pub only_listen: bool,
    /// Stop by itself after this.
    pub length: Option<Duration>,
    /// The sum as JSON.
    pub json: bool,
}

/// What one device and its host have said.
#[derive(Debug)]
struct Source {
    name: String,
    battery: Battery,
    decoder: Decoder,
    received: u64,
    sent: u64,
    stray: u64,
}

/// What all lines share.
struct Shared {
    file: RefCell<CaptureFile>,
    sources: RefCell<Vec<Source>>,
    clock: WallClock,
    only_listen: bool,
    words: Words,
}

/// Records until someone asks for the end, or the time is up.
///
/// # Errors
/// Exit 3 where the file cannot be written; exit 4 where a port named by hand cannot be opened.
pub fn record(options: &Options, words: Words) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    runtime.block_on(LocalSet::new().run_until(record_all(options, words)))
}

async fn record_all(options: &Options, words: Words) -> Result<Exit, Failure> {
    let asked = interrupt::asked().map_err(|error| environment(&error, words))?;
    if options.ports_must_be_there {
        for battery in &options.batteries {
            let Some(name) = &battery.port.name else { continue };
            // Opened once, so that a wrong name is told at once and with its fix.
            let tried = Serial::open(name, battery.device.baud_rate()).await;
            tried.map_err(|error| crate::port::failure(&error, words))?;
        }
    }
    let sources: Vec<Source> = options.batteries.iter().map(Source::new).collect();
    let about = options.about.clone().started(hil::pace::wall_unix_nanos());
    let about =
        sources.iter().fold(about, |about, source| about.of_device(&source.name, source.battery.device));
    let shared = Rc::new(Shared {
        file: RefCell::new(CaptureFile::create(&options.capture, &about, words)?),
        sources: RefCell::new(sources),
        clock: WallClock::from_now(),
        only_listen: options.only_listen,
        words,
    });
    let mut lines = JoinSet::new();
    for line in config::lines(&options.batteries) {
        lines.spawn_local(Rc::clone(&shared).line(line));
    }
    speech::announce(&format!("ready {}", options.capture.display()));
    let time_is_up = async {
        match options.length {
            Some(length) => tokio::time::sleep(length).await,
            None => std::future::pending().await,
        }
    };
    let exit = tokio::select! {
        interrupt = asked => interrupt.exit(),
        () = time_is_up => Exit::Ok,
        () = shared.look_after() => Exit::BadFile,
    };
    lines.shutdown().await;
    let sources = shared.sources.take();
    let sum = if options.json { format!("{:#}\n", sum(&sources)) } else { table(&sources, words) };
    speech::print(&sum, words)?;
    shared.file.borrow_mut().finish(words)?;
    Ok(exit)
}

impl Source {
    fn new(battery: &Battery) -> Self {
        let id = BatteryId::new(&battery.site, &battery.name);
        let decoder = Decoder::with_current(battery.device, battery.polling.current_reversed);
        let battery = battery.clone();
        Self { name: source_name(&id), battery, decoder, received: 0, sent: 0, stray: 0 }
    }

    fn note(&mut self, event: Event<'_>) {
        match event {
            Event::Bytes(bytes) => {
                self.received += bytes.len() as u64;
                self.decoder.push(bytes);
                while self.decoder.poll().is_some() {}
            }
            Event::Sent(bytes) => self.sent += bytes.len() as u64,
            Event::Stray(bytes) => self.stray += bytes.len() as u64,
            Event::Lost => self.decoder.reset(),
            Event::Opened | Event::Port(_) => {}
        }
    }
}

impl Shared {
    /// Records one port with these devices on it, from open to lost and open again.
    async fn line(self: Rc<Self>, seats: Vec<usize>) {
        let (wanted, baud_rate, polled) = {
            let sources = self.sources.borrow();
            let Some(first) = seats.first().map(|seat| &sources[*seat].battery) else { return };
            let polled: Vec<_> = seats.iter().map(|seat| sources[*seat].battery.seat()).collect();
            (first.port.clone(), first.device.baud_rate(), polled)
        };
        let mut live = LivePort::new(wanted, baud_rate, Sysfs::default());
        let mut told = None;
        loop {
            let mut port = live.open(|error| self.tell_once(error, &mut told)).await;
            told = None;
            let path = port.path().display().to_string();
            self.all(&seats, Event::Port(&path));
            self.all(&seats, Event::Opened);
            let mut poller = if self.only_listen { Poller::mute() } else { Poller::new(&polled) };
            let error = loop {
                if let Err(error) = self.once(&mut port, &mut poller, &seats).await {
                    break error;
                }
            };
            self.all(&seats, Event::Lost);
            speech::tell(&crate::port::told(&error, self.words));
            live.lost(port);
        }
    }

    async fn once(&self, port: &mut Serial, poller: &mut Poller, seats: &[usize]) -> Result<(), LinkError> {
        if let Some((seat, question)) = poller.question() {
            port.send(&question).await?;
            self.note(seats[seat], Event::Sent(&question));
        }
        let mut bytes = Vec::new();
        tokio::select! {
            biased;
            arrived = port.receive(&mut bytes) => {
                arrived?;
                let source = seats[poller.asked()];
                let was_asked = poller.asking().is_some();
                self.note(source, if was_asked { Event::Bytes(&bytes) } else { Event::Stray(&bytes) });
                poller.heard(&bytes);
                // Written down already, each as it came.
                drop(poller.take_strays());
            }
            () = tokio::time::sleep_until(poller.next()) => {}
        }
        Ok(())
    }

    fn note(&self, source: usize, event: Event<'_>) {
        let source = &mut self.sources.borrow_mut()[source];
        source.note(event);
        self.file.borrow_mut().record(&source.name, self.clock.now(), event);
    }

    fn all(&self, seats: &[usize], event: Event<'_>) {
        seats.iter().for_each(|seat| self.note(*seat, event));
    }

    fn tell_once(&self, error: &NotOpen, told: &mut Option<String>) {
        let sentence = crate::port::not_open(error, self.words);
        if told.as_ref() != Some(&sentence) {
            speech::tell(&sentence);
            *told = Some(sentence);
        }
    }

    /// Sees to the disk until it refuses.
    async fn look_after(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let mut file = self.file.borrow_mut();
            file.sync_now_and_then();
            if file.has_failed() {
                return;
            }
        }
    }
}

/// The sum for a program.
fn sum(sources: &[Source]) -> Value {
    let all = sources.iter().map(|source| {
        let stats = source.decoder.stats();
        let sum = json!({
            "device": source.battery.device.name(),
            "bytes_received": source.received,
            "bytes_sent": source.sent,
            "bytes_stray": source.stray,
            "frames_good": stats.frames_good_total,
            "frames_bad": stats.frames_bad_total,
        });
        (source.name.clone(), sum)
    });
    json!({ "sources": all.collect::<Map<String, Value>>() })
}

/// The sum for a person: one line a device.
fn table(sources: &[Source], words: Words) -> String {
    let line = |source: &Source| {
        let stats = source.decoder.stats();
        let blanks = [
            ("source", FluentValue::from(source.name.as_str())),
            ("device", FluentValue::from(source.battery.device.name())),
            ("received", FluentValue::from(source.received)),
            ("sent", FluentValue::from(source.sent)),
            ("stray", FluentValue::from(source.stray)),
            ("good", FluentValue::from(stats.frames_good_total)),
            ("bad", FluentValue::from(stats.frames_bad_total)),
        ];
        words.tell("record-line", &blanks) + "\n"
    };
    sources.iter().map(line).collect()
}
