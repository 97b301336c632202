//! Listens to one device under test: its readings as they arrive, asked for where it must be asked.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use hil::Gather;
use hil::bus::{Master, Seat};
use hil::capture::Event;
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource};
use hil::wire::Decoder;
use signals::{Reading, SimTime, Span, Stamp};
use tokio::time::Instant;

use super::manifest::Device;
use super::trouble::Trouble;
use crate::capture::CaptureFile;
use crate::words::Words;

/// A question that is not answered within this is lost.
const ANSWER_WITHIN: Span = Span::from_millis(500);
/// A polled device is asked for everything this often.
const ASK_EVERY: Span = Span::from_millis(500);
/// Nothing that arrived before now is left once the line is quiet for this long.
const DRAINED_AFTER: Duration = Duration::from_millis(2);

/// Where everything that arrives and is asked is written down.
pub type Tape = Rc<RefCell<CaptureFile>>;

/// What a device is called on the tape.
#[must_use]
pub fn source(device: &Device) -> String {
    device.name.replace(char::is_whitespace, "-")
}

/// One device.
#[derive(Debug)]
pub struct Listener {
    device: Device,
    port: Serial,
    decoder: Decoder,
    gather: Gather,
    master: Option<Master>,
    started: Instant,
    tape: Tape,
    words: Words,
}

impl Listener {
    /// Opens the device's port.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn open(device: &Device, started: Instant, tape: Tape, words: Words) -> Result<Self, Trouble> {
        let port = Serial::open(device.port.clone(), device.kind.baud_rate()).await;
        let port = port.map_err(|error| Trouble::of_line(&error, words))?;
        let seat = Seat { kind: device.kind, address: device.address, every: ASK_EVERY };
        let now = SimTime::from_secs(started.elapsed().as_secs_f64());
        let mut listener = Self {
            device: device.clone(),
            port,
            decoder: Decoder::with_current(device.kind, device.current_reversed),
            gather: Gather::new(device.kind),
            // A device that talks by itself has no master.
            master: Master::new(now, &[seat], ANSWER_WITHIN).ok(),
            started,
            tape,
            words,
        };
        listener.record(Event::Port(&device.port));
        listener.record(Event::Opened);
        Ok(listener)
    }

    /// What steps call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.device.name
    }

    /// A step waits this long for a reading.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_nanos(self.device.patience.as_nanos() as u64)
    }

    /// Forgets whatever has arrived: the next reading is of now.
    pub async fn forget(&mut self) {
        let mut old = Vec::new();
        // A line that fails here fails again when it is read.
        while let Ok(Ok(_)) = tokio::time::timeout(DRAINED_AFTER, self.port.receive(&mut old)).await {
            self.record(Event::Bytes(&old));
            old.clear();
        }
        self.decoder.reset();
        self.gather.forget();
    }

    /// The next reading. Dropping the future loses none.
    ///
    /// # Errors
    /// Where the port fails.
    pub async fn next(&mut self) -> Result<Reading, Trouble> {
        let mut heard = Vec::new();
        loop {
            if let Some(reading) = self.complete() {
                return Ok(reading);
            }
            let now = self.now();
            let question = self.master.as_mut().and_then(|master| {
                master.handle_timeout(now);
                master.poll_transmit(now)
            });
            if let Some(question) = question {
                self.decoder.expect(&question);
                let sent = self.port.send(&question).await;
                sent.map_err(|error| Trouble::of_line(&error, self.words))?;
                self.record(Event::Sent(&question));
            }
            heard.clear();
            let due = self.next_look();
            if let Ok(received) = tokio::time::timeout_at(due, self.port.receive(&mut heard)).await {
                if let Err(error) = received {
                    self.record(Event::Lost);
                    return Err(Trouble::of_line(&error, self.words));
                }
                self.record(Event::Bytes(&heard));
                self.take(&heard);
            }
        }
    }

    fn take(&mut self, heard: &[u8]) {
        let now = self.now();
        let Some(master) = &mut self.master else { return self.decoder.push(heard) };
        master.receive(now, heard);
        while let Some(answer) = master.poll_answer() {
            self.decoder.push(&answer.bytes);
        }
    }

    /// The reading that what has been heard completes. Blocks of history have no voltage and are no reading:
    /// that they tell no temperature does not mean that nobody knows it.
    fn complete(&mut self) -> Option<Reading> {
        let now = self.now();
        while let Some(frame) = self.decoder.poll() {
            let reading = self.gather.take(now, &frame).filter(|reading| reading.voltage.is_some());
            if reading.is_some() {
                return reading;
            }
        }
        None
    }

    fn next_look(&self) -> Instant {
        let due = self.master.as_ref().and_then(Master::next_timeout);
        let idle = Duration::from_secs(3_600);
        due.map_or_else(
            || Instant::now() + idle,
            |due| self.started + Duration::from_nanos(due.as_nanos().max(0) as u64 + 1_000),
        )
    }

    fn record(&mut self, event: Event<'_>) {
        let stamp = Stamp { monotonic: self.now(), wall_unix_nanos: hil::pace::wall_unix_nanos() };
        // A full disk does not stop a bench that is on; the end of the run says it.
        self.tape.borrow_mut().record(&source(&self.device), stamp, event);
    }

    fn now(&self) -> SimTime {
        SimTime::from_nanos(i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}
