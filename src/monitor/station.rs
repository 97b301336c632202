//! A port and the batteries read from it, from open to lost and open again, for as long as the monitor
//! runs. One talker has a port for itself; polled devices may share one.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use exporter::{BatteryId, Board};
use fluent_templates::fluent_bundle::FluentValue;
use hil::bus::Seat;
use hil::capture::Event;
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use hil::pace::{Clock, WallClock};
use signals::SimTime;
use tokio::sync::watch;

use super::logs::Logs;
use super::memory::Memory;
use super::poller::Poller;
use crate::config::Battery;
use crate::speech;
use crate::watch::Watch;
use crate::words::Words;

/// Estimates are saved this often, of the machine's time.
const SAVE_EVERY: Duration = Duration::from_secs(60);

/// What all stations share.
#[derive(Debug)]
pub struct Shared {
    /// Capture and estimates file.
    pub logs: RefCell<Logs>,
    /// State files.
    pub memory: RefCell<Memory>,
    /// The page.
    pub board: Board,
    /// The run's clock.
    pub clock: WallClock,
    /// How many times as fast as the wall's it runs.
    pub speed: f64,
    /// The reader's language.
    pub words: Words,
}

/// One battery on its port.
#[derive(Debug)]
pub struct Station {
    id: BatteryId,
    port: String,
    baud_rate: u32,
    seat: Seat,
    look_every: Duration,
    watch: Watch,
    shared: Rc<Shared>,
    /// The refusal told last: the same one is not told again each second.
    told: Option<String>,
    saved_at: Option<tokio::time::Instant>,
}

/// Reads the port of these stations, which share it, until `stopping` comes true.
pub async fn run(mut stations: Vec<Station>, mut stopping: watch::Receiver<bool>) {
    let Some(first) = stations.first() else { return };
    let (path, baud_rate, words) = (first.port.clone(), first.baud_rate, first.shared.words);
    let look_every = stations.iter().map(|station| station.look_every).min().unwrap_or(first.look_every);
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let mut look = tokio::time::interval(look_every);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    'line: loop {
        let refusals = RefCell::new(None);
        let mut port = {
            let note = |error: &LinkError| *refusals.borrow_mut() = Some(crate::port::told(error, words));
            let mut opening = std::pin::pin!(Serial::open_when_there(path.clone(), baud_rate, note));
            loop {
                tokio::select! {
                    biased;
                    () = &mut stop => break 'line,
                    port = &mut opening => break port,
                    _ = look.tick() => {
                        let refusal = refusals.borrow_mut().take();
                        for station in &mut stations {
                            station.tell(refusal.clone());
                            station.look();
                        }
                    }
                }
            }
        };
        stations.iter_mut().for_each(Station::opened);
        let seats: Vec<Seat> = stations.iter().map(|station| station.seat.clone()).collect();
        let mut poller = Poller::new(&seats);
        let mut bytes = Vec::new();
        let error = loop {
            bytes.clear();
            if let Some(question) = poller.question()
                && let Err(error) = port.send(&question).await
            {
                break error;
            }
            tokio::select! {
                biased;
                () = &mut stop => break 'line,
                arrived = port.receive(&mut bytes) => match arrived {
                    Ok(_) => {
                        if let Some((seat, told)) = poller.heard(&bytes)
                            && let Some(station) = stations.get_mut(seat)
                        {
                            station.arrived(&told);
                        }
                    }
                    Err(error) => break error,
                },
                () = tokio::time::sleep_until(poller.next()) => {}
                _ = look.tick() => stations.iter_mut().for_each(Station::look),
            }
        };
        for station in &mut stations {
            station.lost(&error);
        }
    }
    stations.iter_mut().for_each(Station::save);
}

impl Station {
    /// A battery that `watch` will watch.
    #[must_use]
    pub fn new(id: BatteryId, battery: &Battery, watch: Watch, shared: Rc<Shared>) -> Self {
        let look_secs = battery.silent_after.as_secs() / shared.speed / 4.0;
        Self {
            id,
            port: battery.port.clone(),
            baud_rate: battery.device.baud_rate(),
            seat: battery.seat(),
            // Often enough that silence is seen in time, never so often that looking is work.
            look_every: Duration::from_secs_f64(look_secs.clamp(0.02, 1.0)),
            watch,
            shared,
            told: None,
            saved_at: None,
        }
    }

    fn opened(&mut self) {
        self.told = None;
        let now = self.shared.clock.now();
        self.shared.logs.borrow_mut().happened(&self.id, now, Event::Opened);
        speech::tell(&self.shared.words.tell("monitor-opened", &self.blanks()));
    }

    fn arrived(&mut self, bytes: &[u8]) {
        let now = self.shared.clock.now();
        let mut logs = self.shared.logs.borrow_mut();
        logs.happened(&self.id, now, Event::Bytes(bytes));
        let id = &self.id;
        self.watch.receive(now, bytes, |reading, estimate| logs.estimated(id, reading, estimate));
        drop(logs);
        self.publish(now.monotonic);
    }

    fn lost(&mut self, error: &LinkError) {
        let now = self.shared.clock.now();
        self.shared.logs.borrow_mut().happened(&self.id, now, Event::Lost);
        self.watch.lost();
        self.tell(Some(crate::port::told(error, self.shared.words)));
    }

    /// Sees whether the device has fallen silent, and does what is due now and then.
    fn look(&mut self) {
        self.publish(self.shared.clock.now().monotonic);
        let mut logs = self.shared.logs.borrow_mut();
        logs.flush();
        if let Some(reason) = logs.trouble() {
            let blanks = [("reason", FluentValue::from(reason))];
            speech::tell(&self.shared.words.tell("monitor-log-failed", &blanks));
        }
        drop(logs);
        if self.saved_at.is_none_or(|saved| saved.elapsed() >= SAVE_EVERY) {
            self.save();
        }
    }

    fn publish(&self, now: SimTime) {
        let (board, row) = (&self.shared.board, self.watch.row(now));
        if self.watch.is_silent(now) {
            board.silence(&self.id);
            board.amend(&self.id, |shown| shown.replace_with(&row));
        } else {
            board.publish(&self.id, &row);
        }
    }

    fn save(&mut self) {
        self.saved_at = Some(tokio::time::Instant::now());
        if self.watch.heard().is_some() {
            let now = self.shared.clock.now();
            let mut memory = self.shared.memory.borrow_mut();
            memory.save(&self.id, now, &self.watch, self.shared.words);
        }
    }

    fn tell(&mut self, refusal: Option<String>) {
        if refusal.is_some() && refusal != self.told {
            speech::tell(refusal.as_deref().unwrap_or_default());
            self.told = refusal;
        }
    }

    fn blanks(&self) -> [(&'static str, FluentValue<'static>); 2] {
        [("battery", FluentValue::from(self.id.to_string())), ("path", FluentValue::from(self.port.clone()))]
    }
}
