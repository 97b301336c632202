//! What stands in for a bench where there is none: an emulated instrument or device on a pseudo-terminal for
//! each role, all of them on one circuit.
//!
//! ```text
//! manifest with ports -> the same manifest with pseudo-terminals;  a thread answers on them
//! ```
//!
//! A pseudo-terminal has no baud rate: what a loopback or a null modem gives back is held until the line could
//! have carried it, 10 bits a byte.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hil::bench::circuit::{Circuit, Node};
use hil::bench::emulated::Emulated;
use hil::device::{Instrument, InstrumentSettings, ResponderSettings};
use hil::link::LinkError;
use hil::link::pty::Pty;
use signals::{Amps, Reading, SimTime};

use super::manifest::{Manifest, StandIn};
use crate::interrupt::Scratch;

/// How often the stand-ins look at their lines.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// Bits that a byte takes on the line, 8N1.
const BITS_PER_BYTE: f64 = 10.0;

/// What a test sees of the stage from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Shown {
    /// The supply's output is on.
    pub supply_is_on: bool,
    /// The load's input is on.
    pub load_is_on: bool,
}

/// The bench of pseudo-terminals. Dropping it takes it down.
#[derive(Debug)]
pub struct Stage {
    stop: Arc<AtomicBool>,
    shown: Arc<Mutex<Shown>>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// Holds the links; goes last.
    _folder: Scratch,
}

impl Stage {
    /// Sets the stage for `bench` and puts its pseudo-terminals in the place of the ports.
    ///
    /// # Errors
    /// Where the system has no more pseudo-terminals or no room for their links.
    pub fn set(bench: &mut Manifest) -> Result<Self, LinkError> {
        let folder = Scratch::new().map_err(|source| LinkError::Io { path: std::env::temp_dir(), source })?;
        let cast = Cast::of(bench, folder.path())?;
        let stop = Arc::new(AtomicBool::new(false));
        let shown = Arc::new(Mutex::new(Shown::default()));
        let thread = std::thread::Builder::new().name("stand-in".to_owned()).spawn({
            let (stop, shown) = (stop.clone(), shown.clone());
            move || cast.play(&stop, &shown)
        });
        let thread = thread.map_err(|source| LinkError::Io { path: folder.path().to_owned(), source })?;
        Ok(Self { stop, shown, thread: Some(thread), _folder: folder })
    }

    /// Both instruments are off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.shown() == Shown::default()
    }

    /// What can be seen from outside.
    #[must_use]
    pub fn shown(&self) -> Shown {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A stand-in that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

struct Cast {
    circuit: Circuit,
    stand_in: StandIn,
    supply: Option<(Pty, Emulated)>,
    load: Option<(Pty, Emulated)>,
    devices: Vec<(Pty, Instrument)>,
    loopback: Option<(Pty, Wire)>,
    null_modem: Option<[(Pty, Wire); 2]>,
}

/// Bytes under way, each batch with the instant it is there.
struct Wire {
    secs_per_byte: f64,
    under_way: VecDeque<(Instant, Vec<u8>)>,
}

impl Cast {
    fn of(bench: &mut Manifest, folder: &Path) -> Result<Self, LinkError> {
        let mut number = 0;
        let mut plug = |port: &mut String| {
            number += 1;
            let link = folder.join(format!("port{number}"));
            *port = link.display().to_string();
            Pty::plug(link)
        };
        let mut instrument = |role: &mut Option<super::manifest::Instrument>| {
            let Some(role) = role else { return Ok(None) };
            Ok::<_, LinkError>(Some((plug(&mut role.port)?, Emulated::new(role.kind))))
        };
        let (supply, load) = (instrument(&mut bench.supply)?, instrument(&mut bench.load)?);
        let mut devices = Vec::new();
        for device in &mut bench.devices {
            let responder = ResponderSettings {
                address: device.address,
                current_reversed: device.current_reversed,
                ..ResponderSettings::default()
            };
            let settings = InstrumentSettings { responder, ..InstrumentSettings::default() };
            devices.push((plug(&mut device.port)?, Instrument::new(device.kind, &settings)));
        }
        let loopback = match &mut bench.loopback {
            Some(line) => Some((plug(&mut line.port)?, Wire::at(line.baud_rate))),
            None => None,
        };
        let null_modem = match &mut bench.null_modem {
            Some((line, other)) => {
                let rate = line.baud_rate;
                Some([(plug(&mut line.port)?, Wire::at(rate)), (plug(other)?, Wire::at(rate))])
            }
            None => None,
        };
        let circuit = Circuit { emf: bench.stand_in.emf, resistance: bench.stand_in.resistance };
        Ok(Self { circuit, stand_in: bench.stand_in, supply, load, devices, loopback, null_modem })
    }

    fn play(mut self, stop: &AtomicBool, shown: &Mutex<Shown>) {
        let started = Instant::now();
        let mut block_due = started;
        let mut is_plugged = true;
        while !stop.load(Ordering::Relaxed) {
            let now = Instant::now();
            let secs = (now - started).as_secs_f64();
            let is_within =
                |span: Option<(f64, f64)>| span.is_some_and(|(from, until)| (from..until).contains(&secs));
            let is_out = is_within(self.stand_in.supply_unplugged_secs);
            let is_deaf = is_within(self.stand_in.supply_deaf_secs);
            if is_plugged == is_out {
                is_plugged = self.plug_supply(!is_out);
            }
            // A line that fails here is seen as silence by whoever reads it.
            let _ = self.instruments(is_deaf);
            let _ = self.lines(now);
            let is_due = now >= block_due;
            if is_due {
                block_due += Duration::from_secs_f64(self.stand_in.every.as_secs());
            }
            let _ = self.devices(SimTime::from_secs(secs), is_due);
            let is_on =
                |role: &Option<(Pty, Emulated)>| role.as_ref().is_some_and(|(_, there)| there.is_on());
            *shown.lock().unwrap_or_else(PoisonError::into_inner) =
                Shown { supply_is_on: is_on(&self.supply), load_is_on: is_on(&self.load) };
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Whether it is plugged in now; where the system has no terminal to spare it is tried again.
    fn plug_supply(&mut self, plugged: bool) -> bool {
        let Some((pty, _)) = &mut self.supply else { return plugged };
        if plugged {
            return pty.replug().is_ok();
        }
        pty.unplug();
        false
    }

    fn node(&self) -> Node {
        let supply = self.supply.as_ref().filter(|(_, there)| there.is_on()).map(|(_, there)| there.limits());
        let load = self.load.as_ref().filter(|(_, there)| there.is_on()).map(|(_, there)| there.limits().1);
        self.circuit.solve(supply, load)
    }

    fn instruments(&mut self, supply_is_deaf: bool) -> Result<(), LinkError> {
        let node = self.node();
        if let Some((pty, _)) = self.supply.as_mut().filter(|_| supply_is_deaf) {
            // What is said to it is lost.
            pty.hear_now(&mut Vec::new())?;
        }
        for (pty, there) in [&mut self.supply, &mut self.load].into_iter().flatten() {
            let (mut heard, mut said) = (Vec::new(), Vec::new());
            pty.hear_now(&mut heard)?;
            there.answer(&heard, node, &mut said);
            if !said.is_empty() {
                pty.send_now(&said)?;
            }
        }
        Ok(())
    }

    fn devices(&mut self, now: SimTime, is_due: bool) -> Result<(), LinkError> {
        let sensed = self.sensed();
        for (pty, device) in self.devices.iter_mut().filter(|_| !self.stand_in.silent) {
            device.observe(now, &sensed);
            let (mut heard, mut said) = (Vec::new(), Vec::new());
            pty.hear_now(&mut heard)?;
            device.answer(&heard, &mut said);
            if is_due && !device.kind().is_polled() {
                device.write_block(&mut said);
            }
            if !said.is_empty() {
                pty.send_now(&said)?;
            }
        }
        Ok(())
    }

    /// What the devices' sensors see, with their errors.
    fn sensed(&self) -> Reading {
        let node = self.node();
        let sign = if self.stand_in.current_reversed { -1.0 } else { 1.0 };
        let amps = sign * (node.net().as_amps() * self.stand_in.current_gain)
            + self.stand_in.current_offset.as_amps();
        let current = Amps::new(amps);
        Reading {
            voltage: Some(node.voltage),
            current: Some(current),
            power: Some(node.voltage * current),
            temperature: self.stand_in.temperature,
            current_is_net: true,
            ..Reading::default()
        }
    }

    fn lines(&mut self, now: Instant) -> Result<(), LinkError> {
        if let Some((pty, wire)) = &mut self.loopback {
            wire.take(now, pty)?;
            wire.give(now, pty)?;
        }
        if let Some([(left, rightwards), (right, leftwards)]) = &mut self.null_modem {
            rightwards.take(now, left)?;
            leftwards.take(now, right)?;
            rightwards.give(now, right)?;
            leftwards.give(now, left)?;
        }
        Ok(())
    }
}

impl Wire {
    fn at(baud_rate: u32) -> Self {
        Self { secs_per_byte: BITS_PER_BYTE / f64::from(baud_rate), under_way: VecDeque::new() }
    }

    fn take(&mut self, now: Instant, from: &mut Pty) -> Result<(), LinkError> {
        let mut heard = Vec::new();
        from.hear_now(&mut heard)?;
        if !heard.is_empty() {
            let free = self.under_way.back().map_or(now, |(there, _)| now.max(*there));
            let length = Duration::from_secs_f64(heard.len() as f64 * self.secs_per_byte);
            self.under_way.push_back((free + length, heard));
        }
        Ok(())
    }

    fn give(&mut self, now: Instant, to: &mut Pty) -> Result<(), LinkError> {
        while let Some((_, bytes)) = self.under_way.pop_front_if(|(there, _)| *there <= now) {
            to.send_now(&bytes)?;
        }
        Ok(())
    }
}
