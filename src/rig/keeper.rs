//! Keeps one instrument safe: a thread of its own, which owns the port and outlives its master's mistakes.
//!
//! ```text
//! rig --messages--> keeper thread: safety -> talk -> port      channel closed, host silent, panic -> off
//! ```
//!
//! The rig asks; only the keeper's [`Safety`] decides what is said. When the rig returns, panics or is
//! interrupted its end of the channel closes, and the keeper switches off, asks whether it is, and tells so
//! in its [`Farewell`]. When the keeper itself panics, the last bytes on the port are those that switch off.
//! A program that is killed outright (SIGKILL, power) can switch nothing off: a bench has a fuse.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use hil::bench::safety::{Act, Event, Limits, Safety};
use hil::bench::talk::{Talk, TalkError};
use hil::bench::{Answer, Flow, InstrumentKind, Order};
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use signals::{Amps, Celsius, SimTime, Volts};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::manifest::Instrument;
use super::trouble::Trouble;
use crate::words::Words;

/// A lost port is tried again this often, and an instrument that has not said it is off is told so.
const REOPEN_EVERY: Duration = Duration::from_millis(250);
/// At the end, an instrument that is lost is waited for this long.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(5);
/// An instrument that does not obey is told again so often.
const OFF_TRIES: u32 = 4;

/// What an instrument has measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Across its terminals.
    pub volts: Volts,
    /// Through it, 0 or more.
    pub amps: Amps,
}

/// How an instrument was left.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Farewell {
    /// It said that it is off.
    pub off_confirmed: bool,
    /// What flowed in the whole run.
    pub energy_watt_hours: f64,
}

#[derive(Debug, Clone, Copy)]
enum Ask {
    Limits(Limits),
    On,
    Off,
    Measure,
}

enum Message {
    Ask(Ask, oneshot::Sender<Result<Option<Measured>, Trouble>>),
    Temperature(Option<Celsius>),
}

/// The rig's end. Dropping it switches the instrument off and waits until it is.
#[derive(Debug)]
pub struct Keeper {
    role: &'static str,
    flow: Flow,
    identity: String,
    messages: Option<mpsc::UnboundedSender<Message>>,
    thread: Option<std::thread::JoinHandle<Farewell>>,
}

impl Keeper {
    /// Opens the port, asks who is there, and switches it off.
    ///
    /// # Errors
    /// Where the port or the instrument cannot be used.
    pub async fn start(role: &'static str, instrument: &Instrument, words: Words) -> Result<Self, Trouble> {
        let (messages, inbox) = mpsc::unbounded_channel();
        let (ready, started) = oneshot::channel();
        let keeping = Keeping::new(role, instrument, words);
        let thread = std::thread::Builder::new()
            .name(role.to_owned())
            .spawn(move || live(keeping, inbox, ready))
            .map_err(|error| Trouble::Line(error.to_string()))?;
        let mut keeper = Self {
            role,
            flow: instrument.kind.flow(),
            identity: String::new(),
            messages: Some(messages),
            thread: Some(thread),
        };
        keeper.identity = started.await.unwrap_or(Err(Trouble::KeeperGone { role }))?;
        Ok(keeper)
    }

    /// What the instrument calls itself.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The sign its current has at the battery.
    #[must_use]
    pub const fn sign(&self) -> f64 {
        match self.flow {
            Flow::Charges => 1.0,
            Flow::Draws => -1.0,
        }
    }

    /// Sets limits and reads them back; it is off until it is switched on again.
    ///
    /// # Errors
    /// Whatever the safety layer or the instrument has against it.
    pub async fn limit(&self, limits: Limits) -> Result<(), Trouble> {
        self.ask(Ask::Limits(limits)).await.map(drop)
    }

    /// On, within the limits that were read back.
    ///
    /// # Errors
    /// Whatever the safety layer or the instrument has against it.
    pub async fn on(&self) -> Result<(), Trouble> {
        self.ask(Ask::On).await.map(drop)
    }

    /// Off.
    ///
    /// # Errors
    /// Where it does not say that it is.
    pub async fn off(&self) -> Result<(), Trouble> {
        self.ask(Ask::Off).await.map(drop)
    }

    /// Measures; also a sign of life.
    ///
    /// # Errors
    /// Where it was switched off meanwhile, or does not answer.
    pub async fn measure(&self) -> Result<Measured, Trouble> {
        self.ask(Ask::Measure).await?.ok_or(Trouble::KeeperGone { role: self.role })
    }

    /// Tells how warm the battery is.
    pub fn warm(&self, temperature: Option<Celsius>) {
        if let Some(messages) = &self.messages {
            // A keeper that is gone has switched off already.
            let _ = messages.send(Message::Temperature(temperature));
        }
    }

    /// Switches off and says how it went.
    pub fn farewell(mut self) -> Farewell {
        self.end()
    }

    async fn ask(&self, ask: Ask) -> Result<Option<Measured>, Trouble> {
        let gone = Trouble::KeeperGone { role: self.role };
        let (answer, answered) = oneshot::channel();
        let sent = self.messages.as_ref().map(|messages| messages.send(Message::Ask(ask, answer)));
        if !matches!(sent, Some(Ok(()))) {
            return Err(gone);
        }
        answered.await.unwrap_or(Err(gone))
    }

    fn end(&mut self) -> Farewell {
        self.messages = None;
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// The keeper's own end.
struct Keeping {
    role: &'static str,
    kind: InstrumentKind,
    path: PathBuf,
    baud_rate: u32,
    words: Words,
    port: Option<Serial>,
    talk: Talk,
    safety: Safety,
    started: Instant,
    off_confirmed: bool,
    /// When what has not come about is tried again; no flood of messages puts it off.
    again_at: Option<Instant>,
}

fn live(
    mut keeping: Keeping,
    inbox: mpsc::UnboundedReceiver<Message>,
    ready: oneshot::Sender<Result<String, Trouble>>,
) -> Farewell {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Farewell::default();
    };
    runtime.block_on(async {
        let opened = keeping.open().await;
        let is_open = opened.is_ok();
        // Where nobody waits any more the inbox is closed too, and the farewell comes next.
        let _ = ready.send(opened);
        if is_open {
            keeping.serve(inbox).await;
        }
        keeping.farewell().await
    })
}

impl Keeping {
    fn new(role: &'static str, instrument: &Instrument, words: Words) -> Self {
        Self {
            role,
            kind: instrument.kind,
            path: PathBuf::from(&instrument.port),
            baud_rate: instrument.baud_rate,
            words,
            port: None,
            talk: Talk::new(instrument.kind),
            safety: Safety::new(SimTime::ZERO, instrument.rules),
            started: Instant::now(),
            off_confirmed: false,
            again_at: None,
        }
    }

    async fn open(&mut self) -> Result<String, Trouble> {
        let port = Serial::open(self.path.clone(), self.baud_rate).await;
        self.port = Some(port.map_err(|error| Trouble::of_line(&error, self.words))?);
        let identity = match self.exchange(Order::Identify).await? {
            Answer::Identity(identity) => identity,
            _ => String::new(),
        };
        self.happen(Event::WishOff).await?;
        Ok(identity)
    }

    async fn serve(&mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        loop {
            let due = self.next_look();
            tokio::select! {
                biased;
                // Time comes first: a flood of messages must not keep it from being looked at.
                () = tokio::time::sleep_until(due) => self.look().await,
                message = inbox.recv() => match message {
                    None => return,
                    Some(Message::Temperature(told)) => {
                        // A fault is told to whoever asks next.
                        let _ = self.happen(Event::Temperature(told)).await;
                    }
                    Some(Message::Ask(ask, answer)) => {
                        let answered = self.answer(ask).await;
                        let _ = answer.send(answered);
                    }
                },
            }
        }
    }

    fn next_look(&mut self) -> Instant {
        let due = self.safety.next_timeout().map(|due| self.started + nanos(due));
        let soon = Instant::now() + REOPEN_EVERY;
        self.again_at = self.is_unsettled().then(|| self.again_at.unwrap_or(soon));
        let idle = Instant::now() + Duration::from_secs(3_600);
        [due, self.again_at].into_iter().flatten().min().unwrap_or(idle)
    }

    /// Nobody can reach it, or it is to be off and has not said that it is.
    fn is_unsettled(&self) -> bool {
        self.port.is_none() || !(self.off_confirmed || self.safety.is_on())
    }

    async fn look(&mut self) {
        self.again_at = None;
        if self.port.is_none()
            && let Ok(port) = Serial::open(self.path.clone(), self.baud_rate).await
        {
            self.port = Some(port);
            let _ = self.happen(Event::Back).await;
        } else if self.port.is_some() && self.is_unsettled() {
            // An answer that was lost on the way is asked for until it comes.
            let _ = self.happen(Event::WishOff).await;
        }
        let _ = self.happen(Event::Time).await;
    }

    async fn answer(&mut self, ask: Ask) -> Result<Option<Measured>, Trouble> {
        match ask {
            Ask::Limits(limits) => {
                self.happen(Event::WishLimits(limits)).await?;
                self.sound(self.safety.is_armed())
            }
            Ask::On => {
                self.happen(Event::WishOn).await?;
                self.sound(self.safety.is_on())
            }
            Ask::Off => {
                self.happen(Event::WishOff).await?;
                self.sound(self.off_confirmed)
            }
            Ask::Measure => {
                self.happen(Event::Beat).await?;
                self.sound(true)?;
                let measured = self.measure().await?;
                self.happen(Event::Measured { volts: measured.volts, amps: measured.amps }).await?;
                self.sound(true)?;
                Ok(Some(measured))
            }
        }
    }

    /// A fault comes first; then what was asked for must have come about.
    fn sound(&self, done: bool) -> Result<Option<Measured>, Trouble> {
        let role = self.role;
        match self.safety.fault() {
            Some(fault) => Err(Trouble::Fault { role, fault }),
            None if done => Ok(None),
            None => Err(Trouble::Talk { role, error: TalkError::TimedOut }),
        }
    }

    /// An event, and everything that comes of it.
    async fn happen(&mut self, event: Event) -> Result<(), Trouble> {
        let mut events = VecDeque::from([event]);
        let mut tries = 0;
        let mut outcome = Ok(());
        while let Some(event) = events.pop_front() {
            let step = self.safety.step(self.now(), event);
            self.safety = step.next;
            if let Some(refusal) = step.refused {
                outcome = Err(Trouble::Refused { role: self.role, refusal });
            }
            for act in step.acts {
                tries += u32::from(act == Act::Off);
                if tries > OFF_TRIES {
                    break;
                }
                match self.perform(act).await {
                    Ok(event) => events.extend(event),
                    Err(trouble) => {
                        outcome = outcome.and(Err(trouble));
                        // Whether it came on is not known.
                        events.extend((act == Act::On).then_some(Event::WishOff));
                        break;
                    }
                }
            }
            if self.port.is_none() && self.safety.fault().is_none() {
                events.push_back(Event::Lost);
            }
        }
        outcome
    }

    async fn perform(&mut self, act: Act) -> Result<Option<Event>, Trouble> {
        match act {
            Act::Set(limits) => {
                if let Some(volts) = limits.volts {
                    self.exchange(Order::SetVoltage(volts)).await?;
                }
                self.exchange(Order::SetCurrent(limits.amps)).await?;
                Ok(None)
            }
            Act::ReadLimits => {
                let volts = match self.kind.flow() {
                    Flow::Charges => self.volts(Order::ReadVoltage).await.map(Some)?,
                    Flow::Draws => None,
                };
                let amps = self.amps(Order::ReadCurrent).await?;
                Ok(Some(Event::LimitsRead(Limits { volts, amps })))
            }
            Act::On => {
                self.off_confirmed = false;
                self.exchange(Order::Output(true)).await?;
                self.output().await
            }
            Act::Off => {
                self.off_confirmed = false;
                self.exchange(Order::Output(false)).await?;
                self.output().await
            }
        }
    }

    async fn output(&mut self) -> Result<Option<Event>, Trouble> {
        let on = match self.exchange(Order::ReadOutput).await? {
            Answer::Output(on) => on,
            _ => true,
        };
        self.off_confirmed = !on;
        Ok(Some(Event::OutputRead(on)))
    }

    async fn measure(&mut self) -> Result<Measured, Trouble> {
        let volts = self.volts(Order::MeasureVoltage).await?;
        Ok(Measured { volts, amps: self.amps(Order::MeasureCurrent).await? })
    }

    async fn volts(&mut self, order: Order) -> Result<Volts, Trouble> {
        match self.exchange(order).await? {
            Answer::Volts(volts) => Ok(volts),
            _ => Err(Trouble::Talk { role: self.role, error: TalkError::NotNow }),
        }
    }

    async fn amps(&mut self, order: Order) -> Result<Amps, Trouble> {
        match self.exchange(order).await? {
            Answer::Amps(amps) => Ok(amps),
            _ => Err(Trouble::Talk { role: self.role, error: TalkError::NotNow }),
        }
    }

    async fn exchange(&mut self, order: Order) -> Result<Answer, Trouble> {
        let role = self.role;
        let asked = self.talk.ask(self.now(), order);
        let question = asked.map_err(|error| Trouble::Talk { role, error })?;
        let answer = match self.listen(&question).await {
            Ok(answer) => answer.map_err(|error| Trouble::Talk { role, error }),
            Err(error) => {
                self.port = None;
                Err(Trouble::of_line(&error, self.words))
            }
        };
        tokio::time::sleep(Duration::from_nanos(Talk::REST.as_nanos() as u64)).await;
        answer
    }

    async fn listen(&mut self, question: &[u8]) -> Result<Result<Answer, TalkError>, LinkError> {
        let gone = || LinkError::Gone { path: self.path.clone() };
        let mut port = self.port.take().ok_or_else(gone)?;
        port.send(question).await?;
        let mut heard = Vec::new();
        let answer = loop {
            if let Some(answer) = self.talk.poll(self.now()) {
                break answer;
            }
            let due = self.talk.next_timeout().map_or_else(Instant::now, |due| self.started + nanos(due));
            heard.clear();
            if let Ok(received) = tokio::time::timeout_at(due, port.receive(&mut heard)).await {
                received?;
                self.talk.receive(self.now(), &heard);
            }
        };
        self.port = Some(port);
        Ok(answer)
    }

    /// Off, whatever it takes, within a few seconds.
    async fn farewell(&mut self) -> Farewell {
        let patience = Instant::now() + FAREWELL_PATIENCE;
        let was_open = self.port.is_some() || self.safety.fault().is_some();
        if was_open {
            let _ = self.happen(Event::WishOff).await;
        }
        while was_open && !self.off_confirmed && Instant::now() < patience {
            tokio::time::sleep(REOPEN_EVERY).await;
            self.look().await;
            if self.port.is_some() && !self.off_confirmed {
                let _ = self.happen(Event::WishOff).await;
            }
        }
        let energy_watt_hours = self.safety.energy_watt_hours(self.now());
        Farewell { off_confirmed: self.off_confirmed, energy_watt_hours }
    }

    fn now(&self) -> SimTime {
        SimTime::from_nanos(i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}

impl Drop for Keeping {
    /// A panic leaves no time for questions.
    fn drop(&mut self) {
        if let Some(port) = self.port.as_mut().filter(|_| !self.off_confirmed) {
            let _ = port.send_now(&self.kind.off());
        }
    }
}

fn nanos(time: SimTime) -> Duration {
    Duration::from_nanos(time.as_nanos().max(0) as u64)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::super::manifest;
    use super::super::stand_in::Stage;
    use super::*;

    const BENCH: &str = include_str!("../../fixtures/rig/bench.toml");

    /// A bench of pseudo-terminals, and a keeper of its supply, on and warm.
    fn with_supply(stand_in: &str, test: impl AsyncFnOnce(Keeper, &Stage)) {
        let story = BENCH.replace("\n[stand_in]\n", &format!("\n[stand_in]\n{stand_in}\n"));
        let mut bench = manifest::parse(&story).unwrap();
        let stage = Stage::set(&mut bench).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let supply = bench.supply.unwrap();
            let keeper = Keeper::start("supply", &supply, Words::English).await.unwrap();
            keeper.warm(Some(Celsius::new(20.0)));
            let limits = Limits { volts: Some(Volts::new(14.4)), amps: Amps::new(1.0) };
            keeper.limit(limits).await.unwrap();
            keeper.on().await.unwrap();
            assert!(stage.shown().supply_is_on);
            test(keeper, &stage).await;
        });
    }

    #[test]
    fn whoever_drops_it_or_panics_leaves_it_off() {
        with_supply("", async |keeper, stage| {
            assert!((keeper.measure().await.unwrap().amps.as_amps() - 1.0).abs() < 0.01);
            let panicked = std::thread::spawn(move || {
                let _keeper = keeper;
                std::panic::resume_unwind(Box::new("a mistake somewhere above"));
            });
            assert!(panicked.join().is_err());
            assert!(!stage.shown().supply_is_on);
        });
    }

    #[test]
    fn a_master_that_hangs_is_switched_off() {
        with_supply("", async |keeper, stage| {
            std::thread::sleep(Duration::from_millis(3_500));
            assert!(!stage.shown().supply_is_on);
            let told = keeper.measure().await;
            assert!(matches!(told, Err(Trouble::Fault { .. })), "{told:?}");
            assert!(keeper.farewell().off_confirmed);
        });
    }

    #[test]
    fn a_supply_that_is_unplugged_is_off_as_soon_as_it_is_back() {
        with_supply("supply_unplugged_seconds = [2.0, 2.6]", async |keeper, stage| {
            while keeper.measure().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(stage.shown().supply_is_on, "nobody can reach it while it is unplugged");
            assert!(keeper.measure().await.is_err());
            // A machine with other work takes its time; a supply that stays on never ends this.
            let off = async {
                while stage.shown().supply_is_on {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            assert!(tokio::time::timeout(Duration::from_secs(60), off).await.is_ok(), "it stays on");
            assert!(keeper.on().await.is_err(), "not before it is re-armed");
            assert!(keeper.farewell().off_confirmed);
        });
    }

    #[test]
    fn a_supply_that_hears_no_off_is_told_again_until_it_is() {
        with_supply("supply_deaf_seconds = [2.0, 6.0]", async |keeper, stage| {
            while keeper.measure().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // Nobody asks any more. It is told off while it is deaf, and must be off once it hears.
            let off = async {
                while stage.shown().supply_is_on {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            assert!(tokio::time::timeout(Duration::from_secs(60), off).await.is_ok(), "it stays on");
            assert!(keeper.farewell().off_confirmed);
        });
    }

    #[test]
    fn a_battery_that_freezes_is_not_charged_on() {
        with_supply("", async |keeper, stage| {
            keeper.warm(Some(Celsius::new(-0.5)));
            tokio::time::sleep(Duration::from_millis(400)).await;
            assert!(!stage.shown().supply_is_on);
            assert!(keeper.on().await.is_err());
        });
    }
}
