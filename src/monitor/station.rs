//! A port and the batteries read from it, from open to lost and open again, for as long as the monitor
//! runs. One talker has a port for itself; polled devices may share one.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use exporter::{BatteryId, Board, Row};
use fluent_templates::fluent_bundle::FluentValue;
use hil::bus::Seat;
use hil::capture::Event;
use hil::link::{ByteSink, FrameSource};
use hil::pace::{Clock, WallClock};
use hil::port::{BoundBy, Impostor, LivePort, NotOpen, Proof, Sysfs, Wanted};
use signals::{Seed, SimTime, uniform};
use tokio::sync::watch;

use super::crew::Crew;
use super::leisure::Leisure;
use super::logs::Logs;
use super::memory::Memory;
use super::poller::Poller;
use crate::config::Battery;
use crate::signs::What;
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
    /// What the crew says of its signs.
    pub crew: RefCell<Crew>,
    /// Time for looks ahead.
    pub leisure: Leisure,
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
    port: Wanted,
    /// Where the port was found last.
    node: String,
    bound_by: BoundBy,
    proof: Proof,
    baud_rate: u32,
    seat: Seat,
    look_every: Duration,
    watch: Watch,
    shared: Rc<Shared>,
    /// The refusal told last: the same one is not told again each second.
    told: Option<String>,
    saved_at: Option<tokio::time::Instant>,
    /// The latest replacement the journal tells of, and that the watch knows.
    replaced: Option<i64>,
    began: tokio::time::Instant,
    is_open: bool,
    /// Since the port was last opened its device has told who it is, where it tells that.
    is_announced: bool,
    /// Since the port was last opened no frame has come: what is known is of before.
    is_mute: bool,
    losses_total: u64,
}

/// Reads the port of these stations, which share it, until `stopping` comes true.
pub async fn run(mut stations: Vec<Station>, mut stopping: watch::Receiver<bool>) {
    let Some(first) = stations.first() else { return };
    let words = first.shared.words;
    let mut live = LivePort::new(first.port.clone(), first.baud_rate, Sysfs::default());
    let look_every = stations.iter().map(|station| station.look_every).min().unwrap_or(first.look_every);
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let mut look = looks(&first.id, look_every);
    'line: loop {
        let refusals = RefCell::new(None);
        let mut port = {
            let note = |error: &NotOpen| *refusals.borrow_mut() = Some(crate::port::not_open(error, words));
            let mut opening = std::pin::pin!(live.open(note));
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
        let bound_by = live.bound_by().unwrap_or(BoundBy::Name);
        stations.iter_mut().for_each(|station| station.opened(port.path(), bound_by));
        let seats: Vec<Seat> = stations.iter().map(|station| station.seat.clone()).collect();
        let mut poller = Poller::new(&seats);
        let mut bytes = Vec::new();
        let reason = loop {
            bytes.clear();
            let question = poller.question();
            note_strays(&mut poller, &stations);
            if let Some((seat, question)) = question {
                if let Err(error) = port.send(&question).await {
                    break crate::port::told(&error, words);
                }
                stations[seat].happened(Event::Sent(&question));
            }
            tokio::select! {
                biased;
                () = &mut stop => break 'line,
                arrived = port.receive(&mut bytes) => match arrived {
                    Ok(_) => {
                        if let Some((seat, told)) = poller.heard(&bytes)
                            && let Some(station) = stations.get_mut(seat)
                            && let Err(impostor) = station.arrived(&told)
                        {
                            break crate::port::impostor(&impostor, words);
                        }
                    }
                    Err(error) => break crate::port::told(&error, words),
                },
                () = tokio::time::sleep_until(poller.next()) => {}
                _ = look.tick() => stations.iter_mut().for_each(Station::look),
            }
        };
        poller.give_up();
        note_strays(&mut poller, &stations);
        live.lost(port);
        for station in &mut stations {
            station.lost(reason.clone());
        }
    }
    stations.iter_mut().for_each(|station| station.save(true));
}

/// When a station is looked at: each at a point of its own, or a thousand would come at the same instant and all but one
/// be turned away from what takes time.
fn looks(id: &BatteryId, every: Duration) -> tokio::time::Interval {
    let share = uniform(&mut Seed(0).part(&id.to_string()).stream("monitor.look"));
    let first = tokio::time::Instant::now() + every.mul_f64(share);
    let mut looks = tokio::time::interval_at(first, every);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    looks
}

/// Reads a line that is open already and carries one talker, until it is gone or `stopping` comes true.
pub async fn run_on(mut station: Station, mut line: impl FrameSource, mut stopping: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let mut look = looks(&station.id, station.look_every);
    (station.is_open, station.is_announced) = (true, true);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        tokio::select! {
            biased;
            () = &mut stop => break,
            arrived = line.receive(&mut bytes) => {
                if arrived.is_err() || station.arrived(&bytes).is_err() {
                    station.lost(String::new());
                    break;
                }
            }
            _ = look.tick() => station.look(),
        }
    }
    station.save(true);
}

/// What answered no question is in the capture, and nowhere else.
fn note_strays(poller: &mut Poller, stations: &[Station]) {
    for (seat, bytes) in poller.take_strays() {
        stations[seat].happened(Event::Stray(&bytes));
    }
}

impl Station {
    /// A battery that `watch` will watch.
    #[must_use]
    pub fn new(id: BatteryId, battery: &Battery, watch: Watch, shared: Rc<Shared>) -> Self {
        let replaced =
            shared.crew.borrow().of(&id).and_then(|sign| sign.journal.get(&What::BatteryReplaced).copied());
        let look_secs = battery.silent_after.as_secs() / shared.speed / 4.0;
        Self {
            id,
            port: battery.port.clone(),
            node: String::new(),
            bound_by: BoundBy::Name,
            proof: Proof::new(battery.device, battery.port.device_serial.clone()),
            baud_rate: battery.device.baud_rate(),
            seat: battery.seat(),
            // Often enough that silence is seen in time, never so often that looking is work.
            look_every: Duration::from_secs_f64(look_secs.clamp(0.02, 1.0)),
            watch,
            shared,
            told: None,
            saved_at: None,
            replaced,
            began: tokio::time::Instant::now(),
            is_open: false,
            is_announced: false,
            is_mute: true,
            losses_total: 0,
        }
    }

    fn opened(&mut self, node: &Path, bound_by: BoundBy) {
        (self.node, self.bound_by) = (node.display().to_string(), bound_by);
        (self.is_open, self.is_announced) = (true, false);
        self.proof.reopened();
        self.happened(Event::Port(&self.node));
        self.happened(Event::Opened);
        // One that tells its number is announced once it has told the right one.
        if self.proof.expected().is_none() {
            self.announce();
        }
    }

    /// For the capture only.
    fn happened(&self, event: Event<'_>) {
        let now = self.shared.clock.now();
        self.shared.logs.borrow_mut().happened(&self.id, now, event);
    }

    fn announce(&mut self) {
        (self.told, self.is_announced) = (None, true);
        let weak = matches!(self.bound_by, BoundBy::Place | BoundBy::Name);
        let tells = weak && self.proof.expected().is_some();
        let bound_by = if tells { BoundBy::DeviceSerial } else { self.bound_by };
        let bound = self.shared.words.say(&format!("monitor-bound-{}", bound_by.name()));
        let blanks = [
            ("battery", FluentValue::from(self.id.to_string())),
            ("path", FluentValue::from(self.node.as_str())),
            ("bound", FluentValue::from(bound)),
        ];
        speech::tell(&self.shared.words.tell("monitor-opened", &blanks));
    }

    fn arrived(&mut self, bytes: &[u8]) -> Result<(), Impostor> {
        // The device's own pauses are of the machine's time, however fast the run's clock goes.
        let heard = SimTime::from_secs(self.began.elapsed().as_secs_f64());
        let bytes = self.proof.hear(heard, bytes)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.is_announced {
            self.announce();
        }
        let now = self.shared.clock.now();
        let mut logs = self.shared.logs.borrow_mut();
        logs.happened(&self.id, now, Event::Bytes(&bytes));
        let (id, before) = (&self.id, self.watch.heard());
        self.watch.receive(now, &bytes, |reading, estimate| logs.estimated(id, reading, estimate));
        drop(logs);
        self.is_mute &= self.watch.heard() == before;
        self.publish(now.monotonic);
        Ok(())
    }

    /// The port is gone or another's: nothing known is shown as new from here on.
    fn lost(&mut self, reason: String) {
        let now = self.shared.clock.now();
        self.shared.logs.borrow_mut().happened(&self.id, now, Event::Lost);
        self.watch.lost();
        (self.is_open, self.is_mute) = (false, true);
        self.losses_total += 1;
        self.publish(now.monotonic);
        self.tell(Some(reason));
    }

    /// Sees whether the device has fallen silent, and does what is due now and then.
    fn look(&mut self) {
        self.ask_the_crew();
        if self.watch.is_look_due() {
            let now = self.shared.clock.now();
            self.shared.leisure.spend(|| self.watch.look_if_due(now));
        }
        self.publish(self.shared.clock.now().monotonic);
        let mut logs = self.shared.logs.borrow_mut();
        logs.flush();
        if let Some(reason) = logs.trouble() {
            let blanks = [("reason", FluentValue::from(reason))];
            speech::tell(&self.shared.words.tell("monitor-log-failed", &blanks));
        }
        drop(logs);
        if self.saved_at.is_none_or(|saved| saved.elapsed() >= SAVE_EVERY) {
            self.save(false);
        }
    }

    /// A battery that the journal says is another one is no longer known.
    fn ask_the_crew(&mut self) {
        let mut crew = self.shared.crew.borrow_mut();
        crew.look(&self.shared.board, self.shared.words);
        let replaced = crew.of(&self.id).and_then(|sign| sign.journal.get(&What::BatteryReplaced).copied());
        if replaced > self.replaced {
            self.watch.forget_battery();
            let blanks = [("battery", FluentValue::from(self.id.to_string()))];
            speech::tell(&self.shared.words.tell("monitor-battery-replaced", &blanks));
        }
        self.replaced = replaced.max(self.replaced);
    }

    /// What the crew says, onto the board and into the row.
    fn show_the_crew(&self, row: &mut Row) {
        let crew = self.shared.crew.borrow();
        let sign = crew.of(&self.id);
        self.shared.board.set_state(&self.id, sign.and_then(|sign| sign.state));
        let at = |what| sign.and_then(|sign| sign.journal.get(&what)).map(|secs| *secs as f64);
        row.journal_battery_replaced_timestamp_seconds = at(What::BatteryReplaced);
        row.journal_water_added_timestamp_seconds = at(What::WaterAdded);
        row.journal_visit_timestamp_seconds = at(What::Visit);
    }

    fn publish(&self, now: SimTime) {
        let (board, mut row) = (&self.shared.board, self.watch.row(now));
        row.link_open = Some(f64::from(u8::from(self.is_open)));
        row.link_losses_total = Some(self.losses_total as f64);
        row.state_saved_timestamp_seconds = self.shared.memory.borrow().saved_unix_secs(&self.id);
        self.show_the_crew(&mut row);
        if self.is_mute || self.watch.is_silent(now) {
            row.forget_live();
            board.silence(&self.id);
            board.amend(&self.id, |shown| shown.replace_with(&row));
        } else {
            board.publish(&self.id, &row);
        }
    }

    /// What is saved first is saved as soon as there is something to save: a minute later may be too late.
    fn save(&mut self, is_last: bool) {
        if self.watch.heard().is_none() {
            return;
        }
        let now = self.shared.clock.now();
        if self.shared.memory.borrow().save(&self.id, now, &self.watch, is_last) {
            self.saved_at = Some(tokio::time::Instant::now());
        }
    }

    fn tell(&mut self, refusal: Option<String>) {
        if refusal.is_some() && refusal != self.told {
            speech::tell(refusal.as_deref().unwrap_or_default());
            self.told = refusal;
        }
    }
}
